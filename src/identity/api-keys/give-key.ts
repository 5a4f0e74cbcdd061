import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { dayOf } from '../../values/day.ts'
import type { Staff } from '../person.ts'
import { holdRight } from '../staff/right-store.ts'
import type { Tools } from '../tools.ts'
import type { ApiRight } from './api-key.ts'
import { BANK_RIGHTS, drawKey, hashSecret } from './api-key.ts'
import { addKey, revokeKey } from './api-key-store.ts'
import { keyProblems } from './messages.ts'
import type { EnteredKeyFields } from './read-key.ts'
import { readKeyFields } from './read-key.ts'

/** A key as a form asks for it. */
export interface EnteredKey extends EnteredKeyFields {
  rights: readonly string[]
}

type KeyProblems = Partial<Record<keyof EnteredKey, string>>

export type GivenKey =
  /** `text` is the whole key: told here, and never again. */
  | { ok: true; id: number; text: string; expiresAt: Date }
  /** `problems: null`: whoever gives it administers no longer. */
  | { ok: false; problems: KeyProblems | null }

const DAY_MS = 86_400_000

/** Gives a program of the bank access to the API. */
export async function giveKey(
  db: Db,
  { keys, random }: Pick<Tools, 'keys' | 'random'>,
  giver: Pick<Staff, 'loginId' | 'sessionId'>,
  entered: EnteredKey,
  now: Date,
): Promise<GivenKey> {
  const asked = readKey(entered)
  if (!asked.ok) return asked
  const { name, rights, days, networks } = asked
  const drawn = drawKey(random)
  const expiresAt = new Date(now.getTime() + days * DAY_MS)
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, giver, 'api-keys.manage'))) return { ok: false, problems: null }
    const secretHash = hashSecret(keys.token, drawn)
    const { handle } = drawn
    const createdBy = giver.loginId
    const key = { name, handle, secretHash, rights, networks, createdBy, expiresAt, firm: null }
    const id = await addKey(tx, key, now)
    const entry: AuditEntry = {
      actor: `login:${giver.loginId}`,
      action: 'api-key.added',
      subject: `api-key:${id}`,
      detail: { until: dayOf(expiresAt) },
    }
    await record(tx, keys.audit, entry, now)
    return { ok: true, id, text: drawn.text, expiresAt }
  })
}

/** Takes it away again. Null when whoever asks administers no longer, false when it was away. */
export async function takeKey(
  db: Db,
  { keys }: Pick<Tools, 'keys'>,
  taker: Pick<Staff, 'loginId' | 'sessionId'>,
  id: number,
  now: Date,
): Promise<boolean | null> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, taker, 'api-keys.manage'))) return null
    if (!(await revokeKey(tx, id, now))) return false
    const actor = `login:${taker.loginId}`
    const entry: AuditEntry = { actor, action: 'api-key.revoked', subject: `api-key:${id}` }
    await record(tx, keys.audit, entry, now)
    return true
  })
}

type AskedKey =
  | { ok: true; name: string; rights: ApiRight[]; days: number; networks: string[] }
  | { ok: false; problems: KeyProblems }

function readKey(entered: EnteredKey): AskedKey {
  const { asked, problems } = readKeyFields(entered)
  const rights = BANK_RIGHTS.filter((right) => entered.rights.includes(right))
  if (asked !== null && rights.length > 0) return { ok: true, rights, ...asked }
  return {
    ok: false,
    problems: { ...problems, ...(rights.length === 0 ? { rights: keyProblems.rights } : {}) },
  }
}
