import type { ObjectFile } from '../pdf/write-fonts.ts'

/** How far a file of objects has come. Plain data, to go on from. */
export interface ObjectPlace {
  readonly bytes: number
  /** Numbers given so far. */
  readonly objects: number
  /** Where the last list of places stands; 0 for none. */
  readonly lastList: number
}

/** Entries have twenty bytes, by the standard. */
const FREE = '0000000000 65535 f \n'

/**
 * A PDF that is written object by object and never held: each list of places («xref») names those
 * since the one before, and points at it.
 */
export class ObjectWriter implements ObjectFile {
  #bytes: number
  #objects: number
  #lastList: number
  #ready: Uint8Array[] = []
  readonly #places = new Map<number, number>()

  constructor({ bytes, objects, lastList }: ObjectPlace) {
    this.#bytes = bytes
    this.#objects = objects
    this.#lastList = lastList
  }

  get place(): ObjectPlace {
    return { bytes: this.#bytes, objects: this.#objects, lastList: this.#lastList }
  }

  reserve(): number {
    this.#objects += 1
    return this.#objects
  }

  /** An object without stream. */
  pack(id: number, body: string): void {
    this.#begin(id)
    this.text(`${id} 0 obj\n${body}\nendobj\n`)
  }

  writeStream(id: number, dictionary: string, data: Uint8Array): void {
    this.#begin(id)
    this.text(`${id} 0 obj\n<<${dictionary}/Length ${data.length}>>\nstream\n`)
    this.#put(data)
    this.text('\nendstream\nendobj\n')
  }

  #begin(id: number): void {
    this.#places.set(id, this.#bytes)
  }

  /** Text of one byte a character. */
  text(text: string): void {
    this.#put(Buffer.from(text, 'latin1'))
  }

  #put(bytes: Uint8Array): void {
    this.#ready.push(bytes)
    this.#bytes += bytes.length
  }

  /** Lists where the objects since the last list are. */
  list(trailer: string): void {
    const start = this.#bytes
    const ids = [...this.#places.keys()].sort((a, b) => a - b)
    const first = this.#lastList === 0
    let text = `xref\n${first ? `0 1\n${FREE}` : ''}`
    for (let at = 0; at < ids.length; ) {
      const from = ids[at] ?? 0
      let end = at + 1
      while (ids[end] === from + end - at) end += 1
      text += `${from} ${end - at}\n`
      for (; at < end; at += 1) {
        text += `${String(this.#places.get(ids[at] ?? 0)).padStart(10, '0')} 00000 n \n`
      }
    }
    const previous = first ? '' : `/Prev ${this.#lastList}`
    this.text(`${text}trailer\n<</Size ${this.#objects + 1}${trailer}${previous}>>\n`)
    this.text(`startxref\n${start}\n%%EOF\n`)
    this.#places.clear()
    this.#lastList = start
  }

  /** What was written since it was last taken. */
  take(): Uint8Array[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }
}
