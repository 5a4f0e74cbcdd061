import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { HeldJob } from '../../work/held-job.ts'
import { repeatJob } from '../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../work/job-worker.ts'
import { checkedDocumentsOf, findDocument } from '../documents/document-store.ts'
import { DamagedDocument } from '../documents/stored-document.ts'
import type { SignatureVerdict } from './signature-verdict.ts'
import { noteVerdicts, unjudgedReceipts, verdictOf } from './verdict-store.ts'

/** The kind of job that looks at signatures; it recurs, and has no subject. */
export const JUDGE_SIGNATURES = 'receipts.judge-signatures'

const GROUP = 100
/** Other work waits while this goes on: the rest has its turn a minute later. */
const GROUPS_A_TURN = 20

interface JudgeNeeds {
  readonly db: Db
  /** In PEM: see `PreparationRules`. */
  readonly authorities: readonly string[]
}

/** Verifies signatures of receipts that were kept before anybody did so at loading. */
export function judgeSignaturesJob(needs: JudgeNeeds): JobKind {
  return { run: (job) => judgeSome(needs, job), ended: async () => undefined }
}

/** Has signatures looked at, if any wait for it. */
export async function beginJudging(db: Db, now: Date): Promise<void> {
  if ((await unjudgedReceipts(db, 1)).length === 0) return
  await transaction(db, (tx) => repeatJob(tx, JUDGE_SIGNATURES, now))
}

async function judgeSome({ db, authorities }: JudgeNeeds, job: HeldJob): Promise<JobEnd> {
  // Loaded here: what verifies is heavy, and nobody needs it while there is nothing to do.
  const { judgeSignature } = await import('./judge-signature.ts')
  const { openAuthorities } = await import('../../sri/signature/chain.ts')
  const trusted = openAuthorities(authorities)
  let done = 0
  for (let group = 0; group < GROUPS_A_TURN; group += 1) {
    const ids = await unjudgedReceipts(db, GROUP)
    const files = await checkedDocumentsOf(db, ids)
    const verdicts: { receiptId: number; verdict: SignatureVerdict }[] = []
    for (const receiptId of ids) {
      const file = files.get(receiptId)
      const verdict =
        file === undefined || file instanceof DamagedDocument
          ? UNREADABLE
          : judgeSignature(file, trusted)
      verdicts.push({ receiptId, verdict })
      // A hundred of them in one go would make pages wait.
      await letOthersRun()
    }
    done += ids.length
    // A power cut may undo the last of it: it is looked at again.
    await transaction(
      db,
      async (tx) => {
        await noteVerdicts(tx, verdicts)
        await job.note(tx, { done, total: null, checkpoint: null })
      },
      'process',
    )
    if (ids.length < GROUP) break
    if (!job.goesOn) return { as: 'stopped' }
  }
  return { as: 'done' }
}

const UNREADABLE: SignatureVerdict = {
  code: 'damaged',
  fault: 'No se pudo abrir el archivo del comprobante.',
  signerName: null,
  signerRuc: null,
  signedAt: null,
}

/**
 * What the signature of a receipt is worth, found out now if nobody has yet; that is kept by whoever
 * goes through them all.
 *
 * @param known its file, where somebody has it already
 */
export async function signatureOf(
  db: Db,
  receiptId: number,
  known?: Buffer,
): Promise<SignatureVerdict> {
  const verdict = await verdictOf(db, receiptId)
  if (verdict !== null) return verdict
  const file = known ?? (await findDocument(db, receiptId))
  if (file === null) return UNREADABLE
  const { judgeSignature } = await import('./judge-signature.ts')
  return judgeSignature(file)
}
