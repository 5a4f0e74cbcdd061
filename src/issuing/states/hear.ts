import { bareDocument } from '../../sri/bare-document.ts'
import { readAuthorizedAt } from '../../sri/envelope/authorized-at.ts'
import type {
  Answered,
  Authorization,
  AuthorizationAnswer,
  Reception,
  ServiceFailure,
  SriMessage,
} from '../../sri/service/sri-service.ts'
import { CODES, type CodeFacts, type Effect, NO_CODE, UNKNOWN_CODE } from './codes.ts'
import { FAILURES, SENTENCES } from './sentences.ts'
import type { AskHeard, AskingState, Heard, SendHeard } from './transitions.ts'
import { LATE_MS } from './transitions.ts'

/** What an answer means for a document, or what it means that there was none. */
export interface Hearing<Word extends Heard = Heard> {
  readonly heard: Word
  /** The SRI's number for it, or our word for a failure; null when there is none. */
  readonly code: string | null
  /** For staff, in Spanish: what it is and what comes next. */
  readonly says: string
  /** Of a refusal: the SRI's own time of it, when it names one. */
  readonly refusedThrough?: string
}

/** An answer that authorises. */
export interface Authorized extends Hearing<'authorized'> {
  readonly authorization: Authorization
}

/** Reads what the SRI said of a document that was sent to it. */
export function hearReception(
  answered: Answered<Reception>,
  accessKey: string,
): Hearing<SendHeard> {
  if (!answered.ok) return hearFailure(answered.failure)
  const { state, accessKey: about, messages } = answered.answer
  if (about !== null && about !== accessKey) return plain('unclear')
  const word = wordOf(state)
  if (word === 'RECIBIDA') return plain('received')
  return word === 'DEVUELTA' ? hearMessages(messages) : plain('unclear')
}

function hearFailure({ kind }: ServiceFailure): Hearing<SendHeard> {
  const { arrived, says } = FAILURES[kind]
  return { heard: arrived ? 'lost' : 'not-sent', code: kind, says }
}

/** What is known of the document that was sent. */
export interface SentDocument {
  readonly accessKey: string
  /** The text of the signed file. */
  readonly document: string
  /** 1 unless it was corrected. */
  readonly edition: number
  readonly sentAt: Date
  /** The SRI's own time of the last of its refusals that was acted upon. */
  readonly refusedThrough: string | null
}

/**
 * Reads what the SRI holds for a key. Only an AUTORIZADO for that very key, with the very document
 * that was sent, authorises; it is looked for among all answers. What is said of what a correction
 * has replaced is past, and so is a refusal after which the same bytes were sent again: the SRI goes on
 * listing it.
 */
export function hearAuthorization(
  answered: Answered<AuthorizationAnswer>,
  sent: SentDocument,
  state: AskingState,
  now: Date,
): Hearing<AskHeard> | Authorized {
  if (!answered.ok) {
    const { kind } = answered.failure
    return { heard: 'no-answer', code: kind, says: FAILURES[kind].says }
  }
  const { accessKey, authorizations } = answered.answer
  if (accessKey !== null && accessKey !== sent.accessKey) return plain('unclear')
  const authorized = authorizations.filter((one) => wordOf(one.state) === 'AUTORIZADO')
  if (authorized.length > 0) return hearAuthorized(authorized, sent)
  const present = authorizations.filter((one) => !isPast(one, sent))
  const words = new Set(present.map((one) => wordOf(one.state)))
  if (words.has('EN PROCESO') || words.has('EN PROCESAMIENTO')) return plain('in-process')
  if (words.size === 0) {
    const late = now.getTime() - sent.sentAt.getTime() >= LATE_MS[state]
    return plain(late ? 'none-late' : 'none')
  }
  const refused = present.filter((one) => REFUSALS.has(wordOf(one.state)))
  const last = refused.at(-1)
  // One word that nobody knows is enough: it may be the one that counts.
  if (last === undefined || refused.length < present.length) return plain('unclear')
  const hearing = hearRefusal(last.messages)
  return ACTED_UPON.includes(hearing.heard) ? { ...hearing, ...latestOf(refused) } : hearing
}

const REFUSALS = new Set(['NO AUTORIZADO', 'RECHAZADO'])

/** After another refusal it is only asked again: taken for past, it would look as if the SRI knew nothing. */
const ACTED_UPON: readonly Heard[] = ['refused', 'trouble', 'limit']

function hearAuthorized(
  authorized: readonly Authorization[],
  sent: SentDocument,
): Hearing<AskHeard> | Authorized {
  const own = bareDocument(sent.document)
  const ours = authorized.find(
    ({ number, document }) =>
      (number === null || number === sent.accessKey) &&
      document !== null &&
      bareDocument(document) === own,
  )
  if (ours) {
    const warning = ours.messages.find(({ identifier }) => effectOf(identifier) === 'warning')
    return { ...plain('authorized'), code: warning?.identifier.trim() ?? null, authorization: ours }
  }
  const complete = authorized.filter(({ document }) => (document ?? '').trim() !== '')
  // Without its document nobody can say that it is ours.
  return plain(complete.length === 0 ? 'unclear' : 'other-document')
}

/** Clocks differ: what the SRI dates so little before a send may well be its answer. */
const CLOCKS_APART_MS = 10 * 60_000

/** Whether a refusal has been acted upon, or is about what a correction has replaced since. */
function isPast({ state, document, authorizedAt }: Authorization, sent: SentDocument): boolean {
  if (!REFUSALS.has(wordOf(state))) return false
  const moment = momentOf(authorizedAt)
  // Both by the clock of the SRI.
  if (
    moment !== null &&
    sent.refusedThrough !== null &&
    moment <= Date.parse(sent.refusedThrough)
  ) {
    return true
  }
  if (sent.edition === 1) return false
  if (document !== null && document.trim() !== '')
    return bareDocument(document) !== bareDocument(sent.document)
  return moment !== null && moment < sent.sentAt.getTime() - CLOCKS_APART_MS
}

function momentOf(authorizedAt: string | null): number | null {
  const at = authorizedAt === null ? null : readAuthorizedAt(authorizedAt)
  return at === null ? null : Date.parse(at)
}

/** The time of the last of some refusals; what has none can only be heard again. */
function latestOf(refused: readonly Authorization[]): { refusedThrough?: string } {
  const moments = refused.flatMap(({ authorizedAt }) => momentOf(authorizedAt) ?? [])
  if (moments.length === 0) return {}
  return { refusedThrough: new Date(Math.max(...moments)).toISOString() }
}

const HEARD_BY_EFFECT = {
  registered: 'registered',
  processing: 'processing',
  'number-known': 'number-known',
  limit: 'limit',
  mend: 'refused',
  trouble: 'trouble',
  query: 'unclear',
} as const satisfies Record<Exclude<Effect, 'warning'>, SendHeard>

/** Of several reasons the one that counts: that the SRI has it outweighs any other. */
const ORDER = Object.keys(HEARD_BY_EFFECT) as (keyof typeof HEARD_BY_EFFECT)[]

function hearMessages(messages: readonly SriMessage[]): Hearing<SendHeard> {
  const reasons = messages.map((message) => ({ message, facts: factsOf(message) }))
  for (const effect of ORDER) {
    const found = reasons.find(({ facts }) => facts.effect === effect)
    if (found) return reasoned(HEARD_BY_EFFECT[effect], found.message, found.facts)
  }
  return { heard: 'refused', code: null, says: NO_CODE.says }
}

/** An authorisation that was refused because the key is there already says nothing of the document. */
function hearRefusal(messages: readonly SriMessage[]): Hearing<AskHeard> {
  const { heard, code, says } = hearMessages(messages)
  switch (heard) {
    case 'refused':
    case 'trouble':
    case 'limit':
    case 'unclear':
      return { heard, code, says }
    default:
      return { heard: 'in-process', code, says }
  }
}

function factsOf({ identifier, type }: SriMessage): CodeFacts {
  const known = CODES.get(identifier.trim())
  if (known) return known
  const harmless = /^(?:ADVERTENCIA|INFORMATIVO)$/i.test(type.trim())
  return harmless ? { effect: 'warning', mender: null, says: '' } : UNKNOWN_CODE
}

function effectOf(identifier: string): Effect | null {
  return CODES.get(identifier.trim())?.effect ?? null
}

const SAID_MAX = 300

/** With what the SRI added to it, which often names the very field. */
function reasoned(heard: SendHeard, message: SriMessage, { says }: CodeFacts): Hearing<SendHeard> {
  const { identifier, text, additional } = message
  const said = [text, additional ?? ''].map((part) => part.replaceAll(/\s+/g, ' ').trim())
  const words = said.filter(Boolean).join(': ').slice(0, SAID_MAX)
  const quoted = heard === 'refused' && words !== '' ? `${says} El SRI dijo: «${words}».` : says
  return { heard, code: identifier.trim(), says: quoted }
}

function plain<Word extends keyof typeof SENTENCES>(heard: Word): Hearing<Word> {
  return { heard, code: null, says: SENTENCES[heard] }
}

function wordOf(state: string): string {
  return state.replaceAll(/\s+/g, ' ').trim().toUpperCase()
}
