import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { sendMails } from '../../identity/notify.ts'
import type { Tools } from '../../identity/tools.ts'
import { addDays, dayOf } from '../../values/day.ts'
import { endingGrants, markTold } from './grant-store.ts'
import { customerToTell, leadsToTell } from './notified-store.ts'

export const ACCESS_ENDING = 'access-ending'
export const CLIENT_ENDING = 'client-ending'

const DAYS_BEFORE = 15
const AT_ONCE = 200

/** Tells customers and firms, once for each end, that an access is about to end by itself. */
export async function announceEnding(
  db: Db,
  tools: Pick<Tools, 'keys' | 'random'>,
  now: Date,
): Promise<void> {
  const today = dayOf(now)
  const ending = await endingGrants(db, today, addDays(today, DAYS_BEFORE), AT_ONCE)
  for (const grant of ending) {
    await transaction(db, async (tx) => {
      const payload = { firm: grant.firm, client: grant.party, endsOn: grant.endsOn }
      const people = await customerToTell(tx, grant.partyId)
      await sendMails(tx, tools, ACCESS_ENDING, people, payload, now)
      await sendMails(tx, tools, CLIENT_ENDING, await leadsToTell(tx, grant.firmId), payload, now)
      await markTold(tx, grant)
    })
  }
}
