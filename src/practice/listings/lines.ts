import { isUtf8 } from 'node:buffer'

/** A line of a file. */
export interface Line {
  /** From 1, empty lines too. */
  readonly row: number
  /** Null when it is longer than any honest one. */
  readonly text: string | null
}

/** A line of the SRI has some 300 characters; names of 300 in two bytes each still fit. */
const LINE_BYTES_MAX = 8_192
const [LINE_FEED, RETURN] = [10, 13]
const BYTE_ORDER_MARK = '\ufeff'
const old = new TextDecoder('windows-1252')

/**
 * Cuts a stream into lines, at LF, CRLF or CR. Each line is UTF-8 if its bytes are, else ISO-8859-1
 * (with the few signs Windows adds): files that were joined from both are read right, and nothing
 * but one line is ever held.
 */
export class LineCutter {
  #rest: Buffer = Buffer.alloc(0)
  #row = 0
  #tooLong = false
  #afterReturn = false

  /** @returns the lines that are complete with these bytes, empty ones left out */
  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (byte !== LINE_FEED && byte !== RETURN) {
        this.#afterReturn = false
        continue
      }
      // CR and LF together end one line, also when a piece ends between them.
      if (byte === LINE_FEED && this.#afterReturn) start = at + 1
      else {
        this.#close(bytes.subarray(start, at), lines)
        start = at + 1
      }
      this.#afterReturn = byte === RETURN
    }
    this.#hold(bytes.subarray(start))
    return lines
  }

  /** @returns the last line, if the file ends without a break */
  end(): Line[] {
    const lines: Line[] = []
    if (this.#rest.length > 0 || this.#tooLong) this.#close(new Uint8Array(), lines)
    return lines
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#tooLong) return
    if (this.#rest.length + bytes.length > LINE_BYTES_MAX) {
      this.#tooLong = true
      this.#rest = Buffer.alloc(0)
    } else this.#rest = Buffer.concat([this.#rest, bytes])
  }

  #close(bytes: Uint8Array, lines: Line[]): void {
    this.#row += 1
    this.#hold(bytes)
    const text = this.#tooLong ? null : this.#decoded()
    if (text === null || text.trim() !== '') lines.push({ row: this.#row, text })
    this.#rest = Buffer.alloc(0)
    this.#tooLong = false
  }

  #decoded(): string {
    const bytes = this.#rest
    const text = isUtf8(bytes) ? bytes.toString('utf8') : old.decode(bytes)
    return this.#row === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  }
}
