import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { fingerprint, seal, unseal } from '../../values/keys.ts'
import { findAnswer, forgetAnswers, keepAnswer, takeName } from './answer-once-store.ts'

/** What a call that makes something answers: stored and sent again to whoever repeats it. */
export interface OnceAnswer {
  readonly status: number
  readonly body: object
}

interface Call {
  readonly apiKeyId: number
  /** The header `Idempotency-Key`; undefined when the program gave none. */
  readonly name: string | undefined
  /** What the call asks for, whole: the same name with another request is a mistake. */
  readonly request: string
}

type Once<Refusal> =
  | { readonly ok: true; readonly answer: OnceAnswer }
  | { readonly ok: false; readonly refusal: Refusal | 'other-request' }

const KEPT_HOURS = 24

class Undo<Refusal> extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super('A refusal leaves nothing behind')
    this.refusal = refusal
  }
}

/**
 * Does `story` once for all calls of one name, in one transaction with the note of it: whoever lost
 * the first answer and asks again is given it. A refusal leaves nothing behind, so that what was
 * mended may be tried under the same name.
 */
export async function answerOnce<Refusal extends string>(
  db: Db,
  keys: Pick<Keys, 'seal' | 'token'>,
  call: Call,
  story: (tx: Tx) => Promise<OnceAnswer | Refusal>,
  now: Date,
): Promise<Once<Refusal>> {
  const { apiKeyId } = call
  const name = call.name && fingerprint(keys.token, `idempotency:${call.name}`)
  const request = fingerprint(keys.token, `request:${call.request}`)
  try {
    return await transaction(db, async (tx): Promise<Once<Refusal>> => {
      if (name && !(await takeName(tx, { apiKeyId, name, request }, now))) {
        const kept = await findAnswer(tx, { apiKeyId, name })
        if (kept.request !== request || kept.status === null || kept.body === null) {
          return { ok: false, refusal: 'other-request' }
        }
        const body = JSON.parse(unseal(keys.seal, kept.body))
        return { ok: true, answer: { status: kept.status, body } }
      }
      const answer = await story(tx)
      if (typeof answer === 'string') throw new Undo(answer)
      if (name) {
        const body = seal(keys.seal, JSON.stringify(answer.body))
        await keepAnswer(tx, { apiKeyId, name }, { status: answer.status, body })
      }
      return { ok: true, answer }
    })
  } catch (error) {
    if (error instanceof Undo) return { ok: false, refusal: error.refusal as Refusal }
    throw error
  }
}

/** Forgets the answers of the day before. */
export async function forgetOldAnswers(db: Db, now: Date): Promise<void> {
  await forgetAnswers(db, new Date(now.getTime() - KEPT_HOURS * 3_600_000))
}
