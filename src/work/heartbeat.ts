import crypto from 'node:crypto'
import os from 'node:os'
import type { Log } from '../context.ts'
import type { Db } from '../db/open.ts'
import { transaction } from '../db/transaction.ts'
import { Beat } from './beat.ts'
import { forgetWorkers, noteWorker } from './worker-store.ts'

const BEAT_MS = 15_000
/** Silent for longer, a worker is taken to be gone. */
export const SILENT_MS = 4 * BEAT_MS
/** A worker that went without a word is remembered for so long, for somebody to see. */
const REMEMBERED_MS = 60 * 60 * 1_000

interface HeartbeatNeeds {
  db: Db
  now: () => Date
  log: Log
  version: string
  /** For how long the mail server has been known to be down, in milliseconds; 0 when it is not. */
  mailDownFor(now: Date): number
}

/** Lets others know, four times a minute, that this process works and what it knows of the outside. */
export function startHeartbeat(needs: HeartbeatNeeds): () => Promise<void> {
  const { db, now, log, version } = needs
  const host = os.hostname()
  const owner = `${host}:${process.pid}:${crypto.randomUUID()}`
  const startedAt = now()
  const tell = async () => {
    const seenAt = now()
    const down = needs.mailDownFor(seenAt)
    const mailDownSince = down === 0 ? null : new Date(seenAt.getTime() - down)
    const state = { owner, host, version, startedAt, seenAt, mailDownSince }
    const story = async (tx: Parameters<typeof noteWorker>[0]) => {
      await forgetWorkers(tx, { unseenSince: new Date(seenAt.getTime() - REMEMBERED_MS) })
      await noteWorker(tx, state)
    }
    await transaction(db, story, 'process')
  }
  const beat = new Beat({ pauseMs: BEAT_MS, log, failure: 'heartbeat not written' }, tell)
  beat.start()
  return async () => {
    await beat.stop()
    await transaction(db, (tx) => forgetWorkers(tx, { owner }), 'process')
  }
}
