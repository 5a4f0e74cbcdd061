import { record } from '../../../audit/audit-store.ts'
import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import { addBankAddresses } from '../../../identity/parties/contact-store.ts'
import { findOrAddParties } from '../../../identity/parties/party-store.ts'
import type { Staff } from '../../../identity/person.ts'
import { holdRight } from '../../../identity/staff/right-store.ts'
import type { Keys } from '../../../values/keys.ts'
import { foreseeLoad } from './foresee-load.ts'
import type { LoadDraft } from './load-store.ts'
import { addLoad, findLoad, markConfirmed } from './load-store.ts'
import { loadSubject } from './load-subject.ts'

type Confirmed =
  | { ok: true; added: number }
  /** `over`: it was confirmed already, or is too old. `not-theirs`: somebody else brought the file. */
  | { ok: false; refusal: 'signed-out' | 'over' | 'not-theirs' }

type Sealing = Pick<Keys, 'audit' | 'seal'>

/** Keeps a file that was read, for its reader to confirm. Null: they may do so no longer. */
export async function keepLoad(
  db: Db,
  keys: Sealing,
  actor: Staff,
  load: { fileName: string; draft: LoadDraft },
  now: Date,
): Promise<number | null> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'customers.help'))) return null
    return addLoad(tx, keys.seal, { ...load, loginId: actor.loginId }, now)
  })
}

/**
 * Makes known who in a file is nobody the bank knows, each with the address of the file. Of the
 * others nothing changes: their addresses, and whose first login is opened, two people decide.
 */
export async function confirmLoad(
  db: Db,
  keys: Sealing,
  actor: Staff,
  id: number,
  now: Date,
): Promise<Confirmed> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'customers.help'))) return { ok: false, refusal: 'signed-out' }
    const load = await findLoad(tx, keys.seal, id)
    // Nobody answers with their name for a file that somebody else chose.
    if (load && load.loginId !== actor.loginId) return { ok: false, refusal: 'not-theirs' }
    if (!load?.draft || !(await markConfirmed(tx, id, now))) return { ok: false, refusal: 'over' }
    // Before it is asked who is known: nobody else may add the same people meanwhile.
    await lockFor(tx, 'parties')
    const { fresh } = await foreseeLoad(tx, load.draft.rows)
    const people = fresh.map(({ person }) => person)
    const ids = await findOrAddParties(tx, people, now)
    const addresses = fresh.flatMap(({ email }, at) => {
      const partyId = ids[at]
      return email === null || partyId === undefined ? [] : [{ partyId, email }]
    })
    await addBankAddresses(tx, addresses, now)
    const entry = {
      actor: `login:${actor.loginId}`,
      action: 'customers.loaded',
      subject: loadSubject(id),
      detail: { rows: load.draft.rows.length, loaded: fresh.length },
    } as const
    await record(tx, keys.audit, entry, now)
    return { ok: true, added: fresh.length }
  })
}
