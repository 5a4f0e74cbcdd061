import { ISSUERS } from '../../identity/staff/rights.ts'
import type { IssuerChange } from '../../issuing/issuer/change-issuer.ts'
import { changeIssuer } from '../../issuing/issuer/change-issuer.ts'
import { issuerByRuc } from '../../issuing/issuer/issuer-store.ts'
import { changedFacts } from '../../issuing/issuer/issuer-words.ts'
import type { IssuerSeries } from '../../issuing/numbering/move-series.ts'
import { moveProblem, moveSeries, skippedNumbers } from '../../issuing/numbering/move-series.ts'
import { nextNumber } from '../../issuing/numbering/sequence-store.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Keys } from '../../values/keys.ts'
import type { KindOfApproval } from '../approvals/approval-kinds.ts'

/** What a proposal to go on with another number holds. */
export interface SeriesMove extends IssuerSeries {
  readonly ruc: string
  readonly environment: 'test' | 'production'
  /** The number that came next when it was proposed. */
  readonly before: number
  readonly next: number
}

const STALE = 'Los datos del emisor cambiaron desde que se propuso: recházala y propón otra vez.'
const MOVED = 'La serie ya sigue con un número mayor: recházala y propón otra vez.'
const GONE = 'El emisor ya no está en ese ambiente: recházala y propón otra vez.'

/** Another record of who issues: it holds for what is signed from then on. */
export function issuerChange(keys: Pick<Keys, 'audit'>): KindOfApproval {
  return {
    name: 'Cambiar los datos del emisor',
    async describe(_db, approvals) {
      return approvals.map(({ payload }) => {
        const { before, after } = payload as IssuerChange
        return {
          about: { href: `${ISSUERS}/${after.ruc}`, text: `${after.name}, RUC ${after.ruc}` },
          effects: changedFacts(before, after).map(({ term, from, to }) => ({
            term,
            text: from === null ? to : `${to} (era: ${from})`,
          })),
        }
      })
    },
    async deed(tx, { payload, proposedBy }, approver, now) {
      const by = { actor: `login:${approver.loginId}`, proposedBy }
      const changed = await changeIssuer(tx, keys, payload as IssuerChange, by, now)
      return changed ? null : STALE
    },
  }
}

/** Another number with which a series goes on. */
export function seriesMove(keys: Pick<Keys, 'audit'>): KindOfApproval {
  return {
    name: 'Cambiar el número que sigue',
    async describe(_db, approvals) {
      return approvals.map(({ payload }) => {
        const move = payload as SeriesMove
        const { establishment, point, kind, before, next } = move
        const numberOf = (one: number) => formatDocumentNumber(establishment, point, String(one))
        const skipped = skippedNumbers(before, next)
        return {
          about: {
            href: `${ISSUERS}/${move.ruc}/puntos/${establishment}-${point}`,
            text: `${kindFacts(kind).name}, serie ${establishment}-${point}`,
          },
          effects: [
            { term: 'Seguía', text: numberOf(before) },
            { term: 'Seguirá', text: numberOf(next) },
            ...(skipped === 0
              ? []
              : [{ term: 'Quedan sin usar', text: `${formatCount(skipped)} números` }]),
          ],
        }
      })
    },
    async deed(tx, { payload, proposedBy }, approver, now) {
      const { ruc, environment, before, next, ...series } = payload as SeriesMove
      const issuer = await issuerByRuc(tx, ruc)
      if (issuer?.environment !== environment) return GONE
      const by = { actor: `login:${approver.loginId}`, proposedBy }
      const { establishment, point, kind } = series
      const of = { establishment, point, kind }
      const whole = { ...of, issuerId: issuer.id, environment }
      const comes = await nextNumber(tx, whole)
      const problem = await moveProblem(tx, issuer, whole, next)
      // Somebody moved it further meanwhile: nobody has been asked to take that back.
      if (problem === null && comes !== before && comes > next) return MOVED
      return moveSeries(tx, keys, issuer, of, next, by, now)
    },
  }
}
