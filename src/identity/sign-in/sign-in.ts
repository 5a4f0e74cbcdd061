import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Theme } from '../../web/pages/theme.ts'
import { findLoginByName } from '../login-store.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import type { Tools, Visit } from '../tools.ts'
import type { UserName } from '../user-name.ts'
import type { NotLetIn } from './check-credentials.ts'
import { checkCredentials } from './check-credentials.ts'
import { letIn } from './let-in.ts'

export type SignIn = ({ outcome: 'signed-in'; theme: Theme } & OpenedSession) | NotLetIn

/** Signs a customer in by user name and password. */
export async function signIn(
  db: Db,
  tools: Tools,
  attempt: { name: UserName; password: string; returnTo: string | null; visit: Visit },
  now: Date,
): Promise<SignIn> {
  const { name, visit } = attempt
  const found = await findLoginByName(db, name.numbers)
  const credentials = { ...attempt, identity: name.identity }
  const checked = await checkCredentials(db, tools, found, credentials, now)
  if (checked.outcome !== 'proven') return checked
  const { login } = checked
  const entry = { subject: name.identity }
  const opened = await transaction(db, (tx) => letIn(tx, tools, login, entry, visit, now))
  return { outcome: 'signed-in', theme: login.theme, ...opened }
}
