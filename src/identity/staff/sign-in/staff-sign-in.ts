import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Login } from '../../login-store.ts'
import { findStaffLogin } from '../../login-store.ts'
import { sealDraft } from '../../sessions/draft.ts'
import { openLimitedSession } from '../../sessions/open-session.ts'
import type { Attempt, NotLetIn } from '../../sign-in/check-credentials.ts'
import { checkCredentials } from '../../sign-in/check-credentials.ts'
import type { Tools, Visit } from '../../tools.ts'
import { findSecondFactor } from '../factor/second-factor-store.ts'
import { newTotpSecret } from '../factor/totp.ts'

export type StaffSignIn = { outcome: 'half-way'; sessionId: string } | NotLetIn

/** Counters of staff and of customers are apart, whatever a customer may type. */
const IDENTITY = 'staff:'

/**
 * The first half of a sign-in of staff, user name and password, opens only the pages of the second
 * factor. `username` as `readStaffName` gives it.
 */
export async function signInStaff(
  db: Db,
  tools: Tools,
  username: string,
  attempt: Omit<Attempt, 'identity'>,
  now: Date,
): Promise<StaffSignIn> {
  const found = await findStaffLogin(db, username)
  const credentials = { ...attempt, identity: `${IDENTITY}${username}` }
  const checked = await checkCredentials(db, tools, found, credentials, now)
  if (checked.outcome !== 'proven') return checked
  const { login } = checked
  const { returnTo, visit } = attempt
  const sessionId = await transaction(db, (tx) =>
    openHalfWay(tx, tools, login, returnTo, visit, now),
  )
  return { outcome: 'half-way', sessionId }
}

/**
 * Opens the session of somebody whose password was right. Who has no second factor yet gets the
 * secret of one with it: nothing else opens before that is registered.
 */
export async function openHalfWay(
  tx: Tx,
  tools: Tools,
  login: Login,
  returnTo: string | null,
  visit: Visit,
  now: Date,
): Promise<string> {
  const enrolled = await findSecondFactor(tx, login.id)
  const fresh = { kind: 'totp' as const, secret: newTotpSecret(tools.random) }
  const draft = enrolled ? null : sealDraft(tools.keys.seal, fresh)
  const subject = `${IDENTITY}${login.username}`
  const limited = { scope: 'second-factor' as const, login, subject, draft, returnTo }
  return openLimitedSession(tx, tools, limited, visit, now)
}
