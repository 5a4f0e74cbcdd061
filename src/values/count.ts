/** A whole number for people in Ecuador, with a point between thousands: `1.234`. */
export function formatCount(count: number): string {
  return groupThousands(String(Math.round(count)))
}

/** Puts points between the thousands of digits: `1234567` → `1.234.567`. */
export function groupThousands(digits: string): string {
  let grouped = digits
  for (let at = digits.length - 3; at > 0; at -= 3) {
    grouped = `${grouped.slice(0, at)}.${grouped.slice(at)}`
  }
  return grouped
}

const UNITS = ['B', 'KB', 'MB', 'GB'] as const

/** A size for people: `812 B`, `4,2 KB`, `512 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1_024 && unit < UNITS.length - 1) {
    size /= 1_024
    unit += 1
  }
  const digits =
    unit > 0 && size < 10 ? size.toFixed(1).replace('.', ',') : String(Math.round(size))
  return `${digits} ${UNITS[unit]}`
}
