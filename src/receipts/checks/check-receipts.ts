import type { Db } from '../../db/open.ts'
import { FigureSums } from '../../figures/figure.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { checkedDocumentsOf, conflictDocuments } from '../documents/document-store.ts'
import type { Packer } from '../documents/stored-document.ts'
import { DamagedDocument } from '../documents/stored-document.ts'
import type { ReadyReceipt } from '../kept/ready-receipt.ts'
import { readyReceipt } from '../kept/ready-receipt.ts'
import { loadedFigure, standingFigure } from '../kept/receipt-figures.ts'
import { taxesOfReceipts } from '../taxes/tax-store.ts'
import type { OwnerKey, OwnerRow, ReceiptRow } from './derived-store.ts'
import { countDerived, ownerRows, partiesOf, receiptRows } from './derived-store.ts'

/** What was found wrong, each naming the receipt by its access key and no person. */
export interface ReceiptsCheck {
  receipts: number
  /** Files put aside because another one has their access key. */
  conflicts: number
  /** Documents that are missing, damaged or no longer readable. */
  documents: string[]
  /** Rows that say something else than the document they were derived from. */
  index: string[]
  /** What the figures of the bank should say of them, by their rows. */
  figures: FigureSums
}

const PAGE = 200
const PROBLEMS_MAX = 100

/**
 * Reads every stored document again, against its hash, and compares what lists and filters are
 * answered from with what the document says. `db` must not change meanwhile: give it a snapshot.
 */
export async function checkReceipts(db: Db): Promise<ReceiptsCheck> {
  const check: ReceiptsCheck = {
    receipts: 0,
    conflicts: 0,
    documents: [],
    index: [],
    figures: new FigureSums(),
  }
  let ownersExpected = 0
  for (let after = 0; ; ) {
    const rows = await receiptRows(db, after, PAGE)
    const readable = await readAgain(db, rows, check)
    for (const one of readable) compareReceipt(one, check)
    await compareTaxes(db, readable, check)
    ownersExpected += await compareOwners(db, readable, check)
    check.receipts += rows.length
    for (const row of rows) addFiguresOf(row, check.figures)
    after = rows.at(-1)?.id ?? after
    if (rows.length < PAGE) break
  }
  const { owners, orphans } = await countDerived(db)
  if (owners !== ownersExpected) {
    check.index.push(`receipt_owner: ${owners} filas; los documentos piden ${ownersExpected}`)
  }
  if (orphans > 0) check.documents.push(`${orphans} documentos sin comprobante`)
  await checkConflicts(db, check)
  check.documents.splice(PROBLEMS_MAX)
  check.index.splice(PROBLEMS_MAX)
  return check
}

function addFiguresOf(row: ReceiptRow, figures: FigureSums): void {
  const { kind, status, issued_on: issuedOn, total_cents: totalCents, loaded_at } = row
  figures.add(standingFigure({ kind, status, issuedOn, totalCents }, 1))
  figures.add(loadedFigure(new Date(loaded_at), 1))
}

/** A receipt as its row says, and as its document says. */
interface Readable {
  row: ReceiptRow
  ready: ReadyReceipt
}

const DAMAGED = 'el documento no coincide con su huella'

async function readAgain(
  db: Db,
  rows: readonly ReceiptRow[],
  check: ReceiptsCheck,
): Promise<Readable[]> {
  const ids = rows.map(({ id }) => id)
  const documents = await checkedDocumentsOf(db, ids)
  return rows.flatMap((row) => {
    const ready = readOne(documents.get(row.id), row.file_name)
    if (typeof ready !== 'string') return [{ row, ready }]
    check.documents.push(`${row.access_key}: ${ready}`)
    return []
  })
}

function readOne(
  document: Buffer | DamagedDocument | undefined,
  fileName: string,
): ReadyReceipt | string {
  if (document === undefined) return 'falta el documento'
  if (document instanceof DamagedDocument) return DAMAGED
  const reading = readReceipt(document)
  if (!reading.ok) return `el documento ya no se lee: ${reading.refusal.code}`
  return readyReceipt(reading.receipt, document, fileName, unpacked)
}

/** Comparing needs the document as it is, not small. */
const unpacked: Packer = (file) => ({
  sha256: '',
  size: file.byteLength,
  dictionaryId: null,
  bytes: file,
})

function compareReceipt({ row, ready }: Readable, check: ReceiptsCheck): void {
  for (const column of differences(row, receiptFacts(ready))) {
    check.index.push(`${row.access_key}: receipt.${column} no es lo que dice el documento`)
  }
}

/** Of those whose taxes somebody has written: the others wait for the job that does. */
async function compareTaxes(db: Db, readable: readonly Readable[], check: ReceiptsCheck) {
  const written = readable.filter(({ row }) => row.tax_lines !== null)
  const ids = written.map(({ row }) => row.id)
  const kept = await taxesOfReceipts(db, ids)
  for (const { row, ready } of written) {
    const same = JSON.stringify(kept.get(row.id) ?? []) === JSON.stringify(ready.taxes)
    if (same && row.tax_lines === ready.taxes.length) continue
    check.index.push(`${row.access_key}: receipt_tax no es lo que dice el documento`)
  }
}

/** Answers how many owners the receipts should have. */
async function compareOwners(
  db: Db,
  readable: readonly Readable[],
  check: ReceiptsCheck,
): Promise<number> {
  const numbersOf = ({ ready }: Readable) =>
    ready.owners.flatMap((owner) => owner.numbers.map(({ number }) => number))
  const parties = await partiesOf(db, readable.flatMap(numbersOf))
  const wanted = readable.flatMap((one) => {
    const ids = new Set(numbersOf(one).flatMap((number) => parties.get(number) ?? []))
    return [...ids].map((party_id) => {
      const named = one.ready.owners.filter(({ numbers }) =>
        numbers.some(({ number }) => parties.get(number) === party_id),
      )
      const key = { party_id, issued_on: one.ready.issuedOn, receipt_id: one.row.id }
      return { one, named: namesOf(named, one.ready.owners.length), key }
    })
  })
  const found = await ownerRows(
    db,
    wanted.map(({ key }) => key),
  )
  const byKey = new Map(found.map((owner) => [textOf(owner), owner]))
  for (const { one, named, key } of wanted) {
    const owner = byKey.get(textOf(key))
    const wrong = owner ? differences(owner, ownerFacts(one)) : ['fila']
    if (owner && !named.includes(owner.recipient_number)) wrong.push('recipient_number')
    for (const column of wrong) {
      check.index.push(`${one.row.access_key}: receipt_owner.${column} falta o no coincide`)
    }
  }
  return wanted.length
}

/** By what a receipt may name an owner; of several, the migration did not ask the document. */
function namesOf(named: ReadyReceipt['owners'], owners: number): string[] {
  if (owners === 1) return named.map(({ printed }) => printed)
  return named.flatMap(({ numbers }) => numbers.map(({ number }) => number))
}

function textOf({ party_id, issued_on, receipt_id }: OwnerKey): string {
  return `${party_id} ${issued_on} ${receipt_id}`
}

async function checkConflicts(db: Db, check: ReceiptsCheck): Promise<void> {
  for (let after = 0; ; ) {
    const conflicts = await conflictDocuments(db, after, PAGE)
    for (const { accessKey, document } of conflicts) {
      if (document instanceof DamagedDocument) {
        check.documents.push(`${accessKey} (archivo apartado): ${DAMAGED}`)
      }
    }
    check.conflicts += conflicts.length
    after = conflicts.at(-1)?.id ?? after
    if (conflicts.length < PAGE) return
  }
}

type Facts<Row> = Partial<Record<keyof Row & string, string | number | null>>

function differences<Row extends object>(row: Row, facts: Facts<Row>): string[] {
  const wanted = Object.entries(facts) as [keyof Row & string, string | number | null][]
  return wanted.filter(([column, value]) => row[column] !== value).map(([column]) => column)
}

/** Without the state: the SRI may have changed it since. */
function receiptFacts(ready: ReadyReceipt): Facts<ReceiptRow> {
  return {
    access_key: ready.accessKey,
    kind: ready.kind,
    version: ready.version,
    environment: ready.environment,
    number: ready.number,
    issuer_ruc: ready.issuerRuc,
    issuer_name: ready.issuerName,
    issued_on: ready.issuedOn,
    authorization_number: ready.authorizationNumber,
    authorized_at: ready.authorizedAt,
    recipient_name: ready.recipientName,
    recipient_number: ready.recipientNumber,
    total_cents: ready.totalCents,
    concept: ready.concept,
  }
}

/** The state is that of the receipt's own row; all the rest is the document's. */
function ownerFacts({ row, ready }: Readable): Facts<OwnerRow> {
  return {
    kind: ready.kind,
    status: row.status,
    total_cents: ready.totalCents,
    access_key: ready.accessKey,
    number: ready.number,
    issuer_ruc: ready.issuerRuc,
    issuer_name: ready.issuerName,
    concept: ready.concept,
    search_text: ready.searchText,
  }
}
