import { parentPort } from 'node:worker_threads'
import { hearMessages } from '../../work/thread.ts'
import type { Source } from '../sources/source.ts'
import type { PreparationRules, PreparedFile } from './prepare-file.ts'
import { FilePreparer } from './prepare-file.ts'
import { packBatch } from './prepared-batch.ts'

/**
 * The thread that reads, judges and packs files. First it is told the rules; from then on it answers
 * each list of files with a batch.
 */
let preparer: FilePreparer | undefined

hearMessages((message: PreparationRules | Source[]) => {
  if (!Array.isArray(message)) {
    preparer = new FilePreparer(message)
    return
  }
  if (preparer === undefined) throw new Error('Files came before the rules')
  const batch = packBatch(prepared(preparer, message))
  parentPort?.postMessage(batch, [batch.bytes])
})

function* prepared(by: FilePreparer, sources: readonly Source[]): Generator<PreparedFile> {
  for (const source of sources) yield by.prepare(source)
}
