import { buffer } from 'node:stream/consumers'
import type { Clients } from '../../../receipts/scope/clients.ts'
import { directoryRecord, endOfZip } from './bytes/zip-bytes.ts'
import type { ManifestHead } from './manifest.ts'
import { manifestOf, PartSums } from './manifest.ts'
import type { MergedWriter } from './merged-writer.ts'
import type { PackedFile, PackedRow } from './packed-row.ts'
import { csvIndexOf, xlsxIndexOf } from './part-index.ts'
import { readmeOf } from './part-words.ts'
import type { PartWriter } from './part-writer.ts'

type Rows = () => AsyncIterable<PackedRow>

/** Adds up the rows of a part. */
export async function sumsOf(rows: Rows): Promise<PartSums> {
  const sums = new PartSums()
  for await (const row of rows()) sums.add(row)
  return sums
}

/**
 * Writes what a part ends with: the lists of what is in it, and the directory of the archive. What
 * stood there before, of a worker that was killed at it, is written again.
 */
export async function endPart(
  writer: PartWriter,
  head: Omit<ManifestHead, 'aside'>,
  rows: Rows,
  clients: Clients,
  merged: Pick<MergedWriter, 'end' | 'file'> | null,
): Promise<void> {
  const day = head.sums.lastDay
  // Parts may be unpacked into one folder: none of them takes the place of another's lists.
  const suffix = head.parts > 1 ? `_parte-${head.part}-de-${head.parts}` : ''
  const add = (name: string, text: AsyncIterable<string>) => writer.addText(name, day, text)
  const partial = { ...head, aside: [] }
  const pdf = await addMerged(writer, head, merged, `comprobantes${suffix}.pdf`)
  const csv = await add(`indice${suffix}.csv`, csvIndexOf(rows(), clients))
  // Deflated inside; of a part, which has its limit, it is small enough to be held.
  const bytes = await buffer(xlsxIndexOf(rows(), pdf[0]?.name ?? ''))
  const xlsx = await writer.add({ name: `indice${suffix}.xlsx`, day, bytes, deflate: false })
  const aside = [...pdf, csv, xlsx, await add(`LEEME${suffix}.txt`, readmeOf(partial, rows()))]
  const text = manifestOf({ ...head, aside }, rows())
  const manifest = await add(`manifiesto${suffix}.json`, text)
  await writeDirectory(writer, rows, [...aside, manifest])
  await writer.end()
}

/** The one PDF of all, unless nothing could be drawn. */
async function addMerged(
  writer: PartWriter,
  { bank, sums }: Pick<ManifestHead, 'bank' | 'sums'>,
  merged: Pick<MergedWriter, 'end' | 'file'> | null,
  name: string,
): Promise<PackedFile[]> {
  if (merged === null || sums.merged === 0) return []
  const createdAt = new Date(`${sums.lastDay}T17:00:00Z`)
  await merged.end({ title: 'Comprobantes electrónicos', author: bank, createdAt })
  return [await writer.addFile(name, sums.lastDay, merged.file)]
}

async function writeDirectory(
  writer: PartWriter,
  rows: Rows,
  last: readonly PackedFile[],
): Promise<void> {
  const start = writer.place.zipBytes
  let files = 0
  const write = async (file: PackedFile) => {
    files += 1
    await writer.write(directoryRecord(file))
  }
  for await (const row of rows()) for (const file of row.files) await write(file)
  for (const file of last) await write(file)
  const bytes = writer.place.zipBytes - start
  await writer.write(endOfZip({ files, start, bytes }))
}
