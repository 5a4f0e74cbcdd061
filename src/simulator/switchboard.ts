import type { Stage } from './judging/sri-messages.ts'
import { stageOf } from './judging/sri-messages.ts'
import type { Fault, ServiceName, Switches } from './switches.ts'
import { AT_REST, changeSwitches, faults } from './switches.ts'

/** Holds the switches and decides by them; what was set for so many times is counted down. */
export class Switchboard {
  #switches: Switches = AT_REST
  #chance = chanceOf(AT_REST.seed)

  get switches(): Switches {
    return this.#switches
  }

  /** @returns what is wrong, in Spanish; nothing was changed then. */
  change(changes: Readonly<Record<string, unknown>>): readonly string[] {
    const changed = changeSwitches(this.#switches, changes)
    if (!changed.ok) return changed.problems
    this.#switches = changed.switches
    // Naming the seed begins the same row of faults again.
    if ('semilla' in changes) this.#chance = chanceOf(changed.switches.seed)
    return []
  }

  /** What befalls the request at hand; null when nothing does. */
  faultFor(service: ServiceName): Fault | null {
    const { services, faultPercent } = this.#switches
    if (!services.includes(service)) return null
    const set = faults.find((fault) => this.#switches[fault] > 0)
    if (set !== undefined) {
      this.#switches = { ...this.#switches, [set]: this.#switches[set] - 1 }
      return set
    }
    if (faultPercent === 0 || this.#chance() * 100 >= faultPercent) return null
    return faults[Math.floor(this.#chance() * faults.length)] ?? null
  }

  /** The code with which the document at hand is to be refused at that stage; null for none. */
  refusalAt(stage: Stage): string | null {
    const { refuse } = this.#switches
    if (refuse === null || refuse.times === 0 || stageOf(refuse.code) !== stage) return null
    const left = refuse.times - 1
    this.#switches = { ...this.#switches, refuse: left === 0 ? null : { ...refuse, times: left } }
    return refuse.code
  }
}

/** Numbers from 0 to 1, the same row for the same seed (a linear congruence of 32 bits). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
