import { isDeepStrictEqual } from 'node:util'
import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { issuerByRuc, keepIssuer } from './issuer-store.ts'
import type { IssuerRecord } from './issuer-words.ts'
import { changedFacts } from './issuer-words.ts'

/** An issuer's record as it is to be, and as it was when somebody decided so. */
export interface IssuerChange {
  /** Null for an issuer that was not there. */
  readonly before: IssuerRecord | null
  readonly after: IssuerRecord
}

/** Who changes something of an issuer, as the chain names them, and who proposed it. */
export interface ChangedBy {
  readonly actor: string
  readonly proposedBy?: number
}

/**
 * Keeps another record of an issuer, with its entry in the chain.
 *
 * @returns false when the record is no longer what it was
 */
export async function changeIssuer(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  { before, after }: IssuerChange,
  { actor, proposedBy }: ChangedBy,
  now: Date,
): Promise<boolean> {
  // Of two who change it at once, the second is to see what the first left.
  await lockFor(tx, 'numbering')
  const kept = await issuerByRuc(tx, after.ruc)
  const { id: _, ...current } = kept ?? { id: 0 }
  if (!isDeepStrictEqual(kept === null ? null : current, before)) return false
  await keepIssuer(tx, after, now)
  const changed = changedFacts(before, after)
  const words = (of: (one: (typeof changed)[number]) => string) => {
    return changed.map((one) => `${one.term}: ${of(one)}`).join('; ')
  }
  const entry = {
    actor,
    action: 'issuer.changed',
    subject: issuerSubject(after.ruc),
    detail: {
      ...(before === null ? {} : { from: words(({ from }) => from ?? '') }),
      to: words(({ to }) => to),
      ...(proposedBy === undefined ? {} : { proposedBy }),
    },
  } as const
  await record(tx, keys.audit, entry, now)
  return true
}

/** An issuer as proposals and the chain name it. */
export function issuerSubject(ruc: string): string {
  return `issuer:${ruc}`
}
