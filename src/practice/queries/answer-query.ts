import type { Db } from '../../db/open.ts'
import { type Tx, transaction } from '../../db/transaction.ts'
import { eachReceiptOf } from '../../receipts/search/page-store.ts'
import { noFilter } from '../../receipts/search/search-filter.ts'
import { dayOf } from '../../values/day.ts'
import type { JobKind } from '../../work/job-worker.ts'
import { answerClients, answerReceipts, type Sight, sightOf } from './answer-lines.ts'
import { type AnsweredLine, type BatchQuery, LINE_STEP, type QueryLine } from './batch-query.ts'
import {
  endQuery,
  findQuery,
  foundMonths,
  lastLineOf,
  linesAfter,
  putLines,
} from './query-store.ts'

/** The kind of job that answers a long query; its subject is the query. */
export const ANSWER_QUERY = 'practice.answer'

/** Lines answered at a time. */
const SLICE = 500
/** What a list lacks is named up to here, and beyond it is said that there is more. */
const MISSING_MAX = 5_000

type Needs = { db: Db; now: () => Date }
/** Notes how far it came, in the transaction of what was done; says whether to go on. */
type Note = (tx: Tx, done: number, after: number) => Promise<boolean>

/** Answers line by line from a place on; what is already answered is not asked again. */
export async function answerQuery(
  { db, now }: Needs,
  query: BatchQuery,
  start: { after: number; done: number } = { after: 0, done: 0 },
  note: Note = async () => true,
): Promise<'done' | 'stopped'> {
  let { after, done } = start
  for (;;) {
    const lines = await linesAfter(db, query.id, after, SLICE)
    const last = lines.at(-1)
    if (last === undefined) break
    const sight = await sightOf(db, query, dayOf(now()))
    const asked = lines.filter(isAsked)
    const answers = query.period
      ? await answerClients(db, sight, asked, query.period)
      : await answerReceipts(db, sight, asked)
    after = last.n
    done += lines.length
    const goesOn = await transaction(db, async (tx) => {
      await putLines(tx, query.id, answers)
      return note(tx, done, after)
    })
    if (!goesOn) return 'stopped'
  }
  const sight = await sightOf(db, query, dayOf(now()))
  const missing = query.period ? [] : await missingIn(db, query, sight)
  await transaction(db, async (tx) => {
    // Whoever answered it meanwhile has said what is missing.
    if (await endQuery(tx, query.id, missing.length > MISSING_MAX, now())) {
      await putLines(tx, query.id, missing.slice(0, MISSING_MAX))
    }
  })
  return 'done'
}

/** What was asked for: neither further receipts of one number nor what the list was found to lack. */
function isAsked({ n, verdict }: AnsweredLine): boolean {
  return n % LINE_STEP === 0 && verdict !== 'bad' && verdict !== 'missing'
}

/** What the portal has of the same clients, kinds and months, and the list has not. */
async function missingIn(db: Db, query: BatchQuery, sight: Sight) {
  const found = await foundMonths(db, query.id)
  const [first] = found
  if (first === undefined) return []
  const nameOf = (partyId: number, kind: string, day: string) =>
    [partyId, kind, day.slice(0, 7)].join(' ')
  const months = new Set(found.map(({ partyId, kind, day }) => nameOf(partyId, kind, day)))
  const had = new Set(found.map(({ key }) => key))
  const parties = new Set(found.map(({ partyId }) => partyId))
  const days = found.map(({ day }) => day.slice(0, 7)).sort()
  const from = `${days[0]}-01` as typeof first.day
  const to = `${days.at(-1)}-31` as typeof first.day
  const kinds = [...new Set(found.map(({ kind }) => kind))]
  const scope = sight.scope.filter(({ partyId }) => parties.has(partyId))
  let n = Math.ceil((await lastLineOf(db, query.id)) / LINE_STEP) * LINE_STEP
  const missing: (QueryLine & Parameters<typeof putLines>[2][number])[] = []
  const filter = { ...noFilter, from, to, kinds }
  for await (const some of eachReceiptOf(db, async () => scope, filter, 'fecha', SLICE)) {
    for (const { accessKey, partyId, kind, issuedOn } of some) {
      if (had.has(accessKey) || !months.has(nameOf(partyId, kind, issuedOn))) continue
      had.add(accessKey)
      n += LINE_STEP
      const answer = { verdict: 'missing', receiptKey: accessKey, partyId, issuedOn } as const
      missing.push({ ...EMPTY, n, value: accessKey, kind, ...answer })
    }
    if (missing.length > MISSING_MAX) break
  }
  return missing
}

const EMPTY = {
  row: null,
  accessKey: null,
  number: null,
  issuerRuc: null,
  recipient: null,
  statedCents: null,
  remark: '',
}

/** Answers queries that are too long for somebody to wait for, and those of which nobody waited for the end. */
export function answerQueryJob(needs: Needs): JobKind {
  return {
    run: async (job) => {
      const query = await findQuery(needs.db, job.subjectId)
      if (query === null) return { as: 'failed', problem: 'Esa consulta ya no está.' }
      if (query.answeredAt !== null) return { as: 'done' }
      const { after = 0 } = (job.last.checkpoint ?? {}) as { after?: number }
      const end = await answerQuery(
        needs,
        query,
        { after, done: job.last.done },
        async (tx, done, at) => {
          await job.note(tx, { done, total: query.lines, checkpoint: { after: at } })
          return job.goesOn
        },
      )
      return { as: end }
    },
    ended: async () => undefined,
  }
}
