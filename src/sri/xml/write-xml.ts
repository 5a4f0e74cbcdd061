import type { Environment } from '../access-key.ts'
import type { Compiled, CompiledField } from '../documents/compile.ts'
import { modelOfKind, modelOfVersion, type ReceiptDocument } from '../documents/document.ts'
import type { NamedValue } from '../documents/model.ts'
import { kindFacts } from '../kinds.ts'

/** What stands before the root element in every file we send or keep. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

/**
 * Writes a document from its root element on, in the order of its model.
 *
 * The text is born canonical: it equals its own C14N (no declaration, no self-closing tags,
 * attributes in order, `>` escaped in text only, no carriage returns), so that signing hashes
 * these very bytes and needs no second parse. Put `XML_DECLARATION` before it to make a file.
 * Characters that XML forbids are left out; line breaks inside attributes become blanks.
 *
 * Elements unknown to the version are not written; `checkDocument` names them beforehand.
 *
 * Written by hand: a tree that is built only to be printed takes longer than the signature.
 */
export function writeDocument(document: ReceiptDocument): string {
  const { kind, version } = document
  const model = modelOfVersion(kind, version) ?? modelOfKind(kind)
  const attributes = ` id="comprobante" version="${attribute(version)}"`
  const inside = fields(model.fields, document.content as Record<string, unknown>)
  return element(kindFacts(kind).root, inside, attributes)
}

function element(name: string, inside: string, attributes = ''): string {
  return `<${name}${attributes}>${inside}</${name}>`
}

function fields(all: readonly CompiledField[], values: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const { name, of } of all) {
    const value = values[name]
    if (value !== undefined) text += written(name, of, value)
  }
  return text
}

function written(name: string, of: Compiled, value: unknown): string {
  switch (of.node) {
    case 'leaf':
      return element(name, content(String(value)))
    case 'group':
      return element(name, fields(of.fields, value as Record<string, unknown>))
    case 'list': {
      const items = value as readonly unknown[]
      return element(name, items.map((item) => written(of.item, of.of, item)).join(''))
    }
    case 'pair':
      return pair(name, of.valueIn, value as NamedValue)
  }
}

function pair(name: string, valueIn: 'attribute' | 'text', { nombre, valor }: NamedValue): string {
  const named = nombre === undefined ? '' : ` nombre="${attribute(nombre)}"`
  if (valor === undefined) return element(name, '', named)
  return valueIn === 'attribute'
    ? element(name, '', `${named} valor="${attribute(valor)}"`)
    : element(name, content(valor), named)
}

/** The answer of the SRI in which an authorised document is kept and handed on. */
export interface AuthorizationToWrite {
  /** What `writeDocument` wrote, signed or not. */
  readonly document: string
  /** As the SRI prints it: `AUTORIZADO` when absent. */
  readonly status?: string
  /** The access key, in the scheme in force. */
  readonly number: string
  /** ISO 8601 at −05:00, `2026-11-16T18:09:00-05:00`. */
  readonly authorizedAt: string
  readonly environment: Environment
}

/** Writes an `autorizacion` with the document in CDATA, as the SRI's own portal hands it out. */
export function writeAuthorization(authorization: AuthorizationToWrite): string {
  const { document, status, number, authorizedAt, environment } = authorization
  const inside = document.startsWith('<?xml') ? document : `${XML_DECLARATION}\n${document}`
  // An attribute may hold the three characters that end a CDATA section: then two sections share them.
  const sections = inside.split(/(?<=\]\])(?=>)/).map((part) => `<![CDATA[${part}]]>`)
  const text = element(
    'autorizacion',
    element('estado', content(status ?? 'AUTORIZADO')) +
      element('numeroAutorizacion', content(number)) +
      element('fechaAutorizacion', content(authorizedAt)) +
      element('ambiente', environment === 'production' ? 'PRODUCCIÓN' : 'PRUEBAS') +
      element('comprobante', sections.join('')) +
      element('mensajes', ''),
  )
  return `${XML_DECLARATION}\n${text}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
/** Nearly all that is written has nothing to be looked at more closely. */
const PLAIN = /^[ !#-%'-;=?-~\u00a0-\u024f]*$/

function content(text: string): string {
  if (PLAIN.test(text)) return text
  return allowed(text.replaceAll(/\r\n?/g, '\n')).replaceAll('>', '&gt;')
}

/** C14N leaves `>` alone in attributes. */
function attribute(text: string): string {
  if (PLAIN.test(text)) return text
  return allowed(text.replaceAll(/\r\n|[\r\n\t]/g, ' ')).replaceAll('"', '&quot;')
}

function allowed(text: string): string {
  const clean = text.toWellFormed().replaceAll(FORBIDDEN, '')
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
