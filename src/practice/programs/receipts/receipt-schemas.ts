import Type from 'typebox'
import type { OwnedReceipt } from '../../../receipts/receipt.ts'
import { receiptStatuses, statusFacts } from '../../../receipts/receipt.ts'
import type { StoredReceipt } from '../../../receipts/receipt-store.ts'
import type { Clients } from '../../../receipts/scope/clients.ts'
import { TAXED_MAX, type TaxTotals } from '../../../receipts/taxes/tax-totals.ts'
import type { TaxName } from '../../../sri/catalogues/catalogues.ts'
import { documentKinds, kindFacts } from '../../../sri/kinds.ts'
import { formatCount } from '../../../values/count.ts'
import { cents, printAmount } from '../../../values/money.ts'
import { oneOf } from '../../one-of.ts'

const severalOf = (words: readonly string[]) =>
  Type.Optional(
    Type.Array(oneOf(words), { maxItems: words.length, description: 'Ninguno: todos.' }),
  )

/** Kinds and states to look for. Any other word is refused: left out, it would mean all of them. */
export const AskedKinds = severalOf(documentKinds.map(({ slug }) => slug))
export const AskedStatuses = severalOf(receiptStatuses.map(({ slug }) => slug))

export const ReceiptSchema = Type.Object({
  clave: Type.String({ description: 'Clave de acceso: 49 dígitos.' }),
  empresa: Type.String({ description: 'RUC o cédula del cliente de quien es.' }),
  tipo: oneOf(documentKinds.map(({ slug }) => slug)),
  estado: oneOf(receiptStatuses.map(({ slug }) => slug)),
  numero: Type.String({ description: 'Como 001-002-000018710.' }),
  emitido: Type.String({ format: 'date' }),
  emisor: Type.Object({ ruc: Type.String(), nombre: Type.String() }),
  concepto: Type.String(),
  valor: Type.Union([Type.String({ pattern: '^-?\\d+\\.\\d{2}$' }), Type.Null()], {
    description: 'Como está impreso, con dos decimales; una guía de remisión no tiene.',
  }),
})

export const OneReceiptSchema = Type.Object({
  ...ReceiptSchema.properties,
  autorizacion: Type.Union([Type.String(), Type.Null()]),
  autorizado: Type.Union([Type.String(), Type.Null()]),
  cargado: Type.String({ format: 'date-time' }),
  sha256: Type.Union([Type.String(), Type.Null()], { description: 'Del XML, hexadecimal.' }),
})

export function describeReceipt(receipt: OwnedReceipt, clients: Clients | null) {
  const { accessKey, kind, status, number, issuedOn, concept, totalCents } = receipt
  return {
    clave: accessKey,
    empresa: clients?.get(receipt.partyId)?.number ?? '',
    tipo: kindFacts(kind).slug,
    estado: statusFacts(status).slug,
    numero: number,
    emitido: issuedOn,
    emisor: { ruc: receipt.issuerRuc, nombre: receipt.issuerName },
    concepto: concept,
    valor: totalCents === null ? null : printAmount(totalCents),
  }
}

export function describeOne(receipt: StoredReceipt, clients: Clients | null) {
  return {
    ...describeReceipt(receipt, clients),
    autorizacion: receipt.authorizationNumber,
    autorizado: receipt.authorizedAt,
    cargado: receipt.loadedAt,
    sha256: receipt.sha256,
  }
}

/** How programs name taxes. */
const NAMES: Readonly<Record<TaxName, string>> = {
  iva: 'iva',
  ice: 'ice',
  irbpnr: 'irbpnr',
  renta: 'renta',
  isd: 'isd',
  other: 'otro',
}
const Amount = Type.String({ pattern: '^-?\\d+\\.\\d{2}$' })

/** A search added up by tax and rate, as programs have it. */
export const TaxTotalsSchema = Type.Union(
  [
    Type.Object({
      completo: Type.Boolean({
        description: 'false: de algún comprobante antiguo todavía no se han sumado los impuestos.',
      }),
      tarifas: Type.Array(
        Type.Object({
          retenido: Type.Boolean({ description: 'true: lo retiene; false: lo cobra.' }),
          impuesto: oneOf(Object.values(NAMES)),
          codigo: Type.String({
            description: 'De la tarifa o de la retención, como está impreso.',
          }),
          porcentaje: Type.Union([Amount, Type.Null()], {
            description: 'Como 15.00; null donde no hay: no objeto, exento, por unidad.',
          }),
          comprobantes: Type.Integer(),
          base: Amount,
          valor: Amount,
        }),
      ),
    }),
    Type.Null(),
  ],
  {
    description: `Solo con impuestos=true; null si son más de ${formatCount(TAXED_MAX)} comprobantes.`,
  },
)

export function describeTaxTotals(found: TaxTotals | null) {
  if (found === null) return null
  return {
    completo: !found.unfinished,
    tarifas: found.totals.map((total) => ({
      retenido: total.withheld,
      impuesto: NAMES[total.tax],
      codigo: total.rateCode,
      porcentaje: total.rateBp === null ? null : printAmount(cents(total.rateBp)),
      comprobantes: total.count,
      base: printAmount(total.baseCents),
      valor: printAmount(total.amountCents),
    })),
  }
}
