import type { Refusal } from '../../messages.ts'
import { DEPTH_MAX, localName, walkXml, type XmlVisitor, type XmlWalk } from '../../xml/walk-xml.ts'

/** An element of a document that may be signed. */
export interface XmlNode {
  /** With its prefix, as printed. */
  readonly name: string
  readonly local: string
  /** Empty outside any namespace; null when its prefix was never declared. */
  readonly namespace: string | null
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: XmlNode | null
  readonly children: XmlNode[]
  /** The text directly inside, without that of its children. */
  text: string
  /** Where its content begins and where it ends altogether, in UTF-16 units of the text. */
  readonly inner: number
  end: number
}

export interface XmlTree {
  readonly root: XmlNode
  /** Every element, in the order of the document. */
  readonly nodes: readonly XmlNode[]
}

type Scope = Readonly<Record<string, string>>

const TOP_SCOPE: Scope = { '': '', xml: 'http://www.w3.org/XML/1998/namespace' }

/**
 * A document as a tree, past the gate that every receipt passes: no DOCTYPE, no processing
 * instructions, twelve levels.
 *
 * @param text from the root element on.
 */
export function readTree(
  text: string,
):
  | { readonly ok: true; readonly tree: XmlTree }
  | { readonly ok: false; readonly refusal: Refusal } {
  let builder: TreeBuilder | undefined
  const refusal = walkXml(text, { depth: DEPTH_MAX }, (walk) => {
    builder = new TreeBuilder(walk)
    return builder
  })
  if (refusal !== null) return { ok: false, refusal }
  return { ok: true, tree: (builder as TreeBuilder).tree() }
}

class TreeBuilder implements XmlVisitor {
  readonly #walk: XmlWalk
  readonly #nodes: XmlNode[] = []
  readonly #scopes: Scope[] = [TOP_SCOPE]
  #open: XmlNode | null = null

  constructor(walk: XmlWalk) {
    this.#walk = walk
  }

  tree(): XmlTree {
    const [root] = this.#nodes
    if (root === undefined) throw new Error('A walked document without a root')
    return { root, nodes: this.#nodes }
  }

  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    const scope = scopeOf(this.#scopes.at(-1) ?? TOP_SCOPE, attributes)
    this.#scopes.push(scope)
    const local = localName(name)
    const prefix = local.length === name.length ? '' : name.slice(0, name.length - local.length - 1)
    const parent = this.#open
    const node: XmlNode = {
      name,
      local,
      namespace: scope[prefix] ?? null,
      attributes,
      parent,
      children: [],
      text: '',
      inner: this.#walk.offset(),
      end: 0,
    }
    parent?.children.push(node)
    this.#nodes.push(node)
    this.#open = node
    return false
  }

  close(): void {
    const node = this.#open
    if (node === null) return
    node.end = this.#walk.offset()
    this.#scopes.pop()
    this.#open = node.parent
  }

  text(text: string): void {
    if (this.#open !== null) this.#open.text += text
  }
}

/** Most elements declare no namespace and share the scope of their parent. */
function scopeOf(outer: Scope, attributes: Readonly<Record<string, string>>): Scope {
  let scope = outer
  for (const name in attributes) {
    if (!name.startsWith('xmlns')) continue
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    if (scope === outer) scope = { ...outer }
    ;(scope as Record<string, string>)[name.slice('xmlns:'.length)] = attributes[name] ?? ''
  }
  return scope
}
