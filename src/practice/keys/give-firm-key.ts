import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import { shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { drawKey, hashSecret } from '../../identity/api-keys/api-key.ts'
import { addKey, findKeyById, revokeKey } from '../../identity/api-keys/api-key-store.ts'
import type { EnteredKeyFields, KeyFieldProblems } from '../../identity/api-keys/read-key.ts'
import { readKeyFields } from '../../identity/api-keys/read-key.ts'
import type { Person } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import type { Tools } from '../../identity/tools.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { dayOf } from '../../values/day.ts'
import { clientScopeOf } from '../client-store.ts'
import type { Membership } from '../firms/member-store.ts'
import { membershipOf } from '../firms/member-store.ts'

type Lead = Pick<Person, 'loginId' | 'sessionId'>

/** A key as its lead asks for it. */
export interface EnteredFirmKey extends EnteredKeyFields {
  /** Parties; null is all clients, those to come too. */
  clients: readonly number[] | null
  /** None means all. */
  kinds: readonly DocumentKind[]
}

type FirmKeyProblems = KeyFieldProblems & { clients?: string }

type GivenFirmKey =
  /** `text` is the whole key: told here, and never again. */
  | { ok: true; text: string; expiresAt: Date }
  /** `problems: null`: whoever gives it leads no firm any more. */
  | { ok: false; problems: FirmKeyProblems | null }

const DAY_MS = 86_400_000
const CHOOSE_CLIENTS = 'Elige al menos un cliente, o todos.'

/** Who leads a firm gives a program of it a key that reads, and no more than they may themselves. */
export async function giveFirmKey(
  db: Db,
  { keys, random }: Pick<Tools, 'keys' | 'random'>,
  lead: Lead,
  entered: EnteredFirmKey,
  now: Date,
): Promise<GivenFirmKey> {
  const { asked, problems } = readKeyFields(entered)
  const { clients, kinds } = entered
  if (asked === null || clients?.length === 0) {
    const chosen = clients?.length === 0 ? { clients: CHOOSE_CLIENTS } : {}
    return { ok: false, problems: { ...problems, ...chosen } }
  }
  const { name, days, networks } = asked
  const drawn = drawKey(random)
  const expiresAt = new Date(now.getTime() + days * DAY_MS)
  return asLead<GivenFirmKey>(db, lead, { ok: false, problems: null }, async (tx, { firmId }) => {
    // A client that is merged with another meanwhile would be left in the key as nobody.
    await shareLock(tx, 'merging')
    const may = await clientScopeOf(tx, lead.loginId, dayOf(now))
    const own = clients?.filter((id) => may.clients.has(id)) ?? null
    if (own?.length === 0) return { ok: false, problems: { clients: CHOOSE_CLIENTS } }
    const id = await addKey(
      tx,
      {
        name,
        networks,
        expiresAt,
        handle: drawn.handle,
        secretHash: hashSecret(keys.token, drawn),
        rights: ['read'],
        firm: { id: firmId, clients: own, kinds },
        createdBy: lead.loginId,
      },
      now,
    )
    const entry: AuditEntry = {
      actor: `login:${lead.loginId}`,
      action: 'api-key.added',
      subject: `api-key:${id}`,
      detail: { until: dayOf(expiresAt) },
    }
    await record(tx, keys.audit, entry, now)
    return { ok: true, text: drawn.text, expiresAt }
  })
}

/** From now on it opens nothing. False when the firm has no such key that did. */
export async function takeFirmKey(
  db: Db,
  { keys }: Pick<Tools, 'keys'>,
  lead: Lead,
  id: number,
  now: Date,
): Promise<boolean> {
  return asLead(db, lead, false, async (tx, { firmId }) => {
    const key = await findKeyById(tx, id)
    if (key?.firm?.id !== firmId || !(await revokeKey(tx, id, now))) return false
    const actor = `login:${lead.loginId}`
    const entry: AuditEntry = { actor, action: 'api-key.revoked', subject: `api-key:${id}` }
    await record(tx, keys.audit, entry, now)
    return true
  })
}

/** A transaction of who leads a firm at that moment; for anybody else nothing is done. */
function asLead<Result>(
  db: Db,
  lead: Lead,
  otherwise: Result,
  story: (tx: Tx, firm: Membership) => Promise<Result>,
): Promise<Result> {
  return whileSignedIn(db, lead, async (tx) => {
    const firm = await membershipOf(tx, lead.loginId)
    return firm?.isLead ? story(tx, firm) : otherwise
  })
}
