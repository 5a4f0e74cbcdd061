import type fs from 'node:fs/promises'

/**
 * Bytes that wait to be written behind one another at their place. One room is used again and again:
 * with a new one each time, a package would pass through memory faster than it is freed.
 */
export class Pending {
  readonly #handle: fs.FileHandle
  readonly #room: Buffer
  #written: number
  #waiting = 0

  constructor(handle: fs.FileHandle, from: number, room: number) {
    this.#handle = handle
    this.#written = from
    this.#room = Buffer.allocUnsafeSlow(room)
  }

  get end(): number {
    return this.#written + this.#waiting
  }

  /** Takes a copy of them, or writes them when they are too many for the room. */
  async add(bytes: Uint8Array): Promise<void> {
    if (this.#waiting + bytes.length > this.#room.length) await this.flush()
    if (bytes.length > this.#room.length) return this.#write(bytes)
    this.#room.set(bytes, this.#waiting)
    this.#waiting += bytes.length
  }

  async flush(): Promise<void> {
    const bytes = this.#room.subarray(0, this.#waiting)
    this.#waiting = 0
    await this.#write(bytes)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let at = 0
    while (at < bytes.length) {
      const place = this.#written
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, place)
      at += bytesWritten
      this.#written += bytesWritten
    }
  }
}
