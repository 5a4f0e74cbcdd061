import type { Dictionary, Packer } from '../../receipts/documents/stored-document.ts'
import { createPacker } from '../../receipts/documents/stored-document.ts'
import type { ReadyReceipt } from '../../receipts/kept/ready-receipt.ts'
import { readyReceipt } from '../../receipts/kept/ready-receipt.ts'
import { judgeSignature } from '../../receipts/signatures/judge-signature.ts'
import type { KnownVerdict } from '../../receipts/signatures/signature-verdict.ts'
import type { ReadReceipt } from '../../sri/read-receipt.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { openAuthorities } from '../../sri/signature/chain.ts'
import type { Day } from '../../values/day.ts'
import { refusedFor } from '../messages.ts'
import type { IntakeRefusal, Refused } from '../refusal.ts'
import { SourceReader } from '../sources/read-source.ts'
import type { Source } from '../sources/source.ts'

/** A file on its way in: ready to be kept, or refused. */
export type PreparedFile =
  | {
      name: string
      ready: ReadyReceipt
      refusal: null
      accessKey: string
    }
  | { name: string; ready: null; refusal: Refused; accessKey: string | null }

/** What reading and judging a file depends on, besides the file. Plain data, for threads. */
export interface PreparationRules {
  dictionary: Dictionary | null
  /** The RUCs whose documents are taken; empty takes any. */
  issuers: readonly string[]
  /** In PEM: from which the certificates of signers must come; none: that is not asked. */
  authorities: readonly string[]
  today: Day
  /** Whether what is not signed well is refused; else it is only said. */
  refuseBadSignatures: boolean
}

/**
 * Reads, judges and packs files, one after another. Whatever a file holds, the answer is a receipt
 * or a refusal: one file never stops the others.
 */
export class FilePreparer {
  readonly #rules: PreparationRules
  readonly #reader = new SourceReader()
  readonly #pack: Packer
  readonly #authorities: ReturnType<typeof openAuthorities>

  constructor(rules: PreparationRules) {
    this.#rules = rules
    this.#pack = createPacker(rules.dictionary)
    this.#authorities = openAuthorities(rules.authorities)
  }

  prepare(source: Source): PreparedFile {
    const { name } = source
    if (source.kind === 'refused') return refused(name, source.refusal)
    const read = this.#reader.read(source)
    if (!read.ok) return refused(name, refusedFor(read.refusal))
    try {
      return this.#judge(name, read.bytes, source.known)
    } catch {
      return refused(name, refusedFor('not-understood'))
    }
  }

  close(): void {
    this.#reader.close()
  }

  #judge(name: string, bytes: Uint8Array, known?: KnownVerdict): PreparedFile {
    const reading = readReceipt(bytes, { today: this.#rules.today })
    if (!reading.ok) return refused(name, reading.refusal, reading.accessKey)
    const { accessKey, summary } = reading.receipt
    const reason = this.#objection(reading.receipt)
    if (reason) return refused(name, refusedFor(reason, { issuer: summary.issuer.ruc }), accessKey)
    const kept = readyReceipt(reading.receipt, bytes, name, this.#pack)
    const isKnown = known?.sha256 === kept.document.sha256
    const signature = isKnown ? known.verdict : judgeSignature(bytes, this.#authorities)
    if (signature.fault !== null && this.#rules.refuseBadSignatures) {
      const refusal = refusedFor('bad-signature', { fault: signature.fault })
      return refused(name, refusal, accessKey)
    }
    const ready = { ...kept, signature }
    return { name, ready, refusal: null, accessKey }
  }

  #objection({ summary, status }: ReadReceipt): IntakeRefusal | null {
    const { issuers } = this.#rules
    if (issuers.length > 0 && !issuers.includes(summary.issuer.ruc)) return 'issuer-not-taken'
    return status === 'rejected' ? 'not-authorized' : null
  }
}

function refused(name: string, refusal: Refused, accessKey: string | null = null): PreparedFile {
  return { name, ready: null, refusal: { code: refusal.code, message: refusal.message }, accessKey }
}
