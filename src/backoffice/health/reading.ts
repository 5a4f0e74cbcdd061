/** How one thing stands: what was measured, and what to do about it when it is not as it should be. */
export interface Reading {
  readonly name: string
  /** Empty for what is neither good nor bad. */
  readonly tone: 'ok' | 'espera' | 'mal' | ''
  readonly value: string
  readonly advice: string
}

/** A reading by limits: well below the first, bad from the second on. */
export function toneBetween(
  value: number,
  [wait, bad]: readonly [number, number],
): Reading['tone'] {
  if (value >= bad) return 'mal'
  return value >= wait ? 'espera' : 'ok'
}
