import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '#src/db/open.ts'
import type { LotStatus } from '#src/db/tables/intake.ts'
import { READ_LOT } from '#src/intake/lots/dry-run/read-lot.ts'
import { lotById } from '#src/intake/lots/lot-store.ts'
import { PUBLISH_LOT } from '#src/intake/lots/publish-lot.ts'
import { lastJobOf } from '#src/work/job-store.ts'
import { approve } from '#tests/intake/lots/support.ts'
import type { CrowdVisits } from './crowd-visits.ts'
import type { MailPost } from './mail-post.ts'
import type { Moment, Phase } from './moments.ts'
import type { Supervisor } from './supervisor.ts'
import type { Staff, World } from './world.ts'

interface Surroundings {
  readonly world: World
  readonly staff: Staff
  readonly post: MailPost
  readonly visits: CrowdVisits
  readonly supervisor: Supervisor
  readonly moments: Readonly<Record<Phase, readonly Moment[]>>
  /** Told how it goes. */
  readonly say: (line: string) => void
}

/** What a phase is: how far it has come, and whether it is over. */
interface Course {
  share(): Promise<number>
  isOver(): Promise<boolean>
}

const LOOK_MS = 100
const PATIENCE_MS = 2 * 3_600_000
/** Looks that are between two of a person. */
const PERSON_LOOKS = 300

/** Takes a lot from its upload to the last mail, while the portal is killed. */
export class Ordeal {
  readonly #around: Surroundings
  readonly #documents: number
  readonly seconds: Partial<Record<Phase, number>> = {}
  readonly kills: Partial<Record<Phase, number>> = {}
  readonly problems: string[] = []
  /** Where staff see the lot. */
  lot = ''
  lotId = 0
  #carried: readonly Moment[] = []

  constructor(around: Surroundings, documents: number) {
    this.#around = around
    this.#documents = documents
  }

  async toTheEnd(zips: readonly string[]): Promise<void> {
    const { diego, lucia } = this.#around.staff
    const { db } = this.#around.world
    await this.#live('reading', async () => {
      const sent = await diego.upload('/interno/lotes', zips)
      if (sent.statusCode !== 303) throw new Error(`${sent.statusCode} ${sent.body}`)
      this.lot = String(sent.headers.location)
      this.lotId = await newestLot(db)
      return this.#job(READ_LOT, 'ready')
    })
    await this.#live('publishing', async () => {
      const { summary } = await lotById(db, this.lotId)
      const read = JSON.stringify(summary?.outcomes)
      if (read !== `{"new":${this.#documents}}`) this.problems.push(`la lectura dijo ${read}`)
      const proposed = await diego.post(`${this.lot}/publicacion`, { motivo: 'Fin de mes' })
      const approved = await approve(lucia)
      for (const { statusCode, body } of [proposed, approved]) {
        if (statusCode !== 303) throw new Error(`${statusCode} ${body}`)
      }
      return this.#job(PUBLISH_LOT, 'published')
    })
    await this.#live('mailing', () => this.#mails())
  }

  async #live(phase: Phase, begin: () => Promise<Course>): Promise<void> {
    const started = performance.now()
    this.#around.visits.enter(phase)
    const course = await begin()
    let coming = [...this.#carried, ...this.#around.moments[phase]].sort(byShare)
    for (; coming[0] && (await this.#reach(coming[0], course)); coming = coming.slice(1)) {
      await this.#killAndStart(phase, coming[1])
    }
    // What did not find its moment finds one in the next phase.
    this.#carried = coming
    await this.#watch(course.isOver)
    this.seconds[phase] = Math.round((performance.now() - started) / 1_000)
    this.#around.say(`${phase}: ${this.seconds[phase]} s`)
  }

  async #reach(moment: Moment, course: Course): Promise<boolean> {
    if ('afterMs' in moment) {
      await pause(moment.afterMs)
      return true
    }
    let over = false
    await this.#watch(async () => {
      over = await course.isOver()
      return over || (await course.share()) >= moment.share
    })
    if (over) return false
    await pause(moment.lateMs)
    return true
  }

  async #killAndStart(phase: Phase, next: Moment | undefined): Promise<void> {
    const { supervisor, visits, say } = this.#around
    await supervisor.kill()
    supervisor.start()
    const soon = next !== undefined && 'afterMs' in next
    if (!soon) {
      await supervisor.ready()
      visits.noteStart()
    }
    this.kills[phase] = (this.kills[phase] ?? 0) + 1
    say(`muerte ${supervisor.kills} (${phase})`)
  }

  /** Until it is so; staff look in now and then, as those do who wait for something. */
  async #watch(isSo: () => Promise<boolean>): Promise<void> {
    const { diego, lucia } = this.#around.staff
    const deadline = performance.now() + PATIENCE_MS
    for (let look = 1; !(await isSo()); look += 1) {
      if (performance.now() > deadline) throw new Error('It comes to no end')
      const { supervisor } = this.#around
      supervisor.measure()
      if (supervisor.isDown) {
        supervisor.start()
        await supervisor.ready()
      }
      if (look % PERSON_LOOKS === 0) {
        for (const one of [diego, lucia]) {
          const { statusCode } = await one.get(this.lot)
          if (statusCode !== 200) this.problems.push(`la página del lote dio ${statusCode}`)
        }
      }
      await pause(LOOK_MS)
    }
  }

  #job(kind: string, ends: LotStatus): Course {
    const { db } = this.#around.world
    const job = async () => {
      const last = await lastJobOf(db, this.lotId, [kind])
      if (last?.status === 'failed') throw new Error(`The lot is stuck: ${last.problem}`)
      return last
    }
    return {
      share: async () => ((await job())?.done ?? 0) / this.#documents,
      isOver: async () => {
        await job()
        return (await lotById(db, this.lotId)).status === ends
      },
    }
  }

  async #mails(): Promise<Course> {
    const { post, world } = this.#around
    const before = await post.count()
    return {
      share: async () => ((await post.count()) - before) / (this.#documents - before),
      isOver: async () => !(await isMailWaiting(world.db)),
    }
  }
}

function byShare(one: Moment, other: Moment): number {
  return 'share' in one && 'share' in other ? one.share - other.share : 0
}

async function newestLot(db: Db): Promise<number> {
  const { id } = await db
    .selectFrom('lot')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return id
}

// A bound parameter would keep SQLite from seeing that the partial index fits.
const WAITING = ['pending', 'sending'].map((status) => sql<boolean>`status = ${sql.lit(status)}`)

async function isMailWaiting(db: Db): Promise<boolean> {
  for (const waits of WAITING) {
    const mail = db.selectFrom('mail').select('id').where(waits).limit(1)
    if (await mail.executeTakeFirst()) return true
  }
  return false
}
