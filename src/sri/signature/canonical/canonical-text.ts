import { DS, XADES } from '../algorithms.ts'

/**
 * Text that is its own canonical form (inclusive Canonical XML 1.0, without comments), told by its
 * shape: what we write is born so, and then no second parser and no second copy is needed. The shape
 * is narrower than the standard's; whatever is outside it is left to a real canonicaliser, and a
 * property test holds the two against each other.
 */

/** Tags without attributes and the text behind each, as many as there are. */
const PLAIN = /(?:<\/?[A-Za-z_][\w.:-]*>[^<>&]*(?:&(?:amp|lt|gt);[^<>&]*)*)+/y
/** A tag with attributes, and the text behind it. */
const WITH_ATTRIBUTES =
  /<[A-Za-z_][\w.:-]*((?: [A-Za-z_][\w.:-]*="[^"<&\t\n]*(?:&(?:amp|lt|quot);[^"<&\t\n]*)*")+)>[^<>&]*(?:&(?:amp|lt|gt);[^<>&]*)*/y
const ATTRIBUTE = / ([\w.:-]+)="([^"]*)"/g
const NAMESPACE_PREFIX = 'xmlns:'

/**
 * @param text from the root element on; well-formed, as the walk or the writer has made sure.
 * @returns false when in doubt.
 */
export function isCanonical(text: string): boolean {
  // Any carriage return was, or would be, rewritten; comments, sections and instructions as well.
  if (text.includes('\r') || text.charCodeAt(text.length - 1) !== 0x3e) return false
  let at = 0
  let namespacesDeclared = false
  while (at < text.length) {
    PLAIN.lastIndex = at
    if (PLAIN.test(text)) {
      at = PLAIN.lastIndex
      continue
    }
    WITH_ATTRIBUTES.lastIndex = at
    const tag = WITH_ATTRIBUTES.exec(text)
    if (tag === null) return false
    at = WITH_ATTRIBUTES.lastIndex
    const order = attributeOrder(tag[1] ?? '')
    if (order === 'wrong' || (order === 'namespaces' && namespacesDeclared)) return false
    if (order === 'namespaces') namespacesDeclared = true
  }
  return true
}

/**
 * Namespaces first, then the others, both in order. Only the two of signatures are known, and only
 * one element may declare them: so no declaration can be superfluous. Attributes in a namespace are
 * not known at all.
 */
function attributeOrder(attributes: string): 'plain' | 'namespaces' | 'wrong' {
  if (!attributes.includes('xmlns') && isSingle(attributes)) {
    return attributes.slice(0, attributes.indexOf('=')).includes(':') ? 'wrong' : 'plain'
  }
  let lastNamespace = ''
  let last = ''
  for (const [, name = '', value] of attributes.matchAll(ATTRIBUTE)) {
    if (name.startsWith(NAMESPACE_PREFIX)) {
      if (last !== '' || name <= lastNamespace || (value !== DS && value !== XADES)) return 'wrong'
      lastNamespace = name
    } else {
      if (name <= last || name === 'xmlns' || name.includes(':')) return 'wrong'
      last = name
    }
  }
  return lastNamespace === '' ? 'plain' : 'namespaces'
}

/** One pair of quotes: one attribute. */
function isSingle(attributes: string): boolean {
  return attributes.indexOf('"', attributes.indexOf('"') + 1) === attributes.length - 1
}
