import { record } from '../../audit/audit-store.ts'
import { shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { disableAccountant } from '../../identity/accountants/accountant-store.ts'
import { addAccountant, readAccountantName } from '../../identity/accountants/add-accountant.ts'
import type { Person, Staff } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import type { Tools } from '../../identity/tools.ts'
import { dayOf } from '../../values/day.ts'
import { parseEmail } from '../../values/email-address.ts'
import { canonicalTaxId, isRuc } from '../../values/tax-id.ts'
import { readTypedName } from '../../values/typed-name.ts'
import { clientScopeOf } from '../client-store.ts'
import { firmProblems } from '../messages.ts'
import { addFirm, findFirmByRuc } from './firm-store.ts'
import type { Membership } from './member-store.ts'
import { addFirmMember, membershipOf, passClients, removeFirmMember } from './member-store.ts'

/** A person as a form gives them. */
export interface EnteredAccountant {
  nombre: string
  usuario: string
  correo: string
}

export type EnteredFirm = EnteredAccountant & { ruc: string; firma: string }

type Problems<Entered> = Partial<Record<keyof Entered, string>>

/** `problems: null`: whoever asks may no longer. */
type Added<Entered> = { ok: true; id: number } | { ok: false; problems: Problems<Entered> | null }

const NAME_MAX = 120

/** The bank makes a firm known, with the one who leads it; it grants nothing by that. */
export async function addFirmWithLead(
  db: Db,
  tools: Tools,
  giver: Pick<Staff, 'loginId' | 'sessionId'>,
  entered: EnteredFirm,
  now: Date,
): Promise<Added<EnteredFirm>> {
  const ruc = canonicalTaxId(entered.ruc)
  const name = readTypedName(entered.firma, NAME_MAX)
  const { person, problems } = readAccountant(entered)
  if (ruc === null || !isRuc(ruc) || name === null || person === null) {
    const firm = {
      ...(ruc === null || !isRuc(ruc) ? { ruc: firmProblems.ruc } : {}),
      ...(name === null ? { firma: firmProblems.name } : {}),
    }
    return { ok: false, problems: { ...firm, ...problems } }
  }
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, giver, 'firms.manage'))) return { ok: false, problems: null }
    if (await findFirmByRuc(tx, ruc)) return { ok: false, problems: { ruc: firmProblems.known } }
    const loginId = await addAccountant(tx, tools, { ...person, firm: name }, now)
    if (loginId === null) return { ok: false, problems: { usuario: firmProblems.taken } }
    const firmId = await addFirm(tx, { ruc, name, createdBy: giver.loginId }, now)
    if (firmId === null) throw new Error('Two added the same firm at once')
    const actor = `login:${giver.loginId}`
    await addFirmMember(tx, { loginId, firmId, isLead: true, addedBy: giver.loginId }, now)
    const firm = { actor, action: 'firm.added', subject: `firm:${firmId}` } as const
    await record(tx, tools.keys.audit, firm, now)
    await note(tx, tools, 'member.added', actor, loginId, firmId, now)
    return { ok: true, id: firmId }
  })
}

/** A lead gives somebody of their firm an access; they see no client until one is passed on. */
export async function addMember(
  db: Db,
  tools: Tools,
  lead: Pick<Person, 'loginId' | 'sessionId'>,
  entered: EnteredAccountant,
  now: Date,
): Promise<Added<EnteredAccountant>> {
  const { person, problems } = readAccountant(entered)
  if (person === null) return { ok: false, problems }
  return asLead(db, lead, async (tx, { firmId, firm }) => {
    const loginId = await addAccountant(tx, tools, { ...person, firm }, now)
    if (loginId === null) return { ok: false, problems: { usuario: firmProblems.taken } }
    const addedBy = lead.loginId
    await addFirmMember(tx, { loginId, firmId, isLead: false, addedBy }, now)
    await note(tx, tools, 'member.added', `login:${addedBy}`, loginId, firmId, now)
    return { ok: true, id: loginId }
  })
}

/** Whether there was such a member to take the access from; what they read stays written down. */
export async function removeMember(
  db: Db,
  tools: Tools,
  lead: Pick<Person, 'loginId' | 'sessionId'>,
  loginId: number,
  now: Date,
): Promise<boolean> {
  const removed = await asLead(db, lead, async (tx, { firmId }) => {
    if (!(await removeFirmMember(tx, firmId, loginId, now))) return { ok: false, problems: null }
    await disableAccountant(tx, loginId, now)
    await note(tx, tools, 'member.removed', `login:${lead.loginId}`, loginId, firmId, now)
    return { ok: true, id: loginId }
  })
  return removed.ok
}

/**
 * From now on a member has just these of the firm's clients. Whether there was such a member; what
 * is no client of the firm is passed over.
 */
export async function passOn(
  db: Db,
  tools: Tools,
  lead: Pick<Person, 'loginId' | 'sessionId'>,
  { loginId, partyIds }: { loginId: number; partyIds: readonly number[] },
  now: Date,
): Promise<boolean> {
  const passed = await asLead(db, lead, async (tx, { firmId }) => {
    const member = await membershipOf(tx, loginId)
    if (member?.firmId !== firmId || member.isLead) return { ok: false, problems: null }
    await shareLock(tx, 'merging')
    const { clients } = await clientScopeOf(tx, lead.loginId, dayOf(now))
    const own = [...new Set(partyIds)].filter((id) => clients.has(id))
    await passClients(tx, loginId, own, lead.loginId, now)
    const entry = {
      actor: `login:${lead.loginId}`,
      action: 'clients.passed',
      subject: `login:${loginId}`,
      detail: { clients: own.length },
    } as const
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, id: loginId }
  })
  return passed.ok
}

/** A transaction of who leads a firm at that moment; for anybody else nothing is done. */
async function asLead<Entered>(
  db: Db,
  lead: Pick<Person, 'loginId' | 'sessionId'>,
  story: (tx: Tx, membership: Membership) => Promise<Added<Entered>>,
): Promise<Added<Entered>> {
  return whileSignedIn(db, lead, async (tx) => {
    const membership = await membershipOf(tx, lead.loginId)
    if (!membership?.isLead) return { ok: false, problems: null }
    return story(tx, membership)
  })
}

function note(
  tx: Tx,
  { keys }: Tools,
  action: 'member.added' | 'member.removed',
  actor: string,
  loginId: number,
  firm: number,
  now: Date,
): Promise<void> {
  return record(
    tx,
    keys.audit,
    { actor, action, subject: `login:${loginId}`, detail: { firm } },
    now,
  )
}

function readAccountant(entered: EnteredAccountant) {
  const username = readAccountantName(entered.usuario)
  const name = readTypedName(entered.nombre, NAME_MAX)
  const email = parseEmail(entered.correo)
  if (username !== null && name !== null && email !== null) {
    return { person: { username, name, email }, problems: {} }
  }
  return {
    person: null,
    problems: {
      ...(name === null ? { nombre: firmProblems.person } : {}),
      ...(username === null ? { usuario: firmProblems.username } : {}),
      ...(email === null ? { correo: firmProblems.email } : {}),
    },
  }
}
