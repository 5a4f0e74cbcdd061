import type { Issuer } from './issuer.ts'

/** An issuer as somebody describes it, before or after it is kept. */
export type IssuerRecord = Omit<Issuer, 'id'>

export interface IssuerFact {
  readonly term: string
  readonly text: string
}

export const ENVIRONMENT_WORDS = { test: 'Pruebas', production: 'Producción' } as const
const ALGORITHM_WORDS = { 'rsa-sha1': 'RSA con SHA-1', 'rsa-sha256': 'RSA con SHA-256' }
const RIMPE_WORDS = { entrepreneur: 'Emprendedor', popular: 'Negocio popular' } as const

const NONE = 'No'

/** All that an issuer's record says, in the order of the form. */
export function issuerFacts({ legends, ...issuer }: IssuerRecord): IssuerFact[] {
  return [
    { term: 'RUC', text: issuer.ruc },
    { term: 'Razón social', text: issuer.name },
    { term: 'Nombre comercial', text: issuer.tradeName ?? 'Ninguno' },
    { term: 'Dirección de la matriz', text: issuer.address },
    { term: 'Ambiente', text: ENVIRONMENT_WORDS[issuer.environment] },
    { term: 'Firma con', text: ALGORITHM_WORDS[issuer.algorithm] },
    { term: 'Obligado a llevar contabilidad', text: legends.keepsAccounts ? 'Sí' : NONE },
    { term: 'Contribuyente especial', text: legends.specialTaxpayer ?? NONE },
    { term: 'Agente de retención', text: legends.withholdingAgent ?? NONE },
    { term: 'RIMPE', text: legends.rimpe ? RIMPE_WORDS[legends.rimpe] : NONE },
    { term: 'Gran contribuyente', text: legends.largeTaxpayer ?? NONE },
    { term: 'RUC del proveedor del sistema', text: legends.providerRuc ?? 'El mismo emisor' },
  ]
}

export interface ChangedFact {
  readonly term: string
  /** Null where there was no issuer before. */
  readonly from: string | null
  readonly to: string
}

/** What another record of the same issuer would say otherwise. */
export function changedFacts(before: IssuerRecord | null, after: IssuerRecord): ChangedFact[] {
  const former = before === null ? null : issuerFacts(before)
  return issuerFacts(after).flatMap(({ term, text }, at) => {
    const from = former?.[at]?.text ?? null
    return from === text ? [] : [{ term, from, to: text }]
  })
}
