import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Keys } from '../../values/keys.ts'
import type { Staff } from '../person.ts'
import { whileSignedIn } from '../sessions/while-signed-in.ts'

/** Notes in the chain that somebody of the bank takes data away, before they get it. */
export async function noteExport(
  { db, keys, now }: { db: Db; keys: Pick<Keys, 'audit'>; now: () => Date },
  person: Staff,
  exported: Omit<AuditEntry, 'actor'>,
): Promise<void> {
  const entry = { ...exported, actor: `login:${person.loginId}` }
  await whileSignedIn(db, person, (tx) => record(tx, keys.audit, entry, now()))
}
