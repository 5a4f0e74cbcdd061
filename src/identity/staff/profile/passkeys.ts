import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import { readTypedName } from '../../../values/typed-name.ts'
import { findLogin } from '../../login-store.ts'
import type { Staff } from '../../person.ts'
import { proveOwn, wrongCurrent } from '../../profile/change-password.ts'
import { draftOf } from '../../sessions/draft.ts'
import { findSession, takeDraft } from '../../sessions/session-store.ts'
import { whileSignedIn } from '../../sessions/while-signed-in.ts'
import type { Tools, Visit } from '../../tools.ts'
import { addPasskey, passkeysOf, removePasskey } from '../factor/passkey-store.ts'
import type { Site } from '../factor/webauthn.ts'
import { creationOptions, newChallenge, readCreation } from '../factor/webauthn.ts'
import { CODES_WAIT, passkeyProblems } from '../messages.ts'
import type { Asked } from './change-app.ts'
import { noteFactorChange } from './change-app.ts'
import { keepInSession } from './keep-in-session.ts'

export const PASSKEY_NAME_MAX = 40
const PASSKEYS_MAX = 10

/** Begins another passkey, with the password: name and challenge wait in the session. */
export async function offerPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  entered: { name: string; password: string },
  now: Date,
): Promise<Asked> {
  const name = readTypedName(entered.name, PASSKEY_NAME_MAX)
  if (name === null)
    return { ok: false, problems: { nombre: passkeyProblems.name(PASSKEY_NAME_MAX) } }
  const proof = await proveOwn(db, tools, person, entered.password, now)
  if (!proof.ok) return wrongCurrent(proof, 'contrasena')
  const draft = { kind: 'new-passkey' as const, challenge: newChallenge(tools.random), name }
  return whileSignedIn(db, person, async (tx) => {
    const keys = await passkeysOf(tx, person.loginId)
    if (keys.length >= PASSKEYS_MAX) {
      return { ok: false, problems: { nombre: passkeyProblems.tooMany(PASSKEYS_MAX) } }
    }
    const kept = await keepInSession(tx, tools, person, draft)
    return kept ? { ok: true } : { ok: false, problems: { contrasena: CODES_WAIT } }
  })
}

/** A passkey that is being made, as its page needs it. */
interface PendingPasskey {
  name: string
  /** For `navigator.credentials.create`. */
  options: object
}

/** Null when none is being made in this session. */
export async function pendingPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  site: Site,
): Promise<PendingPasskey | null> {
  const { loginId, sessionId, displayName } = person
  const [session, login, keys] = await Promise.all([
    findSession(db, sessionId),
    findLogin(db, loginId),
    passkeysOf(db, loginId),
  ])
  const draft = session && draftOf(tools.keys.seal, session, 'new-passkey')
  if (!draft || !login) return null
  const user = { id: loginId, name: login.username, displayName }
  return { name: draft.name, options: await creationOptions(site, user, keys, draft.challenge) }
}

/** Keeps the passkey that a browser made. @returns false when what it sent proves nothing */
export async function keepPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  made: { site: Site; answer: string },
  visit: Visit,
  now: Date,
): Promise<boolean> {
  const session = await findSession(db, person.sessionId)
  const pending = session && draftOf(tools.keys.seal, session, 'new-passkey')
  if (!session?.draft || !pending) return false
  const { draft } = session
  const { challenge, name } = pending
  const key = await readCreation(made.site, challenge, made.answer)
  if (!key) return false
  return whileSignedIn(db, person, async (tx) => {
    // Two sessions of one person would each find room for the tenth.
    await lockFor(tx, 'staff')
    if (!(await takeDraft(tx, session.id, draft))) return false
    if ((await passkeysOf(tx, person.loginId)).length >= PASSKEYS_MAX) return false
    if (!(await addPasskey(tx, person.loginId, { ...key, name }, now))) return false
    await noteFactorChange(tx, tools, person, 'passkey-added', visit, now)
    return true
  })
}

/** Forgets a passkey, with the password; one that is gone already is as good as forgotten. */
export async function dropPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  asked: { passkeyId: number; password: string },
  visit: Visit,
  now: Date,
): Promise<Asked> {
  const proof = await proveOwn(db, tools, person, asked.password, now)
  if (!proof.ok) return wrongCurrent(proof, 'contrasena')
  return whileSignedIn(db, person, async (tx) => {
    if (await removePasskey(tx, person.loginId, asked.passkeyId)) {
      await noteFactorChange(tx, tools, person, 'passkey-removed', visit, now)
    }
    return { ok: true }
  })
}
