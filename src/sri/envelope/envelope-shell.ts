import type { Refusal } from '../messages.ts'
import { DEPTH_MAX, localName, walkXml, type XmlVisitor, type XmlWalk } from '../xml/walk-xml.ts'

const CDATA_START = '<![CDATA['
const CDATA_END = ']]>'
/** An inline document nests inside the levels of the answer. */
const SHELL_DEPTH_MAX = DEPTH_MAX * 2

/** A message the SRI attached to its answer («mensaje»). */
export interface SriMessage {
  readonly identifier: string
  readonly message: string
  readonly additional: string
  /** ERROR, ADVERTENCIA or INFORMATIVO. */
  readonly type: string
}

/** One `autorizacion` as it stands in the answer. */
export interface RawAuthorization {
  readonly estado?: string
  readonly numeroAutorizacion?: string
  readonly fechaAutorizacion?: string
  readonly ambiente?: string
  readonly comprobante?: string
  readonly form?: 'CDATA' | 'escaped' | 'inline'
  readonly messages: readonly SriMessage[]
}

export type ShellReading =
  | {
      readonly ok: true
      /** Root of the answer, without prefix. */
      readonly root: string
      /** The `Respuesta…` element of a SOAP answer. */
      readonly answer: string | null
      /** The key that was asked for («claveAccesoConsultada»). */
      readonly askedKey: string | null
      readonly authorizations: readonly RawAuthorization[]
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** Reads what stands around the document in an answer of the SRI. */
export function readShell(text: string): ShellReading {
  let reader: ShellReader | undefined
  const refusal = walkXml(text, { depth: SHELL_DEPTH_MAX }, (walk) => {
    reader = new ShellReader(walk, text)
    return reader
  })
  if (refusal !== null) return { ok: false, refusal }
  const { root, answer, askedKey, authorizations } = reader as ShellReader
  return { ok: true, root, answer, askedKey, authorizations }
}

type Draft = { -readonly [Key in keyof RawAuthorization]: RawAuthorization[Key] } & {
  messages: SriMessage[]
}
type MessageDraft = { -readonly [Key in keyof SriMessage]: SriMessage[Key] }

const SINGLETONS = new Set(['estado', 'numeroAutorizacion', 'fechaAutorizacion', 'ambiente'])
const MESSAGE_FIELDS: ReadonlyMap<string, keyof SriMessage> = new Map([
  ['identificador', 'identifier'],
  ['mensaje', 'message'],
  ['informacionAdicional', 'additional'],
  ['tipo', 'type'],
])

class ShellReader implements XmlVisitor {
  root = ''
  answer: string | null = null
  askedKey: string | null = null
  readonly authorizations: Draft[] = []

  private readonly walk: XmlWalk
  private readonly source: string
  private readonly path: string[] = []
  /** How deep the open `autorizacion` stands; 0 when none is open. */
  private depthOfAuthorization = 0
  private buffer = ''
  private contentStart = 0
  private inline = false

  constructor(walk: XmlWalk, source: string) {
    this.walk = walk
    this.source = source
  }

  open(printed: string): void {
    const name = localName(printed)
    this.path.push(name)
    if (this.path.length === 1) this.root = name
    if (this.depthOfAuthorization === 0) {
      if (name.startsWith('Respuesta')) this.answer = name
      if (AUTHORIZATIONS.has(name)) {
        this.depthOfAuthorization = this.path.length
        this.authorizations.push({ messages: [] })
      }
    } else this.openInside(name)
    this.buffer = this.inline ? this.buffer : ''
  }

  private openInside(name: string): void {
    const level = this.path.length - this.depthOfAuthorization
    const draft = this.draft()
    if (level === 1 && name === 'comprobante') {
      if (draft.comprobante !== undefined) this.walk.stop('repeated-element', { field: name })
      this.contentStart = this.walk.offset()
    } else if (level === 2 && this.path.at(-2) === 'comprobante') {
      if (this.buffer.trim() !== '') this.walk.stop('mixed-text', { field: 'comprobante' })
      this.inline = true
    } else if (level === 2 && name === 'mensaje') {
      draft.messages.push({ identifier: '', message: '', additional: '', type: '' })
    }
  }

  close(printed: string): void {
    const name = localName(printed)
    const level =
      this.depthOfAuthorization === 0 ? -1 : this.path.length - this.depthOfAuthorization
    this.path.pop()
    if (level === 0) this.depthOfAuthorization = 0
    else if (level === 1) this.closeField(name)
    else if (level === 3 && this.path.at(-2) === 'mensajes') this.closeMessageField(name)
    else if (name === 'claveAccesoConsultada') this.askedKey = this.buffer.trim()
  }

  text(text: string): void {
    if (!this.inline) this.buffer += text
    else if (this.path.at(-1) === 'comprobante' && text.trim() !== '') {
      this.walk.stop('mixed-text', { field: 'comprobante' })
    }
  }

  private closeField(name: string): void {
    const draft = this.draft()
    if (name === 'comprobante') this.closeDocument(draft)
    if (!SINGLETONS.has(name)) return
    const field = name as 'estado' | 'numeroAutorizacion' | 'fechaAutorizacion' | 'ambiente'
    if (draft[field] !== undefined) this.walk.stop('repeated-element', { field })
    draft[field] = this.buffer.trim()
  }

  private closeDocument(draft: Draft): void {
    if (this.inline) {
      // The tag just closed ends where the parser stands, so the last «</» before it begins it.
      const end = this.source.lastIndexOf('</', this.walk.offset() - 1)
      draft.comprobante = this.source.slice(this.contentStart, end)
      draft.form = 'inline'
      this.inline = false
      this.buffer = ''
    } else {
      const section = sectionsIn(this.source.slice(this.contentStart, this.walk.offset()))
      draft.comprobante = section ?? this.buffer
      draft.form = section === null ? 'escaped' : 'CDATA'
    }
  }

  private closeMessageField(name: string): void {
    const message: MessageDraft | undefined = this.draft().messages.at(-1)
    const field = MESSAGE_FIELDS.get(name)
    if (message !== undefined && field !== undefined) message[field] = this.buffer.trim()
  }

  private draft(): Draft {
    const draft = this.authorizations.at(-1)
    if (draft === undefined) throw new Error('Inside an authorisation that was not opened')
    return draft
  }
}

/** Blanks and as much of the end tag as the walker has passed. */
const REST = /^\s*(?:<\/[^<]*)?$/

/**
 * What stands in CDATA, with its own line ends; several sections are joined. Null when anything but
 * blanks stands beside them, be it a comment that only looks like a section: then the document is
 * what every reader of XML sees.
 */
function sectionsIn(raw: string): string | null {
  let joined: string | null = null
  let reached = 0
  for (let start = raw.indexOf(CDATA_START); start !== -1; ) {
    if (raw.slice(reached, start).trim() !== '') return null
    const end = raw.indexOf(CDATA_END, start)
    joined = (joined ?? '') + raw.slice(start + CDATA_START.length, end)
    reached = end + CDATA_END.length
    start = raw.indexOf(CDATA_START, reached)
  }
  return REST.test(raw.slice(reached)) ? joined : null
}

const AUTHORIZATIONS = new Set(['autorizacion', 'Autorizacion', 'Authorization', 'authorization'])
