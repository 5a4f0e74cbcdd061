import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Upload } from '../../../../web/uploads.ts'
import { asBroken, BrokenUpload } from '../../../../web/uploads.ts'
import type { Lot, LotFile } from '../../lot.ts'
import type { ReceiveRefusal } from '../messages.ts'
import { fileObjection } from './file-type.ts'

/** `name` is the file that a refusal is about, when it is about one. */
export type TakenFiles =
  | { ok: true; files: LotFile[] }
  | { ok: false; refusal: ReceiveRefusal; name: string | null }

/** Writes files to the disk as they come, and measures them; what is half done is the caller's. */
export async function takeFiles(
  folder: string,
  kind: Lot['kind'],
  uploads: AsyncIterable<Upload>,
  nameOf: (place: number) => string,
): Promise<TakenFiles> {
  const files: LotFile[] = []
  for await (const { name, bytes } of uploads) {
    // A browser sends an empty part for a field without a file.
    if (name === '') {
      bytes.resume()
      continue
    }
    const stored = nameOf(files.length + 1)
    const file = path.join(folder, stored)
    const meter = new Meter()
    await pipeline(bytes, meter, fs.createWriteStream(file, { mode: 0o600, flush: true }))
    const shown = shownName(name)
    const objection = await fileObjection(file, shown, kind)
    if (objection) return { ok: false, refusal: objection, name: shown }
    files.push({ name: shown, bytes: meter.bytes, sha256: meter.sha256(), stored })
  }
  if (files.length === 0) return { ok: false, refusal: 'no-file', name: null }
  const lone = kind === 'documents' || files.length === 1
  return lone ? { ok: true, files } : { ok: false, refusal: 'one-file', name: null }
}

/** Why an upload came to nothing, when that is nobody's fault but the line's or the disk's. */
export function uploadRefusal(error: unknown): ReceiveRefusal | null {
  const broken = asBroken(error)
  if (broken instanceof BrokenUpload) return broken.reason
  return (error as { code?: string }).code === 'ENOSPC' ? 'disk-full' : null
}

/** Measures what passes through. */
class Meter extends Transform {
  readonly #hash = crypto.createHash('sha256')
  bytes = 0

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.bytes += chunk.length
    this.#hash.update(chunk)
    done(null, chunk)
  }

  sha256(): string {
    return this.#hash.digest('hex')
  }
}

const NAME_MAX = 120

/** What a browser calls a file, without folders, signs that do not show, and endless length. */
function shownName(name: string): string {
  const last = name
    .replace(/^.*[/\\]/, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
  return last === '' ? 'archivo' : last.slice(-NAME_MAX)
}
