import type { IssuanceState, IssuanceStep } from '../../db/tables/issuing.ts'

/** What is done next with a document in each state; null: nothing, or a person does. */
export const STEPS: Readonly<Record<IssuanceState, IssuanceStep | null>> = {
  numbered: 'make',
  faulty: null,
  ready: 'send',
  // Whoever sends it may die before the answer: then somebody asks.
  sending: 'ask',
  unanswered: 'ask',
  received: 'ask',
  registered: 'ask',
  'number-taken': 'ask',
  'number-lost': null,
  returned: null,
  unauthorized: null,
  different: null,
  authorized: null,
}

/** States in which a person may correct it, and then it goes on with its key and its number. */
export const CORRECTABLE: readonly IssuanceState[] = ['faulty', 'returned', 'unauthorized']

/** What can be heard after a document was sent. */
export type SendHeard =
  /** RECIBIDA. */
  | 'received'
  /** 43, 70, 45: the SRI has the key, works on it, or has its number. */
  | 'registered'
  | 'processing'
  | 'number-known'
  /** 50 and 90. */
  | 'trouble'
  | 'limit'
  /** DEVUELTA for what a person must mend. */
  | 'refused'
  /** Words that say neither, or an answer about another key. */
  | 'unclear'
  /** It cannot have arrived. */
  | 'not-sent'
  /** It may have arrived, but no answer did. */
  | 'lost'

/** What can be heard when asking for a key. */
export type AskHeard =
  /** AUTORIZADO, for this key and this very document. */
  | 'authorized'
  /** AUTORIZADO, for this key and another document. */
  | 'other-document'
  /** NO AUTORIZADO or RECHAZADO, by reason: mend, 50, 90. */
  | 'refused'
  | 'trouble'
  | 'limit'
  /** EN PROCESO, EN PROCESAMIENTO. */
  | 'in-process'
  /** No answer for the key yet; and still none long after it was sent. */
  | 'none'
  | 'none-late'
  | 'unclear'
  /** No answer at all. */
  | 'no-answer'

export type Heard = SendHeard | AskHeard

/** How long to wait: see `PAUSES`. */
export type Pause = 'never' | 'now' | 'look' | 'ask' | 'send' | 'day'

export interface Move {
  readonly to: IssuanceState
  readonly pause: Pause
  /** For staff, where the answer alone does not tell what comes of it. */
  readonly says?: string
}

const move = (to: IssuanceState, pause: Pause): Move => ({ to, pause })

/** What the SRI does not know goes again, the very same bytes. */
const again: Move = {
  to: 'ready',
  pause: 'now',
  says: 'El SRI no sabe de esta clave: el mismo archivo se envía otra vez.',
}

export const AFTER_SENDING: Readonly<Record<SendHeard, Move>> = {
  received: move('received', 'look'),
  registered: move('registered', 'look'),
  processing: move('registered', 'ask'),
  'number-known': move('number-taken', 'look'),
  trouble: move('ready', 'send'),
  limit: move('ready', 'day'),
  refused: move('returned', 'never'),
  unclear: move('unanswered', 'ask'),
  'not-sent': move('ready', 'send'),
  lost: move('unanswered', 'ask'),
}

/** Those in which the next step is to ask. */
export type AskingState = 'sending' | 'unanswered' | 'received' | 'registered' | 'number-taken'

/** The same wherever it is asked from: what the SRI has decided. */
const DECIDED = {
  authorized: move('authorized', 'never'),
  'other-document': move('different', 'never'),
  refused: move('unauthorized', 'never'),
  trouble: move('ready', 'send'),
  limit: move('ready', 'day'),
  'in-process': move('registered', 'ask'),
} as const

/** Nobody knows whether it arrived. */
const PERHAPS_SENT = {
  ...DECIDED,
  none: again,
  'none-late': again,
  unclear: move('unanswered', 'ask'),
  'no-answer': move('unanswered', 'ask'),
} as const

export const AFTER_ASKING: Readonly<Record<AskingState, Readonly<Record<AskHeard, Move>>>> = {
  sending: PERHAPS_SENT,
  unanswered: PERHAPS_SENT,
  received: {
    ...DECIDED,
    none: move('received', 'ask'),
    // It said that it had it, and a day later it has not.
    'none-late': again,
    unclear: move('received', 'ask'),
    'no-answer': move('received', 'ask'),
  },
  // The SRI has the key: it is not sent again unless the SRI itself says that it authorised nothing.
  registered: {
    ...DECIDED,
    none: move('registered', 'ask'),
    'none-late': move('registered', 'ask'),
    unclear: move('registered', 'ask'),
    'no-answer': move('registered', 'ask'),
  },
  'number-taken': {
    ...DECIDED,
    none: move('number-taken', 'ask'),
    // Another document has the number, under a key that is not ours.
    'none-late': {
      to: 'number-lost',
      pause: 'never',
      says: 'El SRI tiene este número con una clave que no es la nuestra. Busca en su portal qué documento es antes de decidir; hasta entonces no se envía nada.',
    },
    unclear: move('number-taken', 'ask'),
    'no-answer': move('number-taken', 'ask'),
  },
}

const HOUR = 3_600_000

/** After how long «no answer yet» turns into «never»; the SRI itself speaks of up to 24 hours. */
export const LATE_MS: Readonly<Record<AskingState, number>> = {
  sending: 24 * HOUR,
  unanswered: 24 * HOUR,
  received: 24 * HOUR,
  registered: 24 * HOUR,
  'number-taken': HOUR,
}

interface PauseFacts {
  /** The first; twice as long for each further round that brought nothing. */
  readonly firstMs: number
  readonly longestMs: number
}

export const PAUSES: Readonly<Record<Exclude<Pause, 'never'>, PauseFacts>> = {
  now: { firstMs: 0, longestMs: 0 },
  /** The SRI asks to be left a few seconds before it is asked. */
  look: { firstMs: 3_000, longestMs: 3_000 },
  ask: { firstMs: 5_000, longestMs: 15 * 60_000 },
  send: { firstMs: 15_000, longestMs: 30 * 60_000 },
  day: { firstMs: 24 * HOUR, longestMs: 24 * HOUR },
}
