/** No character that is easily taken for another: 32 of them, so that a byte holds one evenly. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 8
const POOL_BYTES = 4096

/**
 * Makes the codes that name a request in the logs and on its error page: `EC-7F3K-2091`, one in
 * 10^12. `random` gives strong random bytes and is asked for a pool at a time, as this runs for
 * every request.
 */
export function referenceMaker(random: (length: number) => Buffer): () => string {
  let pool: Buffer = Buffer.alloc(0)
  let at = 0
  const sign = (): string => {
    if (at >= pool.length) {
      pool = random(POOL_BYTES)
      at = 0
    }
    const byte = pool[at] ?? 0
    at += 1
    return ALPHABET[byte % ALPHABET.length] ?? ''
  }
  return () => {
    let code = 'EC-'
    for (let count = 0; count < LENGTH; count += 1) code += count === 4 ? `-${sign()}` : sign()
    return code
  }
}
