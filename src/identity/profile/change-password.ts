import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Problems } from '../../web/forms.ts'
import { findLogin, setPassword } from '../login-store.ts'
import { currentPasswordSentence, PASSWORD_SAME } from '../messages.ts'
import { notifiedOf, notify } from '../notify.ts'
import { numbersOfParty } from '../parties/party-store.ts'
import { passwordProblem } from '../passwords/password.ts'
import type { PasswordProof } from '../passwords/prove-password.ts'
import { provePassword } from '../passwords/prove-password.ts'
import type { Person } from '../person.ts'
import { endInitialPasswords } from '../recovery/initial-password-store.ts'
import { endSessionsByLock } from '../sessions/end-session.ts'
import { endSessionsOf } from '../sessions/session-store.ts'
import { whileSignedIn } from '../sessions/while-signed-in.ts'
import type { Tools, Visit } from '../tools.ts'

type ChangedPassword =
  | { ok: true; sessionsEnded: number }
  | { ok: false; problems: Problems }
  /** Too many wrong ones: this session is over and the login locked. */
  | { ok: false; problems: null }

/** Changes the password of a signed-in person, ends their other sessions and tells them by mail. */
export async function changePassword(
  db: Db,
  tools: Tools,
  person: Person,
  entered: { current: string; next: string },
  visit: Visit,
  now: Date,
): Promise<ChangedPassword> {
  const proof = await proveOwn(db, tools, person, entered.current, now)
  if (!proof.ok) return wrongCurrent(proof, 'actual')
  const problem = await newPasswordProblem(db, tools, person, entered)
  if (problem) return { ok: false, problems: { nueva: problem } }
  const hash = await tools.hasher.hash(entered.next)
  // Hashing takes its time: whoever began the access anew meanwhile must not be overtaken.
  return whileSignedIn(db, person, async (tx) => {
    await endInitialPasswords(tx, person.loginId, now)
    await setPassword(tx, person.loginId, hash, now)
    const sessionsEnded = await endSessionsOf(tx, person.loginId, person.sessionId, now)
    const name = `login:${person.loginId}`
    const entry: AuditEntry = {
      actor: name,
      action: 'password.changed',
      subject: name,
      detail: { sessionsEnded },
    }
    const login = await findLogin(tx, person.loginId)
    const who = login && notifiedOf(login)
    if (who) await notify(tx, tools, 'password-changed', who, visit, now, { cause: 'profile' })
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, sessionsEnded }
  })
}

/** Asks a signed-in person's own password again; wrong ones count like those at the sign-in page. */
export async function proveOwn(
  db: Db,
  tools: Tools,
  person: Person,
  password: string,
  now: Date,
): Promise<PasswordProof> {
  const login = await findLogin(db, person.loginId)
  const claimant = { login, identity: `login:${person.loginId}`, deviceId: person.deviceId }
  const proof = await provePassword(db, tools, claimant, password, now)
  if (!proof.ok && proof.refusal === 'locked') {
    await endSessionsByLock(db, tools, person.loginId, now)
  }
  return proof
}

/** What a form says of a wrong current password; locked: nothing more to say on it. */
export function wrongCurrent(
  proof: Exclude<PasswordProof, { ok: true }>,
  field: string,
): { ok: false; problems: Problems | null } {
  if (proof.refusal === 'locked') return { ok: false, problems: null }
  return { ok: false, problems: { [field]: currentPasswordSentence(proof.left) } }
}

async function newPasswordProblem(
  db: Db,
  tools: Tools,
  person: Person,
  { current, next }: { current: string; next: string },
): Promise<string | null> {
  if (next.normalize('NFKC') === current.normalize('NFKC')) return PASSWORD_SAME
  const login = await findLogin(db, person.loginId)
  const numbers = person.partyId === null ? [] : await numbersOfParty(db, person.partyId)
  return passwordProblem(tools.policy.password, next, {
    numbers: numbers.map(({ number }) => number),
    name: person.displayName,
    email: login?.email ?? '',
    bank: tools.policy.brand.name,
  })
}
