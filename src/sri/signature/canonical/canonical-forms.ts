import {
  ParseOption,
  XmlC14NMode,
  XmlDocument,
  XmlElement,
  XmlLibError,
  type XmlOutputBufferHandler,
} from 'libxml2-wasm'
import type { CanonicalMode } from '../algorithms.ts'
import { isCanonical } from './canonical-text.ts'
import type { XmlNode, XmlTree } from './xml-tree.ts'

/** Characters to be taken in UTF-8, or those bytes. */
export type CanonicalForm = string | Uint8Array

/** A part of a document whose canonical form is wanted. */
export interface Wanted {
  readonly node: XmlNode
  readonly mode: CanonicalMode
  /** An element that is left out of it. */
  readonly without?: XmlNode
}

/**
 * The canonical forms of parts of a document, in the order in which they are wanted; null when the
 * canonicaliser does not understand the document. Text that is its own canonical form is cut out,
 * all other is canonicalised by libxml2.
 *
 * @param text from the root element on, as `tree` was read from it.
 */
export function canonicalForms(
  text: string,
  tree: XmlTree,
  wanted: readonly Wanted[],
): CanonicalForm[] | null {
  const trimmed = text.slice(0, tree.root.end)
  const plain = wanted.every(({ mode }) => mode === 'inclusive') && isCanonical(trimmed)
  if (plain) return wanted.map((part) => cut(trimmed, part))
  return canonicalise(text, wanted)
}

/** A part of canonical text: as it stands, with the namespaces declared around it. */
function cut(text: string, { node, without }: Wanted): string {
  const start = startOf(text, node)
  if (without !== undefined) {
    return text.slice(start, startOf(text, without)) + text.slice(without.end, node.end)
  }
  const afterName = start + 1 + node.name.length
  return text.slice(start, afterName) + inherited(node) + text.slice(afterName, node.end)
}

/** In canonical text a «<» is the beginning of a tag. */
function startOf(text: string, node: XmlNode): number {
  return text.lastIndexOf('<', node.inner - 1)
}

/** The one element around it that declares namespaces has them in order already. */
function inherited(node: XmlNode): string {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    const declared = Object.entries(outer.attributes).filter(([name]) => name.startsWith('xmlns:'))
    if (declared.length > 0) return declared.map(([name, uri]) => ` ${name}="${uri}"`).join('')
  }
  return ''
}

const MODES = {
  inclusive: XmlC14NMode.XML_C14N_1_0,
  exclusive: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
} as const

function canonicalise(text: string, wanted: readonly Wanted[]): CanonicalForm[] | null {
  let document: XmlDocument | undefined
  try {
    document = XmlDocument.fromString(text, { option: ParseOption.XML_PARSE_NO_XXE })
    const { root } = document
    const forms: CanonicalForm[] = wanted.map(() => '')
    // What leaves an element out removes it, and so comes last.
    const order = [...wanted.entries()].sort(([, one], [, other]) => rank(one) - rank(other))
    for (const [at, { node, mode, without }] of order) {
      const found = find(root, node)
      const left = without === undefined ? null : find(root, without)
      if (found === null || left === undefined) return null
      left?.remove()
      const output = new Bytes()
      // The whole document is its root: no comment is wanted, and nothing else stands beside it.
      const part = node.parent === null ? {} : { nodeSet: new Set([found]) }
      document.canonicalize(output, { mode: MODES[mode], ...part })
      forms[at] = output.all()
    }
    return forms
  } catch (error) {
    if (error instanceof XmlLibError) return null
    throw error
  } finally {
    document?.dispose()
  }
}

/** The library's own sink decodes piece by piece and garbles a letter that lies across two. */
class Bytes implements XmlOutputBufferHandler {
  readonly #pieces: Uint8Array[] = []

  write(piece: Uint8Array): number {
    // It is a window on memory that the next piece will use.
    this.#pieces.push(piece.slice())
    return piece.length
  }

  close(): boolean {
    return true
  }

  all(): Uint8Array {
    return Buffer.concat(this.#pieces)
  }
}

function rank({ without }: Wanted): number {
  return without === undefined ? 0 : 1
}

/** The same element in the other parser's tree, by its place among the elements of each level. */
function find(root: XmlElement, node: XmlNode): XmlElement | null {
  if (node.parent === null) return root.name === node.local ? root : null
  const parent = find(root, node.parent)
  let place = node.parent.children.indexOf(node)
  for (let child = parent?.firstChild ?? null; child !== null; child = child.next) {
    if (!(child instanceof XmlElement)) continue
    if (place === 0) return child.name === node.local ? child : null
    place -= 1
  }
  return null
}
