import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { manyRows, plainCsv } from '#fixtures/intake/rows.ts'
import { templateOf } from '#src/intake/rows/templates/templates.ts'
import type { Browser } from '#tests/support/portal.ts'
import { readFile } from '../rows/support.ts'
import { sendMended } from './rows-support.ts'
import { bank, readLot, work } from './support.ts'

const world = manyRows({ count: 10_000, bad: 300 })
const { columns } = templateOf('invoice')

/** Every fault that the pages of a lot name, in their order. */
async function named(browser: Browser, lot: string) {
  const faults: { row: number; column: string }[] = []
  for (let next: string | undefined = lot; next; ) {
    const { body } = await browser.get(next)
    for (const [, row, title] of body.matchAll(/"Corregir la fila (\d+), ([^"]+)"/g)) {
      const column = columns.find((one) => one.title === title)?.name ?? ''
      faults.push({ row: Number(row), column })
    }
    next = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')
  }
  return faults
}

/** The file of faults with what was spoiled put right, and everything else as it came. */
function mend(csv: string): string {
  const [head = [], ...lines]: string[][] = parse(csv, { delimiter: ';', bom: true })
  const spoiled = new Set(world.bad.map(({ row }) => world.good[row - 2]?.[0]))
  const rows = world.good.flatMap(([reference], at) => (spoiled.has(reference) ? [at + 2] : []))
  expect(lines.map(([reference]) => reference)).toEqual(rows.map((row) => world.good[row - 2]?.[0]))
  for (const { row, column } of world.bad) {
    const at = world.names.indexOf(column)
    const line = lines[rows.indexOf(row)] ?? []
    expect(line.at(-1)).toContain(`${column}: `)
    line[at] = world.good[row - 2]?.[at] ?? ''
  }
  const written = [head, ...lines].map((cells) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'),
  )
  return `${written.join('\r\n')}\r\n`
}

it('of ten thousand rows names the three hundred bad ones, and is whole with their file mended', {
  timeout: 120_000,
}, async () => {
  const { portal, diego } = await bank()
  const content = plainCsv(world.names, world.spoiled)
  const lot = await readLot(portal, diego, [{ name: 'filas.csv', content }], 'factura')
  expect(await named(diego, lot)).toEqual(world.bad)

  const mended = mend((await diego.post(`${lot}/errores.csv`)).body)
  const sent = await sendMended(portal, diego, lot, { name: 'corregidas.csv', content: mended })
  expect(sent.statusCode).toBe(303)
  await work(portal)
  expect(await named(diego, lot)).toEqual([])
  const items = await portal.db
    .selectFrom('lot_item')
    .groupBy('outcome')
    .select(({ fn }) => [
      'outcome',
      fn.countAll<number>().as('receipts'),
      fn.sum<number>('total_cents').as('cents'),
    ])
    .execute()
  const { receipts } = await readFile(plainCsv(world.names, world.good))
  const cents = receipts.reduce((sum, { draft }) => sum + (draft?.totalCents ?? 0), 0)
  expect(items).toEqual([{ outcome: 'new', receipts: receipts.length, cents }])
})
