import crypto from 'node:crypto'
import type { IssuanceState } from '#src/db/tables/issuing.ts'
import { transaction } from '#src/db/transaction.ts'
import { correctIssuance } from '#src/issuing/issuance/correct-issuance.ts'
import type { Issuance } from '#src/issuing/issuance/issuance.ts'
import { stoppedIssuances } from '#src/issuing/issuance/issuance-store.ts'
import type { ReceiptDraft } from '#src/sri/draft.ts'
import { CLOSED_NUMBER, type World } from './world.ts'

/** A document that waits for a person, and why. */
export interface Stopped {
  readonly number: string
  readonly state: IssuanceState
  readonly code: string | null
  readonly says: string | null
}

/** Whether it waits because the SRI says that its establishment is closed. */
export function isAboutClosed({ number, state, code }: Stopped): boolean {
  return number === CLOSED_NUMBER && state === 'unauthorized' && code === '10'
}

const STATES = ['faulty', 'returned', 'unauthorized', 'number-lost', 'different'] as const

/** Those that stand still; each is corrected, as somebody of the bank would, and goes on. */
export async function correctStopped({ db }: World): Promise<Stopped[]> {
  const stopped: Stopped[] = []
  for (const state of STATES) {
    for (const one of await stoppedIssuances(db, state, { afterId: 0, limit: 1_000 })) {
      const { establishment, point, sequence, answerCode: code, answer: says } = one
      stopped.push({ number: `${establishment}-${point}-${sequence}`, state, code, says })
      await transaction(db, async (tx) => {
        const needs = { random: crypto.randomBytes }
        const refusal = await correctIssuance(tx, one.id, null, needs, new Date())
        if (refusal?.code !== 'unchanged') return
        await correctIssuance(tx, one.id, reworded(one), needs, new Date())
      })
    }
  }
  return stopped
}

function reworded({ draft }: Issuance): ReceiptDraft {
  const infoAdicional = [
    ...(draft.document.content.infoAdicional ?? []),
    { nombre: 'Corregido', valor: 'Por Ana' },
  ]
  const content = { ...draft.document.content, infoAdicional }
  return { ...draft, document: { ...draft.document, content } as ReceiptDraft['document'] }
}
