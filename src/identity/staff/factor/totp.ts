import { Secret, TOTP } from 'otpauth'

const SECRET_BYTES = 20
const PERIOD_SECONDS = 30
const DIGITS = 6

/** Steps before and after now whose code is taken too: clocks of phones are not exact. */
const WINDOW = 1

/** A new secret for an app, base 32. */
export function newTotpSecret(random: (length: number) => Buffer): string {
  const bytes = Uint8Array.from(random(SECRET_BYTES))
  return new Secret({ buffer: bytes.buffer }).base32
}

/**
 * The step of time whose code was typed (half minutes since 1970); null when it is no code of
 * about now. That it is taken once is for `useStep` to see to.
 */
export function totpStep(secret: string, typed: string, now: Date): number | null {
  const totp = totpOf(secret)
  const timestamp = now.getTime()
  const delta = totp.validate({ token: typed, timestamp, window: WINDOW })
  return delta === null ? null : totp.counter({ timestamp }) + delta
}

/** What the app shows at that moment. */
export function totpCode(secret: string, now: Date): string {
  return totpOf(secret).generate({ timestamp: now.getTime() })
}

/** The address that an app reads from the QR: `otpauth://totp/…`. */
export function totpAddress(secret: string, issuer: string, user: string): string {
  return totpOf(secret, { issuer, label: user }).toString()
}

function totpOf(secret: string, names: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({
    ...names,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
  })
}
