import type { Attributes } from './scan-attributes.ts'
import { AttributeScanner, isBlankCode, NO_ATTRIBUTES } from './scan-attributes.ts'
import { knownName, learnName, NextSign, nameEnd } from './xml-names.ts'
import { withoutReferences } from './xml-references.ts'

/**
 * The fast lane of `walkXml`. Nearly every receipt is plain XML: elements, attributes, text,
 * CDATA. This scanner walks that and nothing else, about ten times as fast as a parser that also
 * knows the rest; at the first thing it is not sure of it gives up, and the strict parser walks
 * the document from the start and has the last word. It therefore never refuses, and must never
 * accept what the parser refuses: a property test holds the two against each other.
 */
interface ScanVisitor {
  /** @returns true when nothing of what stands inside needs telling; it is judged all the same. */
  open(name: string, attributes: Attributes): unknown
  close(name: string): void
  text(text: string): void
}

interface ScanLimits {
  readonly depth: number
  readonly attributes: number
  /** Another walk has passed these very characters: none is forbidden. */
  readonly clean?: boolean
}

/** What XML forbids, and surrogate pairs, which are left to the parser to judge. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const UNUSUAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/
const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"yes"|"no"|'yes'|'no'))? ?\?>$/
const DECLARATION_CHARACTERS_MAX = 120
const CDATA_START = '<![CDATA['
/** Nothing is told while this is not the depth of the element whose inside is passed over. */
const LOUD = -1

const [MORE, SLASH, BANG] = [62, 47, 33]

export class XmlScanner {
  /** Just after the last tag or section. */
  offset = 0
  private readonly source: string
  private readonly visitor: ScanVisitor
  private readonly limits: ScanLimits
  private readonly hasReferences: boolean
  private readonly hasReturns: boolean
  private readonly hasSectionEnds: boolean
  private readonly open: string[] = []
  private quiet = LOUD
  private readonly tags: NextSign
  private readonly attributes: AttributeScanner

  constructor(source: string, visitor: ScanVisitor, limits: ScanLimits) {
    this.source = source
    this.visitor = visitor
    this.limits = limits
    this.hasReferences = source.includes('&')
    this.hasReturns = source.includes('\r')
    this.hasSectionEnds = source.includes(']]>')
    this.tags = new NextSign(source, '<')
    this.attributes = new AttributeScanner(source, limits.attributes)
  }

  /** @returns true when the whole document was walked; false leaves it to the parser. */
  run(): boolean {
    const { source } = this
    if (this.limits.clean !== true && UNUSUAL.test(source)) return false
    if (!this.passDeclaration()) return false
    let sawRoot = false
    for (;;) {
      const tag = this.tags.from(this.offset)
      if (tag > this.offset && !this.passText(tag)) return false
      if (tag === source.length) return sawRoot && this.open.length === 0
      const code = source.charCodeAt(tag + 1)
      if (code === SLASH) {
        if (!this.passClose(tag + 2)) return false
      } else if (code === BANG) {
        if (!this.passSection(tag)) return false
      } else {
        if (this.open.length === 0 && sawRoot) return false
        sawRoot = true
        if (!this.passOpen(tag + 1)) return false
      }
    }
  }

  private passDeclaration(): boolean {
    const { source } = this
    if (!source.startsWith('<?')) return true
    const end = source.indexOf('?>') + 2
    if (end < 2 || end > DECLARATION_CHARACTERS_MAX) return false
    if (!DECLARATION.test(source.slice(0, end))) return false
    this.offset = end
    return true
  }

  private passText(end: number): boolean {
    if (this.open.length === 0) return isBlank(this.source, this.offset, end)
    const loud = this.quiet === LOUD
    if (!loud && !this.hasSectionEnds && !this.hasReferences) return true
    const raw = this.source.slice(this.offset, end)
    if (this.hasSectionEnds && raw.includes(']]>')) return false
    const text = this.plain(raw)
    if (text === null) return false
    if (loud) this.visitor.text(text)
    return true
  }

  private passClose(start: number): boolean {
    const { source } = this
    const name = this.open.pop()
    // Asked like this the text is compared natively, not a character at a time; what does not agree
    // ends the walk, so nobody can make it search over and over.
    if (name === undefined || source.indexOf(name, start) !== start) return false
    let at = start + name.length
    while (isBlankCode(source.charCodeAt(at))) at += 1
    if (source.charCodeAt(at) !== MORE) return false
    this.offset = at + 1
    if (this.quiet === this.open.length) this.quiet = LOUD
    if (this.quiet === LOUD) this.visitor.close(name)
    return true
  }

  private passSection(tag: number): boolean {
    const { source } = this
    if (this.open.length === 0 || !source.startsWith(CDATA_START, tag)) return false
    const end = source.indexOf(']]>', tag + CDATA_START.length)
    if (end === -1) return false
    this.offset = end + 3
    if (this.quiet !== LOUD) return true
    this.visitor.text(this.withoutReturns(source.slice(tag + CDATA_START.length, end)))
    return true
  }

  private passOpen(start: number): boolean {
    const { source } = this
    if (this.open.length >= this.limits.depth) return false
    const end = source.indexOf('>', start)
    const name = end === -1 ? null : knownName(source, start, end)
    if (name === null) return this.passLongOpen(start)
    this.offset = end + 1
    this.enter(name, NO_ATTRIBUTES)
    return true
  }

  /** A tag with attributes, of an empty element, or with a name that was never seen before. */
  private passLongOpen(start: number): boolean {
    const { source } = this
    const end = nameEnd(source, start)
    if (end === -1) return false
    let at = this.attributes.pass(end)
    if (at === -1) return false
    const empty = source.charCodeAt(at) === SLASH
    if (empty) at += 1
    if (source.charCodeAt(at) !== MORE) return false
    this.offset = at + 1
    const loud = this.quiet === LOUD
    if (empty && !loud) return true
    const name = loud ? learnName(source, start, end) : source.slice(start, end)
    const attributes = loud ? this.attributes.read() : NO_ATTRIBUTES
    if (empty) {
      this.visitor.open(name, attributes)
      this.visitor.close(name)
    } else this.enter(name, attributes)
    return true
  }

  private enter(name: string, attributes: Attributes): void {
    if (this.quiet === LOUD && this.visitor.open(name, attributes) === true) {
      this.quiet = this.open.length
    }
    this.open.push(name)
  }

  /** Text with its references resolved and line ends made one; null when a reference is unknown. */
  private plain(raw: string): string | null {
    const text = this.withoutReturns(raw)
    return this.hasReferences ? withoutReferences(text) : text
  }

  private withoutReturns(raw: string): string {
    return this.hasReturns ? raw.replaceAll(/\r\n?/g, '\n') : raw
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (!isBlankCode(text.charCodeAt(at))) return false
  }
  return true
}
