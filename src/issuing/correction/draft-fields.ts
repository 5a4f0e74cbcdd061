import type { CompiledGroup, CompiledLeaf, CompiledList } from '../../sri/documents/compile.ts'
import { modelOfKind, modelOfVersion } from '../../sri/documents/document.ts'
import type { NamedValue } from '../../sri/documents/model.ts'
import { infoOf, type ReceiptDraft } from '../../sri/draft.ts'
import { labelOf } from './field-labels.ts'

/** A text of a draft that a form can show and change. */
export interface DraftField {
  /** The SRI's own path, as what is wrong with it names it: `detalles[2].cantidad`. */
  readonly path: string
  /** The same in steps; items counted from 0. */
  readonly steps: readonly (string | number)[]
  readonly label: string
  readonly value: string
  readonly required: boolean
  /** What the SRI takes there; empty when any text will do. */
  readonly help: string
}

/** Fields that stand together: an item of a list, or a part of the document. */
export interface DraftSection {
  readonly title: string
  readonly fields: readonly DraftField[]
  /** Elements that the draft does not have and may have. */
  readonly absent: readonly DraftField[]
}

type Values = Readonly<Record<string, unknown>>

/** What a document says of its issuer is no part of a draft, and its day is changed elsewhere. */
const NOT_HERE = new Set([
  'infoTributaria',
  'dirEstablecimiento',
  'contribuyenteEspecial',
  'obligadoContabilidad',
  'fechaEmision',
])

/** Every text of a draft, part by part, in the order in which the SRI has them. */
export function sectionsOf({ document }: ReceiptDraft): DraftSection[] {
  const { kind, version, content } = document
  const model = modelOfVersion(kind, version) ?? modelOfKind(kind)
  const sections: Section[] = []
  const whole = sectionOf(sections, 'Documento')
  walkGroup(model, content as Values, [], whole, sections)
  return sections
    .map((section) => ({ ...section, title: section.name === infoOf(kind) ? MAIN : section.title }))
    .filter(({ fields, absent }) => fields.length + absent.length > 0)
}

const MAIN = 'Datos principales'

interface Section extends DraftSection {
  readonly name: string
  readonly fields: DraftField[]
  readonly absent: DraftField[]
}

function sectionOf(sections: Section[], name: string, title = labelOf(name)): Section {
  const section = { name, title, fields: [], absent: [] }
  sections.push(section)
  return section
}

type Steps = readonly (string | number)[]

function walkGroup(
  group: CompiledGroup,
  values: Values,
  steps: Steps,
  section: Section,
  sections: Section[],
): void {
  for (const { name, of, optional } of group.fields) {
    if (NOT_HERE.has(name)) continue
    const value = values[name]
    const here = [...steps, name]
    if (of.node === 'leaf') addLeaf(section, of, here, value as string | undefined, !optional)
    else if (of.node === 'group') {
      if (value === undefined) continue
      walkGroup(of, value as Values, here, sectionOf(sections, name), sections)
    } else if (of.node === 'list') walkList(of, (value ?? []) as unknown[], here, sections)
  }
}

function walkList(
  list: CompiledList,
  items: readonly unknown[],
  steps: Steps,
  sections: Section[],
) {
  const name = String(steps.at(-1))
  if (list.of.node === 'pair') return walkPairs(list, items as NamedValue[], steps, sections)
  for (const [at, item] of items.entries()) {
    const title = `${labelOf(list.item)} ${at + 1}`
    const section = sectionOf(sections, name, `${title}${placeOf(steps)}`)
    if (list.of.node === 'group') {
      walkGroup(list.of, item as Values, [...steps, at], section, sections)
    }
  }
}

/** « de la línea 2» of a list within a list. */
function placeOf(steps: Steps): string {
  const at = steps.findLast((step) => typeof step === 'number')
  return at === undefined ? '' : ` de la línea ${Number(at) + 1}`
}

/** Those that are there, and room for one more. */
function walkPairs(
  list: CompiledList,
  items: readonly NamedValue[],
  steps: Steps,
  sections: Section[],
) {
  const more = items.length < list.max && steps.length === 1 ? [{}] : []
  if (items.length + more.length === 0) return
  const name = String(steps.at(-1))
  const section = sectionOf(sections, name, `${labelOf(name)}${placeOf(steps)}`)
  for (const [at, pair] of [...items, ...more].entries()) {
    const isMore = at >= items.length
    for (const part of ['nombre', 'valor'] as const) {
      const here = [...steps, at, part]
      const label = `${part === 'nombre' ? 'Nombre' : 'Valor'} ${at + 1}`
      const field = { steps: here, path: pathOf(here), label, required: false, help: '' }
      const value = (pair as NamedValue)[part] ?? ''
      ;(isMore ? section.absent : section.fields).push({ ...field, value })
    }
  }
}

function addLeaf(
  section: Section,
  { rule }: CompiledLeaf,
  steps: Steps,
  value: string | undefined,
  required: boolean,
): void {
  const help = rule.is === 'choice' ? `Uno de: ${rule.values.join(', ')}` : ''
  const label = labelOf(String(steps.at(-1)))
  const field = { steps, path: pathOf(steps), label, value: value ?? '', required, help }
  if (value === undefined && !required) section.absent.push(field)
  else section.fields.push(field)
}

/** `detalles[2].cantidad`: items counted from 1. */
function pathOf(steps: Steps): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step + 1}]`
    return path === '' ? step : `${path}.${step}`
  }, '')
}
