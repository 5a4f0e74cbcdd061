import crypto from 'node:crypto'

const PURPOSES = ['audit', 'password', 'code', 'token', 'seal', 'mail'] as const

/** One derived key a purpose, 32 bytes each, so that no secret is used for two things. */
export type Keys = Readonly<Record<(typeof PURPOSES)[number], Buffer>>

/** Derives the keys (HKDF-SHA-256) from the one secret of the installation, `ENCRYPTION_KEY`. */
export function deriveKeys(secret: Buffer): Keys {
  const derive = (purpose: string) =>
    Buffer.from(crypto.hkdfSync('sha256', secret, 'portal', purpose, 32))
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, derive(purpose)])) as Keys
}

/** Keyed fingerprint, hex: what is stored instead of a code, a token or a device mark. */
export function fingerprint(key: Buffer, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('hex')
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts text for the database (AES-256-GCM; base64 of nonce, tag, ciphertext). */
export function seal(key: Buffer, text: string): string {
  const nonce = crypto.randomBytes(NONCE_BYTES)
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
}

/** Opens what `seal` closed. Throws when the key is another one or a byte was changed. */
export function unseal(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const body = bytes.subarray(NONCE_BYTES + TAG_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
}
