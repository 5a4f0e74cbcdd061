import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvHead, csvLine } from '#src/receipts/files/receipt-csv.ts'
import { cents } from '#src/values/money.ts'
import { aReceipt } from './support/receipt-rows.ts'

const OWN = { id: 1, partyId: 1, recipientNumber: '0912345214' }

const line = (parts: Parameters<typeof aReceipt>[0]) =>
  csvLine({ ...aReceipt(parts), ...OWN }, null)

/** Takes a line apart as RFC 4180 says, with semicolons. */
function cellsOf(text: string): string[] {
  const cells = text.replace(/\r\n$/, '').match(/("([^"]|"")*"|[^;]*)(;|$)/g) ?? []
  return cells
    .map((cell) => cell.replace(/;$/, ''))
    .map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .slice(0, 9)
}

test('begins with the mark of UTF-8 and names its columns', () => {
  expect(csvHead(null)).toMatch(/^\uFEFF"Fecha";"Tipo";"Número";.*"Clave de acceso"\r\n$/)
})

test('keeps every digit of RUC and key in a spreadsheet, and money as numbers', () => {
  const receipt = aReceipt({ kind: 'credit-note', totalCents: cents(123450) })
  const cells = cellsOf(csvLine({ ...receipt, ...OWN }, null))
  expect(cells[3]).toBe('="0990000000001"')
  expect(cells[8]).toBe(`="${receipt.accessKey}"`)
  expect(cells[7]).toBe('-1234,50')
  expect(cellsOf(line({ kind: 'delivery-note', totalCents: null }))[7]).toBe('')
})

test('lets nobody else’s words become a formula, a line or a column', () => {
  const starts = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '|',
    ' =',
    '"',
    ';',
    '',
    '＝',
    '＋',
    '－',
    ' ＠',
  )
  fc.assert(
    fc.property(starts, fc.string({ unit: 'grapheme' }), (start, text) => {
      const concept = start + text
      const cells = cellsOf(line({ concept, issuerName: concept }))
      expect(cells).toHaveLength(9)
      for (const cell of [cells[4] ?? '', cells[5] ?? '']) {
        expect(cell).not.toMatch(/^\s*[=+\-@|＝＋－＠]/)
        expect([concept, `'${concept}`]).toContain(cell)
      }
    }),
  )
})
