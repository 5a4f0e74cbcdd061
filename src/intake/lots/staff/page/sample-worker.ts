import { parentPort, workerData } from 'node:worker_threads'
import { SourceReader } from '../../../sources/read-source.ts'
import type { Source } from '../../../sources/source.ts'
import { walkLot } from '../../lot-folder.ts'
import type { SampleOrder } from './find-sample.ts'

/** The thread that finds the document at a place of a lot: it answers with its bytes, or null. */
const { places, n } = workerData as SampleOrder
const source = await sourceAt(walkLot(places), n)
parentPort?.postMessage(source && bytesOf(source))

async function sourceAt(sources: AsyncGenerator<Source>, place: number): Promise<Source | null> {
  let at = 0
  for await (const one of sources) {
    at += 1
    if (at === place) return one
  }
  return null
}

function bytesOf(one: Source): Uint8Array | null {
  if (one.kind === 'refused') return null
  const reader = new SourceReader()
  try {
    const read = reader.read(one)
    // A copy: what was read lies in the room of the whole archive.
    return read.ok ? new Uint8Array(read.bytes) : null
  } finally {
    reader.close()
  }
}
