import { checkDigitHolds } from '../../sri/access-key.ts'
import { formatCount } from '../../values/count.ts'
import type { Link } from '../../web/pages/brand.ts'
import type { Clients } from '../scope/clients.ts'
import type { FoundReceipts } from './search-receipts.ts'
import { searchAddress } from './search-url.ts'
import { chipsOf, joinPhrases, periodPhrase } from './search-words.ts'

/** What stands where rows would; the first action is the one to take. */
export interface EmptyList {
  readonly icon: string
  readonly title: string
  readonly text: string
  readonly actions: readonly Link[]
}

const NEVER: EmptyList = {
  icon: 'recibo',
  title: 'Aquí verás tus comprobantes',
  text: 'Todavía no emitimos ninguno a tu nombre. Cuando haya uno, te avisaremos a tu correo.',
  actions: [],
}

const NO_CLIENTS: EmptyList = {
  icon: 'clientes',
  title: 'Aquí verás los comprobantes de tus empresas',
  text: 'Todavía no hay ninguno que puedas ver: pide acceso a quienes llevas la contabilidad.',
  actions: [
    { href: '/empresas/solicitar', text: 'Pedir acceso' },
    { href: '/empresas', text: 'Ver tus empresas' },
  ],
}

const NO_CLIENT: EmptyList = {
  icon: 'clientes',
  title: 'No hay comprobantes que puedas ver',
  text: 'Quizá esa empresa no te ha dado acceso, el acceso terminó o todavía no tiene comprobantes.',
  actions: [
    { href: '/comprobantes', text: 'Ver todas tus empresas' },
    { href: '/empresas/solicitar', text: 'Pedir acceso' },
  ],
}

/** Keys of the first years may not check out, so that it is said only when nothing was found. */
const MISTYPED =
  'El último dígito de esa clave no coincide con los demás: revisa que la hayas copiado bien.'

/** Names what was looked for, and offers a search that finds something. */
export function describeEmpty(
  { search, never, suggestion }: FoundReceipts,
  clients: Clients | null,
): EmptyList {
  if (never && clients === null) return NEVER
  if (never) return search.clients.length > 0 ? NO_CLIENT : NO_CLIENTS
  const filters = chipsOf({ ...search, period: null }, clients).map(({ label }) =>
    label.replace(/^(Desde|Hasta) /, (word) => word.toLowerCase()),
  )
  const where = search.accessKey === null ? ` en ${periodPhrase(search)}` : ''
  const looked = [
    filters.length > 0 ? `Buscaste ${joinPhrases(filters)}${where}.` : `Buscaste${where}.`,
    ...(search.accessKey === null || checkDigitHolds(search.accessKey) ? [] : [MISTYPED]),
  ].join(' ')
  const clear = { href: '/comprobantes', text: 'Limpiar filtros' }
  const title =
    filters.length > 0
      ? 'No hay comprobantes con esos filtros'
      : 'No hay comprobantes en esas fechas'
  if (suggestion === null) return { icon: 'buscar', title, text: looked, actions: [clear] }
  const place = periodPhrase(suggestion.search)
  const offered = { ...suggestion.search, order: search.order }
  const count = formatCount(suggestion.count)
  const href = searchAddress(offered)
  if (!suggestion.sameFilters) {
    const text = `${looked} Hay ${count} en ${place} sin filtros.`
    return { icon: 'buscar', title, text, actions: [{ href, text: 'Limpiar filtros' }] }
  }
  const actions = [{ href, text: `Buscar en ${place}` }, ...(filters.length > 0 ? [clear] : [])]
  return { icon: 'buscar', title, text: `${looked} Hay ${count} en ${place}.`, actions }
}
