import type { Group, Node, Rule } from './model.ts'

/** A model as one version of it stands, with a table for each element so that reading is a lookup. */
export type Compiled = CompiledLeaf | CompiledGroup | CompiledList | CompiledPair

export interface CompiledLeaf {
  readonly node: 'leaf'
  readonly rule: Rule
  /** Codes, dates and amounts are read without the blanks around them; free text as printed. */
  readonly trims: boolean
}

export interface CompiledField {
  readonly name: string
  readonly of: Compiled
  readonly optional: boolean
  /** Where the element stands in its sequence, from 0. */
  readonly index: number
}

export interface CompiledGroup {
  readonly node: 'group'
  readonly fields: readonly CompiledField[]
  readonly byName: ReadonlyMap<string, CompiledField>
}

export interface CompiledList {
  readonly node: 'list'
  readonly item: string
  readonly of: Compiled
  readonly min: number
  readonly max: number
  readonly repeats: boolean
}

interface CompiledPair {
  readonly node: 'pair'
  readonly valueIn: 'attribute' | 'text'
  readonly rule: Rule
}

/**
 * Resolves what depends on the version.
 *
 * @param version null compiles every element of every version: what a received document may hold,
 *   because the version it declares does not pin a schema.
 */
export function compileModel(model: Group, version: string | null): CompiledGroup {
  const fields = Object.entries(model.fields)
    .filter(([, node]) => version === null || (node.only?.includes(version) ?? true))
    .map(([name, node], index) => compileField(name, node, index, version))
  return { node: 'group', fields, byName: new Map(fields.map((field) => [field.name, field])) }
}

function compileField(
  name: string,
  node: Node,
  index: number,
  version: string | null,
): CompiledField {
  const chosen = (version === null ? undefined : node.variants?.[version]) ?? node
  return { name, of: compileNode(chosen, version), optional: chosen.optional ?? false, index }
}

function compileNode(node: Node, version: string | null): Compiled {
  switch (node.node) {
    case 'leaf':
      return { node: 'leaf', rule: node.rule, trims: node.rule.is !== 'text' }
    case 'group':
      return compileModel(node, version)
    case 'list':
      return {
        node: 'list',
        item: node.item,
        of: compileNode(node.of, version),
        min: node.min,
        max: node.max,
        repeats: node.repeats ?? false,
      }
    case 'pair':
      return { node: 'pair', valueIn: node.valueIn, rule: node.rule }
  }
}
