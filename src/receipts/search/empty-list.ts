import { checkDigitHolds } from '../../sri/access-key.ts'
import { formatCount } from '../../values/count.ts'
import type { Link } from '../../web/pages/brand.ts'
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

/** Keys of the first years may not check out, so that it is said only when nothing was found. */
const MISTYPED =
  'El último dígito de esa clave no coincide con los demás: revisa que la hayas copiado bien.'

/** Names what was looked for, and offers a search that finds something. */
export function describeEmpty({ search, never, suggestion }: FoundReceipts): EmptyList {
  if (never) return NEVER
  const filters = chipsOf({ ...search, period: null }).map(({ label }) =>
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
