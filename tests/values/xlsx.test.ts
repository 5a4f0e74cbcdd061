import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { readXlsx } from '#src/intake/rows/tables/xlsx-sheet.ts'
import { writeXlsx } from '#src/values/tables/xlsx.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-xlsx-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

async function back(rows: readonly (readonly string[])[]): Promise<string[][]> {
  const file = path.join(folder, 'libro.xlsx')
  fs.writeFileSync(file, await buffer(writeXlsx([{ name: 'Hoja & «1»', rows, widths: [9, 9] }])))
  const read: string[][] = []
  for await (const some of readXlsx(file)) read.push(...some.map(({ cells }) => cells))
  return read
}

const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom('&', '<', '>', '"', '\n', '\r', '\t', ' ', '_', 'x', '0', 'A', 'ñ'),
  }),
  fc.constantFrom('_x0041_', '_x000D_', '=1+1', '000123', ']]>', '&amp;', '𝄞'),
)

it('a workbook gives back the very texts that were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(text, { minLength: 1, maxLength: 4 })), async (rows) => {
      const filled = rows
        .map((cells) => cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1))
        .filter((cells) => cells.some((cell) => cell.trim() !== ''))
      expect(await back(rows)).toEqual(filled)
    }),
    { numRuns: 60 },
  )
})

it('fails with rows that cannot be read, and leaves the process alone', async () => {
  const rows = async function* () {
    yield ['Uno']
    throw new Error('The rows are gone')
  }
  const book = writeXlsx([{ name: 'Hoja', rows: rows(), widths: [9] }])
  await expect(buffer(book)).rejects.toThrow('The rows are gone')
})

it('leaves out what no XML may hold', async () => {
  expect(await back([['a\u0000b\u001bc', 'd\ud800e']])).toEqual([['abc', 'd\ufffde']])
})
