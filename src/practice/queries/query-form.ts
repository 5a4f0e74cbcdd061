import type { Clients } from '../../receipts/scope/clients.ts'
import { documentKinds, kindOfSlug } from '../../sri/kinds.ts'
import { type Day, parseDay, rangeOf } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { AskedPeriod } from './batch-query.ts'

const [RUC, KIND] = ['ruc-', 'tipo-']
const BETWEEN = /[\s,;]+/

type PeriodForm =
  | { readonly ok: true; readonly numbers: readonly string[]; readonly period: AskedPeriod }
  | { readonly ok: false; readonly message: string }

/** Companies ticked or typed, days and kinds. */
export function readPeriodForm(
  fields: ReadonlyMap<string, string>,
  names: readonly string[],
): PeriodForm {
  const from = parseDay(fields.get('desde') ?? '')
  const to = parseDay(fields.get('hasta') ?? '')
  if (from === null || to === null) {
    return { ok: false, message: 'Escribe las dos fechas, como 01/11/2026.' }
  }
  if (to < from) {
    return { ok: false, message: 'La fecha final no puede ser anterior a la inicial.' }
  }
  const typed = (fields.get('rucs') ?? '').split(BETWEEN).filter(Boolean)
  const numbers = [...ticked(names, RUC), ...typed]
  if (numbers.length > NUMBERS_MAX) {
    return { ok: false, message: 'Son más de 1.000 empresas. Divide la lista en dos.' }
  }
  // None would be kept as all of them.
  const kinds = ticked(names, KIND).flatMap((slug) => kindOfSlug(slug)?.kind ?? [])
  if (kinds.length === 0) return { ok: false, message: 'Elige al menos un tipo de comprobante.' }
  const all = kinds.length === documentKinds.length
  return { ok: true, numbers, period: { from, to, kinds: all ? [] : kinds } }
}

const NUMBERS_MAX = 1_000

function ticked(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
}

/** The form, as it was sent or as it begins: last month, of every client, or of one that was named. */
export function formOf(of: {
  only: string | null
  fields: ReadonlyMap<string, string>
  values: readonly string[]
  problem: string
  clients: Clients | null
  today: Day
}) {
  const { only, fields, values, problem, clients, today } = of
  const range = rangeOf('mes-anterior', today)
  const mode = MODES.find((one) => one === fields.get('modo')) ?? 'lista'
  const fresh = fields.get('modo') !== 'periodo'
  return {
    mode,
    lista: fields.get('lista') ?? '',
    rucs: fields.get('rucs') ?? '',
    problem,
    from: fields.get('desde') ?? range.from,
    to: fields.get('hasta') ?? range.to,
    kinds: documentKinds.map(({ slug, plural }) => ({
      value: slug,
      label: plural,
      checked: fresh || values.includes(`${KIND}${slug}`),
    })),
    clients: [...(clients?.values() ?? [])]
      .map(({ number, numbers, name }) => ({
        number,
        name: readableName(name),
        checked: fresh
          ? only === null || numbers.includes(only)
          : values.includes(`${RUC}${number}`),
      }))
      .sort((one, other) => one.name.localeCompare(other.name, 'es')),
  }
}

const MODES = ['periodo', 'lista', 'archivo'] as const
