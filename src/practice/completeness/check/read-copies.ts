import crypto from 'node:crypto'
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { openPromise } from 'yauzl'
import type { FoundFile } from './judge-package.ts'
import { MANIFEST_NAME, type Manifest, readManifest } from './manifest-text.ts'

/** Everything in an accountant's copy of a package. */
export interface Copies {
  readonly files: readonly FoundFile[]
  readonly manifests: readonly Manifest[]
  /** Names of the manifests themselves. */
  readonly own: ReadonlySet<string>
}

/** A list of 20,000 receipts takes a quarter of this. */
const MANIFEST_BYTES_MAX = 64 * 1024 ** 2

/** Reads ZIPs and folders. Throws of what cannot be read, or has names that leave its folder. */
export async function readCopies(paths: readonly string[]): Promise<Copies> {
  const copies = new Copying()
  for (const one of paths) {
    if ((await fs.stat(one)).isDirectory()) await readFolder(one, copies)
    else await readZip(one, copies)
  }
  return copies
}

class Copying implements Copies {
  readonly files: FoundFile[] = []
  readonly manifests: Manifest[] = []
  readonly own = new Set<string>()

  async add(name: string, stream: Readable): Promise<void> {
    const hash = crypto.createHash('sha256')
    const kept: Buffer[] | null = MANIFEST_NAME.test(name) ? [] : null
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
      if (kept && bytes <= MANIFEST_BYTES_MAX) kept.push(chunk)
    }
    this.files.push({ name, sha256: hash.digest('hex') })
    const manifest = kept && readManifest(Buffer.concat(kept).toString())
    if (!manifest) return
    this.manifests.push(manifest)
    this.own.add(name)
  }
}

async function readZip(file: string, copies: Copying): Promise<void> {
  const zip = await openPromise(file)
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    await copies.add(entry.fileName, await zip.openReadStreamPromise(entry))
  }
}

async function readFolder(folder: string, copies: Copying): Promise<void> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const place = path.join(entry.parentPath, entry.name)
    const name = path.relative(folder, place).split(path.sep).join('/')
    await copies.add(name, createReadStream(place))
  }
}
