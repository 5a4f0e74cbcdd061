import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { readXlsx } from '#src/intake/rows/tables/xlsx-sheet.ts'
import { lineTable } from '#src/practice/exports/line-table.ts'
import { receiptTable } from '#src/practice/exports/receipt-columns.ts'
import { sriTxt } from '#src/practice/exports/sri-txt.ts'
import { type Table, tableCsv, tableXlsx } from '#src/practice/exports/table.ts'
import { taxTable } from '#src/practice/exports/tax-table.ts'
import type { ReceiptFacts } from '#src/practice/facts/receipt-facts.ts'
import { readListing, UPLOADED } from '#src/practice/listings/read-listing.ts'
import type { Day } from '#src/values/day.ts'
import { printAmount } from '#src/values/money.ts'
import { describeWithJudge } from '#tests/support/judges.ts'
import { factsInFiles, inBatches, textOf, throughLibreOffice } from '../support/facts.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-tables-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const all = factsInFiles(demoReceipts('2026-11-20' as Day))
const [first] = all as [ReceiptFacts]

/** Names that a spreadsheet would compute, split or lose. */
const hostile: ReceiptFacts = {
  ...first,
  issuerName: '=HYPERLINK("http://malo.example";"Ver")',
  client: { taxId: '0900000001', name: '+SUM(1;2) "comillas"; y tabulador\t' },
}
const NAMES = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  "=cmd|'/c calc'!A1",
  '\t=1+1',
  '＝1+1',
  "'=1",
  '0012',
]

async function book<Row>(table: Table<Row>, facts: readonly ReceiptFacts[], max?: number) {
  const file = path.join(folder, 'libro.xlsx')
  fs.writeFileSync(file, await buffer(tableXlsx(table, inBatches(facts), max)))
  const rows: string[][] = []
  for await (const some of readXlsx(file)) rows.push(...some.map(({ cells }) => cells))
  return rows
}

const at = ({ columns }: { columns: readonly { title: string }[] }, title: string) =>
  columns.findIndex((column) => column.title === title)

describe('the tables of an export', () => {
  it('have a row for each receipt, its keys and numbers as texts and its sums as numbers', async () => {
    const rows = await book(receiptTable, all)
    expect(rows).toHaveLength(all.length + 1)
    const [, ...body] = rows
    expect(body.map((row) => row[at(receiptTable, 'Clave de acceso')])).toEqual(
      all.map(({ accessKey }) => accessKey),
    )
    const value = at(receiptTable, 'Valor')
    const sum = body.reduce((so, row) => so + Math.round(Number(row[value] ?? 0) * 100), 0)
    const expected = all.reduce(
      (so, one) => so + (one.totalCents ?? 0) * (one.kind === 'credit-note' ? -1 : 1),
      0,
    )
    expect(sum).toBe(expected)
  })

  it('add up: bases and taxes of a factura are its value', async () => {
    for (const facts of all.filter(({ kind }) => kind === 'invoice')) {
      const [, row = []] = await book(receiptTable, [facts])
      const titles = ['Base con IVA', 'Base 0 %', 'No objeto de IVA', 'Exento de IVA', 'IVA', 'ICE']
      const parts = titles.map((title) =>
        Math.round(Number(row[at(receiptTable, title)] || 0) * 100),
      )
      expect(parts.reduce((so, one) => so + one, 0)).toBe(facts.totalCents)
      if (facts === all[30]) break
    }
  })

  it('have a row for each thing sold and for each tax', async () => {
    const lines = await book(lineTable, all)
    expect(lines).toHaveLength(
      1 + all.reduce((so, { document }) => so + (document?.lines.length ?? 0), 0),
    )
    const taxes = await book(taxTable, all)
    const counted = all.reduce(
      (so, { document }) => so + (document?.taxes.length ?? 0) + (document?.withheld.length ?? 0),
      0,
    )
    expect(taxes).toHaveLength(counted + 1)
    expect(new Set(taxes.slice(1).map((row) => row[at(taxTable, 'Cobrado o retenido')]))).toEqual(
      new Set(['Cobrado', 'Retenido']),
    )
  })

  it('are never short without saying so', async () => {
    const rows = await book(receiptTable, all, 5)
    expect(rows).toHaveLength(5)
    expect(rows.at(-1)?.[0]).toContain('La hoja está llena')
  })

  it('name a receipt whose file cannot be read, and go on', async () => {
    const rows = await book(receiptTable, [{ ...first, document: null }, first])
    expect(rows[1]?.[at(receiptTable, 'Documento')]).toBe('No pudimos leer su archivo')
    expect(rows).toHaveLength(3)
  })

  it('say the same as CSV, with a decimal comma and nothing to compute', async () => {
    const csv = await textOf(tableCsv(receiptTable, inBatches([hostile])))
    const [head = '', line = ''] = csv.split('\r\n')
    expect(head.startsWith('\ufeff"RUC o cédula del cliente";')).toBe(true)
    expect(line).toContain('"=""0900000001"""')
    expect(line).toContain(`"=""${first.accessKey}"""`)
    expect(line).toContain('"\'=HYPERLINK(""http://malo.example"";""Ver"")"')
    expect(line).toContain(printAmount(first.totalCents ?? (0 as never)).replace('.', ','))
  })
})

describe('the report in the shape of the SRI', () => {
  it('is read again as layout C, every key, receiver and total of it', async () => {
    const bytes = await buffer(sriTxt(inBatches(all)))
    const keys: string[] = []
    const totals: (number | null)[] = []
    for await (const { layout, items } of readListing([bytes], UPLOADED)) {
      expect(layout).toBe('C')
      for (const item of items) {
        if (!item.ok || item.asked.by !== 'key') throw new Error('A line was not read')
        keys.push(item.asked.key)
        totals.push(item.asked.stated?.total ?? null)
      }
    }
    expect(keys).toEqual(all.map(({ accessKey }) => accessKey))
    const printed = all.map(({ kind, totalCents }) =>
      kind === 'withholding' || kind === 'delivery-note' ? null : totalCents,
    )
    expect(totals).toEqual(printed)
  })

  it('is ISO-8859-1 with tabs and CRLF, whatever a name holds', async () => {
    const odd = { ...first, issuerName: 'ÑANDÚ\t«ŁÓDŹ» – 株式\r\nS.A.' }
    const bytes = await buffer(sriTxt(inBatches([odd, { ...first, issuerName: '=1+1' }])))
    const lines = bytes.toString('latin1').split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]?.split('\t')).toHaveLength(12)
    expect(lines[1]?.split('\t')[1]).toBe('ÑANDÚ «?ÓDZ» - ?? S.A.')
    expect(lines[2]?.split('\t')[1]).toBe("'=1+1")
  })
})

describeWithJudge('soffice', 'the tables, opened by LibreOffice', () => {
  const named = NAMES.map((issuerName) => ({ ...first, issuerName }))
  const name = at(receiptTable, 'Emisor')
  const key = at(receiptTable, 'Clave de acceso')
  const taxId = at(receiptTable, 'RUC o cédula del cliente')
  const value = at(receiptTable, 'Valor')

  it('keep keys, zeros and names in a workbook, and compute nothing', async () => {
    const file = await buffer(tableXlsx(receiptTable, inBatches([hostile, ...named])))
    const [, ...rows] = throughLibreOffice('libro.xlsx', file)
    expect(rows.map((row) => row[key])).toEqual(rows.map(() => first.accessKey))
    expect(rows[0]?.[taxId]).toBe('0900000001')
    expect(rows[0]?.[name]).toBe(hostile.issuerName)
    expect(rows.slice(1).map((row) => row[name]?.trim())).toEqual(NAMES.map((one) => one.trim()))
    expect(Number(rows[0]?.[value]?.replaceAll(',', ''))).toBe((first.totalCents ?? 0) / 100)
  }, 120_000)

  it('keep them in a CSV, too', async () => {
    const csv = await textOf(tableCsv(receiptTable, inBatches([hostile, ...named])))
    const [, ...rows] = throughLibreOffice('tabla.csv', csv)
    expect(rows.map((row) => row[key])).toEqual(rows.map(() => first.accessKey))
    expect(rows[0]?.[taxId]).toBe('0900000001')
    for (const [row, one] of rows.slice(1).entries())
      expect(one[name]).toContain(NAMES[row]?.trim())
  }, 120_000)
})
