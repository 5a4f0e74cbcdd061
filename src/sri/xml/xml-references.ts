const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,6})|#x([0-9a-fA-F]{1,5}));|&/g
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Text with its references resolved; null when one is unknown or stands for an unusual character. */
export function withoutReferences(text: string): string | null {
  if (!text.includes('&')) return text
  let known = true
  const plain = text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED[name] ?? ''
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    // Whatever is not an ordinary character of the first plane is for the parser to judge.
    if (Number.isNaN(code) || code < 0x20 || code > 0xd7ff) known = false
    return known ? String.fromCharCode(code) : ''
  })
  return known ? plain : null
}
