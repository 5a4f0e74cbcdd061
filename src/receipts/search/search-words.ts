import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import type { Day } from '../../values/day.ts'
import { formatDay } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import { listName, statusFacts } from '../receipt.ts'
import type { Clients } from '../scope/clients.ts'
import type { Period, Search, SearchOrder } from './search.ts'
import { asksForNothing } from './search.ts'
import { searchAddress } from './search-url.ts'

/** The buttons of the form. */
export const periodLabels: Readonly<Record<Period, string>> = {
  'este-mes': 'Este mes',
  'mes-anterior': 'Mes anterior',
  '3-meses': 'Últimos 3 meses',
  'este-ano': 'Este año',
  'ano-anterior': 'Año anterior',
  rango: 'Elegir fechas',
}

const PERIOD_PHRASES: Readonly<Record<Period, string>> = {
  'este-mes': 'este mes',
  'mes-anterior': 'el mes anterior',
  '3-meses': 'los últimos 3 meses',
  'este-ano': 'este año',
  'ano-anterior': 'el año anterior',
  rango: 'esas fechas',
}

export const orderLabels: Readonly<Record<SearchOrder, string>> = {
  '-fecha': 'Más recientes',
  fecha: 'Más antiguos',
  '-valor': 'Mayor valor',
  valor: 'Menor valor',
}

/** A filter that is on, in words, and the address of the list without it. */
export interface Chip {
  readonly label: string
  readonly href: string
}

const KINDS_NAMED_MAX = 2

/** One for each filter that is on; the period is no chip, as it is always on and shown above. */
export function chipsOf(search: Search, clients: Clients | null = null): Chip[] {
  const without = (change: Partial<Search>) => searchAddress({ ...search, ...change })
  if (search.accessKey !== null) {
    const href = without({ text: '', accessKey: null })
    return [{ label: `Clave …${search.accessKey.slice(-8)}`, href }]
  }
  const chips: Chip[] = clients === null ? [] : clientChips(search, clients)
  if (search.text !== '') chips.push({ label: `«${search.text}»`, href: without({ text: '' }) })
  if (search.period === 'rango' && (search.from !== null || search.to !== null)) {
    const days = daysPhrase(search)
    const label = `${days.charAt(0).toUpperCase()}${days.slice(1)}`
    chips.push({ label, href: without({ period: null, from: null, to: null }) })
  }
  if (search.kinds.length > KINDS_NAMED_MAX) {
    chips.push({ label: `${search.kinds.length} tipos`, href: without({ kinds: [] }) })
  } else {
    for (const kind of search.kinds) {
      const kinds = search.kinds.filter((other) => other !== kind)
      chips.push({ label: listName(kind), href: without({ kinds }) })
    }
  }
  if (search.number !== '') {
    chips.push({ label: `Número ${search.number}`, href: without({ number: '' }) })
  }
  if (search.min !== null) {
    chips.push({ label: `Desde ${formatMoney(search.min)}`, href: without({ min: null }) })
  }
  if (search.max !== null) {
    chips.push({ label: `Hasta ${formatMoney(search.max)}`, href: without({ max: null }) })
  }
  for (const status of search.statuses) {
    const statuses = search.statuses.filter((other) => other !== status)
    chips.push({ label: statusFacts(status).name, href: without({ statuses }) })
  }
  return chips
}

const CLIENTS_NAMED_MAX = 3

/** A number that is no client's is shown as it was asked: nothing is found for it. */
function clientChips(search: Search, clients: Clients): Chip[] {
  const without = (numbers: readonly string[]) => searchAddress({ ...search, clients: numbers })
  if (search.clients.length > CLIENTS_NAMED_MAX) {
    return [{ label: `${search.clients.length} empresas`, href: without([]) }]
  }
  return search.clients.map((number) => {
    const client = [...clients.values()].find(({ numbers }) => numbers.includes(number))
    const href = without(search.clients.filter((other) => other !== number))
    return { label: client ? readableName(client.name) : number, href }
  })
}

/** «del 1 ene al 20 nov 2026», «de todas las fechas»: what the results cover. */
export function daysPhrase({ from, to }: { from: Day | null; to: Day | null }): string {
  if (from === null && to === null) return 'de todas las fechas'
  if (from === null && to !== null) return `hasta el ${formatDay(to)}`
  if (from !== null && to === null) return `desde el ${formatDay(from)}`
  if (from === to && from !== null) return `del ${formatDay(from)}`
  const start = formatDay(from as Day)
  const sameYear = from?.slice(0, 4) === to?.slice(0, 4)
  return `del ${sameYear ? start.slice(0, -5) : start} al ${formatDay(to as Day)}`
}

/** «este año», «todas las fechas»: a period inside a sentence, after «en». */
export function periodPhrase(search: Pick<Search, 'period' | 'from' | 'to'>): string {
  const { period, from, to } = search
  if (period === 'rango' && from === null && to === null) return 'todas las fechas'
  return PERIOD_PHRASES[period ?? '3-meses']
}

/** Says why other days are shown than the last three months, to somebody who chose none. */
export function widenedSentence(search: Search, period: Period, own: boolean): string {
  const [missing, shown] =
    period === 'este-ano'
      ? ['en los últimos 3 meses', 'los de este año']
      : period === 'ano-anterior'
        ? ['en este año', 'los del año anterior']
        : ['en este año ni en el anterior', 'los de todas las fechas']
  const nobody = own ? 'No tienes comprobantes' : 'No hay comprobantes'
  const none = asksForNothing(search) ? nobody : 'Con esos filtros no hay ninguno'
  return `${none} ${missing}; te mostramos ${shown}.`
}

/** «Retenciones · Este año»: what a saved search is called until somebody names it. */
export function suggestedName(search: Search): string {
  const kinds = search.kinds.map((kind) => kindFacts(kind).plural)
  const text = search.text === '' ? [] : [`«${search.text.slice(0, 30)}»`]
  const period = periodLabels[search.period ?? '3-meses']
  return [...text, ...(kinds.length > 0 ? [kinds.join(' y ')] : []), period].join(' · ')
}

/** «1 comprobante», «128 comprobantes». */
export function countPhrase(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'comprobante' : 'comprobantes'}`
}

/** «a, b y c» */
export function joinPhrases(phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? ''
  return phrases.length < 2 ? last : `${phrases.slice(0, -1).join(', ')} y ${last}`
}
