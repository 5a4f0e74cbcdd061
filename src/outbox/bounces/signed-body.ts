import crypto from 'node:crypto'

const WINDOW_SECONDS = 300
const SIGNATURE = /^sha256=([0-9a-f]{64})$/

interface Signed {
  /** Seconds since 1970, as text. */
  timestamp: unknown
  /** `sha256=` and the HMAC-SHA-256, hex, of the timestamp, a point and the body. */
  signature: unknown
  body: Buffer
}

/** Whether who knows the secret signed these bytes, five minutes ago at most. */
export function isSigned(
  secret: string,
  { timestamp, signature, body }: Signed,
  now: Date,
): boolean {
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  const [, hex] = typeof signature === 'string' ? (SIGNATURE.exec(signature) ?? []) : []
  if (hex === undefined) return false
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > WINDOW_SECONDS) return false
  const mac = crypto.createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()
  return crypto.timingSafeEqual(mac, Buffer.from(hex, 'hex'))
}
