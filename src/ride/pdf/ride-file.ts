import { hash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import PDFDocument from 'pdfkit'

/** Text that goes into a pdfkit dictionary as it is, such as `12 0 R`. */
export class Verbatim {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** pdfkit prints what is neither a plain object nor a list by its own `toString`. */
  get [Symbol.toStringTag](): string {
    return 'Verbatim'
  }

  toString(): string {
    return this.#text
  }
}

export const reference = (id: number): Verbatim => new Verbatim(`${id} 0 R`)

/** What the properties of the file say. */
export interface FileFacts {
  readonly title: string
  readonly author: string
  readonly subject: string
  readonly keywords: string
  readonly createdAt: Date
  readonly creator: string
}

const XML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escapeXml = (text: string): string => text.replace(/[&<>]/g, (one) => XML_ESCAPES[one] ?? '')

/** pdfkit writes names into its XMP as they come, which breaks at «A & B»: hence our own. */
function xmpOf({ title, author, subject, keywords, createdAt, creator }: FileFacts): string {
  const alt = (text: string): string =>
    `<rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt>`
  const date = `${createdAt.toISOString().slice(0, 19)}Z`
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><dc:title>${alt(title)}</dc:title><dc:creator><rdf:Seq><rdf:li>${escapeXml(author)}</rdf:li></rdf:Seq></dc:creator><dc:description>${alt(subject)}</dc:description><dc:language><rdf:Bag><rdf:li>es-EC</rdf:li></rdf:Bag></dc:language><xmp:CreateDate>${date}</xmp:CreateDate><xmp:CreatorTool>${escapeXml(creator)}</xmp:CreatorTool><pdf:Keywords>${escapeXml(keywords)}</pdf:Keywords><pdf:Producer>PDFKit</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
}

/** Twice as fast as zlib's own choice, for a few parts in a hundred more of the file. */
const DEFLATE = { level: 1, windowBits: 14 } as const

/** Deflates what is made anew for every sheet. */
export function deflate(data: Uint8Array): Buffer {
  return deflateSync(data, DEFLATE)
}

const XREF_ENTRY = 7
/** A reader unpacks a whole pack to see one object of it. */
const PACK_OBJECTS_MAX = 1000

interface PackedObject {
  readonly id: number
  readonly body: string
}

/** Where PDFDocEncoding is Latin-1: letters with accents, but not the euro sign. */
const LATIN = /^[ -~\u00a1-\u00ff]*$/

/** A text as a PDF string, in UTF-16 when Latin-1 does not have all its characters. */
export function pdfText(text: string): string {
  if (LATIN.test(text)) return `(${text.replace(/[\\()]/g, '\\$&')})`
  return `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`
}

/** A moment as PDF prints it. */
export function pdfDate(date: Date): string {
  return `(D:${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z)`
}

function infoOf({ title, author, subject, keywords, createdAt, creator }: FileFacts): string {
  return (
    `<</Title${pdfText(title)}/Author${pdfText(author)}/Subject${pdfText(subject)}` +
    `/Keywords${pdfText(keywords)}/Creator${pdfText(creator)}/Producer(PDFKit)` +
    `/CreationDate${pdfDate(createdAt)}>>`
  )
}

/**
 * A pdfkit document with two things that pdfkit lacks: small objects packed and deflated together
 * (a tagged table has one for each cell, which would be two thirds of the file), and objects whose
 * bytes were made before. It keeps what is written instead of streaming it, so that a sheet is
 * drawn in one go. Uses internals of pdfkit 0.20.2, whose version is exact in package.json;
 * `tests/ride/ride-file.test.ts` fails if they move.
 */
export class RideFile extends PDFDocument {
  declare _offsets: (number | null)[]
  declare _offset: number
  declare _root: { data: Record<string, unknown>; readonly id: number }
  /** Made by the parent's constructor through `_write`, before fields of ours could exist. */
  declare chunks: Uint8Array[] | undefined
  readonly #packed: PackedObject[] = []
  readonly #facts: FileFacts
  structureRoot: number | null = null

  constructor(facts: FileFacts) {
    super({
      // The types know font as text; null keeps pdfkit from loading Helvetica each time.
      font: null as unknown as string,
      autoFirstPage: false,
      size: 'A4',
      margin: 0,
      pdfVersion: '1.7',
      lang: 'es-EC',
      displayTitle: true,
      // Only for the identifier that pdfkit makes, which is not ours: see `_finalize`.
      info: { CreationDate: facts.createdAt },
    })
    this.#facts = facts
  }

  /** A number for an object that comes later. */
  reserve(): number {
    return this._offsets.push(null)
  }

  /** Writes an object whose bytes are ready, stream included. */
  writeObject(id: number, ...parts: readonly (string | Uint8Array)[]): void {
    this._offsets[id - 1] = this._offset
    this._write(`${id} 0 obj`)
    for (const part of parts) this._write(part)
    this._write('endobj')
  }

  /** A stream with a dictionary already printed, but for its length. */
  writeStream(id: number, dictionary: string, data: Uint8Array): void {
    this.writeObject(id, `<<${dictionary}/Length ${data.length}>>\nstream`, data, '\nendstream')
  }

  /** Keeps an object without stream for the packed ones. */
  pack(id: number, body: string): void {
    this.#packed.push({ id, body })
  }

  /**
   * Adds a page whose content is ready; pdfkit's own pages are upside down and deflated slowly.
   * @param content deflated; @param entries what its dictionary says besides content and parent; @returns its number
   */
  writePage(content: Uint8Array, entries: string): number {
    const [id, contentId] = [this.reserve(), this.reserve()]
    const pages = this._root.data['Pages'] as {
      id: number
      data: { Kids: unknown[]; Count: number }
    }
    pages.data.Kids.push(reference(id))
    pages.data.Count++
    this.writeStream(contentId, '/Filter/FlateDecode', content)
    this.pack(id, `<</Type/Page/Parent ${pages.id} 0 R/Contents ${contentId} 0 R${entries}>>`)
    return id
  }

  /** Ends the document and gives its bytes. */
  bytes(): Buffer {
    // pdfkit would write an object for each of them.
    this.info = {}
    this.end()
    return Buffer.concat(this.chunks ?? [])
  }

  _write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(`${data}\n`, 'latin1') : data
    this.chunks ??= []
    this.chunks.push(bytes)
    this._offset += bytes.length
  }

  /** Names the root of a structure tree; pdfkit would make one of its own here. */
  override endMarkings(): void {
    if (this.structureRoot === null) return
    this._root.data['StructTreeRoot'] = reference(this.structureRoot)
    this._root.data['MarkInfo'] = { Marked: true }
  }

  override endMetadata(): void {
    const id = this.reserve()
    this.writeStream(id, '/Type/Metadata/Subtype/XML', Buffer.from(xmpOf(this.#facts), 'utf8'))
    this._root.data['Metadata'] = reference(id)
  }

  _finalize(): void {
    const info = this.reserve()
    this.pack(info, infoOf(this.#facts))
    const places = this.#writePacks()
    const xref = this.reserve()
    const start = this._offset
    this._offsets[xref - 1] = start
    const size = this._offsets.length + 1
    const table = Buffer.alloc(size * XREF_ENTRY)
    table.writeUInt16BE(0xffff, XREF_ENTRY - 2)
    for (let id = 1; id < size; id++) {
      const [pack, index] = [places[2 * id] ?? 0, places[2 * id + 1] ?? 0]
      const at = id * XREF_ENTRY
      table[at] = pack === 0 ? 1 : 2
      table.writeUInt32BE(pack === 0 ? (this._offsets[id - 1] ?? 0) : pack, at + 1)
      table.writeUInt16BE(index, at + 5)
    }
    const digest = hash('md5', JSON.stringify(this.#facts))
    this.writeStream(
      xref,
      `/Type/XRef/W[1 4 2]/Size ${size}/Root ${this._root.id} 0 R/Info ${info} 0 R` +
        `/ID[<${digest}><${digest}>]/Filter/FlateDecode`,
      deflate(table),
    )
    this._write(`startxref\n${start}\n%%EOF`)
  }

  /** Writes the packed objects; tells the pack of object n at 2n, and its index there at 2n + 1. */
  #writePacks(): readonly number[] {
    const places: number[] = new Array(2 * (this._offsets.length + 1)).fill(0)
    for (let from = 0; from < this.#packed.length; from += PACK_OBJECTS_MAX) {
      const objects = this.#packed.slice(from, from + PACK_OBJECTS_MAX)
      const pack = this.reserve()
      let numbers = ''
      let bodies = ''
      for (let index = 0; index < objects.length; index++) {
        const { id, body } = objects[index] as PackedObject
        numbers += `${id} ${bodies.length} `
        bodies += `${body}\n`
        places[2 * id] = pack
        places[2 * id + 1] = index
      }
      const dictionary = `/Type/ObjStm/N ${objects.length}/First ${numbers.length}`
      const data = deflate(Buffer.from(numbers + bodies, 'latin1'))
      this.writeStream(pack, `${dictionary}/Filter/FlateDecode`, data)
    }
    return places
  }
}
