import { parseEmail } from '../../../values/email-address.ts'
import { type Complaint, complain } from '../fault.ts'

/** What is neither seen nor printed, or turns the direction of reading; a tab counts as a blank. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/
/** A letter lost in a wrong code page, UTF-8 read as something else («Ã‘»), a code page of DOS («¥»). */
const DAMAGED =
  /\ufffd|[ÂÃ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]|â[\u0080-\u009f\u20ac]|\p{L}[¢£¤¥‚]\p{L}/u
const BREAK = /[\n\r\u0085\u2028\u2029]/
export const SPREADSHEET_ERROR =
  /^#(?:N\/[AD]|¡?REF!|¡?VAL(?:UE|OR)!|¡?DIV\/0!|¿?N(?:AME|OMBRE)\?|¡?N(?:UM|ULL|ULO|¡?ÚM)!|SPILL!|DESBORDAMIENTO!)$/

/** One line of text as a document prints it. Lengths count characters, as the SRI does. */
export function readText(text: string, max: number): string | Complaint {
  if (BREAK.test(text)) return complain('line-break')
  if (HIDDEN.test(text) || !text.isWellFormed()) return complain('hidden-character')
  if (DAMAGED.test(text)) return complain('damaged-letters')
  if (text.length > max && [...text].length > max) {
    return complain('too-long', { expected: String(max) })
  }
  return text.includes('\t') ? text.replaceAll('\t', ' ') : text
}

export function readEmail(text: string): string | Complaint {
  const address = parseEmail(text)
  if (address !== null && address.length <= EMAIL_MAX) return address
  return complain('email-form', { expected: whatIsWrong(text) })
}

/** What one field of additional information holds. */
const EMAIL_MAX = 300

function whatIsWrong(text: string): string {
  if (/[;,|\s/]/.test(text) && text.split('@').length > 2)
    return 'Hay más de un correo; pon uno solo'
  if (/@.*@/.test(text)) return 'Tiene dos arrobas'
  if (/\s/.test(text)) return 'Tiene un espacio'
  if (!text.includes('@')) return 'Le falta la arroba'
  return 'No es un correo que se pueda usar'
}

/** A field of additional information. */
export interface NamedText {
  readonly nombre: string
  readonly valor: string
}

/** The SRI admits fifteen fields; one is kept for the mail address. */
const PAIRS_MAX = 14
const PAIR_CHARACTERS_MAX = 300

/** Checks «Cuenta: ******4471 | Canal: Banca web»; `pairsIn` takes it apart. */
export function readPairs(text: string): string | Complaint {
  const line = readText(text, PAIRS_MAX * PAIR_CHARACTERS_MAX * 2)
  if (typeof line !== 'string') return line
  const pairs = pairsIn(line)
  const good = pairs.every(({ nombre, valor }) => fits(nombre) && fits(valor))
  return good && pairs.length <= PAIRS_MAX ? line : complain('pair-form')
}

export function pairsIn(text: string): NamedText[] {
  if (text === '') return []
  return text.split('|').map((pair) => {
    const colon = pair.indexOf(':')
    if (colon === -1) return { nombre: '', valor: pair.trim() }
    return { nombre: pair.slice(0, colon).trim(), valor: pair.slice(colon + 1).trim() }
  })
}

function fits(text: string): boolean {
  return text !== '' && text.length <= PAIR_CHARACTERS_MAX
}
