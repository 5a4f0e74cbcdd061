import type { Chance } from '#fixtures/random.ts'
import { CLOSED } from './world.ts'

/** What befalls the SRI once so much of all the work is done. */
interface Trouble {
  /** From 0 to 1. */
  readonly from: number
  readonly switches: Readonly<Record<string, string | number>>
  /** What ends it, so much later. */
  readonly after?: {
    readonly ms: number
    readonly switches: Readonly<Record<string, string | number>>
  }
}

const OUTAGE_MS = 3_000

/** Five requests in a hundred meet a fault, drawn by lot; now and then something worse. */
function troublesOf(rows: number, seed: number): Trouble[] {
  const few = Math.max(1, Math.round(rows / 2_500))
  return [
    { from: 0, switches: { fallasPorcentaje: 5, semilla: seed, demoraMs: 500, cerrados: CLOSED } },
    { from: 0.1, switches: { rechazar: `35x${few}` } },
    { from: 0.15, switches: { duplicadas: 'sí' } },
    { from: 0.25, switches: { rechazar: `52x${few}`, contradictorias: 'sí' } },
    {
      from: 0.35,
      switches: { duplicadas: 'no', caida: 'siempre' },
      after: { ms: OUTAGE_MS, switches: { caida: 0 } },
    },
    { from: 0.4, switches: { contradictorias: 'no', ceroMs: 2_000 } },
    { from: 0.45, switches: { rechazar: `50x${few}` } },
    { from: 0.55, switches: { ceroMs: 0, rechazar: `39x${few}` } },
    { from: 0.6, switches: { rechazar: `65x${few}`, respuestaPerdida: 3 * few } },
  ]
}

/** Throws the switches of the SRI as the work goes on. */
export class Troublemaker {
  readonly #address: string
  readonly #coming: Trouble[]
  readonly #ends: NodeJS.Timeout[] = []

  constructor(sri: string, rows: number, seed: number) {
    this.#address = `${sri}/conmutadores`
    this.#coming = troublesOf(rows, seed)
  }

  /** @param share of the work that is done */
  async look(share: number): Promise<void> {
    while (share >= (this.#coming[0]?.from ?? Number.POSITIVE_INFINITY)) {
      const trouble = this.#coming.shift()
      if (!trouble) return
      await this.#set(trouble.switches)
      const { after } = trouble
      if (after) this.#ends.push(setTimeout(() => void this.#set(after.switches), after.ms))
    }
  }

  /** Opens the establishment again, as somebody of the bank has it done at the SRI. */
  async reopen(): Promise<void> {
    await this.#set({ cerrados: '' })
  }

  stop(): void {
    for (const end of this.#ends) clearTimeout(end)
  }

  async #set(switches: Readonly<Record<string, string | number>>): Promise<void> {
    const answer = await fetch(this.#address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(switches),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

/** When a worker is killed: so soon after it began, or once so much of all the work is done. */
export type Moment = { readonly afterMs: number } | { readonly share: number }

const EARLY_MS = 2_500

/** The first fifth while the rows are read and numbered, the others all along the way. */
export function momentsOf(kills: number, chance: Chance): Moment[] {
  const early = Math.ceil(kills / 5)
  const shares = Array.from({ length: kills - early }, () => chance.next()).sort((a, b) => a - b)
  return [
    ...Array.from({ length: early }, () => ({ afterMs: chance.next() * EARLY_MS })),
    ...shares.map((share) => ({ share })),
  ]
}
