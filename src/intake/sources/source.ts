import type { KnownVerdict } from '../../receipts/signatures/signature-verdict.ts'
import type { Refused } from '../refusal.ts'
import type { DiskPath } from './disk-name.ts'

/** A file that may be a receipt, not yet opened; or one already refused. Plain data, for threads. */
export type Source = FileSource | EntrySource | RefusedSource

interface Named {
  /** The path as given and walked; of a ZIP's entry `archive.zip/inner/path.xml`. */
  name: string
  /** What the signature of its bytes was found to be worth before. */
  known?: KnownVerdict
}

export interface FileSource extends Named {
  kind: 'file'
  /** What opens it, where that is not its name. */
  path?: DiskPath
}

/** One file inside a ZIP, where the archive says it is. */
export interface EntrySource extends Named {
  kind: 'entry'
  archive: DiskPath
  /** Where its own header begins in the archive. */
  offset: number
  packedSize: number
  size: number
  /** 0 is stored, 8 is deflated. */
  method: number
  crc32: number
}

interface RefusedSource extends Named {
  kind: 'refused'
  refusal: Refused
}
