import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { OutageService } from '../../db/tables/issuing.ts'
import type { Tx } from '../../db/transaction.ts'
import { countWaiting } from '../issuance/claim-store.ts'

/** A time during which one of the SRI's services did not answer. */
export interface Outage {
  readonly id: number
  /** Null of old ones: nobody wrote it down. */
  readonly service: OutageService | null
  readonly beganAt: Date
  /** The failure that began it. */
  readonly cause: string
  readonly trials: number
  /** When the next document may try whether they answer again. */
  readonly trialAt: Date
  /** The moment of the first answer; null while there is none. */
  readonly endedAt: Date | null
  /** How many documents waited at that moment. */
  readonly waited: number | null
  /** The key of the document that was answered first. */
  readonly firstKey: string | null
}

const isOpen = sql<boolean>`ended_at is null`

/**
 * The outages that are going on, one of a service, the first to begin first; none while both answer.
 * All processes share them.
 */
export async function openOutages(db: Db): Promise<Outage[]> {
  const rows = await db.selectFrom('outage').selectAll().where(isOpen).execute()
  return rows.map(toOutage).sort((one, other) => one.id - other.id)
}

export async function findOutage(db: Db, id: number): Promise<Outage | null> {
  const row = await db.selectFrom('outage').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toOutage(row) : null
}

/** The last outages, the newest first; those before one when it is named. */
export async function listOutages(
  db: Db,
  limit: number,
  beforeId: number | null = null,
): Promise<Outage[]> {
  const rows = await db
    .selectFrom('outage')
    .selectAll()
    .where('id', '<', beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toOutage)
}

const FIRST_TRIAL_MS = 10_000
const LONGEST_PAUSE_MS = 120_000

/** Begins an outage of a service, unless one is going on. */
export async function beginOutage(
  tx: Tx,
  { service, cause, since }: { service: OutageService; cause: string; since: Date },
  now: Date,
): Promise<void> {
  if (await isDown(tx, service)) return
  await sql`insert into outage (service, began_at, cause, trials, trial_at)
    values (${service}, ${since.toISOString()}, ${cause}, 0, ${later(now, FIRST_TRIAL_MS)})
    on conflict do nothing`.execute(tx)
}

/**
 * Takes the turn to try whether the service answers again: one document in ten seconds, twenty, … two
 * minutes, whoever tries.
 *
 * @returns false when it is not time yet, or somebody else has the turn
 */
export async function takeTrial(tx: Tx, outage: Outage, now: Date): Promise<boolean> {
  const pause = Math.min(FIRST_TRIAL_MS * 2 ** (outage.trials + 1), LONGEST_PAUSE_MS)
  const { numUpdatedRows } = await tx
    .updateTable('outage')
    .set({ trial_at: later(now, pause), trials: outage.trials + 1 })
    .where('id', '=', outage.id)
    .where(isOpen)
    .where('trials', '=', outage.trials)
    .where('trial_at', '<=', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends the outage of a service that is going on, if one is: it has answered. */
export async function endOutage(
  tx: Tx,
  service: OutageService,
  firstKey: string,
  now: Date,
): Promise<void> {
  if (!(await isDown(tx, service))) return
  await tx
    .updateTable('outage')
    .set({ ended_at: now.toISOString(), waited: await countWaiting(tx), first_key: firstKey })
    .where('service', '=', service)
    .where(isOpen)
    .execute()
}

async function isDown(tx: Tx, service: OutageService): Promise<boolean> {
  const row = await tx
    .selectFrom('outage')
    .select('id')
    .where('service', '=', service)
    .where(isOpen)
    .executeTakeFirst()
  return row !== undefined
}

function later(now: Date, milliseconds: number): string {
  return new Date(now.getTime() + milliseconds).toISOString()
}

function toOutage(row: Selectable<Schema['outage']>): Outage {
  return {
    id: row.id,
    service: row.service,
    beganAt: new Date(row.began_at),
    cause: row.cause,
    trials: row.trials,
    trialAt: new Date(row.trial_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    waited: row.waited,
    firstKey: row.first_key,
  }
}
