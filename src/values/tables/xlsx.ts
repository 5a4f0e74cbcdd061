import { Readable } from 'node:stream'
import yazl from 'yazl'

/** A text, or a number to count with, in plain decimals such as `-1234.50`. */
export type XlsxCell = string | { readonly number: string }

/** A sheet; its first row names the columns and stays in sight. */
export interface XlsxSheet {
  /** Up to 31 letters, none of `[]:*?/\`. */
  readonly name: string
  readonly rows: Iterable<readonly XlsxCell[]> | AsyncIterable<readonly XlsxCell[]>
  /** In letters, column by column; how many there are is how many have the format of text. */
  readonly widths: readonly number[]
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
/** The format of text is 49, that of amounts 4, any number 0. */
const [ANY_STYLE, TEXT_STYLE, HEAD_STYLE, AMOUNT_STYLE] = [0, 1, 2, 3]
/** Rows are handed on together: one at a time costs more than all the rest. */
const PIECE_CHARACTERS = 32_768
/** The same sheets give the same bytes. */
const WRITTEN_AT = new Date('1980-01-01T12:00:00Z')

/**
 * Writes a workbook while it is read. Columns are of text, and so is every cell that is not given as
 * a number: a spreadsheet keeps leading zeros and long numbers and computes nothing.
 */
export function writeXlsx(sheets: readonly XlsxSheet[]): Readable {
  const zip = new yazl.ZipFile()
  const options = { mtime: WRITTEN_AT, forceDosTimestamp: true }
  const add = (name: string, xml: string) => zip.addBuffer(Buffer.from(HEAD + xml), name, options)
  add('[Content_Types].xml', contentTypes(sheets.length))
  add('_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']]))
  add('xl/workbook.xml', workbook(sheets))
  const parts = sheets.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`] as const)
  add('xl/_rels/workbook.xml.rels', relations([...parts, ['styles', 'styles.xml']]))
  add('xl/styles.xml', STYLES)
  const workbookFile = zip.outputStream as Readable
  for (const [at, sheet] of sheets.entries()) {
    const name = `xl/worksheets/sheet${at + 1}.xml`
    zip.addReadStreamLazy(name, options, (give) => {
      const rows = Readable.from(sheetXml(sheet))
      // Nobody else listens: rows that cannot be read end the workbook, and not the process.
      rows.once('error', (error) => workbookFile.destroy(error))
      give(null, rows)
    })
  }
  zip.end()
  return workbookFile
}

function contentTypes(sheets: number): string {
  const override = (part: string, type: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="${TYPE}.${type}+xml"/>`
  const all = Array.from({ length: sheets }, (_, at) =>
    override(`worksheets/sheet${at + 1}`, 'worksheet'),
  )
  return `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('workbook', 'sheet.main')}${override('styles', 'styles')}${all.join('')}</Types>`
}

function relations(targets: readonly (readonly [type: string, target: string])[]): string {
  const all = targets.map(
    ([type, target], at) =>
      `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`
}

function workbook(sheets: readonly XlsxSheet[]): string {
  const all = sheets.map(
    ({ name }, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  )
  return `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${all.join('')}</sheets></workbook>`
}

/** Strict readers want every part of it, used or not. */
const STYLES = `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/><tableStyles count="0" defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"/></styleSheet>`

async function* sheetXml({ rows, widths }: XlsxSheet): AsyncGenerator<string> {
  const columns = widths.map(
    (width, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" style="${TEXT_STYLE}" customWidth="1"/>`,
  )
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`
  let row = 0
  let piece = ''
  for await (const cells of rows) {
    row += 1
    piece += rowXml(row, cells)
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
  const all = `A1:${columnName(widths.length - 1)}1048576`
  yield `</sheetData><ignoredErrors><ignoredError sqref="${all}" numberStoredAsText="1"/></ignoredErrors></worksheet>`
}

function rowXml(row: number, cells: readonly XlsxCell[]): string {
  const style = row === 1 ? HEAD_STYLE : TEXT_STYLE
  const all = cells.map((cell, at) => {
    if (cell === '') return ''
    const place = `<c r="${columnName(at)}${row}"`
    if (typeof cell !== 'string') return `${place}${numberXml(cell.number)}</c>`
    return `${place} s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
  })
  return `<row r="${row}">${all.join('')}</row>`
}

/** A spreadsheet counts with fifteen digits; a number of more would be another one. */
const COUNTED_DIGITS = 15

function numberXml(number: string): string {
  if (!/^-?\d+(?:\.\d+)?$/.test(number)) throw new RangeError(`Not a plain number: ${number}`)
  if (number.replace(/^-?0*/, '').replace('.', '').length > COUNTED_DIGITS) {
    return ` s="${TEXT_STYLE}" t="inlineStr"><is><t>${number}</t></is>`
  }
  return ` s="${/\.\d\d$/.test(number) ? AMOUNT_STYLE : ANY_STYLE}"><v>${number}</v>`
}

/** 0 is `A`, 26 is `AA`. */
function columnName(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26))
  return at < 26 ? letter : `${columnName(Math.floor(at / 26) - 1)}${letter}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Spreadsheets write as `_x000D_` what XML would change, so whoever writes just that means it. */
const ESCAPE = /_(?=x[0-9A-Fa-f]{4}_)/g

function escaped(text: string): string {
  const meant = text.replaceAll(ESCAPE, '_x005F_').replaceAll('\r', '_x000D_')
  const plain = meant.toWellFormed().replaceAll(FORBIDDEN, '').replaceAll('&', '&amp;')
  return plain.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
