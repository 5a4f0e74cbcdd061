import type { Environment } from '../../sri/access-key.ts'
import type { Day } from '../../values/day.ts'
import { isRuc } from '../../values/tax-id.ts'

/** Who issues, with what the law makes each document say of them. */
export interface Issuer {
  readonly id: number
  readonly ruc: string
  /** Where documents are sent now; keys and numbers of the two never mix. */
  readonly environment: Environment
  readonly name: string
  readonly tradeName: string | null
  /** Of the head office. */
  readonly address: string
  readonly legends: Legends
  /** What signs; the SRI takes both. */
  readonly algorithm: 'rsa-sha1' | 'rsa-sha256'
}

/** Whose a document is that names an issuer, or none: then the only one there is; or why nobody's. */
export function issuerNamed(
  issuers: readonly Issuer[],
  ruc: string | undefined,
): Issuer | 'none' | 'several' | 'unknown' {
  const [only, other] = issuers
  if (!only) return 'none'
  if (ruc !== undefined) return issuers.find((one) => one.ruc === ruc) ?? 'unknown'
  return other ? 'several' : only
}

export interface Legends {
  /** «Obligado a llevar contabilidad». */
  readonly keepsAccounts: boolean
  /** Of the resolution: 3 to 13 letters or digits. */
  readonly specialTaxpayer: string | null
  /** Of the resolution, without leading zeros. */
  readonly withholdingAgent: string | null
  /** «Emprendedor» or «negocio popular» of the RIMPE. */
  readonly rimpe: 'entrepreneur' | 'popular' | null
  /** The resolution as it is to be printed: `NAC-GCFOIOC21-…`. */
  readonly largeTaxpayer: string | null
  /** The RUC of the firm whose system issues, when it is not the issuer's own. */
  readonly providerRuc: string | null
}

/** Where documents are issued: an establishment and one of its points. */
export interface Place {
  /** Three digits each. */
  readonly establishment: string
  readonly point: string
}

export interface EmissionPoint extends Place {
  readonly active: boolean
  readonly isDefault: boolean
  /** Of its establishment. */
  readonly address: string
}

export interface IssuerProblem {
  readonly field: string
  /** In Spanish: what is wrong and how to mend it. */
  readonly message: string
}

/** The SRI's limit of names and addresses. */
export const TEXT_MAX = 300

/** Everything that would make the SRI return each document of an issuer; empty when nothing would. */
export function checkIssuer(issuer: Omit<Issuer, 'id'>): IssuerProblem[] {
  const { legends, tradeName } = issuer
  const rules: [field: string, holds: boolean, message: string][] = [
    ['ruc', isRuc(issuer.ruc), 'El RUC debe tener 13 dígitos y terminar en 001.'],
    ['name', fits(issuer.name), `La razón social debe tener de 1 a ${TEXT_MAX} caracteres.`],
    [
      'tradeName',
      tradeName === null || fits(tradeName),
      `El nombre comercial debe tener hasta ${TEXT_MAX} caracteres; sin uno, déjalo vacío.`,
    ],
    [
      'address',
      fits(issuer.address),
      `La dirección de la matriz debe tener de 1 a ${TEXT_MAX} caracteres.`,
    ],
    [
      'specialTaxpayer',
      /^[A-Za-z0-9]{3,13}$/.test(legends.specialTaxpayer ?? '000'),
      'El número de contribuyente especial debe tener de 3 a 13 letras o números.',
    ],
    [
      'withholdingAgent',
      /^[1-9]\d{0,7}$/.test(legends.withholdingAgent ?? '1'),
      'La resolución de agente de retención debe tener hasta 8 dígitos, sin ceros delante.',
    ],
    [
      'largeTaxpayer',
      fits(legends.largeTaxpayer ?? '-'),
      `La resolución de gran contribuyente debe tener de 1 a ${TEXT_MAX} caracteres.`,
    ],
    [
      'providerRuc',
      isRuc(legends.providerRuc ?? '0000000000001'),
      'El RUC del proveedor del sistema debe tener 13 dígitos y terminar en 001.',
    ],
  ]
  return rules.flatMap(([field, holds, message]) => (holds ? [] : [{ field, message }]))
}

/** Whether the SRI takes it as a text: something on one line, within its length. */
function fits(text: string): boolean {
  return text.trim() !== '' && text.length <= TEXT_MAX && !/[\r\n]/.test(text)
}

export function isPlace({ establishment, point }: Place): boolean {
  return [establishment, point].every((code) => /^(?!000)\d{3}$/.test(code))
}

/** What a document says of where and when it is issued. */
export interface Numbered extends Place {
  readonly environment: Environment
  readonly issuedOn: Day
  /** From 1 to 999,999,999. */
  readonly sequence: number
  readonly accessKey: string
}
