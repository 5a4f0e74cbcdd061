import type { Db } from '../../db/open.ts'
import type { Approval } from '../../identity/staff/approvals/approval-store.ts'
import { LOTS } from '../../identity/staff/rights.ts'
import type { Lot } from '../../intake/lots/lot.ts'
import { lotOfSubject } from '../../intake/lots/lot.ts'
import { findLot } from '../../intake/lots/lot-store.ts'
import type { LotSummary } from '../../intake/lots/lot-summary.ts'
import { emptySummary, faulty, publishable, repeated } from '../../intake/lots/lot-summary.ts'
import { beginPublishing } from '../../intake/lots/publish-lot.ts'
import { lotRefusals } from '../../intake/lots/staff/messages.ts'
import { hasReaders } from '../../intake/lots/staff/reader-store.ts'
import { beginWithdrawal } from '../../intake/lots/withdraw-lot.ts'
import { formatCount } from '../../values/count.ts'
import type { Keys } from '../../values/keys.ts'
import { cents, formatMoney } from '../../values/money.ts'
import type { DescribedApproval, KindOfApproval } from './approval-kinds.ts'

/** A lot's receipts go to their owners, and the mails with them. */
export function lotPublication(keys: Pick<Keys, 'audit'>): KindOfApproval {
  return {
    name: 'Publicar un lote',
    describe: (db, approvals) => describe(db, approvals, publicationEffects),
    async deed(tx, approval, approver, now) {
      const lot = await lotOf(tx, approval)
      const begun = await beginPublishing(tx, keys, lot, approver.loginId, now)
      return begun ? null : lotRefusals.moved
    },
  }
}

/** A lot's receipts are taken out again. */
export function lotWithdrawal(keys: Pick<Keys, 'audit'>): KindOfApproval {
  return {
    name: 'Retirar un lote',
    describe: (db, approvals) => describe(db, approvals, withdrawalEffects),
    async deed(tx, approval, approver, now) {
      const lot = await lotOf(tx, approval)
      if (await hasReaders(tx, lot.id)) return lotRefusals.opened
      const begun = await beginWithdrawal(tx, keys, lot, approver.loginId, now)
      return begun ? null : lotRefusals.moved
    },
  }
}

async function lotOf(db: Db, { subject }: Approval): Promise<Lot> {
  const lot = await findLot(db, lotOfSubject(subject))
  if (!lot) throw new Error(`A proposal about a lot that is gone: ${subject}`)
  return lot
}

async function describe(
  db: Db,
  approvals: readonly Approval[],
  effectsOf: (lot: Lot) => DescribedApproval['effects'],
): Promise<DescribedApproval[]> {
  const lots = await Promise.all(approvals.map((approval) => lotOf(db, approval)))
  return lots.map((lot) => ({
    about: { href: `${LOTS}/${lot.number}`, text: `Lote ${lot.number}` },
    effects: effectsOf(lot),
  }))
}

/** The sums are those of the whole dry run: once some of it was published they say nothing of the rest. */
function publicationEffects({ summary, publishedBy }: Lot): DescribedApproval['effects'] {
  const { kinds, reach } = summary ?? emptySummary()
  const news = summary ? publishable(summary) : 0
  const count = `${formatCount(news)} ${news === 1 ? 'comprobante' : 'comprobantes'}`
  const leftOut = summary ? leftOutOf(summary) : []
  if (publishedBy !== null) return [{ term: 'Se publican', text: count }, ...leftOut]
  const sums = Object.values(kinds)
  const total = sums.reduce((sum, one) => sum + one.cents, 0)
  return [
    { term: 'Se publican', text: `${count} por ${formatMoney(cents(total))}` },
    { term: 'Correos que salen', text: formatCount(reach.mail ?? 0) },
    ...leftOut,
  ]
}

function leftOutOf(summary: LotSummary): DescribedApproval['effects'] {
  const [bad, twice] = [faulty(summary), repeated(summary)]
  const parts = [
    ...(bad > 0 ? [`${formatCount(bad)} con error`] : []),
    ...(twice > 0 ? [`${formatCount(twice)} ${twice === 1 ? 'repetido' : 'repetidos'}`] : []),
  ]
  return parts.length === 0 ? [] : [{ term: 'Quedan fuera', text: parts.join(' y ') }]
}

function withdrawalEffects(): DescribedApproval['effects'] {
  return [
    {
      term: 'Se retiran',
      text: 'Todos los comprobantes del lote que nadie haya abierto, y los correos que no hayan salido',
    },
  ]
}
