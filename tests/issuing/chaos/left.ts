import { sql } from 'kysely'
import type { World } from './world.ts'

interface Left {
  /** Documents and mails that are not through, and rows without a number. */
  left: number
  /** Of those, what somebody works on or may take up. */
  busy: number
}

/** What is still to be done; what waits for a person is not. */
export async function countLeft(world: World): Promise<number> {
  return (await look(world, new Date())).left
}

/** Whether there is something left and nothing of it is due at that time. */
export async function isIdle(world: World, now: Date): Promise<boolean> {
  return (await look(world, now)).busy === 0
}

/** A worker looks each second. */
const SOON_MS = 2_000
const SERVICE = sql`case next_step when 'send' then 'reception' else 'authorization' end`

async function look({ db, lotId, rows }: World, now: Date): Promise<Left> {
  const soon = new Date(now.getTime() + SOON_MS).toISOString()
  // While a service is down one document at a time tries, and not yet.
  const heldUp = sql`exists (select 1 from outage where ended_at is null
    and trial_at > ${soon} and service = ${SERVICE} and next_step <> 'make')`
  const { rows: found } = await sql<Record<string, number | string>>`
    select
      (select count(*) from issuance where lot_id = ${lotId}) as numbered,
      (select count(*) from issuance where next_step is not null) as going,
      (select count(*) from issuance where next_step is not null
        and case when next_at <= ${soon} then not ${heldUp} else claimed_by is not null end) as due,
      (select count(*) from mail where status in ('pending', 'sending')) as unsent,
      (select count(*) from mail where status = 'sending'
        or (status = 'pending' and next_attempt_at <= ${soon})) as sending`.execute(db)
  const of = (name: string) => Number(found[0]?.[name])
  const unnumbered = rows - of('numbered')
  return {
    left: unnumbered + of('going') + of('unsent'),
    busy: unnumbered + of('due') + of('sending'),
  }
}
