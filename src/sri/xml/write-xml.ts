import { create } from 'xmlbuilder2'
import type { Environment } from '../access-key.ts'
import type { Compiled, CompiledField } from '../documents/compile.ts'
import { modelOfKind, modelOfVersion, type ReceiptDocument } from '../documents/document.ts'
import type { NamedValue } from '../documents/model.ts'
import { kindFacts } from '../kinds.ts'

/** What stands before the root element in every file we send or keep. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

type Element = ReturnType<ReturnType<typeof create>['ele']>

/**
 * Writes a document from its root element on, in the order of its model.
 *
 * The text is born canonical: it equals its own C14N (no declaration, no self-closing tags,
 * attributes in order, `>` escaped in text only, no carriage returns), so that signing hashes
 * these very bytes and needs no second parse. Put `XML_DECLARATION` before it to make a file.
 * Characters that XML forbids are left out; line breaks inside attributes become blanks.
 *
 * Elements unknown to the version are not written; `checkDocument` names them beforehand.
 */
export function writeDocument(document: ReceiptDocument): string {
  const { kind, version } = document
  const model = modelOfVersion(kind, version) ?? modelOfKind(kind)
  const root = create().ele(kindFacts(kind).root, {
    id: 'comprobante',
    version: attribute(version),
  })
  writeFields(root, model.fields, document.content as Record<string, unknown>)
  return canonical(root.end({ headless: true, allowEmptyTags: true, prettyPrint: false }))
}

function writeFields(
  parent: Element,
  fields: readonly CompiledField[],
  values: Readonly<Record<string, unknown>>,
): void {
  for (const { name, of } of fields) {
    const value = values[name]
    if (value !== undefined) write(parent, name, of, value)
  }
}

function write(parent: Element, name: string, of: Compiled, value: unknown): void {
  switch (of.node) {
    case 'leaf':
      parent.ele(name).txt(content(String(value)))
      return
    case 'group':
      writeFields(parent.ele(name), of.fields, value as Record<string, unknown>)
      return
    case 'list': {
      const container = parent.ele(name)
      for (const item of value as readonly unknown[]) write(container, of.item, of.of, item)
      return
    }
    case 'pair':
      writePair(parent.ele(name), of.valueIn, value as NamedValue)
  }
}

function writePair(element: Element, valueIn: 'attribute' | 'text', pair: NamedValue): void {
  if (pair.nombre !== undefined) element.att('nombre', attribute(pair.nombre))
  if (pair.valor === undefined) return
  if (valueIn === 'attribute') element.att('valor', attribute(pair.valor))
  else element.txt(content(pair.valor))
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
  const { number, authorizedAt, environment } = authorization
  const root = create().ele('autorizacion')
  root.ele('estado').txt(content(authorization.status ?? 'AUTORIZADO'))
  root.ele('numeroAutorizacion').txt(content(number))
  root.ele('fechaAutorizacion').txt(content(authorizedAt))
  root.ele('ambiente').txt(environment === 'production' ? 'PRODUCCIÓN' : 'PRUEBAS')
  const inside = authorization.document.startsWith('<?xml')
    ? authorization.document
    : `${XML_DECLARATION}\n${authorization.document}`
  const wrapped = root.ele('comprobante')
  // An attribute may hold the three characters that end a CDATA section: then two sections share them.
  for (const part of inside.split(/(?<=\]\])(?=>)/)) wrapped.dat(part)
  root.ele('mensajes')
  const text = root.end({ headless: true, allowEmptyTags: true, prettyPrint: false })
  return `${XML_DECLARATION}\n${text}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function content(text: string): string {
  return escaped(text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(FORBIDDEN, ''))
}

function attribute(text: string): string {
  const line = text.toWellFormed().replaceAll(/\r\n|[\r\n\t]/g, ' ')
  return escaped(line.replaceAll(FORBIDDEN, ''))
}

/** The builder lets `&x;` through as if it were a reference; it escapes the other signs itself. */
function escaped(text: string): string {
  return text.includes('&') ? text.replaceAll('&', '&amp;') : text
}

/** C14N leaves `>` alone in attributes; a tag is the only place with a bare «<» before it. */
function canonical(xml: string): string {
  if (!xml.includes('&gt;')) return xml
  return xml.replaceAll(/<[^<>]*>/g, (tag) => tag.replaceAll('&gt;', '>'))
}
