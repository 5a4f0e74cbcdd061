import { type DerValue, derChildren, derOid, derText } from './der.ts'

/** The attributes that RFC 2253 calls by a short name; all others are written as numbers. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
}

interface NamePart {
  readonly oid: string
  readonly value: DerValue
}

/** @param name the DER of an X.501 name */
function partsOf(name: DerValue): NamePart[][] {
  return derChildren(name).map((set) =>
    derChildren(set).map((pair) => {
      const [oid, value] = derChildren(pair)
      if (oid === undefined || value === undefined) throw new RangeError('No attribute of a name')
      return { oid: derOid(oid), value }
    }),
  )
}

/**
 * A name as most signed receipts spell it: RFC 2253, the narrowest part first, commas without
 * blanks, attributes without a short name as `2.5.4.97=#0c0f…`.
 */
export function printName(name: DerValue): string {
  return partsOf(name)
    .reverse()
    .map((parts) => parts.map(printPart).join('+'))
    .join(',')
}

function printPart({ oid, value }: NamePart): string {
  const short = SHORT_NAMES[oid]
  const text = short === undefined ? null : derText(value)
  if (short === undefined || text === null) return `${oid}=#${value.whole.toString('hex')}`
  return `${short}=${escapeText(text)}`
}

function escapeText(text: string): string {
  return text.replaceAll(/[,+"\\<>;]|^[ #]| $/g, (sign) => `\\${sign}`)
}

/** The first of these attributes that the name has, by short name: `nameAttribute(name, 'CN', 'O')`. */
export function nameAttribute(name: DerValue, ...wanted: string[]): string | null {
  const parts = partsOf(name).flat()
  for (const short of wanted) {
    const part = parts.findLast(({ oid }) => SHORT_NAMES[oid] === short)
    const text = part === undefined ? null : derText(part.value)
    if (text !== null && text.trim() !== '' && !text.includes('@')) return text.trim()
  }
  return null
}
