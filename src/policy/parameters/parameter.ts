import { formatCount } from '../../values/count.ts'
import { readColour } from '../../web/pages/palette.ts'
import type { Bounds } from '../floor.ts'
import { floorOf } from '../floor.ts'
import type { PolicyPath } from '../policy.ts'

/** A rule of the policy that the bank's people may change. */
export type Parameter = {
  readonly path: PolicyPath
  /** Its address: `/interno/parametros/<slug>`. */
  readonly slug: string
  readonly label: string
  /** What it does, for whoever changes it. */
  readonly help: string
} & ParameterType

type ParameterType =
  | {
      readonly kind: 'text'
      readonly max: number
      readonly mayBeEmpty?: boolean
      readonly form?: TextForm
    }
  | { readonly kind: 'number'; readonly unit: string; readonly bounds: Bounds }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  | { readonly kind: 'colour' }
  | { readonly kind: 'logo' }

/** What a text has to look like, and the sentence for one that does not. */
interface TextForm {
  readonly pattern: RegExp
  readonly sentence: string
}

interface Choice {
  readonly value: string | boolean
  readonly text: string
}

/** As the database keeps it; a mark of its own is an object that `logo.ts` knows. */
export type ParameterValue = string | number | boolean | object

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  /** Why it will not do, as a sentence. */
  | { readonly ok: false; readonly problem: string }

/** What somebody typed for a rule; a mark is uploaded and read by `readLogo`. */
export function readTyped(parameter: Parameter, typed: string): Reading<ParameterValue> {
  switch (parameter.kind) {
    case 'text':
      return readText(typed, parameter)
    case 'number':
      return readNumber(typed, boundsOf(parameter), parameter.unit)
    case 'choice': {
      const choice = parameter.choices.find(({ value }) => String(value) === typed)
      if (!choice) return { ok: false, problem: 'Elige una de las opciones.' }
      return { ok: true, value: choice.value }
    }
    case 'colour':
      return readColour(typed)
    case 'logo':
      return { ok: false, problem: 'Elige un archivo SVG o PNG.' }
  }
}

/** A rule's bounds with those of the floor, whichever are narrower. */
export function boundsOf(parameter: Extract<Parameter, { kind: 'number' }>): Required<Bounds> {
  const floor = floorOf(parameter.path)
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = parameter.bounds
  return { min: Math.max(min, floor.min ?? min), max: Math.min(max, floor.max ?? max) }
}

/** A value as people read it. */
export function printValue(parameter: Parameter, value: unknown): string {
  switch (parameter.kind) {
    case 'number':
      return `${formatCount(Number(value))}${parameter.unit === '' ? '' : ` ${parameter.unit}`}`
    case 'choice':
      return parameter.choices.find((choice) => choice.value === value)?.text ?? String(value)
    case 'logo':
      return value === null ? 'El de la casa' : 'Uno propio'
    default:
      return value === '' ? 'Ninguno' : String(value)
  }
}

function readText(
  typed: string,
  { max, mayBeEmpty, form }: Extract<Parameter, { kind: 'text' }>,
): Reading<string> {
  const value = typed.normalize('NFC').trim().replace(/\s+/g, ' ')
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.test(value)) {
    return { ok: false, problem: 'Quita los signos que no se ven.' }
  }
  if (value === '' && !mayBeEmpty) return { ok: false, problem: 'Escribe un texto.' }
  if (form && !form.pattern.test(value)) return { ok: false, problem: form.sentence }
  if (value.length > max) return { ok: false, problem: `Escribe ${max} letras o menos.` }
  return { ok: true, value }
}

function readNumber(typed: string, { min, max }: Required<Bounds>, unit: string): Reading<number> {
  // As it is shown: with points between the thousands, or without.
  const digits = /^\d{1,3}(?:\.\d{3})+$/.test(typed.trim()) ? typed.replaceAll('.', '') : typed
  const value = /^\d{1,6}$/.test(digits.trim()) ? Number(digits) : Number.NaN
  if (value >= min && value <= max) return { ok: true, value }
  return {
    ok: false,
    problem: `Escribe un número entero entre ${formatCount(min)} y ${formatCount(max)} ${unit}`
      .trim()
      .concat('.'),
  }
}
