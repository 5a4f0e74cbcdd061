import type { Db } from '../../db/open.ts'
import type { Staff } from '../../identity/person.ts'
import { allWaitingAbout } from '../../identity/staff/approvals/approval-store.ts'
import { APPROVALS, mayDo, RECEIPTS } from '../../identity/staff/rights.ts'
import { creditedNumber } from '../../issuing/credit-notes/credited-number.ts'
import { eventsOf } from '../../issuing/issuance/event-store.ts'
import type { ListedIssuance } from '../../issuing/issuance/list-store.ts'
import { hasSignedFile } from '../../issuing/making/document-store.ts'
import { QUESTIONS_MAX, SENDS_MAX } from '../../issuing/states/decide.ts'
import { eventWords } from '../../issuing/states/deed-words.ts'
import { CORRECTABLE } from '../../issuing/states/transitions.ts'
import { issuerRucIn } from '../../sri/access-key.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { totalOf } from '../../sri/summary.ts'
import { formatCount } from '../../values/count.ts'
import { formatDay, formatInstant } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import type { IssuanceRow } from './issuance-row.ts'
import { issuanceRow, knownIssuers } from './issuance-row.ts'

/** Something that happened to a document, as its story tells it. */
export interface StoryStep {
  readonly tone: 'ok' | 'espera' | 'mal' | ''
  readonly text: string
  readonly detail: string
  readonly at: Date
  /** With its seconds: two answers of the SRI may be that close. */
  readonly time: string
}

/** Everything that the page of one document on its way prints. */
export interface IssuancePage extends IssuanceRow {
  readonly key: string
  readonly edition: number
  readonly facts: readonly { term: string; text: string }[]
  readonly steps: readonly StoryStep[]
  /** Whether the file that was made of it is kept here. */
  readonly hasFile: boolean
  /** The receipt that it became. */
  readonly receipt: string | null
  /** Where what waits for a second person stands. */
  readonly proposal: string | null
  readonly may: { correct: boolean; compare: boolean; decide: boolean; resume: boolean }
  /** What closing it frees; null when that frees nothing. */
  readonly frees: string | null
  readonly reason: { again: string; text: string; problem: string }
}

export async function issuancePage(
  db: Db,
  viewer: Staff,
  issuance: ListedIssuance,
  now: Date,
  reason = { again: '', text: '', problem: '' },
): Promise<IssuancePage> {
  const { id, accessKey, edition, state, closedAt } = issuance
  const [waiting] = await allWaitingAbout(db, `issuance:${id}`)
  const issuers = await knownIssuers(db)
  const acts = mayDo(viewer.role, 'issuances.correct') && closedAt === null
  return {
    ...issuanceRow(issuance, issuers, now),
    key: accessKey,
    edition,
    facts: factsOf(issuance, issuers.names),
    steps: await storyOf(db, id),
    hasFile: await hasSignedFile(db, id),
    receipt: state === 'authorized' ? `${RECEIPTS}/${accessKey}` : null,
    proposal: waiting ? `${APPROVALS}/${waiting.id}` : null,
    may: {
      correct: acts && CORRECTABLE.includes(state),
      compare: state === 'different',
      decide: acts && state === 'number-lost',
      resume: acts && issuance.isSpent,
    },
    frees: freedBy(issuance.draft),
    reason,
  }
}

/** What nobody gives back once a credit note is closed; null of anything else. */
export function freedBy(draft: ReceiptDraft): string | null {
  const number = creditedNumber(draft)
  if (number === null) return null
  return `Lo que devolvía esta nota de crédito queda otra vez por devolver de la factura ${number}. Si la emitió otro sistema, carga su XML para que cuente.`
}

/** The technical story of a document that we issued. */
export async function storyOf(db: Db, issuanceId: number): Promise<StoryStep[]> {
  const events = await eventsOf(db, issuanceId)
  return events.map(({ what, code, text, at }) => {
    const words = eventWords(what)
    const shown = code !== null && /^\d+$/.test(code) ? `${code}: ` : ''
    return { ...words, detail: text === null ? '' : `${shown}${text}`, at, time: formatInstant(at) }
  })
}

function factsOf(
  one: ListedIssuance,
  names: ReadonlyMap<string, string>,
): { term: string; text: string }[] {
  const { draft, createdAt, sentAt, edition, sends, questions } = one
  const ruc = issuerRucIn(one.accessKey)
  const issuer = names.get(ruc)
  const total = totalOf(draft.document)
  return [
    ...(issuer === undefined ? [] : [{ term: 'Emisor', text: `${issuer}, ${ruc}` }]),
    { term: 'Emisión', text: formatDay(draft.issuedOn) },
    { term: 'Valor', text: total === null ? 'Sin valor' : formatMoney(total) },
    { term: 'Recibió su número', text: formatInstant(createdAt) },
    { term: 'Último envío', text: sentAt === null ? 'Todavía no se envió' : formatInstant(sentAt) },
    { term: 'Envíos', text: ofMost(sends, SENDS_MAX) },
    { term: 'Preguntas', text: ofMost(questions, QUESTIONS_MAX) },
    ...(edition === 1 ? [] : [{ term: 'Correcciones', text: formatCount(edition - 1) }]),
  ]
}

/** Of the tries of a key until a person looks. */
function ofMost(count: number, most: number): string {
  return `${formatCount(count)} de ${formatCount(most)}`
}
