import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Environment,
  kill,
  type Program,
  runProgram,
  START_FLAGS,
} from '#tests/support/programs.ts'

const LOOK_MS = 20
const READY_SECONDS_MAX = 120

/** Starts the portal, kills it, starts it again, and remembers how large it grew. */
export class Supervisor {
  readonly origin: string
  readonly #environment: Environment
  #program: Program | null = null
  kills = 0
  /** How often it ended by itself, and was not to. */
  falls = 0
  peakRssMb = 0
  /** What its log says of errors, in all its lives. */
  readonly complaints: string[] = []

  constructor(origin: string, environment: Environment) {
    this.origin = origin
    this.#environment = { ...environment, PORT: new URL(origin).port, LOG_LEVEL: 'error' }
    // Nothing runs on after a bench that fails or is stopped.
    process.once('exit', () => this.#program?.child.kill('SIGKILL'))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  }

  /** `npm start`; returns at once. */
  start(): void {
    const program = runProgram([...START_FLAGS, 'src/server.ts'], this.#environment)
    const keep = (lines: unknown) => {
      this.complaints.push(...String(lines).split('\n').filter(Boolean))
    }
    program.child.stdout?.on('data', keep)
    program.child.stderr?.on('data', keep)
    this.#program = program
    void program.ended.then(() => {
      if (this.#program !== program) return
      this.#program = null
      this.falls += 1
    })
  }

  get isDown(): boolean {
    return this.#program === null
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + READY_SECONDS_MAX * 1_000
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.origin}/readyz`).catch(() => null)
      if (answer?.ok) return
      await pause(LOOK_MS)
    }
    throw new Error(`The portal did not get ready: ${this.complaints.slice(-3).join('\n')}`)
  }

  async kill(): Promise<void> {
    const program = this.#leave()
    if (program === null) return
    await kill(program)
    this.kills += 1
  }

  /** Lets it end as it likes; answers its exit code. */
  async end(): Promise<number | null> {
    const program = this.#leave()
    program?.child.kill('SIGTERM')
    return (await program?.ended)?.code ?? null
  }

  /** It is about to end, and that is no fall. */
  #leave(): Program | null {
    this.measure()
    const program = this.#program
    this.#program = null
    return program
  }

  /** Linux remembers the most that a process ever had. */
  measure(): void {
    try {
      const status = fs.readFileSync(`/proc/${this.#program?.child.pid}/status`, 'utf8')
      const peak = Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024
      this.peakRssMb = Math.max(this.peakRssMb, Math.round(peak))
    } catch {
      // It is not there any more, or this is no Linux.
    }
  }
}
