import type { RefusalCode } from '../messages.ts'
import { DEPTH_MAX, localName, walkXml, type XmlVisitor, type XmlWalk } from '../xml/walk-xml.ts'

/** An element of a SOAP message; what a document holds inside an answer is left out. */
export interface SoapElement {
  /** Without prefix. */
  readonly name: string
  /** Null when the element is unqualified, or its prefix bound to nothing. */
  readonly namespace: string | null
  readonly children: readonly SoapElement[]
  /** Its own text, as printed. */
  readonly text: string
}

type SoapReading =
  | { readonly ok: true; readonly content: SoapElement }
  | { readonly ok: false; readonly code: RefusalCode | 'no-envelope' }

/** An inline document nests inside the levels of the answer. */
const SOAP_DEPTH_MAX = DEPTH_MAX * 2
/** No answer has nearly as many; each takes memory. */
const ELEMENTS_MAX = 20_000

/**
 * Reads what the body of a SOAP 1.1 message holds: exactly one element, with its children.
 *
 * @param text without byte order mark and leading white space.
 */
export function readSoap(text: string): SoapReading {
  let reader: TreeReader | undefined
  const refusal = walkXml(text, { depth: SOAP_DEPTH_MAX }, (walk) => {
    reader = new TreeReader(walk)
    return reader
  })
  if (refusal !== null) return { ok: false, code: refusal.code as RefusalCode }
  const content = contentOf(reader?.root)
  return content === null ? { ok: false, code: 'no-envelope' } : { ok: true, content }
}

/** Whatever else stands beside header and body, or in the body, is no message of this contract. */
function contentOf(root: SoapElement | undefined): SoapElement | null {
  if (root?.name !== 'Envelope') return null
  const [body, ...others] = root.children.filter(({ name }) => name !== 'Header')
  if (body?.name !== 'Body' || others.length > 0) return null
  const [content, ...more] = body.children
  return content === undefined || more.length > 0 ? null : content
}

type Draft = { name: string; namespace: string | null; children: Draft[]; text: string }
type Names = Readonly<Record<string, string>>
type Frame = { readonly element: Draft; readonly names: Names }

class TreeReader implements XmlVisitor {
  root: Draft | undefined
  private readonly walk: XmlWalk
  private readonly open_: Frame[] = []
  private count = 0
  private skipping = 0

  constructor(walk: XmlWalk) {
    this.walk = walk
  }

  open(printed: string, attributes: Names): boolean {
    if (this.skipping > 0) {
      this.skipping += 1
      return true
    }
    this.count += 1
    if (this.count > ELEMENTS_MAX) this.walk.stop('too-deep')
    const parent = this.open_.at(-1)
    const names = namesIn(parent?.names ?? {}, attributes)
    const name = localName(printed)
    const prefix = name.length === printed.length ? '' : printed.slice(0, -name.length - 1)
    const element: Draft = { name, namespace: bound(names, prefix), children: [], text: '' }
    if (parent === undefined) this.root = element
    else parent.element.children.push(element)
    // The document is taken from the text itself, where no reader has touched it.
    if (name === 'comprobante' && parent?.element.name === 'autorizacion') {
      this.skipping = 1
      return true
    }
    this.open_.push({ element, names })
    return false
  }

  close(): void {
    if (this.skipping === 0) this.open_.pop()
    else this.skipping -= 1
  }

  text(text: string): void {
    const frame = this.open_.at(-1)
    if (this.skipping === 0 && frame !== undefined) frame.element.text += text
  }
}

function bound(names: Names, prefix: string): string | null {
  return Object.hasOwn(names, prefix) ? names[prefix] || null : null
}

/** The namespaces in force, by prefix; the default one under the empty prefix. */
function namesIn(outer: Names, attributes: Names): Names {
  let names = outer
  for (const name in attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    names = { ...names, [name.slice('xmlns:'.length)]: attributes[name] ?? '' }
  }
  return names
}
