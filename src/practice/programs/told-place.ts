import type { Db } from '../../db/open.ts'
import { lastEvent } from '../../receipts/feed/event-store.ts'
import { forgottenEvents } from '../../receipts/feed/forget-events-store.ts'
import type { Keys } from '../../values/keys.ts'
import { WebError } from '../../web/errors/errors.ts'
import { Problem } from '../../web/errors/problems.ts'
import { readPlace, writePlace } from '../feed/feed-cursor.ts'
import { apiRefusals } from './messages.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'token'>
}

/**
 * The number of a place that was told to this key. Refuses any other, one ahead of what there is
 * and one behind which events are forgotten.
 */
export async function toldPlace(needs: Needs, apiKeyId: number, text: string): Promise<number> {
  const { db, keys } = needs
  const seq = readPlace(keys.token, apiKeyId, text)
  if (seq === null) throw new WebError(400, 'PLACE', apiRefusals.place)
  if (seq > (await lastEvent(db))) throw new WebError(409, 'AHEAD', apiRefusals.ahead)
  await requireKept(needs, apiKeyId, seq)
  return seq
}

/**
 * Answers 410 when events behind a place are forgotten, with the place behind which none is. Ask
 * after reading: what was there then was read whole.
 */
export async function requireKept(
  { db, keys }: Needs,
  apiKeyId: number,
  seq: number,
): Promise<void> {
  const forgotten = await forgottenEvents(db)
  if (seq >= forgotten) return
  const siguiente = writePlace(keys.token, apiKeyId, forgotten)
  throw new Problem(410, 'FORGOTTEN', apiRefusals.forgotten, { siguiente })
}
