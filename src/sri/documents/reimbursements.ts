import { choice, date, digits, group, type Leaf, list, optional } from './model.ts'
import { amount, country, idNumber, idType, taxRate, taxRateCode } from './parts.ts'

/**
 * Documents that somebody paid for another and passes on («reembolsos»). Three documents have
 * them, each with its own small differences.
 */
const reimbursedDocument = {
  tipoIdentificacionProveedorReembolso: idType(),
  identificacionProveedorReembolso: idNumber(),
  codPaisPagoProveedorReembolso: optional(country()),
  tipoProveedorReembolso: choice('01', '02'),
}

const reimbursedNumber = {
  estabDocReembolso: digits(3),
  ptoEmiDocReembolso: digits(3),
  secuencialDocReembolso: digits(9),
  fechaEmisionDocReembolso: date(),
}

const reimbursedTaxes = (rate: Leaf) =>
  list(
    'detalleImpuesto',
    group({
      codigo: choice('2', '3', '5'),
      codigoPorcentaje: taxRateCode(),
      tarifa: rate,
      baseImponibleReembolso: amount(),
      impuestoReembolso: amount(),
    }),
  )

const purchaseReimbursement = {
  ...reimbursedDocument,
  codDocReembolso: digits(2, 3),
  ...reimbursedNumber,
  numeroautorizacionDocReemb: digits(10, 49),
  detalleImpuestos: reimbursedTaxes(taxRate()),
}

export const settlementReimbursements = optional(
  list('reembolsoDetalle', group(purchaseReimbursement)),
)

export const invoiceReimbursements = optional(
  list(
    'reembolsoDetalle',
    group({
      ...purchaseReimbursement,
      compensacionesReembolso: optional(
        list(
          'compensacionReembolso',
          group({ codigo: choice('1'), tarifa: taxRate(), valor: amount() }),
        ),
      ),
    }),
  ),
)

/** Withholdings spell the authorisation with a capital A and print the rate without decimals. */
export const withholdingReimbursements = optional(
  list(
    'reembolsoDetalle',
    group({
      ...reimbursedDocument,
      codDocReembolso: digits(2),
      ...reimbursedNumber,
      numeroAutorizacionDocReemb: digits(10, 49),
      detalleImpuestos: reimbursedTaxes(digits(1, 4)),
    }),
  ),
)
