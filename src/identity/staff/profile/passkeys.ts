import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Staff } from '../../person.ts'
import { draftOf, sealDraft } from '../../sessions/draft.ts'
import type { Session } from '../../sessions/session.ts'
import { findSession, keepDraft, takeDraft } from '../../sessions/session-store.ts'
import type { Tools, Visit } from '../../tools.ts'
import { addPasskey, passkeysOf, removePasskey } from '../factor/passkey-store.ts'
import type { Site } from '../factor/webauthn.ts'
import { creationOptions, readCreation, requestOptions } from '../factor/webauthn.ts'
import { keepInSession, noteFactorChange } from './change-app.ts'

const CHALLENGE_BYTES = 32
const NAME_MAX = 40

/** What the browser of somebody half-way in is to sign; null when they have no passkey. */
export async function challengePasskey(
  db: Db,
  tools: Tools,
  session: Session,
  site: Site,
): Promise<object | null> {
  const keys = session.login ? await passkeysOf(db, session.login.id) : []
  if (keys.length === 0) return null
  const challenge = newChallenge(tools)
  const options = await requestOptions(site, keys, challenge)
  const draft = sealDraft(tools.keys.seal, { kind: 'passkey', challenge })
  await transaction(db, (tx) => keepDraft(tx, session.id, draft, new Date(session.expiresAt)))
  return options
}

/** What the browser of a signed-in person makes a passkey from. */
export async function offerPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  username: string,
  site: Site,
): Promise<object> {
  const challenge = newChallenge(tools)
  const user = { id: person.loginId, name: username, displayName: person.displayName }
  const options = await creationOptions(site, user, await passkeysOf(db, user.id), challenge)
  await transaction(db, (tx) => keepInSession(tx, tools, person, { kind: 'passkey', challenge }))
  return options
}

/** Keeps the passkey that a browser made. @returns false when what it sent proves nothing */
export async function keepPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  made: { site: Site; name: string; answer: string },
  visit: Visit,
  now: Date,
): Promise<boolean> {
  const session = await findSession(db, person.sessionId)
  const challenge = session && draftOf(tools.keys.seal, session, 'passkey')?.challenge
  if (!session?.draft || !challenge) return false
  const { draft } = session
  const key = await readCreation(made.site, challenge, made.answer)
  if (!key) return false
  const name = made.name.trim().replaceAll(/\s+/g, ' ').slice(0, NAME_MAX) || 'Llave de acceso'
  return transaction(db, async (tx) => {
    if (!(await takeDraft(tx, session.id, draft))) return false
    if (!(await addPasskey(tx, person.loginId, { ...key, name }, now))) return false
    await noteFactorChange(tx, tools, person, 'passkey-added', visit, now)
    return true
  })
}

/** @returns false when this person has no such passkey */
export async function dropPasskey(
  db: Db,
  tools: Tools,
  person: Staff,
  passkeyId: number,
  visit: Visit,
  now: Date,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    if (!(await removePasskey(tx, person.loginId, passkeyId))) return false
    await noteFactorChange(tx, tools, person, 'passkey-removed', visit, now)
    return true
  })
}

function newChallenge({ random }: Tools): string {
  return random(CHALLENGE_BYTES).toString('base64url')
}
