import type { Db } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'

/** A process that does the work that waits, as it last said of itself. */
export interface WorkerState {
  /** No other process ever has the same. */
  readonly owner: string
  readonly host: string
  readonly version: string
  readonly startedAt: Date
  readonly seenAt: Date
  /** Since when it has found the mail server shut; null while it is open. */
  readonly mailDownSince: Date | null
}

export async function noteWorker(tx: Tx, worker: WorkerState): Promise<void> {
  const news = {
    seen_at: worker.seenAt.toISOString(),
    mail_down_since: worker.mailDownSince?.toISOString() ?? null,
  }
  const { owner, host, version, startedAt } = worker
  await tx
    .insertInto('worker')
    .values({ owner, host, version, started_at: startedAt.toISOString(), ...news })
    .onConflict((conflict) => conflict.column('owner').doUpdateSet(news))
    .execute()
}

/** Forgets a worker that stopped, or whoever has not been heard of since a moment. */
export async function forgetWorkers(tx: Tx, gone: { owner: string } | { unseenSince: Date }) {
  const all = tx.deleteFrom('worker')
  const these =
    'owner' in gone
      ? all.where('owner', '=', gone.owner)
      : all.where('seen_at', '<', gone.unseenSince.toISOString())
  await these.execute()
}

/** Every worker that was heard of lately, the oldest first; there are a few. */
export async function listWorkers(db: Db): Promise<WorkerState[]> {
  const rows = await db
    .selectFrom('worker')
    .selectAll()
    .orderBy('started_at')
    .orderBy('owner')
    .execute()
  return rows.map(({ started_at, seen_at, mail_down_since, ...rest }) => ({
    ...rest,
    startedAt: new Date(started_at),
    seenAt: new Date(seen_at),
    mailDownSince: mail_down_since === null ? null : new Date(mail_down_since),
  }))
}
