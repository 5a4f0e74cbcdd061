import type { ServiceFailure } from '../../sri/service/sri-service.ts'
import { FAILURES } from '../states/sentences.ts'
import type { Carried } from './settle.ts'

/** Silences in a row after which the services are taken to be down; one or two are a hiccup. */
const SILENCES_MAX = 3

/** Tells a hiccup from an outage, by what one process meets. */
export class ServiceWatch {
  #silences = 0
  #since: Date | null = null

  /** What an answer, or its absence, says of the services. */
  heard(failure: ServiceFailure | null, now: Date): Carried['service'] {
    if (failure === null) {
      this.#silences = 0
      this.#since = null
      return 'answered'
    }
    if (!FAILURES[failure.kind].down) return 'silent'
    this.#silences += 1
    this.#since ??= now
    if (this.#silences < SILENCES_MAX) return 'silent'
    return { cause: failure.kind, since: this.#since }
  }
}
