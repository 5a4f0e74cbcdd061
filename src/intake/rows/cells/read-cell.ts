import { type IvaRate, ivaRate, ivaRates } from '../../../sri/catalogues/catalogues.ts'
import { parseDocumentNumber } from '../../../values/document-number.ts'
import { type Complaint, complain } from '../fault.ts'
import type { CellRule } from '../templates/column.ts'
import { readDate } from './read-date.ts'
import { readIdentification } from './read-identification.ts'
import {
  MANGLED,
  readAuthorization,
  readCode,
  readDigits,
  readNumber,
  readPercentage,
  withoutPercent,
} from './read-number.ts'
import { readEmail, readPairs, readText, SPREADSHEET_ERROR } from './read-text.ts'

/**
 * Reads a cell by the rule of its column.
 *
 * @param text not empty, without blanks around it
 * @param row gives the value of another column that was read before
 * @returns the value in the one form that documents use, or what is wrong with it
 */
export function readCell(
  rule: CellRule,
  text: string,
  row: { get(column: string): string },
): string | Complaint {
  if (text.startsWith('#') && SPREADSHEET_ERROR.test(text)) {
    return complain('spreadsheet-error', { value: text })
  }
  switch (rule.is) {
    case 'text':
      return readText(text, rule.max)
    case 'number':
      return readNumber(text, rule)
    case 'date':
      return readDate(text)
    case 'choice':
      return readCode(text, rule.codes)
    case 'identification':
      return readIdentification(text, row.get(rule.type))
    case 'ruc':
      return readIdentification(text, RUC)
    case 'vat-rate':
      return readVatRate(text)
    case 'digits':
      return readDigits(text, rule.length)
    case 'percentage':
      return readPercentage(text)
    case 'email':
      return readEmail(text)
    case 'document-number':
      return readDocumentNumber(text)
    case 'authorization':
      return readAuthorization(text)
    case 'pairs':
      return readPairs(text)
  }
}

const RUC = '04'

function readDocumentNumber(text: string): string | Complaint {
  const number = parseDocumentNumber(text)
  if (number !== null) return number
  if (MANGLED.test(text)) return complain('number-mangled')
  // Without its hyphens a spreadsheet takes it for a number.
  const padded = SHORTENED_NUMBER.test(text) ? parseDocumentNumber(text.padStart(15, '0')) : null
  if (padded !== null) return complain('zeros-lost', { expected: padded })
  return complain('wrong-form', { expected: 'un número como 001-002-000000123' })
}

const SHORTENED_NUMBER = /^\d{10,14}$/

/** The differential rate depends on days and places that no table here knows. */
const DIFFERENTIAL = '8'

/** The rates that a row may charge. */
export const chargeableRates: readonly IvaRate[] = ivaRates.filter(
  ({ code }) => code !== DIFFERENTIAL,
)

function readVatRate(text: string): string | Complaint {
  const known = ivaRate(text)
  if (known !== null && known.code !== DIFFERENTIAL) return known.code
  const percent = Number(withoutPercent(text).replace(',', '.')) * 100
  const meant = chargeableRates.find(({ basisPoints }) => basisPoints === percent)
  if (meant !== undefined) return complain('rate-not-code', { expected: meant.code })
  return complain('unknown-code', { expected: ratesSaid(chargeableRates) })
}

/** «4 para 15 %, 0 para 0 % o 7 para Exento de IVA». */
export function ratesSaid(rates: readonly IvaRate[]): string {
  const said = rates.map(({ code, label }) => `${code} para ${label}`)
  return said.length < 2 ? said.join('') : `${said.slice(0, -1).join(', ')} o ${said.at(-1)}`
}
