/**
 * The fast lane of `walkXml`. Nearly every receipt is plain XML: elements, attributes, text,
 * CDATA. This scanner walks that and nothing else, about ten times as fast as a parser that also
 * knows the rest; at the first thing it is not sure of it gives up, and the strict parser walks
 * the document from the start and has the last word. It therefore never refuses, and must never
 * accept what the parser refuses: a property test holds the two against each other.
 */
interface ScanVisitor {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close(name: string): void
  text(text: string): void
}

interface ScanLimits {
  readonly depth: number
  readonly attributes: number
}

/** What XML forbids, and surrogate pairs, which are left to the parser to judge. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const UNUSUAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/
const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"yes"|"no"|'yes'|'no'))? ?\?>$/
const DECLARATION_CHARACTERS_MAX = 120
const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,6})|#x([0-9a-fA-F]{1,5}));|&/g
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze(Object.create(null))
const CDATA_START = '<![CDATA['

const [MORE, SLASH, BANG, QUOTE, TICK, EQUALS] = [62, 47, 33, 34, 39, 61]

/** Character codes that may stand in a name; names in other alphabets go to the parser. */
const NAME_CODES = new Uint8Array(128)
for (const [from, to] of [
  ['a', 'z'],
  ['A', 'Z'],
  ['0', '9'],
] as const) {
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) NAME_CODES[code] = 1
}
for (const sign of '_-.:') NAME_CODES[sign.charCodeAt(0)] = 1

export class XmlScanner {
  /** Just after the last tag or section. */
  offset = 0
  private readonly source: string
  private readonly visitor: ScanVisitor
  private readonly limits: ScanLimits
  private readonly open: string[] = []
  private readonly hasReferences: boolean
  private readonly hasReturns: boolean
  private readonly hasSectionEnds: boolean

  constructor(source: string, visitor: ScanVisitor, limits: ScanLimits) {
    this.source = source
    this.visitor = visitor
    this.limits = limits
    this.hasReferences = source.includes('&')
    this.hasReturns = source.includes('\r')
    this.hasSectionEnds = source.includes(']]>')
  }

  /** @returns true when the whole document was walked; false leaves it to the parser. */
  run(): boolean {
    const { source } = this
    if (UNUSUAL.test(source) || !this.passDeclaration()) return false
    let sawRoot = false
    for (;;) {
      const tag = source.indexOf('<', this.offset)
      if (tag === -1) return sawRoot && this.open.length === 0 && isBlank(source, this.offset)
      if (tag > this.offset && !this.passText(tag)) return false
      const code = source.charCodeAt(tag + 1)
      if (code === SLASH) {
        if (!this.passClose(tag)) return false
      } else if (code === BANG) {
        if (!this.passSection(tag)) return false
      } else {
        if (this.open.length === 0 && sawRoot) return false
        sawRoot = true
        if (!this.passOpen(tag)) return false
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
    const raw = this.source.slice(this.offset, end)
    if (this.open.length === 0) return isBlank(raw, 0)
    if (this.hasSectionEnds && raw.includes(']]>')) return false
    const text = this.plain(raw)
    if (text === null) return false
    this.visitor.text(text)
    return true
  }

  private passClose(tag: number): boolean {
    const { source } = this
    const name = this.open.pop()
    if (name === undefined || !source.startsWith(name, tag + 2)) return false
    let at = tag + 2 + name.length
    while (isBlankCode(source.charCodeAt(at))) at += 1
    if (source.charCodeAt(at) !== MORE) return false
    this.offset = at + 1
    this.visitor.close(name)
    return true
  }

  private passSection(tag: number): boolean {
    const { source } = this
    if (this.open.length === 0 || !source.startsWith(CDATA_START, tag)) return false
    const end = source.indexOf(']]>', tag + CDATA_START.length)
    if (end === -1) return false
    this.offset = end + 3
    this.visitor.text(this.withoutReturns(source.slice(tag + CDATA_START.length, end)))
    return true
  }

  private passOpen(tag: number): boolean {
    const { source } = this
    let at = this.nameEnd(tag + 1)
    if (at === -1) return false
    const name = source.slice(tag + 1, at)
    let attributes = NO_ATTRIBUTES
    if (source.charCodeAt(at) !== MORE) {
      this.offset = at
      const read = this.passAttributes()
      if (read === null) return false
      attributes = read
      at = this.offset
    }
    const empty = source.charCodeAt(at) === SLASH
    if (empty) at += 1
    if (source.charCodeAt(at) !== MORE || this.open.length >= this.limits.depth) return false
    this.offset = at + 1
    this.visitor.open(name, attributes)
    if (empty) this.visitor.close(name)
    else this.open.push(name)
    return true
  }

  /** Reads attributes up to the end of the tag; null when anything about them is unusual. */
  private passAttributes(): Readonly<Record<string, string>> | null {
    const { source } = this
    const attributes: Record<string, string> = Object.create(null)
    let count = 0
    let at = this.offset
    for (;;) {
      const blanks = at
      while (isBlankCode(source.charCodeAt(at))) at += 1
      const code = source.charCodeAt(at)
      if (code === MORE || code === SLASH) break
      const end = this.nameEnd(at)
      if (at === blanks || end === -1 || source.charCodeAt(end) !== EQUALS) return null
      const name = source.slice(at, end)
      const quote = source.charCodeAt(end + 1)
      if ((quote !== QUOTE && quote !== TICK) || attributes[name] !== undefined) return null
      const close = source.indexOf(quote === QUOTE ? '"' : "'", end + 2)
      const value = close === -1 ? null : this.plain(source.slice(end + 2, close))
      count += 1
      if (value === null || count > this.limits.attributes) return null
      // Blanks are folded and «<» is forbidden in attributes; both are rare, so the parser does it.
      if (ODD_IN_ATTRIBUTE.test(source.slice(end + 2, close))) return null
      attributes[name] = value
      at = close + 1
    }
    this.offset = at
    return attributes
  }

  /** Where the name that begins here ends; -1 when it is no plain name. */
  private nameEnd(start: number): number {
    const { source } = this
    const first = source.charCodeAt(start)
    if (first <= 58 && first !== 58) return -1
    let at = start
    while (NAME_CODES[source.charCodeAt(at)] === 1) at += 1
    return at === start ? -1 : at
  }

  /** Text with its references resolved and line ends made one; null when a reference is unknown. */
  private plain(raw: string): string | null {
    const text = this.withoutReturns(raw)
    if (!this.hasReferences || !text.includes('&')) return text
    let known = true
    const resolved = text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return NAMED[name] ?? ''
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      // Whatever is not an ordinary character of the first plane is for the parser to judge.
      if (Number.isNaN(code) || code < 0x20 || code > 0xd7ff) known = false
      return known ? String.fromCharCode(code) : ''
    })
    return known ? resolved : null
  }

  private withoutReturns(raw: string): string {
    return this.hasReturns ? raw.replaceAll(/\r\n?/g, '\n') : raw
  }
}

const ODD_IN_ATTRIBUTE = /[<\t\n\r]/

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function isBlank(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) {
    if (!isBlankCode(text.charCodeAt(at))) return false
  }
  return true
}
