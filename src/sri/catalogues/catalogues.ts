import type { Day } from '../../values/day.ts'

/**
 * The SRI's code tables, for labels and for judging what we write ourselves. A document that the
 * SRI authorised is never refused because its code is missing here: its bare code is shown.
 */
export interface IvaRate {
  readonly code: string
  readonly label: string
  /** 1500 is 15 %; null where no percentage applies, or the document's own rules. */
  readonly basisPoints: number | null
  /** First and last day on which it was charged; open where absent. */
  readonly from?: Day
  readonly to?: Day
}

const day = (text: string): Day => text as Day

/** «Tarifa del IVA»; the dates are the laws' of 2016, 2017 and 2024. */
export const ivaRates: readonly IvaRate[] = [
  { code: '0', label: '0 %', basisPoints: 0 },
  { code: '2', label: '12 %', basisPoints: 1200, to: day('2024-03-31') },
  {
    code: '3',
    label: '14 %',
    basisPoints: 1400,
    from: day('2016-06-01'),
    to: day('2017-05-31'),
  },
  { code: '4', label: '15 %', basisPoints: 1500, from: day('2024-04-01') },
  { code: '5', label: '5 %', basisPoints: 500, from: day('2024-04-01') },
  { code: '6', label: 'No objeto de IVA', basisPoints: null },
  { code: '7', label: 'Exento de IVA', basisPoints: null },
  // Tourism on declared days: 8 % so far, but the document's own rate rules.
  { code: '8', label: 'IVA diferenciado', basisPoints: null },
  { code: '10', label: '13 %', basisPoints: 1300, from: day('2024-04-01') },
]

export type TaxName = 'iva' | 'ice' | 'irbpnr' | 'renta' | 'isd' | 'other'

export const taxLabels: Readonly<Record<TaxName, string>> = {
  iva: 'IVA',
  ice: 'ICE',
  irbpnr: 'IRBPNR',
  renta: 'Renta',
  isd: 'ISD',
  other: 'Otro impuesto',
}

/** Basis points as people read them: `15 %`, `1,75 %`. */
export function formatRate(basisPoints: number): string {
  return `${String(basisPoints / 100).replace('.', ',')}\u00a0%`
}

/** `codigo` of a tax charged on goods and services. */
export function chargedTax(code: string | undefined): TaxName {
  return code === '2' ? 'iva' : code === '3' ? 'ice' : code === '5' ? 'irbpnr' : 'other'
}

/** `codigo` of a tax withheld: here 1 is income tax. */
export function withheldTax(code: string | undefined): TaxName {
  return code === '1' ? 'renta' : code === '2' ? 'iva' : code === '6' ? 'isd' : 'other'
}

/** Some issuers pad the code (`0000`); the table does not. */
export function ivaRate(code: string): IvaRate | null {
  const bare = code.replace(/^0+(?=\d)/, '')
  return ivaRates.find((rate) => rate.code === bare) ?? null
}

/** Whether a rate was charged on that day. */
export function isInForce({ from, to }: IvaRate, day: Day): boolean {
  return (from === undefined || day >= from) && (to === undefined || day <= to)
}

/** Withholding of IVA: code to percentage. */
export const ivaWithholdings: ReadonlyMap<string, number> = new Map([
  ['1', 30],
  ['2', 70],
  ['3', 100],
  ['7', 0],
  ['8', 0],
  ['9', 10],
  ['10', 20],
  ['11', 50],
])

export const idTypes: ReadonlyMap<string, string> = new Map([
  ['04', 'RUC'],
  ['05', 'Cédula'],
  ['06', 'Pasaporte'],
  ['07', 'Consumidor final'],
  ['08', 'Identificación del exterior'],
])

/** «Formas de pago», those in force since June 2016; 02 to 14 appear in older documents. */
export const paymentForms: ReadonlyMap<string, string> = new Map([
  ['01', 'Sin utilización del sistema financiero'],
  ['15', 'Compensación de deudas'],
  ['16', 'Tarjeta de débito'],
  ['17', 'Dinero electrónico'],
  ['18', 'Tarjeta prepago'],
  ['19', 'Tarjeta de crédito'],
  ['20', 'Otros con utilización del sistema financiero'],
  ['21', 'Endoso de títulos'],
])

export function idTypeLabel(code: string): string {
  return idTypes.get(code) ?? code
}

export function paymentFormLabel(code: string): string {
  return paymentForms.get(code) ?? `Forma de pago ${code}`
}
