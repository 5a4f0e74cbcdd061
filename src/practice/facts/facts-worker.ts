import { parentPort } from 'node:worker_threads'
import { inspectReceipt } from '../../sri/inspect-receipt.ts'
import { hearMessages } from '../../work/thread.ts'
import { factsOf } from './read-facts.ts'
import type { DocumentFacts } from './receipt-facts.ts'

/** The thread that reads documents for exports: answers each list of files with their facts. */
hearMessages((message: readonly Uint8Array[] | object) => {
  if (!Array.isArray(message)) return
  parentPort?.postMessage(message.map((bytes: Uint8Array) => factsIn(bytes)))
})

function factsIn(bytes: Uint8Array): DocumentFacts | null {
  if (bytes.length === 0) return null
  const inspection = inspectReceipt(bytes)
  return inspection.ok ? factsOf(inspection.document) : null
}
