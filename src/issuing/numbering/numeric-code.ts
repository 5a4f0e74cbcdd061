const CODES = 100_000_000
/** The largest multiple of `CODES` in four bytes: what is above would favour the small ones. */
const FAIR = Math.floor(2 ** 32 / CODES) * CODES

/**
 * The eight digits of a key that its issuer chooses. From chance that nobody can foresee: the rest
 * of a key can be guessed, and whoever has the key has the document.
 *
 * @param random cryptographically strong bytes
 */
export function numericCode(random: (length: number) => Buffer): string {
  for (;;) {
    const drawn = random(4).readUInt32LE()
    if (drawn < FAIR) return String(drawn % CODES).padStart(8, '0')
  }
}
