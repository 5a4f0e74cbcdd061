import type { Tx } from '../../db/transaction.ts'
import type { IssuanceRow } from '../issuance/claim-store.ts'
import { FILE_FAULT } from '../issuance/issuance.ts'
import { type Settlement, settleIssuances, stillHeld } from '../issuance/settle-store.ts'
import { QUESTIONS_MAX } from '../states/decide.ts'
import { type ClaimedIssuance, standingOf } from './carry-issuance.ts'

const NOT_NOTED =
  'Se preguntó por esta clave, y lo que contestó el SRI no se pudo guardar. Avisa a soporte.'
const SIGN_AGAIN =
  'Su archivo firmado falta o se dañó en el disco, y no se envió. Pide que se envíe otra vez: se firma de nuevo y conserva su clave y su número.'
const BRING_BACK =
  'Su archivo firmado falta o se dañó en el disco, y sin él no se reconoce lo que conteste el SRI. Avisa a soporte: recupera el archivo de una copia de seguridad, y después pide que se siga.'

/**
 * Whether a document that was just claimed was asked for as often as a key may be. An answer that was
 * noted would have ended that: this one is claimed anew because none can be.
 */
export function isBeyond({ questions }: IssuanceRow): boolean {
  return questions > QUESTIONS_MAX
}

/** Has a person look at documents that are beyond their tries, in the transaction that claimed them. */
export async function endTries(tx: Tx, rows: readonly IssuanceRow[], now: Date): Promise<void> {
  const spent = rows.map((row) => spentOf({ ...row, questions: QUESTIONS_MAX }, null, NOT_NOTED))
  await settleIssuances(tx, spent, now)
}

/**
 * Has a person look at documents whose signed files are not there, or not what they were; those of
 * this owner only. What was not sent is signed anew when they ask for it; of what was, the SRI may
 * hold that very file, and only it tells whether an answer is about it.
 */
export async function giveUpWithoutFile(
  tx: Tx,
  owner: string,
  lost: readonly Pick<ClaimedIssuance, 'row' | 'step'>[],
  now: Date,
): Promise<void> {
  const ids = lost.map(({ row }) => row.id)
  const held = await stillHeld(tx, owner, ids)
  const ours = lost.filter(({ row }) => held.has(row.id))
  const settlements = ours.map(({ row, step }): Settlement => {
    if (step === 'ask') {
      return spentOf({ ...row, questions: row.questions - 1 }, FILE_FAULT, BRING_BACK)
    }
    const standing = { ...standingOf(row), sends: row.sends - 1 }
    const decision = { ...standing, ...NOTHING_DUE, state: 'faulty', isSpent: false } as const
    return { row, decision, code: FILE_FAULT, says: SIGN_AGAIN }
  })
  await settleIssuances(tx, settlements, now)
}

const NOTHING_DUE = { step: null, nextAt: null } as const

function spentOf(row: IssuanceRow, code: string | null, says: string): Settlement {
  const state = row.state === 'sending' ? 'unanswered' : row.state
  const decision = { ...standingOf(row), ...NOTHING_DUE, state, isSpent: true }
  return { row, decision, code, says }
}
