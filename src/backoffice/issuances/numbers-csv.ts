import type { Db } from '../../db/open.ts'
import { lastWordsOf } from '../../issuing/issuance/event-store.ts'
import type { IssuanceFilter, ListedIssuance } from '../../issuing/issuance/list-store.ts'
import { listIssuances } from '../../issuing/issuance/list-store.ts'
import { MOVING, SPENT, STOPPED } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { issuerRucIn } from '../../sri/access-key.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatInstant } from '../../values/day.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../values/tables/csv.ts'

const COLUMNS = [
  ...['Emisor', 'Tipo', 'Número', 'Clave de acceso', 'Recibió el número', 'Estado', 'Por qué'],
]
const SLICE = 500
const ALL = { kind: null, establishment: null, issuerId: null, lotId: null }

/** Every number that was given to a document and is not authorised, and why: what is not here is. */
export async function* numbersCsv(db: Db): AsyncGenerator<string> {
  yield csvHeadOf(COLUMNS)
  for (const states of [[...STOPPED, SPENT, ...MOVING], 'closed'] as const) {
    yield* linesOf(db, { ...ALL, states })
  }
}

async function* linesOf(db: Db, filter: IssuanceFilter): AsyncGenerator<string> {
  for (let after: number | null = 0; after !== null; ) {
    const page: Awaited<ReturnType<typeof listIssuances>> = await listIssuances(db, filter, {
      after,
      limit: SLICE,
    })
    const closed = page.issuances.filter(({ closedAt }) => closedAt !== null)
    const words = await lastWordsOf(
      db,
      closed.map(({ id }) => id),
    )
    yield page.issuances.map((one) => lineOf(one, words.get(one.id))).join('')
    after = page.next
  }
}

function lineOf(one: ListedIssuance, closing: string | undefined): string {
  const { kind, establishment, point, sequence, accessKey, createdAt, answer } = one
  const { name: state } = STATE_WORDS[one.isSpent ? SPENT : one.state]
  return csvLineOf([
    digitsCell(issuerRucIn(accessKey)),
    textCell(kindFacts(kind).name),
    textCell(formatDocumentNumber(establishment, point, String(sequence))),
    digitsCell(accessKey),
    textCell(formatInstant(createdAt)),
    textCell(one.closedAt === null ? state : 'Cerrado'),
    textCell(closing ?? answer ?? ''),
  ])
}
