import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import { dayOf } from '../../../values/day.ts'
import { canonicalTaxId } from '../../../values/tax-id.ts'
import { type ListingItem, shownValue } from '../../listings/asked.ts'
import { readListing } from '../../listings/read-listing.ts'
import { ListingRefused } from '../../listings/refusal.ts'
import { answerClients, answerReceipts, sightOf } from '../answer-lines.ts'
import type { AnsweredLine, BatchQuery, QueryLine } from '../batch-query.ts'
import { LINE_STEP } from '../batch-query.ts'
import { lineOf } from '../begin-query.ts'
import type { Verdict } from '../verdict.ts'
import { askedAlready, findLine, holdQuery, replaceLine } from './correction-store.ts'

/** As long as anything that somebody types into one line. */
const LINE = { bytesMax: 2_000, itemsMax: 2 }
const ONE_ONLY = 'Escribe aquí una sola clave o un solo número. Los demás van en otra consulta.'
const TAX_ID = 'Ese no es un RUC ni una cédula. Revisa que esté completo.'

/** What may be asked again: what could not be read, and what is not there. */
const CORRECTABLE: readonly Verdict[] = ['bad', 'unknown', 'not-here']

export function isCorrectable({ n, verdict }: Pick<AnsweredLine, 'n' | 'verdict'>): boolean {
  return n % LINE_STEP === 0 && CORRECTABLE.includes(verdict)
}

/** The line when it may be corrected; null of any other, and while the query is being answered. */
export async function lineToCorrect(
  db: Db,
  query: BatchQuery,
  n: number,
): Promise<AnsweredLine | null> {
  const line = query.answeredAt === null ? null : await findLine(db, query.id, n)
  return line !== null && isCorrectable(line) ? line : null
}

type Corrected =
  | { readonly ok: true; readonly verdict: Verdict }
  /** `problem: null`: there is no such line any more, somebody else corrected it. */
  | { readonly ok: false; readonly problem: string | null }

/** Asks for something else in the place of one line. The answers to all others stay as they are. */
export async function correctLine(
  { db, now }: { db: Db; now: () => Date },
  query: BatchQuery,
  line: AnsweredLine,
  typed: string,
): Promise<Corrected> {
  const read = query.period ? readClient(line, typed) : await readReceipt(line, typed)
  if ('problem' in read) return { ok: false, problem: read.problem }
  const sight = await sightOf(db, query, dayOf(now()))
  const answers = query.period
    ? await answerClients(db, sight, [read.line], query.period)
    : await answerReceipts(db, sight, [read.line])
  const keys = answers.flatMap(({ receiptKey }) => receiptKey ?? [])
  return transaction(db, async (tx): Promise<Corrected> => {
    // Of two at once that ask for the same, the second finds the first.
    await holdQuery(tx, query.id)
    const before = await askedAlready(tx, query.id, line.n, { ...read.line, keys })
    if (before !== null) return { ok: false, problem: `Ya está en la fila ${before}.` }
    const replaced = await replaceLine(tx, query.id, line, answers, keys)
    const [first] = answers
    return replaced && first ? { ok: true, verdict: first.verdict } : { ok: false, problem: null }
  })
}

type ReadLine = { readonly line: QueryLine } | { readonly problem: string }

function readClient(line: AnsweredLine, typed: string): ReadLine {
  const recipient = canonicalTaxId(typed.trim())
  if (recipient === null) return { problem: TAX_ID }
  return { line: { ...bare(line), value: shownValue(typed), recipient, remark: '' } }
}

/** What the list said beside the key, whose it is and how much, holds for the corrected one too. */
async function readReceipt(line: AnsweredLine, typed: string): Promise<ReadLine> {
  const items: ListingItem[] = []
  try {
    for await (const part of readListing([Buffer.from(typed)], LINE)) items.push(...part.items)
  } catch (error) {
    if (!(error instanceof ListingRefused)) throw error
    const { code, message } = error.refusal
    return { problem: code === 'too-many' ? ONE_ONLY : message }
  }
  const [item] = items
  if (item === undefined || items.length > 1) return { problem: ONE_ONLY }
  const { verdict, ...asked } = lineOf(item, line.n)
  if (verdict !== undefined) return { problem: asked.remark }
  const { row, recipient, statedCents } = line
  return {
    line: {
      ...asked,
      row,
      recipient: asked.recipient ?? recipient,
      statedCents: asked.statedCents ?? statedCents,
    },
  }
}

function bare(line: AnsweredLine): QueryLine {
  const { n, row, value, accessKey, number, issuerRuc, kind, recipient, statedCents, remark } = line
  return { n, row, value, accessKey, number, issuerRuc, kind, recipient, statedCents, remark }
}
