import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import type { Proposed } from '../../identity/staff/approvals/propose.ts'
import { propose } from '../../identity/staff/approvals/propose.ts'
import { issuerSubject } from '../../issuing/issuer/change-issuer.ts'
import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { checkIssuer } from '../../issuing/issuer/issuer.ts'
import { issuerByRuc } from '../../issuing/issuer/issuer-store.ts'
import type { IssuerRecord } from '../../issuing/issuer/issuer-words.ts'
import { changedFacts } from '../../issuing/issuer/issuer-words.ts'
import type { IssuerSeries } from '../../issuing/numbering/move-series.ts'
import { moveProblem, seriesSubject } from '../../issuing/numbering/move-series.ts'
import { nextNumber } from '../../issuing/numbering/sequence-store.ts'
import type { Keys } from '../../values/keys.ts'
import type { Problems } from '../../web/forms.ts'
import { reasonProblem } from '../customers/messages.ts'
import type { SeriesMove } from './issuer-approvals.ts'
import { problemsByField } from './issuer-form.ts'

export type ProposedChange = Proposed | { ok: false; refusal: 'problems'; problems: Problems }

type ProposalKeys = Pick<Keys, 'audit' | 'seal'>

const SAME = 'No cambiaste nada.'
const KNOWN = 'Ya hay un emisor con ese RUC: cámbialo en su página.'

/** Proposes another record of an issuer, or a first one, unless documents of it would come back. */
export async function proposeIssuer(
  db: Db,
  keys: ProposalKeys,
  actor: Staff,
  after: IssuerRecord,
  { isNew, reason }: { isNew: boolean; reason: string },
  now: Date,
): Promise<ProposedChange> {
  const kept = await issuerByRuc(db, after.ruc)
  const before = kept === null ? null : withoutId(kept)
  const badReason = reasonProblem(reason)
  const problems: Problems = {
    ...problemsByField(checkIssuer(after)),
    ...(isNew && before !== null ? { ruc: KNOWN } : {}),
    ...(badReason ? { motivo: badReason } : {}),
  }
  if (Object.keys(problems).length > 0) return { ok: false, refusal: 'problems', problems }
  if (changedFacts(before, after).length === 0) {
    return { ok: false, refusal: 'problems', problems: { razon: SAME } }
  }
  const proposal = {
    kind: 'issuer.change',
    subject: issuerSubject(after.ruc),
    payload: { before, after },
    reason: reason.trim(),
  } as const
  return transaction(db, (tx) => propose(tx, keys, actor, proposal, now))
}

function withoutId({ id: _, ...record }: Issuer): IssuerRecord {
  return record
}

/** Proposes that a series goes on with another number, unless one would be used twice. */
export async function proposeMove(
  db: Db,
  keys: ProposalKeys,
  actor: Staff,
  issuer: Issuer,
  series: IssuerSeries,
  entered: { next: string; reason: string },
  now: Date,
): Promise<ProposedChange> {
  const next = /^\d{1,9}$/.test(entered.next.trim()) ? Number(entered.next) : 0
  const badReason = reasonProblem(entered.reason)
  const { id: issuerId, environment, ruc } = issuer
  return transaction(db, async (tx): Promise<ProposedChange> => {
    const badNext = await moveProblem(tx, issuer, { ...series, issuerId, environment }, next)
    if (badNext || badReason) {
      const problems: Problems = {
        ...(badNext ? { siguiente: badNext } : {}),
        ...(badReason ? { motivo: badReason } : {}),
      }
      return { ok: false, refusal: 'problems', problems }
    }
    const before = await nextNumber(tx, { ...series, issuerId, environment })
    const payload: SeriesMove = { ...series, ruc, environment, before, next }
    const subject = seriesSubject(issuer, series)
    const reason = entered.reason.trim()
    return propose(tx, keys, actor, { kind: 'series.move', subject, payload, reason }, now)
  })
}
