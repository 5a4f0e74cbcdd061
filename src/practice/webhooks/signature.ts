import crypto from 'node:crypto'

const SECRET_BYTES = 32

/** The secret that both sides hold; told once. */
export function drawSecret(random: (length: number) => Buffer): string {
  return `aviso_${random(SECRET_BYTES).toString('base64url')}`
}

/**
 * The headers by which the other side knows that a call is ours, fresh and whole: HMAC-SHA-256, hex,
 * over the seconds since 1970, a point and the bytes of the body. The name of a delivery is
 * that of its first and last event.
 */
export function signedHeaders(
  secret: string,
  { delivery, body }: { delivery: string; body: string },
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  const mac = crypto.createHmac('sha256', secret).update(`${timestamp}.`).update(body)
  return {
    'x-portal-delivery': delivery,
    'x-portal-timestamp': timestamp,
    'x-portal-signature': `sha256=${mac.digest('hex')}`,
  }
}
