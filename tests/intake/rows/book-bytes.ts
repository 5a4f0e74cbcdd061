import type { RawEntry } from '../zip-bytes.ts'
import { zipBytes } from '../zip-bytes.ts'

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** Parts of a workbook that a test wants otherwise, by their names; null leaves one out. */
type Parts = Readonly<Record<string, string | null>>

/** The parts of a workbook as a spreadsheet writes them, with that inside its first sheet. */
export function bookEntries(sheetData: string, parts: Parts = {}): RawEntry[] {
  const all: Parts = {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="Oculta" sheetId="1" state="hidden" r:id="rId9"/><sheet name="Filas" sheetId="2" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': `<styleSheet ${MAIN}><numFmts><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy;@"/><numFmt numFmtId="165" formatCode="&quot;del día&quot; 0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="9"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${MAIN}><sheetData>${sheetData}</sheetData></worksheet>`,
    ...parts,
  }
  return Object.entries(all).flatMap(([name, content]) =>
    content === null ? [] : [{ name, content }],
  )
}

export function bookBytes(sheetData: string, parts: Parts = {}): Buffer {
  return zipBytes(bookEntries(sheetData, parts))
}

/** A row of texts written in the cells themselves. */
export function textRow(row: number, cells: readonly string[]): string {
  const all = cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`)
  return `<row r="${row}">${all.join('')}</row>`
}
