import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A file of a ZIP, made while it is sent. */
export interface ZipEntry {
  readonly name: string
  readonly content: AsyncIterable<string | Buffer>
}

/** The same files give the same bytes. */
const WRITTEN_AT = new Date('1980-01-01T12:00:00Z')

/** A ZIP whose files are made one after another, each once the one before has been read. */
export function zipOf(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  const fill = async () => {
    for await (const { name, content } of entries) {
      await new Promise<void>((resolve, reject) => {
        const stream = Readable.from(content, { objectMode: false })
        stream.once('end', resolve)
        stream.once('error', reject)
        out.once('close', resolve)
        zip.addReadStream(stream, name, { mtime: WRITTEN_AT, forceDosTimestamp: true })
      })
      if (out.destroyed) return
    }
    zip.end()
  }
  fill().catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  return out
}
