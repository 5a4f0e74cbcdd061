import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvParser } from '#src/intake/rows/tables/csv-parser.ts'
import { plainCell } from '#src/intake/rows/tables/table.ts'
import { csvLineOf, digitsCell, textCell } from '#src/values/tables/csv.ts'
import { csvOf, exampleLines, faultsOf, readFile } from './support.ts'

const ALONE = { total: '', valor_iva: '' }
const good = csvOf('invoice', exampleLines('invoice', ALONE))

/** Cells with everything that CSV gives a meaning to. */
const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom('"', ';', ',', '\t', '\n', '\r\n', 'ñ', 'É', '𝄞', ' ', 'a', '='),
  }),
  fc.string({ unit: 'binary' }),
)

describe('CSV', () => {
  it('gives back every cell that was written, however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(';', ',', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        (rows, delimiter, newline, size) => {
          const written = rows
            .map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(delimiter))
            .join(newline)
          const parser = new CsvParser(delimiter, '\n')
          const read = []
          for (let at = 0; at < written.length; at += size) {
            read.push(...parser.push(written.slice(at, at + size)))
          }
          read.push(...parser.end())
          const filled = rows.filter((cells) => cells.some((one) => one.trim() !== ''))
          expect(read.map(({ cells }) => cells)).toEqual(filled)
        },
      ),
    )
  })

  it('reads plain cells as it reads quoted ones', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'É', ' ', '9', ',', "'", '=') })
    fc.assert(
      fc.property(fc.array(fc.array(plain, { minLength: 1 })), (rows) => {
        const parser = new CsvParser(';', '\n')
        const text = rows.map((cells) => `${cells.join(';')}\r\n`).join('')
        const read = [...parser.push(text), ...parser.end()].map(({ cells }) => cells)
        expect(read).toEqual(rows.filter((cells) => cells.some((one) => one.trim() !== '')))
      }),
    )
  })

  it('takes off what an export put on, and nothing else', () => {
    fc.assert(
      fc.property(cell, (text) => {
        // What has been read once is what comes back each time.
        const given = plainCell(text)
        for (const write of [textCell, digitsCell]) {
          const parser = new CsvParser(';', '\n')
          const [row] = parser.push(csvLineOf(['x', write(given)]))
          expect(plainCell(row?.cells[1] ?? '')).toBe(given)
        }
      }),
    )
  })

  it.each([
    ['commas', good.replaceAll('";"', '","').replaceAll(';', ',')],
    ['tabs', good.replaceAll(';', '\t')],
    ['CR LF', good.replaceAll('\n', '\r\n')],
    ['CR alone', good.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${good}`],
    ['a line that tells Excel the separator', `sep=;\n${good}`],
    ['no break at the end', good.trimEnd()],
    ['empty lines and empty rows', good.replace('\n', `\n\n;;;;\n`).concat('\n\n;;;\n')],
    ['names as people write them', good.replace('fecha_emision', ' Fecha Emisión ')],
    ['columns in another order', reversed(good)],
    ['empty columns behind', good.replaceAll('\n', ';;;\n')],
  ])('is read with %s', async (_, text) => {
    const { receipts, refusal } = await readFile(text)
    expect(refusal).toBeNull()
    expect(receipts.map(({ faults }) => faults)).toEqual([[]])
    expect(receipts[0]?.draft?.document).toEqual(
      (await readFile(good)).receipts[0]?.draft?.document,
    )
  })

  it('is read in the code page of old systems', async () => {
    const expected = (await readFile(good)).receipts[0]?.draft
    const { receipts } = await readFile(Buffer.from(good, 'latin1'))
    expect(receipts[0]?.draft).toEqual(expected)
    // «É» before a closing quote of Windows makes one sign of UTF-8 by chance.
    const quoted = Buffer.from(good.replace('MARÍA JOSÉ', 'MARÍA JOSÉ\u0094'), 'latin1')
    const read = await readFile(quoted)
    expect(read.receipts[0]?.rows[0]?.cells).toContain('PAREDES VILLACÍS MARÍA JOSÉ”')
  })

  it('names the rows whose letters are in another code page than the rest', async () => {
    const [first = '', second = ''] = good.split('\n')
    const other = second.replace('-000001', '-000002')
    for (const times of [1, 3]) {
      const file = Buffer.concat([
        Buffer.from(`${first}\n${second}\n`),
        ...Array.from({ length: times }, () => Buffer.from(`${other}\n`, 'latin1')),
      ])
      const [utf8, old] = (await readFile(file)).receipts
      const codes = (receipt: typeof utf8) => receipt?.faults.map(({ code }) => code)
      expect([codes(utf8), codes(old)]).toContainEqual(
        expect.arrayContaining(['damaged-letters', 'damaged-letters', 'damaged-letters']),
      )
    }
  })

  it('counts rows as a spreadsheet does: empty ones and those of several lines are one each', async () => {
    const [first = '', second = ''] = good.split('\n')
    const spread = second.replace('Alborada, ', 'Alborada\n\n')
    const wrong = second.replace('16/11/2026', '31/11/2026').replace('-000001', '-000002')
    const faults = faultsOf(await readFile([first, '', spread, '', wrong].join('\n')))
    expect(faults).toMatchObject([
      { row: 3, column: 'direccion', code: 'line-break' },
      { row: 5, column: 'fecha_emision', code: 'date-impossible' },
    ])
  })

  it('names rows that have too many cells, too few, or quotes in the wrong place', async () => {
    const bare = good.replaceAll('"', '')
    const [names = '', row = ''] = bare.split('\n')
    const faults = async (text: string) => faultsOf(await readFile(`${names}\n${text}\n`))
    const long = await faults(row.replace('Alborada', 'Alborada;'))
    expect(long).toMatchObject([
      {
        row: 2,
        column: null,
        message:
          'La fila tiene 23 columnas y la primera 22. Pon entre comillas los textos que tienen el separador.',
      },
    ])
    const short = row.split(';').slice(0, 14).join(';')
    expect(await faults(short)).toEqual([
      {
        row: 2,
        column: null,
        value: '',
        code: 'row-short',
        message: 'La fila termina antes de tiempo: falta desde «descripcion». Completa la fila.',
      },
    ])
    const stray = good.split('\n')[1]?.replace('"SRV-014"', '"SRV"-014') ?? ''
    expect(await faults(stray)).toMatchObject([{ row: 2, code: 'stray-quote' }])
    const inside = row.replace('Comisión', '5" Comisión')
    expect(await faults(inside)).toEqual([])
  })
})

function reversed(text: string): string {
  const rows = text.trimEnd().split('\n')
  return rows.map((row) => row.split(';').reverse().join(';')).join('\n')
}
