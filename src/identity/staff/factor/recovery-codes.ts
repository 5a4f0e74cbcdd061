import type { Tx } from '../../../db/transaction.ts'
import { fingerprint } from '../../../values/keys.ts'
import { normalizeCode, randomText } from '../../codes/one-time-code.ts'
import type { Draft } from '../../sessions/draft.ts'
import type { Tools } from '../../tools.ts'
import { replaceRecoveryCodes } from './recovery-code-store.ts'

const COUNT = 10
const LENGTH = 10

/** Makes ten new codes in place of the former ones; answers the draft that shows them. */
export async function giveRecoveryCodes(
  tx: Tx,
  tools: Tools,
  loginId: number,
  now: Date,
): Promise<Draft> {
  const codes = newRecoveryCodes(tools)
  const hashes = codes.map((code) => recoveryCodeHash(tools, loginId, code))
  await replaceRecoveryCodes(tx, loginId, hashes, now)
  return { kind: 'recovery-codes', codes }
}

/** Ten codes for who has lost the app, as they are shown: `K7M2P-9QRST`. */
function newRecoveryCodes({ policy, random }: Tools): string[] {
  return Array.from({ length: COUNT }, () => {
    const code = randomText(policy.code.alphabet, LENGTH, random)
    return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
  })
}

/** What is stored of one: its fifty random bits need no slow hash, only a key. */
export function recoveryCodeHash({ keys }: Tools, loginId: number, typed: string): string {
  return fingerprint(keys.code, `recovery-code:${loginId}:${normalizeCode(typed)}`)
}
