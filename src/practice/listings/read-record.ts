import { type DocumentKind, documentKinds } from '../../sri/kinds.ts'
import { parseDay } from '../../values/day.ts'
import { type DocumentNumber, parseDocumentNumber } from '../../values/document-number.ts'
import { type Cents, parseAmount, readTypedAmount } from '../../values/money.ts'
import { canonicalTaxId } from '../../values/tax-id.ts'
import { type Asked, type ListingItem, type Stated, shownValue } from './asked.ts'
import { cellsOf } from './cells.ts'
import { complain } from './complaint.ts'
import type { Field, Layout } from './layout.ts'
import { isDestroyedKey, readKey, readToken } from './read-token.ts'

const LONG_DIGITS = /^\d{40,60}$/

/** Reads one record of a report. Its key is the anchor: names with stray delimiters do not matter. */
export function readRecord(row: number, line: string, layout: Layout): ListingItem {
  const cells = cellsOf(line, layout.delimiter)
  const at = anchorOf(cells)
  const value = shownValue(at === -1 ? line : (cells[at] ?? ''))
  if (at === -1) return { ok: false, bad: { row, value, complaint: complain('no-key') } }
  const read = readKey(cells[at] ?? '')
  const record = recordAround(cells, at, layout)
  const stated = statedIn(record)
  if (read.is === 'key') {
    return { ok: true, asked: { row, by: 'key', key: read.key, stated, remark: read.remark } }
  }
  const byNumber = isDestroyedKey(cells[at] ?? '') ? askedByNumber(row, record, stated) : null
  if (byNumber !== null) return { ok: true, asked: byNumber }
  const token = readToken(cells[at] ?? '')
  const complaint = token.is === 'bad' ? token.complaint : complain('no-key')
  return { ok: false, bad: { row, value, complaint } }
}

/** Whether a line is the second one of a record of A: an amount, alone. */
export function amountAlone(line: string, { delimiter }: Layout): Cents | null {
  const filled = cellsOf(line, delimiter).filter((cell) => cell !== '')
  // After a spreadsheet the decimal comma of `12,50` may be the delimiter, too.
  const text = delimiter === ',' && filled.length === 2 ? filled.join('.') : filled[0]
  return filled.length === 1 || text !== filled[0] ? amountIn(text) : null
}

function anchorOf(cells: readonly string[]): number {
  const whole = cells.findIndex((cell) => /^\d{49}$/.test(cell))
  if (whole !== -1) return whole
  const destroyed = cells.findIndex(isDestroyedKey)
  return destroyed === -1 ? cells.findIndex((cell) => LONG_DIGITS.test(cell)) : destroyed
}

type Record = ReadonlyMap<Field, string>

/**
 * What stands around the key. Fields behind it are counted from it, so are those between a name and
 * it; those before the name are counted from the left. A record of A has one field more than its
 * header, an empty one behind TIPO_EMISION.
 */
function recordAround(cells: readonly string[], at: number, layout: Layout): Record {
  const fields = fieldsOf(cells, layout)
  const key = fields.indexOf('key')
  const name = fields.indexOf('issuer-name')
  const record = new Map<Field, string>()
  if (at < key) return record
  for (const [place, field] of fields.entries()) {
    if (field === 'other') continue
    const fromLeft = place < name || (name === -1 && place < key)
    const cell = fromLeft ? cells[place] : cells[at + place - key]
    record.set(field, cell ?? '')
  }
  if (name !== -1 && name < key) {
    record.set('issuer-name', cells.slice(name, at - (key - name) + 1).join(' '))
  }
  return record
}

function fieldsOf(cells: readonly string[], { name, fields }: Layout): readonly Field[] {
  if (name !== 'A' || cells.length <= fields.length) return fields
  const recipient = fields.indexOf('recipient')
  return recipient === -1 ? fields : fields.toSpliced(recipient, 0, 'other')
}

function statedIn(record: Record): Stated {
  return {
    issuerName: shownValue(record.get('issuer-name') ?? '') || null,
    recipient: taxIdIn(record.get('recipient')),
    issuedOn: parseDay((record.get('issued-on') ?? '').slice(0, 10)),
    total: amountIn(record.get('total')),
  }
}

/** A spreadsheet drops the zero with which the numbers of nine provinces begin. */
function taxIdIn(text = ''): string | null {
  const whole = /^\d{9}$|^\d{9}001$/.test(text) ? `0${text}` : text
  return canonicalTaxId(whole)
}

/** `.29` and `20` of the SRI, `12,50` and `1.234,50` of a spreadsheet. */
function amountIn(text = ''): Cents | null {
  if (text === '') return null
  if (!text.includes(',')) return parseAmount(text)
  const typed = readTypedAmount(text)
  return typed.ok ? typed.cents : null
}

function askedByNumber(row: number, record: Record, stated: Stated): Asked | null {
  const number = numberIn(record.get('number'))
  const issuerRuc = taxIdIn(record.get('issuer-ruc'))
  if (number === null || issuerRuc === null) return null
  const kind = kindIn(record.get('kind') ?? '')
  const remark = complain('spreadsheet-number')
  return { row, by: 'number', number, issuerRuc, kind, stated, remark }
}

function numberIn(text = ''): DocumentNumber | null {
  return parseDocumentNumber(/^\d{13,14}$/.test(text) ? text.padStart(15, '0') : text)
}

/** The reports say the kind in words: «Comprobante de Retención electrónica versión 2.0». */
function kindIn(text: string): DocumentKind | null {
  const bare = plain(text)
  const found = documentKinds.find(({ name }) => bare.startsWith(plain(name)))
  return found?.kind ?? null
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}
