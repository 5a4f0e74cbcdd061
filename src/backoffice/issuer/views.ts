import type { IssuerFact } from '../../issuing/issuer/issuer-words.ts'
import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'
import type { IssuerValues } from './issuer-form.ts'

interface PointOnScreen {
  readonly href: string
  readonly name: string
  readonly active: boolean
  readonly isDefault: boolean
}

export interface EstablishmentOnScreen {
  readonly code: string
  readonly address: string
  readonly points: readonly PointOnScreen[]
}

export interface IssuerOnScreen {
  readonly href: string
  readonly name: string
  readonly ruc: string
  readonly environment: string
  readonly isProduction: boolean
}

/** Who issues, when there is nobody or several. */
export const issuersPage = view<{ issuers: readonly IssuerOnScreen[]; manages: boolean }>(
  'backoffice/issuer/index',
)

/** One issuer with its places. */
export const issuerPage = view<
  IssuerOnScreen & {
    facts: readonly IssuerFact[]
    establishments: readonly EstablishmentOnScreen[]
    /** Of the proposal that waits. */
    waiting: number | null
    manages: boolean
  }
>('backoffice/issuer/show')

export const issuerFormPage = view<{
  isNew: boolean
  action: string
  back: string
  values: IssuerValues
  problems: Problems
}>('backoffice/issuer/form')

export const establishmentPage = view<{
  issuer: IssuerOnScreen
  values: { codigo: string; direccion: string }
  /** Whether its code is given already. */
  isNew: boolean
  problems: Problems
}>('backoffice/issuer/establishment')

export const newPointPage = view<{
  issuer: IssuerOnScreen
  establishments: readonly { code: string; address: string }[]
  values: { establecimiento: string; punto: string }
  problems: Problems
}>('backoffice/issuer/new-point')

/** One point: the numbers that come next, kind by kind. */
export const pointPage = view<{
  issuer: IssuerOnScreen
  href: string
  name: string
  address: string
  active: boolean
  isDefault: boolean
  series: readonly { slug: string; kind: string; next: string; waiting: number | null }[]
  manages: boolean
  values: { tipo: string; siguiente: string; motivo: string }
  problems: Problems
}>('backoffice/issuer/point')
