import { accessKeyDay, parseAccessKey } from '../sri/access-key.ts'
import { kindFacts } from '../sri/kinds.ts'
import { dayOf, firstOfMonth } from '../values/day.ts'
import { annullable } from './annulment.ts'
import type { AuthorizationVerdict, SignatureCheck } from './judging/judge-authorization.ts'
import { judgeAuthorization } from './judging/judge-authorization.ts'
import type { Received, ReceptionVerdict } from './judging/judge-reception.ts'
import { judgeReception } from './judging/judge-reception.ts'
import { sriMessage } from './judging/sri-messages.ts'
import type { Submission, SubmissionStore } from './submission-store.ts'
import { AUTHORIZED, PENDING, REJECTED } from './submission-store.ts'
import type { Switchboard } from './switchboard.ts'

interface Parts {
  readonly store: SubmissionStore
  readonly board: Switchboard
  readonly now: () => Date
  readonly verifySignature: SignatureCheck
}

/** What the query service says: a state, or why it says none. */
export type Consulted =
  | {
      readonly ok: true
      readonly state: string
      readonly kindName: string
      readonly issuer: string
      readonly decidedAt: Date
    }
  | { readonly ok: false; readonly reason: string }

export type Annulled =
  | { readonly ok: true; readonly state: string }
  | { readonly ok: false; readonly reason: string }

/**
 * The SRI as whoever issues sees it: receives at once, decides after a while, forgets nothing it
 * received. What is due is decided when somebody next asks, as of the moment it was due.
 */
export class SimulatedSri {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Keeps the document once it is received; of what is returned nothing is kept. */
  receive(bytes: Uint8Array): ReceptionVerdict {
    this.decideDue()
    const { store, board } = this.#parts
    const now = this.#parts.now()
    const verdict = judgeReception(bytes, {
      today: dayOf(now),
      taken: (received) => this.#taken(received),
      wanted: () => board.refusalAt('reception'),
    })
    if (!verdict.ok) return verdict
    const { key, number } = verdict.received
    const dueAt = new Date(now.getTime() + board.switches.delayMs)
    const wanted = board.refusalAt('authorization') ?? board.refusalAt('warning')
    store.add({ accessKey: key, number, document: bytes, receivedAt: now, dueAt, wanted })
    return verdict
  }

  /** Every answer there is for a key; none while it pretends to know of nothing. */
  answersFor(key: string): Submission[] {
    this.decideDue()
    const { store, board, now } = this.#parts
    const knownSince = now().getTime() - board.switches.unknownMs
    const found = store.ofKey(key).filter(({ receivedAt }) => receivedAt.getTime() <= knownSince)
    const told = board.switches.contradictory ? found.flatMap(contradicted) : found
    return board.switches.doubled ? told.flatMap((one) => [one, one]) : told
  }

  consult(key: string): Consulted {
    this.decideDue()
    const parsed = parseAccessKey(key)
    if (!parsed.ok) return { ok: false, reason: 'Error en el formato de la clave acceso.' }
    const today = dayOf(this.#parts.now())
    if ((accessKeyDay(key) ?? '') < firstOfMonth(today, -1)) return { ok: false, reason: TOO_OLD }
    const decided = this.#parts.store.ofKey(key).filter(({ state }) => state !== PENDING)
    const one = decided.find(({ state }) => state === AUTHORIZED) ?? decided.at(-1)
    if (one === undefined) return { ok: false, reason: UNKNOWN }
    return {
      ok: true,
      state: this.stateOf(one),
      kindName: kindFacts(parsed.fields.kind).name,
      issuer: parsed.fields.issuerRuc,
      decidedAt: one.dueAt,
    }
  }

  /** Asks for an annulment, as whoever issued does at the SRI's portal. */
  annul(key: string): Annulled {
    this.decideDue()
    const { store, board } = this.#parts
    const now = this.#parts.now()
    const one = store.ofKey(key).find(({ state }) => state === AUTHORIZED)
    if (one === undefined)
      return { ok: false, reason: 'No hay un comprobante autorizado con esa clave.' }
    if (store.annulledAt(key) !== null) {
      return { ok: false, reason: 'Ya se pidió anular ese comprobante.' }
    }
    const may = annullable(key, one.document, dayOf(now))
    if (!may.ok) return may
    const wait = may.needsConsent ? board.switches.consentMs : 0
    store.annul(key, new Date(now.getTime() + wait))
    return { ok: true, state: this.stateOf(one) }
  }

  /** The last documents received, the newest first. */
  newest(count: number): Submission[] {
    this.decideDue()
    return this.#parts.store.newest(count)
  }

  /** The state of a document, annulment included. */
  stateOf({ accessKey, state }: Submission): string {
    const at = state === AUTHORIZED ? this.#parts.store.annulledAt(accessKey) : null
    if (at === null) return state
    return at <= this.#parts.now() ? 'ANULADO' : 'PENDIENTE DE ANULAR'
  }

  /** Decides what is due by now; called before anything changes by which it is decided. */
  decideDue(): void {
    const { store, now } = this.#parts
    for (const one of store.due(now())) {
      const { authorized, messages } = this.#judge(one)
      store.decide(one.id, authorized ? AUTHORIZED : REJECTED, messages)
    }
  }

  #taken({ key, number }: Received): '43' | '45' | '70' | null {
    const { store } = this.#parts
    const states = store.ofKey(key).map(({ state }) => state)
    if (states.includes(PENDING)) return '70'
    if (states.includes(AUTHORIZED)) return '43'
    return store.keyOfNumber(number) === null ? null : '45'
  }

  /** What judges may stumble over a document; that is no reason to stumble over it for ever. */
  #judge({ document, wanted }: Submission): AuthorizationVerdict {
    const { board, verifySignature } = this.#parts
    const { closed } = board.switches
    try {
      return judgeAuthorization(document, { verifySignature, closed, wanted })
    } catch (error) {
      return { authorized: false, messages: [sriMessage('50', String(error))] }
    }
  }
}

const UNKNOWN = 'No existen datos para los parámetros ingresados'
const TOO_OLD =
  'No es posible validar la clave de acceso ya que la fecha de emisión está fuera del rango permitido.'

/** An authorisation with an answer beside it that says the contrary. */
function contradicted(one: Submission): Submission[] {
  if (one.state !== AUTHORIZED) return [one]
  return [{ ...one, state: REJECTED, messages: [sriMessage('39')] }, one]
}
