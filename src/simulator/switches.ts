import { reasonCode } from './judging/sri-messages.ts'

/** What can go wrong between a client and the service, whatever is asked. */
export const faults = ['outage', 'silence', 'page', 'empty', 'fault', 'lost'] as const
export type Fault = (typeof faults)[number]

const services = ['recepcion', 'autorizacion', 'consulta'] as const
export type ServiceName = (typeof services)[number]

/** For how many requests: so many, or `Infinity` until further notice. */
type Times = number

/** How the simulator behaves; all at rest, it is a service that works at once. */
export interface Switches extends Record<Fault, Times> {
  /** From RECIBIDA to the authorisation, in milliseconds. */
  readonly delayMs: number
  /** For how long after RECIBIDA it says that it knows of nothing. */
  readonly unknownMs: number
  /** Until the other side accepts an annulment that needs its consent. */
  readonly consentMs: number
  /** Every answer comes twice. */
  readonly doubled: boolean
  /** A NO AUTORIZADO stands beside each AUTORIZADO. */
  readonly contradictory: boolean
  /** Of requests that meet a fault drawn by lot, from 0 to 100. */
  readonly faultPercent: number
  readonly seed: number
  /** The services that faults befall. */
  readonly services: readonly ServiceName[]
  /** RUCs that are not active, and `RUC-001` for an establishment that is closed. */
  readonly closed: readonly string[]
  /** What the next documents are refused with. */
  readonly refuse: { readonly code: string; readonly times: Times } | null
}

export const AT_REST: Switches = {
  delayMs: 2_000,
  unknownMs: 0,
  consentMs: 10_000,
  outage: 0,
  silence: 0,
  page: 0,
  empty: 0,
  fault: 0,
  lost: 0,
  doubled: false,
  contradictory: false,
  faultPercent: 0,
  seed: 1,
  services,
  closed: [],
  refuse: null,
}

interface Switch {
  readonly field: keyof Switches
  /** For the page and the help. */
  readonly says: string
  /** What may be written. */
  readonly takes: string
  /** Undefined when the value is none of those. */
  read(value: unknown): unknown
  /** As it may be written again. */
  print(value: never): string
}

const wholeUpTo = (max: number) => ({
  takes: `un número entero de 0 a ${max}`,
  read: (value: unknown) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return Number.isInteger(number) && (number as number) >= 0 && (number as number) <= max
      ? number
      : undefined
  },
  print: (value: number) => String(value),
})

const ALWAYS = 'siempre'
const counted = wholeUpTo(1_000_000)
const times = {
  takes: `${ALWAYS}, o para cuántas peticiones: 0 la apaga`,
  read: (value: unknown) => {
    if (value === ALWAYS || value === true) return Number.POSITIVE_INFINITY
    return value === false || value === '' ? 0 : counted.read(value)
  },
  print: (value: number) => (value === Number.POSITIVE_INFINITY ? ALWAYS : String(value)),
}

const yesOrNo = {
  takes: 'sí o no',
  read: (value: unknown) => {
    if (value === true || value === 'sí' || value === 'si' || value === 'true') return true
    return [false, 'no', 'false', ''].includes(value as string) ? false : undefined
  },
  print: (value: boolean) => (value ? 'sí' : 'no'),
}

const listOf = (takes: string, shape: RegExp) => ({
  takes,
  read: (value: unknown) => {
    const text = Array.isArray(value) ? value.join(',') : value
    if (typeof text !== 'string') return undefined
    const words = text.split(',').map((word) => word.trim())
    const said = words.filter((word) => word !== '')
    return said.every((word) => shape.test(word)) ? said : undefined
  },
  print: (value: readonly string[]) => value.join(', '),
})

const refusal = {
  takes: 'un código del SRI, o código y veces como 39x3; vacío lo apaga',
  read: (value: unknown) => {
    if (value === '' || value === null) return null
    const parts = /^(\d{1,2})(?:x(\d{1,6}))?$/.exec(String(value).trim())
    const code = parts === null ? null : reasonCode(parts[1] ?? '')
    return code === null ? undefined : { code, times: Number(parts?.[2] ?? 1) }
  },
  print: (value: Switches['refuse']) => (value === null ? '' : `${value.code}x${value.times}`),
}

const MINUTE_MS = 60_000
const duration = wholeUpTo(24 * 60 * MINUTE_MS)

/** Every switch under the name by which it is set from outside. */
export const switchTable: Readonly<Record<string, Switch>> = {
  demoraMs: { field: 'delayMs', says: 'Tarda en autorizar (ms)', ...duration },
  ceroMs: { field: 'unknownMs', says: 'Tras RECIBIDA no sabe nada durante (ms)', ...duration },
  demoraAnulacionMs: {
    field: 'consentMs',
    says: 'El receptor acepta la anulación a los (ms)',
    ...duration,
  },
  caida: { field: 'outage', says: 'Corta la conexión sin leer', ...times },
  sinRespuesta: { field: 'silence', says: 'No contesta nunca', ...times },
  paginaHtml: { field: 'page', says: 'Contesta la página de un cortafuegos', ...times },
  respuestaVacia: { field: 'empty', says: 'Contesta sin contenido', ...times },
  fallaSoap: { field: 'fault', says: 'Contesta una falla SOAP', ...times },
  respuestaPerdida: { field: 'lost', says: 'Procesa y corta sin contestar', ...times },
  duplicadas: { field: 'doubled', says: 'Cada autorización viene dos veces', ...yesOrNo },
  contradictorias: {
    field: 'contradictory',
    says: 'Junto a AUTORIZADO viene NO AUTORIZADO',
    ...yesOrNo,
  },
  fallasPorcentaje: {
    field: 'faultPercent',
    says: 'Fallas al azar (% de peticiones)',
    ...wholeUpTo(100),
  },
  semilla: { field: 'seed', says: 'Semilla del azar', ...wholeUpTo(2 ** 31) },
  servicios: {
    field: 'services',
    says: 'Servicios en los que falla',
    ...listOf(`de ${services.join(', ')}, los que fallan`, new RegExp(`^(${services.join('|')})$`)),
  },
  cerrados: {
    field: 'closed',
    says: 'RUC no activos y establecimientos cerrados',
    ...listOf('RUC de 13 dígitos, o RUC-001 por un establecimiento', /^\d{13}(-\d{3})?$/),
  },
  rechazar: { field: 'refuse', says: 'Rechaza los próximos documentos con', ...refusal },
}

type Changed =
  | { readonly ok: true; readonly switches: Switches }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Sets switches by their outside names, all of them or, when one is wrong, none. */
export function changeSwitches(
  switches: Switches,
  changes: Readonly<Record<string, unknown>>,
): Changed {
  const problems: string[] = []
  const changed: Record<string, unknown> = { ...switches }
  for (const [name, value] of Object.entries(changes)) {
    const one = Object.hasOwn(switchTable, name) ? switchTable[name] : undefined
    const read = one?.read(value)
    if (one === undefined) problems.push(`No hay un conmutador «${name}».`)
    else if (read === undefined) problems.push(`«${name}» debe ser ${one.takes}.`)
    else changed[one.field] = read
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, switches: changed as unknown as Switches }
}

/** As they can be set again, by their outside names. */
export function printSwitches(switches: Switches): Record<string, string> {
  const printed = Object.entries(switchTable).map(([name, { field, print }]) => [
    name,
    print(switches[field] as never),
  ])
  return Object.fromEntries(printed)
}
