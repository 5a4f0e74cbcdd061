import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { chanceOf } from '#fixtures/random.ts'
import { type MailDrop, openMailDrop } from '#tests/outbox/mail-drop.ts'
import { kill, type Program } from '#tests/support/programs.ts'
import { ENCRYPTION_KEY } from '../bank.ts'
import { examine } from './examine.ts'
import { countLeft, isIdle } from './left.ts'
import { startSri, startWorker } from './programs.ts'
import { correctStopped, isAboutClosed, type Stopped } from './stopped.ts'
import { type Moment, momentsOf, Troublemaker } from './troubles.ts'
import { openWitness, type Sights, type Witness } from './witness.ts'
import { approveOnceRead, foundWorld, type World } from './world.ts'

export interface Ordeal {
  readonly database: string
  /** For the files of the bank, and those of the SRI. */
  readonly folder: string
  readonly rows: number
  readonly kills: number
  readonly seed: number
  /** After which a gateway before the SRI answers in its stead; for ever when absent. */
  readonly patienceMs?: number
  /** Told how it goes. */
  readonly say?: (line: string) => void
}

/** What was seen on the way, and all that is wrong at its end. */
export interface Findings {
  readonly seconds: number
  readonly kills: number
  /** Workers that were asked to end, so that the next one begins by a later clock. */
  readonly restarts: number
  readonly requests: number
  readonly sights: Sights
  readonly mails: { readonly taken: number; readonly repeats: number }
  /** What waited for a person, who then corrected it. */
  readonly stopped: readonly Stopped[]
  readonly problems: readonly string[]
}

/** Requests and mails that a row takes when all goes well. */
const STEPS = 3
/** Past every claim that a killed worker left behind. */
const AHEAD_MS = 16 * 60_000
const LOOK_MS = 10
/** Looks at the database are fewer. */
const LOOKS = 20
const PATIENCE_MS = 600_000
const ROUNDS_MAX = 80

/**
 * Takes rows all the way to mails, with the portal's own worker and the simulated SRI as processes
 * of their own: the SRI fails, the worker is killed, each that follows begins by a later clock.
 */
export async function liveThrough(ordeal: Ordeal): Promise<Findings> {
  const world = await foundWorld(ordeal.database, ordeal.folder, ordeal.rows)
  const sri = await startSri(ordeal.folder)
  const [witness, mails] = [await openWitness(sri.origin, ordeal.patienceMs), await openMailDrop()]
  const trouble = new Troublemaker(sri.origin, ordeal.rows, ordeal.seed)
  const run = new Run(ordeal, world, { witness, mails, trouble })
  try {
    const start = performance.now()
    await run.toTheEnd()
    const seconds = (performance.now() - start) / 1_000
    trouble.stop()
    await kill(sri.program)
    const problems = [
      ...run.problems,
      ...(await examine(world, { witness, mails, stopped: run.stopped, folder: ordeal.folder })),
    ]
    const { kills, restarts, stopped } = run
    const taken = mails.count()
    return {
      ...{ seconds, kills, restarts, requests: witness.requests(), sights: witness.sights() },
      ...{ mails: { taken, repeats: taken - mails.taken.size }, stopped, problems },
    }
  } finally {
    trouble.stop()
    await run.stop()
    await kill(sri.program)
    await witness.close()
    mails.close()
    await world.db.destroy()
  }
}

interface Surroundings {
  readonly witness: Witness
  readonly mails: MailDrop
  readonly trouble: Troublemaker
}

class Run {
  readonly #ordeal: Ordeal
  readonly #world: World
  readonly #around: Surroundings
  readonly stopped: Stopped[] = []
  readonly problems: string[] = []
  kills = 0
  restarts = 0
  #worker: Program | null = null
  #approved = false
  #aheadMs = 0

  constructor(ordeal: Ordeal, world: World, around: Surroundings) {
    this.#ordeal = ordeal
    this.#world = world
    this.#around = around
  }

  async toTheEnd(): Promise<void> {
    const moments = momentsOf(this.#ordeal.kills, chanceOf(this.#ordeal.seed))
    for (const moment of moments) {
      const worker = this.#begin()
      await this.#until(worker, moment)
      await kill(worker)
      this.kills += 1
      this.#say('muerto')
    }
    while (!(await this.#finish())) {
      this.restarts += 1
      this.#say('espera')
      if (this.kills + this.restarts > ROUNDS_MAX) {
        this.problems.push('El trabajo no llegó a su fin.')
        return
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#worker) await kill(this.#worker)
  }

  #begin(): Program {
    const world = this.#world
    this.#aheadMs += AHEAD_MS
    const environment = {
      DATABASE_URL: world.url,
      DATA_DIR: world.dataDir,
      ENCRYPTION_KEY,
      SESSION_SECRET: 's'.repeat(32),
      SMTP_URL: this.#around.mails.url,
      MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
      SRI_SIMULATOR_URL: this.#around.witness.origin,
      LOG_LEVEL: 'info',
    }
    this.#worker = startWorker(environment, this.#aheadMs)
    return this.#worker
  }

  /** Lets a worker work up to a moment, or until it has nothing to do. */
  async #until({ child }: Program, moment: Moment): Promise<void> {
    if (child.stdout) await once(child.stdout, 'data')
    const start = Date.now()
    const isReached = () =>
      'share' in moment ? this.#share() >= moment.share : Date.now() - start >= moment.afterMs
    await this.#watch(async () => isReached())
  }

  /** Lets a worker come to the end of everything; answers whether it did, or has to wait. */
  async #finish(): Promise<boolean> {
    const worker = this.#begin()
    let through = false
    await this.#watch(async () => {
      if ((await countLeft(this.#world)) > 0) return false
      const found = await correctStopped(this.#world)
      this.stopped.push(...found)
      if (found.some(isAboutClosed)) await this.#around.trouble.reopen()
      through = found.length === 0
      return through
    })
    worker.child.kill('SIGTERM')
    const { code } = await worker.ended
    if (code !== 0) this.problems.push(`Terminó con ${code}: ${worker.complaints()}`)
    return through
  }

  /** Until it is so, or until there is nothing to do by the clock of the worker. */
  async #watch(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    for (let look = 1; !(await isSo()) && Date.now() < deadline; look += 1) {
      await this.#around.trouble.look(this.#share())
      if (look % LOOKS === 0) {
        this.#approved ||= await approveOnceRead(this.#world)
        if (await isIdle(this.#world, this.#clock())) return
      }
      await pause(LOOK_MS)
    }
  }

  /** What the worker believes it is. */
  #clock(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  #say(what: string): void {
    const { witness, mails } = this.#around
    this.#ordeal.say?.(`${what} tras ${witness.requests()} peticiones y ${mails.count()} correos`)
  }

  #steps(): number {
    return this.#around.witness.requests() + this.#around.mails.count()
  }

  #share(): number {
    return this.#steps() / (STEPS * this.#ordeal.rows)
  }
}
