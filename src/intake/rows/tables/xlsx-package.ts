import type { Readable } from 'node:stream'
import yauzl from 'yauzl'
import { TableRefused } from './refusal.ts'

const LIMITS = {
  entries: 2_000,
  /** A million rows of a template, unpacked. */
  unpackedBytes: 1.5 * 1024 ** 3,
  /** Repetitive sheets shrink to a fiftieth; beyond this it is a bomb. */
  ratio: 200,
  /** A small book may be as repetitive as it likes. */
  ratioFromBytes: 50 * 1024 ** 2,
} as const

const MEGABYTE = 1024 ** 2

/** The parts of a workbook, none of them unpacked yet. */
export class XlsxPackage {
  readonly #zip: yauzl.ZipFile
  readonly #entries: ReadonlyMap<string, yauzl.Entry>

  private constructor(zip: yauzl.ZipFile, entries: ReadonlyMap<string, yauzl.Entry>) {
    this.#zip = zip
    this.#entries = entries
  }

  /** Opens what begins like a ZIP; refuses what is not an honest workbook. */
  static async open(path: string): Promise<XlsxPackage> {
    const zip = await yauzl.openPromise(path, { autoClose: false }).catch(() => null)
    if (zip === null) throw new TableRefused('xlsx-damaged')
    try {
      if (zip.entryCount > LIMITS.entries) throw new TableRefused('xlsx-hostile')
      const entries = new Map<string, yauzl.Entry>()
      for await (const entry of zip.eachEntry()) {
        const name = entry.fileName.toLowerCase()
        if (entries.has(name)) throw new TableRefused('xlsx-hostile')
        entries.set(name, entry)
      }
      judge(entries)
      return new XlsxPackage(zip, entries)
    } catch (error) {
      zip.close()
      throw error instanceof TableRefused ? error : new TableRefused('xlsx-damaged')
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase())
  }

  /**
   * The bytes of a part; more or fewer than the package says end in an error.
   *
   * @param megabytes that it may have when it has to be held in memory
   */
  async stream(name: string, megabytes: number = Number.POSITIVE_INFINITY): Promise<Readable> {
    const entry = this.#entries.get(name.toLowerCase())
    if (entry === undefined) throw new TableRefused('xlsx-damaged')
    if (entry.uncompressedSize > megabytes * MEGABYTE) throw new TableRefused('xlsx-too-large')
    return await this.#zip.openReadStreamPromise(entry).catch(() => {
      throw new TableRefused('xlsx-damaged')
    })
  }

  close(): void {
    this.#zip.close()
  }
}

function judge(entries: ReadonlyMap<string, yauzl.Entry>): void {
  const names = [...entries.keys()]
  const all = [...entries.values()]
  if (all.some((entry) => entry.isEncrypted())) throw new TableRefused('has-password')
  if (names.includes('xl/workbook.bin')) throw new TableRefused('is-xlsb')
  if (names.includes('mimetype') && names.includes('content.xml')) throw new TableRefused('is-ods')
  if (!names.includes('xl/workbook.xml')) {
    throw new TableRefused(names.includes('[content_types].xml') ? 'not-a-table' : 'is-zip')
  }
  const unpacked = all.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
  const packed = all.reduce((sum, entry) => sum + entry.compressedSize, 0)
  if (unpacked > LIMITS.ratioFromBytes && unpacked > packed * LIMITS.ratio) {
    throw new TableRefused('xlsx-hostile')
  }
  if (unpacked > LIMITS.unpackedBytes) throw new TableRefused('xlsx-too-large')
}
