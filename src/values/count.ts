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
