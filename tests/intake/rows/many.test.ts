import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { manyRows, plainCsv } from '#fixtures/intake/rows.ts'
import { faultyCsvHead, faultyCsvLines } from '#src/intake/rows/faulty-csv.ts'
import type { ReceiptInRows } from '#src/intake/rows/read-rows.ts'
import { readRows } from '#src/intake/rows/read-rows.ts'
import { plainCell } from '#src/intake/rows/tables/table.ts'
import { templateOf } from '#src/intake/rows/templates/templates.ts'
import { writeXlsx } from '#src/values/tables/xlsx.ts'
import { csvOf, exampleLines, faultsOf, fileOf, readFile, TODAY } from './support.ts'

const world = manyRows({ count: 10_000, bad: 300 })

const isBad = ({ draft }: ReceiptInRows) => draft === null

/** The bad rows as staff download them. */
function downloaded(receipts: readonly ReceiptInRows[]): string {
  const lines = receipts.filter(isBad).map((receipt) => faultyCsvLines('invoice', receipt))
  return faultyCsvHead('invoice') + lines.join('')
}

it('of ten thousand rows with three hundred bad ones names exactly those, and holds back no others', async () => {
  const { receipts, refusal } = await readFile(plainCsv(world.names, world.spoiled))
  expect(refusal).toBeNull()
  const places = faultsOf({ receipts, refusal }).map(({ row, column }) => ({ row, column }))
  expect(places).toEqual(world.bad)
  expect(receipts.flatMap(({ rows }) => rows)).toHaveLength(10_000)
  const spoiled = new Set(world.bad.map(({ row }) => row))
  for (const receipt of receipts) {
    expect(isBad(receipt)).toBe(receipt.rows.some(({ row }) => spoiled.has(row)))
  }
})

it('says the same of the same rows in a workbook', async () => {
  const rows = [world.names, ...world.spoiled]
  const sheet = { name: 'Filas', rows, widths: world.names.map(() => 14) }
  const book = await readFile(await buffer(writeXlsx([sheet])))
  expect(book).toEqual(await readFile(plainCsv(world.names, world.spoiled)))
})

it('is whole once the downloaded rows have been mended and loaded again', async () => {
  const first = await readFile(plainCsv(world.names, world.spoiled))
  const [head = '', ...lines] = downloaded(first.receipts).trimEnd().split('\r\n')
  const mended = new Map(world.good.map((cells, at) => [at + 2, cells]))
  const rows = first.receipts.filter(isBad).flatMap((receipt) => receipt.rows)
  expect(lines).toHaveLength(rows.length)
  const again = rows.map(({ row }) => (mended.get(row) ?? []).join(';').concat(';mírame'))
  const second = await readFile([head, ...again].join('\r\n'))
  expect(faultsOf(second)).toEqual([])
  const drafts = [...first.receipts, ...second.receipts].flatMap(({ draft }) => draft ?? [])
  const whole = (await readFile(plainCsv(world.names, world.good))).receipts
  expect(drafts).toHaveLength(whole.length)
  const total = (all: typeof drafts) =>
    all.reduce((sum, { totalCents }) => sum + (totalCents ?? 0), 0)
  expect(total(drafts)).toBe(total(whole.flatMap(({ draft }) => draft ?? [])))
})

it('the downloaded rows say what to mend, and come back as they went', async () => {
  const evil = [
    { descripcion: '=HYPERLINK("http://x.example";"pulsa")', cantidad: '0' },
    { descripcion: "'=1+1", cantidad: '-1' },
    { descripcion: "''@SUM(A1)", cantidad: '0' },
    { descripcion: 'con "comillas"; y ñ\tÉ', cantidad: '0' },
    { identificacion: '0959997210' },
    { identificacion: '="0959997210"', razon_social: ' espacios ' },
    { fecha_emision: '31/11/2026', establecimiento: '001', correo: '+593@x' },
    { razon_social: 'dos\nlíneas' },
  ].map((change, at) => ({ total: '', valor_iva: '', referencia: `R${at}`, ...change }))
  const first = await readFile(csvOf('invoice', exampleLines('invoice', ...evil)))
  expect(first.receipts.every(isBad)).toBe(true)
  const text = downloaded(first.receipts)
  expect(text).toContain('"fecha_emision: Noviembre tiene 30 días. Corrige la fecha.')
  // No cell can be taken for a formula, but the constant ones that keep the zeros of a number.
  for (const [cell] of text.matchAll(/"(?:[^"]|"")*"/g)) {
    expect(cell).not.toMatch(/^"\s*[=+\-@](?!""\d+"""$)/)
  }
  const second = await readFile(text)
  expect(second.receipts.map(({ rows }) => rows)).toEqual(first.receipts.map(({ rows }) => rows))
  expect(faultsOf(second)).toEqual(faultsOf(first))
})

it('the downloaded rows come back as they went, whatever their cells', async () => {
  const cell = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\u0000', ''))
  const other = fc.string({ unit: fc.constantFrom("'", '=', '"', ';', '\n', '\r', '0', ' ', '-') })
  const length = templateOf('invoice').columns.length - 1
  const cells = fc.array(fc.oneof(cell, other), { minLength: length, maxLength: length })
  await fc.assert(
    fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 3 }), async (all) => {
      const rows = all.map((row, at) => ({ row: at + 2, cells: [`R${at}`, ...row.map(plainCell)] }))
      const text = rows
        .map((row) => faultyCsvLines('invoice', { rows: [row], faults: [] }))
        .join('')
      const { receipts } = await readFile(faultyCsvHead('invoice') + text)
      expect(receipts.flatMap((receipt) => receipt.rows)).toEqual(rows)
    }),
    { numRuns: 60 },
  )
})

it('comes in batches of a thousand receipts', async () => {
  const path = fileOf(plainCsv(world.names, world.spoiled))
  const sizes: number[] = []
  for await (const batch of readRows(path, 'invoice', { today: TODAY })) {
    sizes.push(batch.ok ? batch.receipts.length : 0)
  }
  const last = sizes.pop() ?? 0
  expect(sizes.every((size) => size === 1_000)).toBe(true)
  expect(last).toBeGreaterThan(0)
})
