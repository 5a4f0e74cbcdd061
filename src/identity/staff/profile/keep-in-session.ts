import type { Tx } from '../../../db/transaction.ts'
import type { Staff } from '../../person.ts'
import type { Draft } from '../../sessions/draft.ts'
import { draftOf, sealDraft } from '../../sessions/draft.ts'
import { findSession, keepDraft } from '../../sessions/session-store.ts'
import type { Tools } from '../../tools.ts'

/**
 * Keeps in a person's session what they have begun, in place of anything begun before. @returns
 * false, and keeps what is there, when that is codes of which their owner has not said to have them:
 * they are shown nowhere else.
 */
export async function keepInSession(
  tx: Tx,
  tools: Tools,
  { sessionId }: Staff,
  draft: Draft,
): Promise<boolean> {
  const session = await findSession(tx, sessionId)
  if (!session) return false
  const { seal } = tools.keys
  if (draft.kind !== 'recovery-codes' && draftOf(seal, session, 'recovery-codes')) return false
  await keepDraft(tx, sessionId, sealDraft(seal, draft), new Date(session.expiresAt))
  return true
}
