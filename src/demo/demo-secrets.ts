import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { randomText } from '../identity/codes/one-time-code.ts'
import type { StaffRole } from '../identity/person.ts'
import { STAFF_ROLES } from '../identity/person.ts'
import { newTotpSecret } from '../identity/staff/factor/totp.ts'

export const SECRETS_FILE = 'demo-secrets.json'

/** With what somebody of the fictitious bank signs in. */
interface StaffSecret {
  password: string
  /** Of their app, base 32. */
  totp: string
}

/** Made in the demo's folder the first time, so that nothing known is ever used. */
export interface DemoSecrets {
  SESSION_SECRET: string
  ENCRYPTION_KEY: string
  staff: Record<StaffRole, StaffSecret>
}

const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const PASSWORD_LENGTH = 14

/** Reads the secrets of a demo's folder; those that it lacks are made and kept there. */
export function demoSecrets(dataDir: string): DemoSecrets {
  const file = path.join(dataDir, SECRETS_FILE)
  const kept = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}
  const secrets: DemoSecrets = { ...newSecrets(), ...kept }
  if (kept.staff) return secrets
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  fs.writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

function newSecrets(): DemoSecrets {
  const staff = STAFF_ROLES.map((role) => {
    const password = randomText(ALPHABET, PASSWORD_LENGTH, crypto.randomBytes)
    return [role, { password, totp: newTotpSecret(crypto.randomBytes) }]
  })
  return {
    SESSION_SECRET: crypto.randomBytes(32).toString('hex'),
    ENCRYPTION_KEY: crypto.randomBytes(32).toString('hex'),
    staff: Object.fromEntries(staff),
  }
}
