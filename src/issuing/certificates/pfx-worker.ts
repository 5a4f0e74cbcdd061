import { parentPort, workerData } from 'node:worker_threads'
import { readPkcs12 } from '../../sri/signature/pkcs12.ts'
import type { PfxOrder, PfxRead } from './open-pfx-file.ts'

/** Opens one file and ends: deriving its keys takes longer than a page may. */
const { bytes, password, now } = workerData as PfxOrder
const reading = readPkcs12(bytes, password, now)
const read: PfxRead = reading.ok
  ? {
      ok: true,
      key: String(reading.key.export({ type: 'pkcs8', format: 'pem' })),
      certificate: reading.certificate.toString(),
      chain: reading.chain.map(String),
    }
  : { ok: false, sentence: reading.refusal.message }
parentPort?.postMessage(read)
