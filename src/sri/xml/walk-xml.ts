import { SaxesParser } from 'saxes'
import { type Refusal, type RefusalCode, refuse } from '../messages.ts'
import type { MessageFacts } from '../sentences/sentence.ts'
import { XmlScanner } from './scan-xml.ts'

/** No signed receipt nests deeper than eleven levels; whoever does means harm. */
export const DEPTH_MAX = 12
const ATTRIBUTES_MAX = 40

export interface XmlVisitor {
  /**
   * @param name with its prefix, as printed.
   * @returns true when nothing inside matters; whether it is told all the same is left open.
   */
  open(name: string, attributes: Readonly<Record<string, string>>): unknown
  close(name: string): void
  text(text: string): void
}

/** Carries a refusal out of the parser; never leaves this file. */
class WalkStopped extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

interface XmlLimits {
  /** How many levels of elements there may be. */
  readonly depth: number
  /** The text stood, as it is, inside another one that has been walked. */
  readonly clean?: boolean
}

/** What a visitor may ask and do while the walk runs. */
export interface XmlWalk {
  /** Where it stands: UTF-16 units of the text, just after the last tag. */
  offset(): number
  /** Ends the walk with a refusal that names the line. */
  stop(code: RefusalCode, facts?: MessageFacts): never
}

/**
 * Walks through a document once and stops at whatever no honest receipt has: DOCTYPE, processing
 * instructions, unknown entities, too many levels or attributes, characters that XML forbids.
 * Comments are passed over and the text around them is one text. Plain documents take the fast
 * lane; all others, and every refusal, are the strict parser's.
 *
 * @param text without byte order mark and leading white space.
 * @param visitorOf makes a visitor; called again when the parser has to start over.
 * @returns null when all of it was walked.
 */
export function walkXml(
  text: string,
  { depth, clean = false }: XmlLimits,
  visitorOf: (walk: XmlWalk) => XmlVisitor,
): Refusal | null {
  try {
    if (!scan(text, { depth, clean }, visitorOf)) parse(text, depth, visitorOf)
    return null
  } catch (error) {
    if (error instanceof WalkStopped) return error.refusal
    throw error
  }
}

function scan(
  text: string,
  limits: { depth: number; clean: boolean },
  visitorOf: (walk: XmlWalk) => XmlVisitor,
): boolean {
  const walk = walkAt(
    () => scanner.offset,
    () => text.slice(0, scanner.offset).split('\n').length,
  )
  const visitor = visitorOf(walk)
  const scanner = new XmlScanner(text, visitor, { ...limits, attributes: ATTRIBUTES_MAX })
  return scanner.run()
}

function parse(text: string, depth: number, visitorOf: (walk: XmlWalk) => XmlVisitor): void {
  // No document type is given the chance to be read; the fast lane passes none either.
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) {
    throw new WalkStopped(refuse('doctype'))
  }
  const parser = new SaxesParser({
    position: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  })
  const walk = walkAt(
    () => parser.position,
    () => parser.line,
  )
  const state = { closing: false }
  listen(parser, walk, depth, visitorOf(walk), state)
  parser.write(text)
  state.closing = true
  parser.close()
}

function walkAt(offset: () => number, line: () => number): XmlWalk {
  return {
    offset,
    stop: (code, facts) => {
      throw new WalkStopped(refuse(code, { ...facts, line: line() }))
    },
  }
}

function listen(
  parser: SaxesParser,
  walk: XmlWalk,
  depthMax: number,
  visitor: XmlVisitor,
  state: { readonly closing: boolean },
): void {
  let depth = 0
  let attributes = 0
  parser.on('error', (error) => {
    const code = codeOf(error.message, state.closing)
    walk.stop(code)
  })
  parser.on('doctype', () => walk.stop('doctype'))
  parser.on('processinginstruction', () => walk.stop('processing-instruction'))
  parser.on('attribute', () => {
    attributes += 1
    if (attributes > ATTRIBUTES_MAX) walk.stop('too-many-attributes')
  })
  parser.on('opentag', (tag) => {
    attributes = 0
    depth += 1
    if (depth > depthMax) walk.stop('too-deep')
    visitor.open(tag.name, tag.attributes)
  })
  parser.on('closetag', (tag) => {
    depth -= 1
    visitor.close(tag.name)
  })
  parser.on('text', (text) => visitor.text(text))
  parser.on('cdata', (text) => visitor.text(text))
}

export function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

/** The parser speaks English and to programmers; this tells its complaints apart for people. */
function codeOf(message: string, closing: boolean): RefusalCode {
  if (closing) return 'truncated'
  if (message.includes('character entity')) return 'control-character'
  if (message.includes('entity')) return 'unknown-entity'
  if (message.includes('processing instruction')) return 'processing-instruction'
  if (message === 'disallowed character.') return 'control-character'
  return 'malformed'
}
