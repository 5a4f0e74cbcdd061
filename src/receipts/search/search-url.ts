import { kindFacts } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import { printAmount } from '../../values/money.ts'
import { statusFacts } from '../receipt.ts'
import type { Search, SearchQuery } from './search.ts'

/**
 * The one query that means this search, without `?`: nothing empty, nothing redundant, always in
 * the same order. Empty for the search that asks for nothing.
 */
export function searchQuery(search: Search, cursor: string | null = null): string {
  const query = new URLSearchParams()
  if (search.accessKey !== null) {
    query.set('q', search.accessKey)
    return query.toString()
  }
  if (search.text !== '') query.set('q', search.text)
  if (search.period !== null) query.set('periodo', search.period)
  if (search.period === 'rango') {
    if (search.from !== null) query.set('desde', search.from)
    if (search.to !== null) query.set('hasta', search.to)
  }
  for (const kind of search.kinds) query.append('tipo', kindFacts(kind).slug)
  if (search.number !== '') query.set('numero', search.number)
  if (search.min !== null) query.set('min', shortAmount(search.min))
  if (search.max !== null) query.set('max', shortAmount(search.max))
  for (const status of search.statuses) query.append('estado', statusFacts(status).slug)
  for (const number of search.clients) query.append('ruc', number)
  if (search.order !== '-fecha') query.set('orden', search.order)
  if (cursor !== null) query.set('despues', cursor)
  return query.toString()
}

/** The address of the list that shows this search. */
export function searchAddress(search: Search, cursor: string | null = null): string {
  return withQuery('/comprobantes', searchQuery(search, cursor))
}

export function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`
}

/** Whether an address asks for exactly this query, however its letters are written. */
export function sameQuery(address: string, query: string): boolean {
  const at = address.indexOf('?')
  const asked = at < 0 ? '' : address.slice(at + 1)
  return asked === query || new URLSearchParams(asked).toString() === query
}

/** Takes a query apart as Fastify does for a request. */
export function parseQuery(query: string): SearchQuery {
  const params = new URLSearchParams(query)
  const one = (name: string) => params.get(name) ?? undefined
  return {
    ...Object.fromEntries(ONE_VALUE.flatMap((name) => (one(name) ? [[name, one(name)]] : []))),
    tipo: params.getAll('tipo'),
    estado: params.getAll('estado'),
    ruc: params.getAll('ruc'),
  }
}

const ONE_VALUE = ['q', 'periodo', 'desde', 'hasta', 'numero', 'min', 'max', 'orden'] as const

/** `1234` or `1234.50`: both are read back as they are, whatever the reader's comma. */
function shortAmount(amount: Cents): string {
  return printAmount(amount).replace(/\.00$/, '')
}
