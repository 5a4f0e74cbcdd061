import crypto from 'node:crypto'
import path from 'node:path'
import { verify } from '#src/backoffice/verify.ts'
import type { Db } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import { mailNamedIn } from '#src/outbox/message-id.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import { FILE } from '#src/simulator/simulator-help.ts'
import { readEnvelope } from '#src/sri/envelope/envelope.ts'
import type { MailDrop } from '#tests/outbox/mail-drop.ts'
import { KEYS, numbersUsed, upTo } from '../bank.ts'
import { explainStories } from './explain-stories.ts'
import type { Stopped } from './stopped.ts'
import type { Witness } from './witness.ts'
import type { World } from './world.ts'

interface Evidence {
  readonly witness: Witness
  readonly mails: MailDrop
  readonly stopped: readonly Stopped[]
  /** Where the SRI keeps what it received. */
  readonly folder: string
}

/** Everything that is wrong when all is done; nothing, if all is well. */
export async function examine(world: World, evidence: Evidence): Promise<string[]> {
  const issuances = await issuancesOf(world.db)
  const corrected = new Set(evidence.stopped.map(({ number }) => number))
  return [
    ...(await wrongNumbers(world)),
    ...(await wrongPlaces(world)),
    ...(await wrongReceipts(world, issuances, evidence.witness)),
    ...wrongSends(issuances, corrected, evidence.witness),
    ...wrongAtSri(issuances, evidence.folder),
    ...(await wrongMails(world, evidence.mails)),
    ...(await explainStories(world.db)),
    ...(await wrongInside(world.db)),
  ]
}

type Issued = Awaited<ReturnType<typeof issuancesOf>>[number]

function issuancesOf(db: Db) {
  return db
    .selectFrom('issuance')
    .select(['id', 'access_key', 'establishment', 'point', 'sequence', 'state', 'edition'])
    .select(['receipt_id', 'source'])
    .orderBy('id')
    .execute()
}

function unless(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem]
}

/** One number for each row; none left out, none twice, and the next one is free. */
async function wrongNumbers({ db, rows }: World): Promise<string[]> {
  const used = await numbersUsed(db)
  const series = await db
    .selectFrom('emission_sequence')
    .select(['establishment', 'point', 'next'])
    .execute()
  const count = Object.values(used).flat().length
  return [
    ...unless(count === rows, `${rows} filas y ${count} números`),
    ...Object.entries(used).flatMap(([name, numbers]) => [
      ...unless(
        JSON.stringify(numbers) === JSON.stringify(upTo(numbers.length)),
        `huecos o repetidos en ${name}`,
      ),
      ...unless(
        series.some(
          ({ establishment, point, next }) =>
            name.endsWith(` ${establishment}-${point}`) && next === numbers.length + 1,
        ),
        `el siguiente número de ${name} no es el que toca`,
      ),
    ]),
  ]
}

/** Each row of the lot is one receipt, and knows which. */
async function wrongPlaces({ db, lotId, rows }: World): Promise<string[]> {
  const places = await db
    .selectFrom('lot_item')
    .leftJoin('issuance', (join) =>
      join.onRef('issuance.lot_id', '=', 'lot_item.lot_id').onRef('lot_n', '=', 'n'),
    )
    .select(['n', 'outcome', 'lot_item.receipt_id', 'issuance.receipt_id as issued'])
    .where('lot_item.lot_id', '=', lotId)
    .execute()
  const wrong = places.filter(
    ({ outcome, receipt_id, issued }) => outcome !== 'loaded' || receipt_id !== issued || !issued,
  )
  return [
    ...unless(places.length === rows, `${rows} filas y ${places.length} lugares`),
    ...wrong.map(({ n, outcome }) => `la fila ${n} está ${outcome}`),
  ]
}

/** One receipt for each number, which holds the very bytes that were sent last. */
async function wrongReceipts(
  { db }: World,
  issuances: readonly Issued[],
  { sent }: Witness,
): Promise<string[]> {
  const receipts = await db.selectFrom('receipt').select(['id', 'access_key', 'status']).execute()
  const byId = new Map(receipts.map((one) => [one.id, one]))
  const problems = unless(
    receipts.length === issuances.length,
    `${issuances.length} números y ${receipts.length} comprobantes`,
  )
  for (const { access_key: key, state, receipt_id: id } of issuances) {
    const receipt = byId.get(id ?? 0)
    if (state !== 'authorized' || receipt?.access_key !== key || receipt.status !== 'authorized') {
      problems.push(`${key} está ${state} y su comprobante ${receipt?.status}`)
      continue
    }
    const file = await findDocument(db, receipt.id)
    const reading = readEnvelope(String(file))
    const print = reading.ok && sha256(reading.envelope.comprobante)
    if (!print || sent.get(key)?.has(print) !== true) problems.push(`${key} no es lo que se envió`)
  }
  return problems
}

function sha256(text: string): string {
  return crypto.createHash('sha256').update(text).digest('hex')
}

/** Under each number one key; under each key one document, and one more for each correction. */
function wrongSends(
  issuances: readonly Issued[],
  corrected: ReadonlySet<string>,
  { sent }: Witness,
): string[] {
  const strange = [...sent.keys()].filter(
    (key) => !issuances.some(({ access_key }) => access_key === key),
  )
  const problems = strange.map((key) => `se envió ${key}, que nadie emitió`)
  for (const { access_key: key, establishment, point, sequence, edition } of issuances) {
    const count = sent.get(key)?.size ?? 0
    const may = corrected.has(`${establishment}-${point}-${sequence}`) ? edition : 1
    if (count < 1 || count > may) problems.push(`${key} se envió en ${count} versiones`)
  }
  return problems
}

/** What the SRI itself holds: each number once authorised, under our key. */
function wrongAtSri(issuances: readonly Issued[], folder: string): string[] {
  const store = openSqliteFile(path.join(folder, FILE), { readonly: true })
  try {
    const rows = store
      .prepare(`select access_key, number from submission where state = 'AUTORIZADO'`)
      .all() as { access_key: string; number: string }[]
    const keys = new Set(rows.map(({ access_key }) => access_key))
    const numbers = new Set(rows.map(({ number }) => number))
    return [
      ...unless(rows.length === issuances.length, `el SRI autorizó ${rows.length} documentos`),
      ...unless(numbers.size === rows.length, 'el SRI autorizó dos documentos con un número'),
      ...issuances
        .filter(({ access_key }) => !keys.has(access_key))
        .map(({ access_key }) => `el SRI no autorizó ${access_key}`),
    ]
  } finally {
    store.close()
  }
}

/** One mail for each receipt, and the mail server has taken each of them. */
async function wrongMails({ db, rows }: World, { taken }: MailDrop): Promise<string[]> {
  const mails = await db.selectFrom('mail').select(['id', 'receipt_id', 'status']).execute()
  const came = new Set([...taken.keys()].map((id) => mailNamedIn(KEYS.mail, id)))
  const receipts = new Set(mails.map(({ receipt_id }) => receipt_id))
  return [
    ...unless(mails.length === rows, `${rows} filas y ${mails.length} correos`),
    ...unless(receipts.size === mails.length, 'dos correos de un comprobante'),
    ...unless(came.size === mails.length, `llegaron ${came.size} correos distintos`),
    ...mails
      .filter(({ id, status }) => status !== 'sent' || !came.has(id))
      .map(
        ({ id, status }) => `el correo ${id} está ${status} y ${came.has(id) ? '' : 'no '}llegó`,
      ),
  ]
}

async function wrongInside(db: Db): Promise<string[]> {
  const { checks } = await verify({ db, keys: KEYS, now: () => new Date() })
  return checks.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))
}
