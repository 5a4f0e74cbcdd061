/** A part of a whole for people, never rounded up: «99,9 %» of what is not all. */
export function formatShare(part: number, all: number): string {
  return all === 0 ? '–' : printTenths(part, all, Math.floor((part * 1_000) / all))
}

/**
 * All parts of a whole for people, that add up to it: what rounding down leaves over goes to those
 * that lost most by it, but to none that would then be called the whole.
 */
export function formatShares(parts: readonly number[]): string[] {
  const all = parts.reduce((sum, part) => sum + part, 0)
  if (all === 0) return parts.map(() => '–')
  const tenths = parts.map((part) => Math.floor((part * 1_000) / all))
  const over = 1_000 - tenths.reduce((sum, one) => sum + one, 0)
  const lost = (at: number) => ((parts[at] ?? 0) * 1_000) % all
  const raised = [...parts.keys()]
    .filter((at) => tenths[at] !== 999)
    .sort((a, b) => lost(b) - lost(a))
    .slice(0, over)
  return parts.map((part, at) =>
    printTenths(part, all, (tenths[at] ?? 0) + (raised.includes(at) ? 1 : 0)),
  )
}

function printTenths(part: number, all: number, tenths: number): string {
  if (part > 0 && part * 1_000 < all) return 'menos de 0,1 %'
  const digits = tenths % 10 === 0 ? '' : `,${tenths % 10}`
  return `${Math.floor(tenths / 10)}${digits} %`
}
