import crypto from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SigningIdentity } from '../../sri/signature/signer.ts'
import { threadProgram } from '../../work/compiled.ts'

export interface PfxOrder {
  bytes: Uint8Array
  password: string
  now: Date
}

/** As it crosses from the thread: PEM. */
export type PfxRead =
  | { ok: true; key: string; certificate: string; chain: string[] }
  | { ok: false; sentence: string }

export type OpenedPfx =
  | {
      readonly ok: true
      readonly identity: SigningIdentity
      readonly chain: readonly crypto.X509Certificate[]
    }
  | { readonly ok: false; readonly sentence: string }

const WORKER = new URL('./pfx-worker.ts', import.meta.url)

/** `readPkcs12` in a thread of its own, so that no page waits for it. */
export async function openPfxFile(order: PfxOrder): Promise<OpenedPfx> {
  const worker = new Worker(threadProgram(WORKER), { eval: true, workerData: order })
  const [read] = (await once(worker, 'message')) as [PfxRead]
  if (!read.ok) return read
  const identity = {
    key: crypto.createPrivateKey(read.key),
    certificate: new crypto.X509Certificate(read.certificate),
  }
  return { ok: true, identity, chain: read.chain.map((pem) => new crypto.X509Certificate(pem)) }
}
