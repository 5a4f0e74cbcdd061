/** A part of a whole for people, never rounded up: «99,9 %» of what is not all. */
export function formatShare(part: number, all: number): string {
  if (all === 0) return '–'
  if (part > 0 && part * 1_000 < all) return 'menos de 0,1 %'
  const tenths = Math.floor((part * 1_000) / all)
  const digits = tenths % 10 === 0 ? '' : `,${tenths % 10}`
  return `${Math.floor(tenths / 10)}${digits} %`
}
