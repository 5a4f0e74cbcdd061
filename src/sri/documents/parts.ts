import {
  attributePair,
  choice,
  decimal,
  digits,
  group,
  lines,
  list,
  optional,
  pattern,
  signedDecimal,
  text,
  textPair,
  varying,
  withdrawn,
} from './model.ts'

/** The leaves that several documents share; the SRI's own names are kept for the elements. */
export const amount = () => decimal(14, 2)
export const signedAmount = () => signedDecimal(14, 2)
export const longText = () => text(1, 300)
export const idType = () => choice('04', '05', '06', '07', '08')
export const idNumber = () => text(1, 20)
export const yesOrNo = () => choice('SI', 'NO')
export const taxRate = () => decimal(4, 2)
export const taxRateCode = () => digits(1, 4)
export const country = () => digits(3)

/** The number of the resolution that named a special taxpayer. */
export const specialTaxpayer = (max: number) =>
  pattern(new RegExp(`^[A-Za-z0-9]{3,${max}}$`), `de 3 a ${max} letras o números`)

export const numberWithHyphens = () =>
  pattern(/^[0-9]{3}-[0-9]{3}-[0-9]{9}$/, 'un número como 001-002-000000123')

/**
 * Quantities and unit prices: six decimals in the newer version of each pair, two in the older.
 *
 * @param older the versions with two decimals.
 */
export const preciseDecimal = (older: readonly string[]) =>
  varying(decimal(18, 6), Object.fromEntries(older.map((version) => [version, decimal(14, 2)])))

export const optionalPreciseDecimal = (older: readonly string[]) =>
  varying(
    optional(decimal(18, 6)),
    Object.fromEntries(older.map((version) => [version, optional(decimal(14, 2))])),
  )

/** RIMPE: the schema knows only the first text, but the SRI authorises the second one as well. */
const RIMPE_TEXTS = ['CONTRIBUYENTE RÉGIMEN RIMPE', 'CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE']

export const taxInfo = group({
  ambiente: choice('1', '2'),
  tipoEmision: choice('1', '2'),
  razonSocial: longText(),
  nombreComercial: optional(longText()),
  ruc: pattern(/^[0-9]{10}001$/, 'un RUC de 13 dígitos terminado en 001'),
  claveAcceso: digits(49),
  codDoc: digits(2),
  estab: digits(3),
  ptoEmi: digits(3),
  secuencial: digits(9),
  dirMatriz: longText(),
  regimenMicroempresas: withdrawn(longText()),
  agenteRetencion: optional(digits(1, 8)),
  contribuyenteRimpe: optional(choice(...RIMPE_TEXTS)),
})

/** The taxes of a line of goods or services. */
export const lineTaxes = list(
  'impuesto',
  group({
    codigo: choice('2', '3', '5'),
    codigoPorcentaje: taxRateCode(),
    tarifa: taxRate(),
    baseImponible: amount(),
    valor: amount(),
  }),
)

export const extraDetails = (min = 1) =>
  optional(list('detAdicional', attributePair(), { min, max: 3 }))

export const compensations = optional(
  list('compensacion', group({ codigo: choice('1'), tarifa: taxRate(), valor: amount() })),
)

const PAYMENT_CODES = Array.from({ length: 21 }, (_, at) => String(at + 1).padStart(2, '0'))

export const paymentForm = () => choice(...PAYMENT_CODES)

export const payments = list(
  'pago',
  group({
    formaPago: paymentForm(),
    total: amount(),
    plazo: optional(amount()),
    unidadTiempo: optional(text(1, 10)),
  }),
)

export const fiscalMachine = optional(
  group({ marca: text(1, 30), modelo: text(1, 30), serie: text(1, 30) }),
)

export const negotiable = optional(group({ correo: text(1, 100) }))

const ADDITIONAL_FIELDS_MAX = 15

export const additionalInfo = optional(
  list('campoAdicional', textPair(lines(1, 300)), { max: ADDITIONAL_FIELDS_MAX }),
)

export const additionalInfoOnOneLine = optional(
  list('campoAdicional', textPair(text(1, 300)), { max: ADDITIONAL_FIELDS_MAX }),
)
