import { describe, expect, it } from 'vitest'
import { templateOf } from '#src/intake/rows/templates/templates.ts'
import { zipBytes } from '../zip-bytes.ts'
import { bookBytes, bookEntries, textRow } from './book-bytes.ts'
import { exampleLines, faultsOf, readFile } from './support.ts'

const names = [...templateOf('invoice').places.keys()]
const [line = {}] = exampleLines('invoice', { total: '', valor_iva: '' })
const head = textRow(1, names)

/** A row in which some cells are written as they are given, the others as texts. */
function rowWith(cells: Readonly<Record<string, string>>, row = 2): string {
  const all = names.map((name) => {
    const text = `<c t="inlineStr"><is><t>${line[name] ?? ''}</t></is></c>`
    return cells[name] ?? text
  })
  return `<row r="${row}">${all.join('')}</row>`
}

async function read(sheet: string, parts: Readonly<Record<string, string | null>> = {}) {
  return await readFile(bookBytes(head + sheet, parts))
}

/** What the reader makes of one cell. */
async function cellOf(column: string, xml: string, parts = {}): Promise<string | undefined> {
  const { receipts, refusal } = await read(rowWith({ [column]: xml }), parts)
  expect(refusal).toBeNull()
  return receipts[0]?.rows[0]?.cells[names.indexOf(column)]
}

describe('a cell of a workbook', () => {
  const strings = `<sst><si><t>primera</t></si><si><r><t>Comisión </t></r><r><t xml:space="preserve">de noviembre</t></r><rPh><t>no</t></rPh></si><si><t>a_x0007_b</t></si></sst>`

  it.each([
    ['descripcion', '<c t="s"><v>1</v></c>', 'Comisión de noviembre'],
    ['descripcion', '<c t="s"><v>2</v></c>', 'a\u0007b'],
    ['descripcion', '<c t="s"><v>77</v></c>', ''],
    ['descripcion', '<c t="str"><f>A1&amp;B1</f><v>unidos</v></c>', 'unidos'],
    ['descripcion', '<c t="b"><v>1</v></c>', 'VERDADERO'],
    ['descripcion', '<c t="e"><v>#N/A</v></c>', '#N/A'],
    ['identificacion', '<c><v>1759996349</v></c>', '1759996349'],
    ['identificacion', '<c><v>1.790012345001E+12</v></c>', '1790012345001'],
    ['precio_unitario', '<c><v>0.30000000000000004</v></c>', '0.3'],
    ['precio_unitario', '<c s="3"><v>1.234</v></c>', '1.2340'],
    ['fecha_emision', '<c s="1"><v>46342</v></c>', '16/11/2026'],
    ['fecha_emision', '<c s="2"><v>46342.75</v></c>', '16/11/2026'],
    ['fecha_emision', '<c><v>46342</v></c>', '46342'],
    ['codigo_iva', '<c s="4"><v>0.15</v></c>', '15'],
    ['identificacion', '<c t="str"><f>"0959997214"</f><v>0959997214</v></c>', '0959997214'],
    ['descripcion', '<c t="str"><v>\'=1+1</v></c>', '=1+1'],
  ])('of %s %s says %j', async (column, xml, text) => {
    expect(await cellOf(column, xml, { 'xl/sharedStrings.xml': strings })).toBe(text)
  })

  it('counts days as old Macs did where the book says so', async () => {
    const workbook =
      '<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet r:id="rId1"/></sheets></workbook>'
    const parts = { 'xl/workbook.xml': workbook }
    expect(await cellOf('fecha_emision', '<c s="1"><v>44880</v></c>', parts)).toBe('16/11/2026')
  })

  it('that was never computed is named, and nothing computes it', async () => {
    const faults = faultsOf(await read(rowWith({ cantidad: '<c><f>1+1</f></c>' })))
    expect(faults).toEqual([
      {
        row: 2,
        column: 'cantidad',
        value: '',
        code: 'formula-without-value',
        message:
          'Es una fórmula sin resultado guardado. Abre el archivo en Excel, guárdalo o escribe el valor.',
      },
    ])
  })

  it('that a number has spoiled is named with its cure', async () => {
    const faults = faultsOf(
      await read(
        rowWith({ identificacion: '<c><v>959997214</v></c>', establecimiento: '<c><v>1</v></c>' }),
      ),
    )
    expect(faults).toMatchObject([
      { column: 'establecimiento', value: '1', code: 'zeros-lost' },
      { column: 'identificacion', value: '959997214', code: 'zeros-lost' },
    ])
  })
})

describe('rows of a workbook', () => {
  it('keep the numbers that the spreadsheet shows, whatever lies between', async () => {
    const bad = { fecha_emision: '<c t="inlineStr"><is><t>31/11/2026</t></is></c>' }
    const { receipts } = await read(`<row r="5"><c r="B5" s="1"/></row>${rowWith(bad, 9)}`)
    expect(receipts[0]?.faults).toMatchObject([{ row: 9, column: 'fecha_emision' }])
  })

  it('may leave cells out, and name the columns of the others', async () => {
    const filled = names.map((name, at) => ({ name, column: String.fromCharCode(65 + at) }))
    const cells = filled
      .filter(({ name }) => line[name])
      .map(
        ({ name, column }) => `<c r="${column}2" t="inlineStr"><is><t>${line[name]}</t></is></c>`,
      )
    expect(faultsOf(await read(`<row r="2">${cells.join('')}</row>`))).toEqual([])
  })

  it('may stand in merged cells: what is left empty means the first line', async () => {
    const second = Object.fromEntries(
      ['fecha_emision', 'identificacion', 'razon_social'].map((name) => [name, '<c/>']),
    )
    const more = { ...second, descripcion: '<c t="str"><v>Otra</v></c>' }
    expect(faultsOf(await read(rowWith({}) + rowWith(more, 3)))).toEqual([])
  })

  it('come from the first sheet that can be seen, under any prefix', async () => {
    const sheet = `<x:worksheet xmlns:x="u"><x:sheetData>${(head + rowWith({})).replaceAll(/<(\/?)(\w)/g, '<$1x:$2')}</x:sheetData></x:worksheet>`
    const { receipts, refusal } = await readFile(
      bookBytes('', { 'xl/worksheets/sheet1.xml': sheet }),
    )
    expect(refusal).toBeNull()
    expect(receipts[0]?.faults).toEqual([])
  })
})

describe('a workbook that means harm', () => {
  const bomb = (text: string) =>
    readFile(
      zipBytes(bookEntries(head + rowWith({ descripcion: `<c t="str"><v>${text}</v></c>` }))),
    )

  it.each([
    [
      'declares entities',
      { 'xl/worksheets/sheet1.xml': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' },
      'xlsx-hostile',
    ],
    [
      'declares a DTD in its strings',
      { 'xl/sharedStrings.xml': '<!DOCTYPE sst SYSTEM "http://x.example/x.dtd"><sst/>' },
      'xlsx-hostile',
    ],
    ['uses an entity of its own', { 'xl/worksheets/sheet1.xml': '<a>&b;</a>' }, 'xlsx-damaged'],
    ['nests without end', { 'xl/worksheets/sheet1.xml': '<a>'.repeat(10_000) }, 'xlsx-hostile'],
    ['is cut', { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1">' }, 'xlsx-damaged'],
    ['has no sheet', { 'xl/workbook.xml': '<workbook/>' }, 'no-sheet'],
    ['names a sheet that is not there', { 'xl/worksheets/sheet1.xml': null }, 'xlsx-damaged'],
    [
      'names a file outside',
      {
        'xl/_rels/workbook.xml.rels':
          '<R><Relationship Id="rId1" Target="../../../etc/passwd"/></R>',
      },
      'xlsx-damaged',
    ],
    ['has an empty sheet', { 'xl/worksheets/sheet1.xml': '<worksheet/>' }, 'empty'],
  ] as [string, Record<string, string | null>, string][])('%s', async (_, parts, code) => {
    const { refusal } = await readFile(bookBytes(head, parts))
    expect(refusal?.code).toBe(code)
  })

  it('cannot hold a cell that grows without end', async () => {
    expect((await bomb('x'.repeat(400_000))).refusal?.code).toBe('row-too-large')
    expect((await bomb('x'.repeat(40_000_000))).refusal?.code).toBe('xlsx-hostile')
  })

  it('cannot grow a thousand times when it is opened', async () => {
    expect((await bomb('x'.repeat(60_000_000))).refusal?.code).toBe('xlsx-hostile')
  })

  it('cannot lie about its size', async () => {
    const entries = bookEntries(head + rowWith({})).map((entry) =>
      entry.name.includes('sheet1') ? { ...entry, says: { size: 100 } } : entry,
    )
    expect((await readFile(zipBytes(entries))).refusal?.code).toBe('xlsx-damaged')
  })

  it('cannot make the reader hold more texts than it has room for', async () => {
    const says = { size: 70 * 1024 ** 2, packedSize: 1024 ** 2 }
    const strings = { name: 'xl/sharedStrings.xml', content: '<sst/>', says }
    const { refusal } = await readFile(zipBytes([...bookEntries(head), strings]))
    expect(refusal?.code).toBe('xlsx-too-large')
  })

  it('is not opened when its parts have a password', async () => {
    const entries = bookEntries(head).map((entry) => ({ ...entry, flags: 0x801 }))
    expect((await readFile(zipBytes(entries))).refusal?.code).toBe('has-password')
  })

  it('cannot keep the reader busy with the form of a number', async () => {
    const styles = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="${'['.repeat(900_000)}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>`
    const { receipts } = await read(rowWith({}), { 'xl/styles.xml': styles })
    expect(receipts[0]?.faults).toEqual([])
  })

  it('cannot have two parts of one name', async () => {
    const entries = bookEntries(head + rowWith({}))
    const twice = [...entries, { name: 'XL/workbook.xml', content: '<workbook/>' }]
    expect((await readFile(zipBytes(twice))).refusal?.code).toBe('xlsx-hostile')
  })

  it('has cells far to the right that are told, not held', async () => {
    const far = head.replace('</row>', '<c r="XFD1" t="str"><v>x</v></c></row>')
    const { refusal } = await readFile(bookBytes(far + rowWith({})))
    expect(refusal?.code).toBe('too-many-columns')
  })
})
