import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IssuanceState } from '#src/db/tables/issuing.ts'
import { CODES } from '#src/issuing/states/codes.ts'
import {
  decide,
  QUESTIONS_MAX,
  SENDS_MAX,
  type Standing,
  sendableFrom,
} from '#src/issuing/states/decide.ts'
import { hearAuthorization, hearReception } from '#src/issuing/states/hear.ts'
import { FAILURES, SENTENCES, withoutPromise } from '#src/issuing/states/sentences.ts'
import {
  AFTER_ASKING,
  AFTER_SENDING,
  type AskingState,
  STEPS,
} from '#src/issuing/states/transitions.ts'
import type {
  Authorization,
  AuthorizationAnswer,
  Reception,
  ServiceFailure,
  SriMessage,
} from '#src/sri/service/sri-service.ts'
import { describeWithShared } from '#tests/support/judges.ts'

const KEY = '1609202601176001321000110010010009404212344783611'
const OTHER_KEY = '2504202201179001691900120721070002352450711013810'
const DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><factura id="comprobante"></factura>'
const NOW = new Date('2026-11-20T15:00:00.000Z')
const SENT = { accessKey: KEY, document: DOCUMENT, edition: 1, sentAt: NOW, refusedThrough: null }
const STANDING: Standing = {
  state: 'sending',
  tries: 0,
  refusals: 0,
  refusedAt: null,
  sends: 1,
  questions: 0,
}

const message = (identifier: string, type = 'ERROR'): SriMessage => ({
  identifier,
  text: 'TEXTO',
  additional: null,
  type,
})

function reception(state: string, messages: SriMessage[] = [], accessKey: string | null = KEY) {
  return hearReception({ ok: true, answer: { state, accessKey, messages } }, KEY)
}

function returned(...codes: string[]) {
  return reception(
    'DEVUELTA',
    codes.map((code) => message(code)),
  )
}

const answer = (state: string, rest: Partial<Authorization> = {}): Authorization => ({
  state,
  number: null,
  authorizedAt: '2026-11-20T10:00:05-05:00',
  environment: 'PRUEBAS',
  document: DOCUMENT,
  messages: [],
  ...rest,
})

const authorized = (rest: Partial<Authorization> = {}) =>
  answer('AUTORIZADO', { number: KEY, ...rest })

function asked(
  authorizations: Authorization[],
  options: {
    state?: AskingState
    now?: Date
    accessKey?: string | null
    edition?: number
    refusedThrough?: string | null
  } = {},
) {
  const { state = 'received', now = NOW, accessKey = KEY } = options
  const { edition = 1, refusedThrough = null } = options
  const found = { accessKey, count: authorizations.length, authorizations, raw: Buffer.alloc(0) }
  const sent = { ...SENT, edition, refusedThrough }
  return hearAuthorization({ ok: true, answer: found }, sent, state, now)
}

/**
 * Every number that the SRI documents, and one that it does not: where a document stands once it was
 * returned with it, and once it was not authorised with it.
 */
const ANSWERS: readonly (readonly [
  code: string,
  returned: IssuanceState,
  refused: IssuanceState,
])[] = [
  ['43', 'registered', 'registered'],
  ['45', 'number-taken', 'registered'],
  ['70', 'registered', 'registered'],
  ['50', 'ready', 'ready'],
  ['90', 'ready', 'ready'],
  ['80', 'unanswered', 'received'],
  ['99', 'unanswered', 'received'],
  // What is wrong in some way waits for a person.
  ...['2', '10', '26', '27', '28', '34', '35', '36', '37', '39', '40', '42', '46', '47', '48', '49']
    .concat(['52', '56', '57', '58', '63', '64', '65', '67', '69', '82', '92', '1234'])
    // Nor does a warning alone say why it came back.
    .concat(['59', '60', '62', '68'])
    .map((code) => [code, 'returned', 'unauthorized'] as const),
]
const WARNINGS = ['59', '60', '62', '68']
/** What the portal does next there; null: a person does. */
const STEP_FROM: Readonly<Partial<Record<IssuanceState, 'ask' | 'send' | null>>> = {
  registered: 'ask',
  'number-taken': 'ask',
  unanswered: 'ask',
  received: 'ask',
  ready: 'send',
  returned: null,
  unauthorized: null,
}

const hours = (count: number) => new Date(NOW.getTime() + count * 3_600_000)

describe('what the SRI says of a document that was sent', () => {
  test.each<[string, string, string, string | null]>([
    ['RECIBIDA', 'received', 'received', 'ask'],
    [' recibida ', 'received', 'received', 'ask'],
    ['PENDIENTE', 'unclear', 'unanswered', 'ask'],
    ['', 'unclear', 'unanswered', 'ask'],
    ['AUTORIZADO', 'unclear', 'unanswered', 'ask'],
  ])('%s', (state, heard, to, step) => {
    const hearing = reception(state)
    expect(hearing.heard).toBe(heard)
    const move = AFTER_SENDING[hearing.heard]
    expect(move.to).toBe(to)
    expect(STEPS[move.to]).toBe(step)
  })

  test.each(ANSWERS)('DEVUELTA with %s', (code, to) => {
    const hearing = returned(code)
    const move = AFTER_SENDING[hearing.heard]
    expect([move.to, STEPS[move.to]]).toEqual([to, STEP_FROM[to]])
    expect(hearing.code).toBe(WARNINGS.includes(code) ? null : code)
    expect(hearing.says).toMatch(/^[A-ZÁÉÍÓÚ«].{20,}\.$/)
  })

  test('DEVUELTA without a reason, or with nothing but warnings, is sent again by nobody', () => {
    for (const hearing of [reception('DEVUELTA'), returned('59'), returned('60', '62')]) {
      expect(hearing).toMatchObject({ heard: 'refused', code: null })
    }
  })

  test('that the SRI has the key outweighs whatever else it says', () => {
    expect(returned('35', '43').heard).toBe('registered')
    expect(returned('50', '70').heard).toBe('processing')
    expect(returned('50', '35').heard).toBe('refused')
  })

  test('an answer about another key decides nothing, one that names no key does', () => {
    expect(reception('RECIBIDA', [], OTHER_KEY).heard).toBe('unclear')
    expect(reception('DEVUELTA', [message('35')], OTHER_KEY).heard).toBe('unclear')
    expect(reception('DEVUELTA', [message('35')], null).heard).toBe('refused')
  })

  test.each<[ServiceFailure['kind'], string]>([
    ['unreachable', 'ready'],
    ['circuit-open', 'ready'],
    ['cut', 'unanswered'],
    ['timeout', 'unanswered'],
    ['http', 'unanswered'],
    ['empty', 'unanswered'],
    ['not-xml', 'unanswered'],
    ['fault', 'unanswered'],
    ['unexpected', 'unanswered'],
    ['too-large', 'unanswered'],
  ])('no answer, %s', (kind, to) => {
    const hearing = hearReception({ ok: false, failure: { kind, detail: '' } }, KEY)
    expect(AFTER_SENDING[hearing.heard].to).toBe(to)
  })
})

describe('what the SRI holds for a key', () => {
  const states: AskingState[] = ['sending', 'unanswered', 'received', 'registered', 'number-taken']

  test.each(states)('%s: AUTORIZADO, and nothing else, authorises', (state) => {
    const to = (authorizations: Authorization[], now = NOW) =>
      AFTER_ASKING[state][asked(authorizations, { state, now }).heard].to
    expect(to([authorized()])).toBe('authorized')
    expect(to([answer('NO AUTORIZADO', { messages: [message('39')] })])).toBe('unauthorized')
    expect(to([answer('RECHAZADO', { messages: [message('46')] })])).toBe('unauthorized')
    expect(to([answer('NO AUTORIZADO')])).toBe('unauthorized')
    expect(to([answer('NO AUTORIZADO', { messages: [message('50')] })])).toBe('ready')
    expect(to([answer('EN PROCESO')])).toBe('registered')
    expect(to([answer('EN PROCESAMIENTO', { document: null })])).toBe('registered')
    const waiting = state === 'sending' ? 'unanswered' : state
    expect(to([answer('TRANSMITIDO')])).toBe(waiting)
    expect(to([answer('AUTORIZADO', { document: null })])).toBe(waiting)
  })

  test.each(ANSWERS)('NO AUTORIZADO with %s', (code, _returned, to) => {
    const hearing = asked([answer('NO AUTORIZADO', { messages: [message(code)] })])
    const move = AFTER_ASKING.received[hearing.heard]
    expect([move.to, STEPS[move.to]]).toEqual([to, STEP_FROM[to]])
    expect(hearing.code).toBe(WARNINGS.includes(code) ? null : code)
    // What is only asked again is not past: it was not sent again after it.
    expect('refusedThrough' in hearing).toBe(STEP_FROM[to] !== 'ask')
  })

  test('knows each of those numbers, and warns with those that hold nothing back', () => {
    const known = [...CODES.keys(), '1234'].sort()
    expect(ANSWERS.map(([code]) => code).sort()).toEqual(known)
    const warnings = [...CODES].filter(([, { effect }]) => effect === 'warning')
    expect(warnings.map(([code]) => code)).toEqual(WARNINGS)
  })

  test('nothing known: not yet, or never and then the same bytes again, unless the SRI has the key', () => {
    const to = (state: AskingState, now: Date) =>
      AFTER_ASKING[state][asked([], { state, now }).heard].to
    expect(to('received', hours(23))).toBe('received')
    expect(to('received', hours(25))).toBe('ready')
    expect(to('unanswered', NOW)).toBe('ready')
    expect(to('sending', NOW)).toBe('ready')
    expect(to('registered', hours(25))).toBe('registered')
    expect(to('registered', hours(1_000))).toBe('registered')
    expect(to('number-taken', NOW)).toBe('number-taken')
    expect(to('number-taken', hours(2))).toBe('number-lost')
  })

  test('finds the AUTORIZADO among several answers, wherever it stands', () => {
    const refused = answer('NO AUTORIZADO', { messages: [message('39')] })
    expect(asked([refused, authorized()]).heard).toBe('authorized')
    expect(asked([authorized(), refused, refused]).heard).toBe('authorized')
    expect(asked([answer('TRANSMITIDO'), refused]).heard).toBe('unclear')
    expect(asked([refused, answer('EN PROCESO')]).heard).toBe('in-process')
  })

  test('authorises this very document under this very key, and no other', () => {
    expect(asked([authorized({ document: DOCUMENT.replace('></f', '>x</f') })]).heard).toBe(
      'other-document',
    )
    expect(asked([authorized({ number: OTHER_KEY })]).heard).toBe('other-document')
    expect(asked([authorized()], { accessKey: OTHER_KEY }).heard).toBe('unclear')
    expect(AFTER_ASKING.received['other-document']).toEqual({ to: 'different', pause: 'never' })
    // What an answer may change around a document is not the document.
    const inside = `${DOCUMENT.replace(/<\?.*\?>/, '')}\r\n`
    expect(asked([authorized({ document: inside })]).heard).toBe('authorized')
    expect(asked([authorized({ number: null })]).heard).toBe('authorized')
  })

  test('keeps a warning of an authorised document, and calls it authorised all the same', () => {
    const hearing = asked([authorized({ messages: [message('60', 'INFORMATIVO')] })])
    expect(hearing).toMatchObject({ heard: 'authorized', code: '60' })
  })

  test('takes what was said of an earlier edition for past', () => {
    const earlier = answer('NO AUTORIZADO', {
      document: DOCUMENT.replace('></f', '>before</f'),
      messages: [message('39')],
    })
    const undated = { ...earlier, document: null, authorizedAt: '20/11/2026 08:00:00' }
    for (const past of [earlier, undated]) {
      expect(asked([past], { edition: 2 }).heard).toBe('none')
      expect(asked([past], { edition: 1 }).heard).toBe('refused')
    }
    const again = answer('NO AUTORIZADO', { messages: [message('52')] })
    expect(asked([earlier, again], { edition: 2 })).toMatchObject({ heard: 'refused', code: '52' })
  })

  test('takes a refusal for past once the same bytes were sent again after it', () => {
    const first = answer('NO AUTORIZADO', { messages: [message('50')] })
    const hearing = asked([first])
    expect(hearing).toMatchObject({ heard: 'trouble', refusedThrough: '2026-11-20T15:00:05.000Z' })
    const { refusedThrough = null } = hearing
    // It stands there still, and says nothing of what was sent since.
    expect(asked([first, first], { refusedThrough }).heard).toBe('none')
    expect(asked([first], { refusedThrough, now: hours(25) }).heard).toBe('none-late')
    const second = answer('NO AUTORIZADO', {
      authorizedAt: '2026-11-20T10:00:20-05:00',
      messages: [message('90')],
    })
    const later = asked([first, second], { refusedThrough })
    expect(later).toMatchObject({ heard: 'limit', refusedThrough: '2026-11-20T15:00:20.000Z' })
    // One without its time cannot be told from another.
    const undated = { ...first, authorizedAt: null }
    expect(asked([undated], { refusedThrough }).heard).toBe('trouble')
    expect(asked([first, authorized()], { refusedThrough }).heard).toBe('authorized')
  })

  test('no answer changes nothing but the time of the next question', () => {
    for (const state of states) {
      const failure = { kind: 'timeout', detail: '' } as const
      const hearing = hearAuthorization({ ok: false, failure }, SENT, state, hours(100))
      const move = AFTER_ASKING[state][hearing.heard]
      expect(move.to).toBe(state === 'sending' ? 'unanswered' : state)
      expect(STEPS[move.to]).toBe('ask')
    }
  })
})

test('promises nothing once the tries of a key are used up', () => {
  const moves = [AFTER_SENDING, ...Object.values(AFTER_ASKING)].flatMap((table) =>
    Object.values(table).filter(({ to }) => STEPS[to] !== null),
  )
  const told = [
    ...Object.values(SENTENCES),
    ...Object.values(FAILURES).map(({ says }) => says),
    ...[...CODES.values()].filter(({ effect }) => effect !== 'mend').map(({ says }) => says),
    ...moves.flatMap(({ says }) => says ?? []),
  ]
  for (const says of told) {
    expect(withoutPromise(says)).toMatch(/^[A-ZÁÉÍÓÚ].*\.$/)
    expect(withoutPromise(says)).not.toMatch(/ se (?:intenta|pregunta|envía) |otra vez/i)
  }
})

describe('the step from one state to the next', () => {
  const world = { now: NOW, random: 0.5 }
  const wait = (standing: Standing, move: Parameters<typeof decide>[1]) =>
    ((decide(standing, move, world).nextAt?.getTime() ?? 0) - NOW.getTime()) / 1_000

  test('pauses grow, up to a limit, and begin anew once the SRI has taken it', () => {
    const again = (tries: number) => wait({ ...STANDING, tries }, AFTER_SENDING['not-sent'])
    expect([0, 1, 2, 3].map(again)).toEqual([15, 30, 60, 120])
    expect(again(50)).toBe(1_800)
    expect(wait({ ...STANDING, tries: 7 }, AFTER_SENDING.received)).toBe(3)
    const received = decide({ ...STANDING, tries: 7 }, AFTER_SENDING.received, world)
    expect(received.tries).toBe(0)
  })

  test('two bad sends a day are forgiven; the third waits until the first is a day old', () => {
    const first = decide(STANDING, AFTER_SENDING.refused, world)
    expect(first).toMatchObject({ refusals: 1, refusedAt: NOW, step: null, nextAt: null })
    expect(sendableFrom(first, hours(1))).toEqual(hours(1))
    const second = decide(first, AFTER_ASKING.received.refused, { now: hours(2), random: 0 })
    expect(second).toMatchObject({ refusals: 2, refusedAt: NOW })
    expect(sendableFrom(second, hours(3))).toEqual(hours(24))
    expect(sendableFrom(second, hours(30))).toEqual(hours(30))
    const later = decide(second, AFTER_SENDING.refused, { now: hours(30), random: 0 })
    expect(later).toMatchObject({ refusals: 1, refusedAt: hours(30) })
  })

  test('when the SRI counts the attempts as used up, it goes again a day later', () => {
    const limited = decide(STANDING, AFTER_SENDING.limit, { ...world, limited: true })
    expect(limited).toMatchObject({ state: 'ready', step: 'send', nextAt: hours(24), refusals: 2 })
  })

  test('a person looks once the tries of a key are used up, whatever it waits for', () => {
    const decided = (given: Partial<Standing>, move: Parameters<typeof decide>[1]) =>
      decide({ ...STANDING, ...given }, move, world)
    const last = { sends: SENDS_MAX - 1, questions: QUESTIONS_MAX - 1 }
    const asking = AFTER_ASKING.registered['in-process']
    expect(decided(last, AFTER_SENDING.trouble)).toMatchObject({ step: 'send', isSpent: false })
    expect(decided(last, asking)).toMatchObject({ step: 'ask', isSpent: false })
    const sent = decided({ sends: SENDS_MAX }, AFTER_SENDING.trouble)
    expect(sent).toMatchObject({ state: 'ready', step: null, nextAt: null, isSpent: true })
    const asked = decided({ questions: QUESTIONS_MAX }, asking)
    expect(asked).toMatchObject({ state: 'registered', step: null, nextAt: null, isSpent: true })
    // The last send is asked for all the same, and the last answer counts.
    expect(decided({ sends: SENDS_MAX }, AFTER_SENDING.received).step).toBe('ask')
    const end = decided({ questions: QUESTIONS_MAX }, AFTER_ASKING.registered.authorized)
    expect(end).toMatchObject({ state: 'authorized', isSpent: false })
  })

  test('whatever is heard in whatever order: never lost, never sent again while the SRI has it', () => {
    const heard = fc.constantFrom(...(Object.keys(AFTER_ASKING.received) as 'none'[]))
    const first = fc.constantFrom(...(Object.keys(AFTER_SENDING) as 'received'[]))
    fc.assert(
      fc.property(first, fc.array(heard, { maxLength: 30 }), (sent, answers) => {
        let at = decide(STANDING, AFTER_SENDING[sent], world)
        for (const one of answers) {
          const before = at.state
          if (at.step !== 'ask') break
          at = decide(at, AFTER_ASKING[before as AskingState][one], world)
          const back = at.state === 'ready'
          if (before === 'registered' && back) expect(['trouble', 'limit']).toContain(one)
          if (at.state === 'authorized') expect(one).toBe('authorized')
        }
        expect(at.step).toBe(STEPS[at.state])
        expect(at.step === null).toBe(at.nextAt === null)
      }),
    )
  })
})

describeWithShared('against the catalogue and the answers that were collected', (folder) => {
  test('knows every message of the SRI', () => {
    const file = path.join(folder, 'sri/catalogos.json')
    const { mensajesSRI } = JSON.parse(fs.readFileSync(file, 'utf8'))
    const items: { identificador: string; etapa: string }[] = mensajesSRI.items
    const codes = items.map(({ identificador }) => identificador)
    const ours = ANSWERS.map(([code]) => code)
    expect(codes.filter((code) => !ours.includes(code))).toEqual([])
    const warnings = items.filter(({ etapa }) => etapa === 'advertencia')
    expect(warnings.map(({ identificador }) => identificador)).toEqual(WARNINGS)
  })

  const samples = path.join(folder, 'sri/wsdl/samples')
  const files = fs.readdirSync(samples)

  test.each<[string, string]>([
    ['02', 'received'],
    ['03', 'returned'],
    ['04', 'returned'],
    ['05', 'registered'],
    ['06', 'number-taken'],
    ['07', 'returned'],
    ['08', 'registered'],
  ])('reception %s leads to %s', (number, to) => {
    const { answer } = sampleReception(samples, files, number)
    const key = answer.accessKey ?? KEY
    expect(AFTER_SENDING[hearReception({ ok: true, answer }, key).heard].to).toBe(to)
  })

  test.each<[string, string]>([
    ['11', 'authorized'],
    ['12', 'authorized'],
    ['13', 'unauthorized'],
    ['14', 'unauthorized'],
    ['15', 'registered'],
    ['16', 'received'],
    ['17', 'authorized'],
  ])('authorisation %s leads to %s', (number, to) => {
    const answer = sampleAuthorization(samples, files, number)
    const accessKey = answer.accessKey ?? ''
    const ours = answer.authorizations.find(({ document }) => document !== null)
    const sent = {
      accessKey,
      document: ours?.document ?? '',
      edition: 1,
      sentAt: NOW,
      refusedThrough: null,
    }
    const hearing = hearAuthorization({ ok: true, answer }, sent, 'received', NOW)
    expect(AFTER_ASKING.received[hearing.heard].to).toBe(to)
  })
})

/** A plain reading of the samples, which have one shape: the real one is the service's. */
function sampleText(folder: string, files: readonly string[], number: string): string {
  const name = files.find((file) => file.startsWith(`${number}-`)) ?? ''
  return fs.readFileSync(path.join(folder, name), 'utf8')
}

function sampleReception(folder: string, files: readonly string[], number: string) {
  const text = sampleText(folder, files, number)
  const key = between(text, 'claveAcceso')
  const answer: Reception = {
    state: between(text, 'estado') ?? '',
    accessKey: key === 'N/A' ? null : key,
    messages: messagesIn(text),
  }
  return { answer }
}

function sampleAuthorization(
  folder: string,
  files: readonly string[],
  number: string,
): AuthorizationAnswer {
  const text = sampleText(folder, files, number)
  const parts = text.split(/<autorizacion>/).slice(1)
  const authorizations = parts.map((part) => ({
    state: between(part, 'estado') ?? '',
    number: between(part, 'numeroAutorizacion'),
    authorizedAt: between(part, 'fechaAutorizacion'),
    environment: between(part, 'ambiente'),
    document: between(part, 'comprobante'),
    messages: messagesIn(part),
  }))
  const accessKey = between(text, 'claveAccesoConsultada')
  return { accessKey, count: authorizations.length, authorizations, raw: Buffer.from(text) }
}

function between(text: string, name: string): string | null {
  const found = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([\\s\\S]*?)(?:\\]\\]>)?</${name}>`).exec(
    text,
  )
  return found?.[1] ?? null
}

function messagesIn(text: string): SriMessage[] {
  return [...text.matchAll(/<identificador>(\d+)<\/identificador>([\s\S]*?)<tipo>(\w+)/g)].map(
    ([, identifier = '', rest = '', type = '']) => ({
      identifier,
      text: between(rest, 'mensaje') ?? '',
      additional: between(rest, 'informacionAdicional'),
      type,
    }),
  )
}
