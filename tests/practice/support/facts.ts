import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ReceiptFile } from '#fixtures/receipts/authorized.ts'
import { factsOf } from '#src/practice/facts/read-facts.ts'
import type { ReceiptFacts } from '#src/practice/facts/receipt-facts.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { runTool } from '#tests/support/judges.ts'

export const client = { taxId: '0999999990001', name: 'COMERCIAL TRES RÍOS CÍA. LTDA.' }

/** A file as it comes to an export. */
export function factsIn(
  xml: string | Uint8Array,
  changes: Partial<ReceiptFacts> = {},
): ReceiptFacts {
  const bytes = typeof xml === 'string' ? Buffer.from(xml) : xml
  const reading = readReceipt(bytes)
  if (!reading.ok) throw new Error(reading.refusal.message)
  const { summary, document, accessKey, authorizationNumber, authorizedAt } = reading.receipt
  return {
    accessKey,
    kind: summary.kind,
    status: 'authorized',
    number: summary.number,
    issuedOn: summary.issuedOn,
    issuerRuc: summary.issuer.ruc,
    issuerName: summary.issuer.name,
    totalCents: summary.totalCents,
    authorizationNumber,
    authorizedAt,
    client,
    document: factsOf(document),
    ...changes,
  }
}

export function factsInFiles(files: readonly ReceiptFile[]): ReceiptFacts[] {
  return files.map(({ xml }) => factsIn(xml))
}

/** In stretches, as they are read. */
export async function* inBatches(
  all: readonly ReceiptFacts[],
  size = 7,
): AsyncGenerator<readonly ReceiptFacts[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

export async function textOf(pieces: AsyncIterable<string | Buffer>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

/** What LibreOffice makes of a file: its cells as they are shown, or as they are computed. */
export function throughLibreOffice(name: string, bytes: Uint8Array | string): string[][] {
  return allThroughLibreOffice({ [name]: bytes })[name] ?? []
}

/** The same of several files of one kind, which it is started once for; of a book its first sheet. */
export function allThroughLibreOffice<Name extends string>(
  files: Readonly<Record<Name, Uint8Array | string>>,
): Record<Name, string[][]> {
  const names = Object.keys(files) as Name[]
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-calc-'))
  try {
    for (const name of names) fs.writeFileSync(path.join(folder, name), files[name])
    const profile = `-env:UserInstallation=file://${path.join(folder, 'profile')}`
    // Comma, quotes, UTF-8, all columns as they are shown.
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'
    const out = path.join(folder, 'out')
    // Of a CSV it is told what a person chooses: semicolons, UTF-8, and formulas evaluated.
    const how = names.every((name) => name.endsWith('.csv'))
      ? ['--infilter=Text - txt - csv (StarCalc):59,34,76,1,,3082,false,true,false,true']
      : []
    runTool('soffice', [
      profile,
      '--headless',
      ...how,
      '--convert-to',
      filter,
      '--outdir',
      out,
      ...names.map((name) => path.join(folder, name)),
    ])
    const read = (name: string) =>
      parseCsv(fs.readFileSync(path.join(out, `${path.parse(name).name}.csv`), 'utf8'))
    const sheets = names.map((name) => [name, read(name)])
    return Object.fromEntries(sheets) as Record<Name, string[][]>
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue
    const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
    rows.push(cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''))
  }
  return rows
}

const BELIEVABLE = 10_000_000

/** What a generator made, with amounts that somebody may owe. */
export function believable(facts: ReceiptFacts): ReceiptFacts {
  const tame = (value: unknown): unknown => {
    if (typeof value === 'number') return value % BELIEVABLE
    if (Array.isArray(value)) return value.map(tame)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, tame(one)]))
  }
  return { ...facts, document: tame(facts.document) as ReceiptFacts['document'] }
}
