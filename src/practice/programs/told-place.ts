import type { Db } from '../../db/open.ts'
import { lastEvent } from '../../receipts/feed/event-store.ts'
import type { Keys } from '../../values/keys.ts'
import { WebError } from '../../web/errors/errors.ts'
import { readPlace } from '../feed/feed-cursor.ts'
import { apiRefusals } from './messages.ts'

/** The number of a place that was told to this key. Refuses any other, and one ahead of what there is. */
export async function toldPlace(
  { db, keys }: { db: Db; keys: Pick<Keys, 'token'> },
  apiKeyId: number,
  text: string,
): Promise<number> {
  const seq = readPlace(keys.token, apiKeyId, text)
  if (seq === null) throw new WebError(400, 'PLACE', apiRefusals.place)
  if (seq > (await lastEvent(db))) throw new WebError(409, 'AHEAD', apiRefusals.ahead)
  return seq
}
