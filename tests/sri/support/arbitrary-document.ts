import fc from 'fast-check'
import type { Compiled, CompiledGroup } from '#src/sri/documents/compile.ts'
import { modelOfVersion, type ReceiptDocument } from '#src/sri/documents/document.ts'
import type { Rule } from '#src/sri/documents/model.ts'
import { type DocumentKind, documentKinds } from '#src/sri/kinds.ts'

/** Every kind in every version that the SRI takes. */
export const kindsAndVersions: readonly (readonly [DocumentKind, string])[] = documentKinds.flatMap(
  ({ kind, versions }) => versions.map((version) => [kind, version] as const),
)

export interface Shape {
  /** Every optional element is there, and every list is long. */
  readonly complete?: boolean
}

/**
 * Documents made from the model itself: each field by its own rule, optional ones present or not.
 * Whatever comes out has the form that the schema of its version asks for; its sums are nonsense.
 */
export function arbitraryDocument(
  kind: DocumentKind,
  version: string,
  shape: Shape = {},
): fc.Arbitrary<ReceiptDocument> {
  const model = modelOfVersion(kind, version)
  if (model === null) throw new Error(`No model for ${kind} ${version}`)
  return arbitraryGroup(model, shape).map(
    (content) => ({ kind, version, content }) as ReceiptDocument,
  )
}

function arbitraryGroup(group: CompiledGroup, shape: Shape): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    group.fields.map(({ name, of }) => [name, arbitraryOf(of, shape, name)]),
  )
  const required = group.fields.filter(({ optional }) => !optional || shape.complete)
  return fc.record(fields, {
    requiredKeys: required.map(({ name }) => name),
    noNullPrototype: true,
  })
}

function arbitraryOf(of: Compiled, shape: Shape, name: string): fc.Arbitrary<unknown> {
  switch (of.node) {
    case 'leaf':
      // The published schema knows one of the two texts that the SRI authorises.
      return name === 'contribuyenteRimpe'
        ? fc.constant('CONTRIBUYENTE RÉGIMEN RIMPE')
        : arbitraryText(of.rule)
    case 'group':
      return arbitraryGroup(of, shape)
    case 'list':
      return fc.array(arbitraryOf(of.of, shape, of.item), {
        minLength: Math.max(of.min, shape.complete ? Math.min(2, of.max) : 0),
        maxLength: Math.min(of.max, 3),
      })
    case 'pair':
      return fc.record(
        {
          nombre: arbitraryWords(of.rule, false),
          valor: arbitraryWords(of.rule, of.valueIn === 'text'),
        },
        { noNullPrototype: true },
      )
  }
}

/** Accents, markup, quotes, a character beyond the first plane, and blanks at both ends. */
const CHARACTERS = [...'abz AZ09 ñÑáéíóúü¿¡€ <>&"\'/]]>{}%$#@!?=+-_.,;:()😀漢']
const inLine = fc.constantFrom(...CHARACTERS)
const inLines = fc.constantFrom(...CHARACTERS, '\n', '\t')

function arbitraryWords(rule: Rule, breaks: boolean): fc.Arbitrary<string> {
  const [min, max] = rule.is === 'text' ? [rule.min, rule.max] : [1, 20]
  const unit = rule.is === 'text' && rule.lines && breaks ? inLines : inLine
  return fc.string({ unit, minLength: min, maxLength: Math.min(max, 40) })
}

const days = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) })
  .map((moment) => {
    const iso = new Date(moment).toISOString()
    return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`
  })
const patterns = new Map<string, fc.Arbitrary<string>>()

function arbitraryText(rule: Rule): fc.Arbitrary<string> {
  switch (rule.is) {
    case 'text':
      return arbitraryWords(rule, true)
    case 'digits':
      return fc
        .tuple(arbitraryDigits(rule.max), fc.integer({ min: rule.min, max: rule.max }))
        .map(([digits, length]) => digits.slice(0, length))
    case 'choice':
      return fc.constantFrom(...rule.values)
    case 'pattern': {
      const known = patterns.get(rule.pattern.source) ?? fc.stringMatching(rule.pattern)
      patterns.set(rule.pattern.source, known)
      return known
    }
    case 'date':
      return days
    case 'decimal':
      return arbitraryDecimal(rule)
  }
}

/** Exactly so many digits. */
function arbitraryDigits(length: number): fc.Arbitrary<string> {
  return fc
    .bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n })
    .map((value) => value.toString().padStart(length, '0'))
}

function arbitraryDecimal(rule: Extract<Rule, { is: 'decimal' }>): fc.Arbitrary<string> {
  return fc
    .tuple(
      arbitraryDigits(rule.total),
      fc.nat(rule.fraction),
      fc.constantFrom('', '', '0', '000'),
      fc.boolean(),
    )
    .map(([digits, places, padding, minus]) => {
      const whole = digits.slice(0, digits.length - places).replace(/^0+(?=.)/, '')
      const fraction = places === 0 ? '' : `.${digits.slice(-places)}`
      return `${minus && rule.negative ? '-' : ''}${padding}${whole}${fraction}`
    })
}
