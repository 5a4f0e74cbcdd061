import type { OutageService } from '../../db/tables/issuing.ts'
import type { ServiceFailure } from '../../sri/service/sri-service.ts'
import { FAILURES } from '../states/sentences.ts'

/** What was heard of one of the services: an answer, silence, or since when and why it is down. */
export interface ServiceHeard {
  readonly of: OutageService
  readonly heard: 'answered' | 'silent' | { readonly cause: string; readonly since: Date }
}

/** Silences in a row after which a service is taken to be down; one or two are a hiccup. */
const SILENCES_MAX = 3

/**
 * Tells a hiccup from an outage, by what one process meets. Each service for itself: that one answers
 * says nothing of the other.
 */
export class ServiceWatch {
  readonly #silences = new Map<OutageService, { count: number; since: Date }>()
  readonly #answers = new Map<OutageService, Date>()

  /**
   * What an answer of a service, or its absence, says of it. Who answered others meanwhile is not
   * down: what was lost together is given up together, and would look like silence.
   */
  heard(
    of: OutageService,
    failure: ServiceFailure | null,
    { askedAt, now }: { askedAt: Date; now: Date },
  ): ServiceHeard {
    if (failure === null) {
      this.#silences.delete(of)
      this.#answers.set(of, now)
      return { of, heard: 'answered' }
    }
    const answeredMeanwhile = (this.#answers.get(of) ?? askedAt) > askedAt
    if (answeredMeanwhile || !FAILURES[failure.kind].down) return { of, heard: 'silent' }
    const { count, since } = this.#silences.get(of) ?? { count: 0, since: now }
    this.#silences.set(of, { count: count + 1, since })
    if (count + 1 < SILENCES_MAX) return { of, heard: 'silent' }
    return { of, heard: { cause: failure.kind, since } }
  }
}
