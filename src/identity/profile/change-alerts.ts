import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Login } from '../login-store.ts'
import { setAlerts } from '../login-store.ts'
import type { Person } from '../person.ts'
import { whileSignedIn } from '../sessions/while-signed-in.ts'
import type { Tools } from '../tools.ts'

/** Changes which receipts a person is mailed about, and notes it: somebody may ask why none came. */
export async function changeAlerts(
  db: Db,
  tools: Tools,
  person: Person,
  alerts: Login['alerts'],
  now: Date,
): Promise<void> {
  await whileSignedIn(db, person, async (tx) => {
    if (!(await setAlerts(tx, person.loginId, alerts))) return
    const name = `login:${person.loginId}`
    const entry: AuditEntry = {
      actor: name,
      action: 'alerts.changed',
      subject: name,
      detail: { alerts },
    }
    await record(tx, tools.keys.audit, entry, now)
  })
}
