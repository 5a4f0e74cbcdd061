import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import { sealDraft } from '../../sessions/draft.ts'
import type { Session } from '../../sessions/session.ts'
import { keepDraft } from '../../sessions/session-store.ts'
import type { Tools } from '../../tools.ts'
import { passkeysOf } from './passkey-store.ts'
import type { Site } from './webauthn.ts'
import { newChallenge, requestOptions } from './webauthn.ts'

/** What the browser of somebody half-way in is to sign; null when they have no passkey. */
export async function challengePasskey(
  db: Db,
  tools: Tools,
  session: Session,
  site: Site,
): Promise<object | null> {
  const keys = session.login ? await passkeysOf(db, session.login.id) : []
  if (keys.length === 0) return null
  const challenge = newChallenge(tools.random)
  const options = await requestOptions(site, keys, challenge)
  const draft = sealDraft(tools.keys.seal, { kind: 'passkey', challenge })
  await transaction(db, (tx) => keepDraft(tx, session.id, draft, new Date(session.expiresAt)))
  return options
}
