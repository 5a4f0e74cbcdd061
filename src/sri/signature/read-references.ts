import {
  type CanonicalMode,
  canonicalModes,
  DOCUMENT_ID,
  ENVELOPED,
  type HashName,
  SIGNED_PROPERTIES_TYPE,
} from './algorithms.ts'
import type { XmlNode, XmlTree } from './canonical/xml-tree.ts'
import { algorithmOf, all, digestOf, noChildren, optional, stop } from './signature-form.ts'

/** One digest that the signature vouches for. */
export interface SignedReference {
  readonly covers: 'document' | 'properties' | 'key-info'
  readonly node: XmlNode
  readonly mode: CanonicalMode
  readonly hash: HashName
  readonly digest: Buffer
}

/** `id` in whatever case, with whatever prefix. */
function isId(name: string): boolean {
  const start = name.length - 2
  return (start === 0 || name[start - 1] === ':') && name.slice(start).toLowerCase() === 'id'
}

/** Whoever may be referred to: any attribute that some reader takes for an id counts. */
function idsOf({ nodes }: XmlTree): Map<string, XmlNode[]> {
  const ids = new Map<string, XmlNode[]>()
  for (const node of nodes) {
    for (const name in node.attributes) {
      if (!isId(name)) continue
      const id = node.attributes[name] ?? ''
      const known = ids.get(id)
      if (known === undefined) ids.set(id, [node])
      else known.push(node)
    }
  }
  return ids
}

interface Signable {
  readonly properties: XmlNode
  readonly keyInfo: XmlNode
}

export function readReferences(
  tree: XmlTree,
  signedInfo: XmlNode,
  { properties, keyInfo }: Signable,
): SignedReference[] {
  if (tree.root.attributes['id'] !== DOCUMENT_ID) stop('root-id')
  const ids = idsOf(tree)
  const references = all(signedInfo, 'Reference').map((reference): SignedReference => {
    const node = referred(reference, ids)
    const covers = node === tree.root ? 'document' : node === properties ? 'properties' : 'key-info'
    if (covers === 'key-info' && node !== keyInfo) {
      stop('unknown-reference', reference.attributes['URI'])
    }
    return { covers, node, ...digestOf(reference), mode: transformsOf(reference, covers) }
  })
  const typed = all(signedInfo, 'Reference').filter(
    ({ attributes }) => attributes['Type'] === SIGNED_PROPERTIES_TYPE,
  )
  const covered = references.map(({ covers }) => covers)
  if (new Set(covered).size < covered.length) stop('signature-form', 'Reference')
  if (!covered.includes('document')) stop('document-not-signed')
  const at = covered.indexOf('properties')
  const [type] = typed
  if (
    at === -1 ||
    typed.length !== 1 ||
    all(signedInfo, 'Reference').indexOf(type as XmlNode) !== at
  ) {
    stop('properties-not-signed')
  }
  return references
}

/** The element behind `#…`; never anything outside the document, and never the one of two. */
function referred(reference: XmlNode, ids: ReadonlyMap<string, XmlNode[]>): XmlNode {
  const uri = reference.attributes['URI']
  if (uri === undefined || !uri.startsWith('#')) {
    stop(uri === '' ? 'document-not-signed' : 'outside-reference', uri ?? 'Reference')
  }
  const id = uri.slice(1)
  const [node, second] = ids.get(id) ?? []
  if (node === undefined) stop('unknown-reference', uri)
  if (second !== undefined) stop('repeated-id', id)
  return node
}

/**
 * The document is signed less its signature, everything else as it is. The canonical form may be
 * named; XPath, XSLT and base64 would sign something other than what is read.
 */
function transformsOf(reference: XmlNode, covers: SignedReference['covers']): CanonicalMode {
  const holder = optional(reference, 'Transforms')
  const transforms = holder === null ? [] : [...holder.children]
  if (covers === 'document') {
    const first = transforms.shift()
    if (first === undefined) stop('document-not-signed')
    if (algorithmOf(first) !== ENVELOPED) stop('transform-refused', algorithmOf(first))
    noChildren(first)
  }
  const last = transforms.shift()
  if (last === undefined) return 'inclusive'
  const mode = canonicalModes.get(algorithmOf(last))
  const extra = transforms[0] ?? last.children[0]
  if (mode === undefined || extra !== undefined) {
    stop(
      'transform-refused',
      transforms[0] === undefined ? algorithmOf(last) : algorithmOf(transforms[0]),
    )
  }
  return mode
}
