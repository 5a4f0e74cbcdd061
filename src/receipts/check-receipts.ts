import type { Db } from '../db/open.ts'
import { readReceipt } from '../sri/read-receipt.ts'
import type { OwnerRow, ReceiptRow } from './derived-store.ts'
import { countDerived, findOwnerRow, partiesOf, receiptRows } from './derived-store.ts'
import { findDocument } from './document-store.ts'
import type { ReadyReceipt } from './ready-receipt.ts'
import { readyReceipt } from './ready-receipt.ts'
import type { Packer } from './stored-document.ts'
import { DamagedDocument } from './stored-document.ts'

/** What was found wrong, each naming the receipt by its access key and no person. */
export interface ReceiptsCheck {
  receipts: number
  /** Documents that are missing, damaged or no longer readable. */
  documents: string[]
  /** Rows that say something else than the document they were derived from. */
  index: string[]
}

const PAGE = 200
const PROBLEMS_MAX = 100

/**
 * Reads every stored document again, against its hash, and compares what lists and filters are
 * answered from with what the document says.
 */
export async function checkReceipts(db: Db): Promise<ReceiptsCheck> {
  const check: ReceiptsCheck = { receipts: 0, documents: [], index: [] }
  let ownersExpected = 0
  for (let after = 0; ; ) {
    const rows = await receiptRows(db, after, PAGE)
    for (const row of rows) {
      ownersExpected += await checkOne(db, row, check)
      after = row.id
    }
    check.receipts += rows.length
    if (rows.length < PAGE) break
  }
  const { owners, orphans } = await countDerived(db)
  if (owners !== ownersExpected) {
    check.index.push(`receipt_owner: ${owners} filas; los documentos piden ${ownersExpected}`)
  }
  if (orphans > 0) check.documents.push(`${orphans} documentos sin comprobante`)
  check.documents.splice(PROBLEMS_MAX)
  check.index.splice(PROBLEMS_MAX)
  return check
}

/** Answers how many owners the receipt should have. */
async function checkOne(db: Db, row: ReceiptRow, check: ReceiptsCheck): Promise<number> {
  const ready = await readAgain(db, row)
  if (typeof ready === 'string') {
    check.documents.push(`${row.access_key}: ${ready}`)
    return 0
  }
  for (const column of differences(row, receiptFacts(ready))) {
    check.index.push(`${row.access_key}: receipt.${column} no es lo que dice el documento`)
  }
  const numbers = ready.owners.flatMap((owner) => owner.numbers.map((one) => one.number))
  const parties = new Set((await partiesOf(db, numbers)).values())
  for (const partyId of parties) {
    const key = { party_id: partyId, issued_on: ready.issuedOn, receipt_id: row.id }
    const owner = await findOwnerRow(db, key)
    const wrong = owner ? differences(owner, ownerFacts(ready)) : ['fila']
    for (const column of wrong) {
      check.index.push(`${row.access_key}: receipt_owner.${column} falta o no coincide`)
    }
  }
  return parties.size
}

async function readAgain(db: Db, row: ReceiptRow): Promise<ReadyReceipt | string> {
  try {
    const file = await findDocument(db, row.id)
    if (!file) return 'falta el documento'
    const reading = readReceipt(file)
    if (!reading.ok) return `el documento ya no se lee: ${reading.refusal.code}`
    return readyReceipt(reading.receipt, file, row.file_name, unpacked)
  } catch (error) {
    if (error instanceof DamagedDocument) return 'el documento no coincide con su huella'
    throw error
  }
}

/** Comparing needs the document as it is, not small. */
const unpacked: Packer = (file) => ({
  sha256: '',
  size: file.byteLength,
  dictionaryId: null,
  bytes: file,
})

type Facts<Row> = Partial<Record<keyof Row & string, string | number | null>>

function differences<Row extends object>(row: Row, facts: Facts<Row>): string[] {
  const wanted = Object.entries(facts) as [keyof Row & string, string | number | null][]
  return wanted.filter(([column, value]) => row[column] !== value).map(([column]) => column)
}

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
    total_cents: ready.totalCents,
    concept: ready.concept,
  }
}

/** The state is not compared: the SRI may have changed it since. */
function ownerFacts(ready: ReadyReceipt): Facts<OwnerRow> {
  return {
    kind: ready.kind,
    total_cents: ready.totalCents,
    access_key: ready.accessKey,
    number: ready.number,
    issuer_ruc: ready.issuerRuc,
    issuer_name: ready.issuerName,
    concept: ready.concept,
    search_text: ready.searchText,
  }
}
