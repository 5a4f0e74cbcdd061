/** Whether an `Accept-Encoding` takes the encoding; `br;q=0` is a refusal. */
export function acceptsEncoding(
  header: string | string[] | undefined,
  encoding: 'br' | 'gzip' | 'zstd',
): boolean {
  if (!header) return false
  return String(header)
    .split(',')
    .some((part) => {
      const [name = '', quality = ''] = part.split(';')
      return name.trim() === encoding && !/^\s*q=0(\.0*)?\s*$/.test(quality)
    })
}
