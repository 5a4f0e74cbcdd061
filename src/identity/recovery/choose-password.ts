import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Login } from '../login-store.ts'
import { findLogin, setPassword } from '../login-store.ts'
import { numbersOfParty } from '../parties/party-store.ts'
import { passwordProblem } from '../passwords/password.ts'
import type { Session } from '../sessions/session.ts'
import { endSession } from '../sessions/session-store.ts'
import type { Tools } from '../tools.ts'

type ChosenPassword<Opened> =
  | { ok: true; login: Login; opened: Opened }
  | { ok: false; problem: string }
  | { ok: false; problem: null }

/**
 * Sets the password chosen after a mailed initial one, and opens with `enter` the session that
 * follows. `problem: null`: the limited session was used or ended meanwhile.
 */
export async function choosePassword<Opened>(
  db: Db,
  tools: Tools,
  session: Session,
  password: string,
  enter: (tx: Tx, login: Login) => Promise<Opened>,
  now: Date,
): Promise<ChosenPassword<Opened>> {
  const login = session.login ? await findLogin(db, session.login.id) : null
  if (!login) return { ok: false, problem: null }
  const numbers = login.partyId === null ? [] : await numbersOfParty(db, login.partyId)
  const own = {
    numbers: [session.subject, ...numbers.map(({ number }) => number)],
    name: login.displayName,
    email: login.email ?? '',
    bank: tools.policy.brand.name,
  }
  const problem = passwordProblem(tools.policy.password, password, own)
  if (problem) return { ok: false, problem }
  const hash = await tools.hasher.hash(password)
  return transaction(db, async (tx) => {
    if (!(await endSession(tx, session.id, now))) return { ok: false, problem: null }
    await setPassword(tx, login.id, hash, now)
    const opened = await enter(tx, login)
    const name = `login:${login.id}`
    const entry: AuditEntry = { actor: name, action: 'password.chosen', subject: name }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, login, opened }
  })
}
