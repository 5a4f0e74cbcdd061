import type fs from 'node:fs/promises'
import {
  type MergedPlace,
  MergedSheets,
  type SheetMark,
} from '../../../ride/merged/merged-sheets.ts'
import type { PrintedSheet } from '../../../ride/pdf/assemble.ts'
import { Pending } from './bytes/pending.ts'
import { openToWrite, partFiles } from './part-writer.ts'

const ROOM = 512 * 1024

/**
 * Writes the one PDF of a part beside its archive, into which it goes when it is whole. As there,
 * every byte has its place, and what was written beyond the last place noted is written again.
 */
export class MergedWriter {
  readonly file: string
  readonly #handle: fs.FileHandle
  readonly #pending: Pending
  readonly #sheets: MergedSheets

  private constructor(file: string, handle: fs.FileHandle, place: MergedPlace) {
    this.file = file
    this.#handle = handle
    this.#pending = new Pending(handle, place.file.bytes, ROOM)
    this.#sheets = new MergedSheets(place)
  }

  /** Null when less is there than was noted: the disk was emptied since. */
  static async open(folder: string, n: number, place: MergedPlace): Promise<MergedWriter | null> {
    const { merged } = partFiles(folder, n)
    const handle = await openToWrite(merged)
    if ((await handle.stat()).size >= place.file.bytes) {
      return new MergedWriter(merged, handle, place)
    }
    await handle.close()
    return null
  }

  /** Adds a sheet; answers the number of its first page, from 1. */
  async add(sheet: PrintedSheet, mark: SheetMark): Promise<number> {
    const page = this.#sheets.add(sheet, mark)
    await this.#write()
    return page
  }

  /** Everything so far is on the disk. */
  async settle(): Promise<MergedPlace> {
    const place = this.#sheets.endStep()
    await this.#flush()
    return place
  }

  /** Ends the document, and cuts off what a killed worker had written further on. */
  async end(facts: Parameters<MergedSheets['end']>[0]): Promise<void> {
    this.#sheets.end(facts)
    await this.#flush()
    await this.#handle.truncate(this.#pending.end)
    await this.#handle.sync()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #flush(): Promise<void> {
    await this.#write()
    await this.#pending.flush()
    await this.#handle.datasync()
  }

  async #write(): Promise<void> {
    for (const bytes of this.#sheets.take()) await this.#pending.add(bytes)
  }
}
