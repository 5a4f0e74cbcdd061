import type { Tx } from '../../db/transaction.ts'
import { randomText } from '../codes/one-time-code.ts'
import type { Tools } from '../tools.ts'
import { addInitialPassword } from './initial-password-store.ts'
import { initialPasswordHash } from './use-mailed-password.ts'

/** Sixty bits of an alphabet without look-alikes. */
const LENGTH = 12

/** Makes the random password that opens the choosing of another, once, in place of a former one. */
export async function makeInitialPassword(
  tx: Tx,
  tools: Tools,
  loginId: number,
  now: Date,
): Promise<{ password: string; expiresAt: Date }> {
  const { policy, random } = tools
  const password = randomText(policy.code.alphabet, LENGTH, random)
  const expiresAt = new Date(now.getTime() + policy.recovery.initialPasswordHours * 3_600_000)
  const hash = initialPasswordHash(tools, password)
  await addInitialPassword(tx, { loginId, hash, expiresAt }, now)
  return { password, expiresAt }
}
