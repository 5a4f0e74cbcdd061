import type { Db } from '../../db/open.ts'
import type { Approval } from '../../identity/staff/approvals/approval-store.ts'
import { LOTS } from '../../identity/staff/rights.ts'
import type { Foreseen } from '../../intake/lots/foreseen-store.ts'
import { foreseenOf } from '../../intake/lots/foreseen-store.ts'
import type { Lot } from '../../intake/lots/lot.ts'
import { formatLotNumber, lotOfSubject } from '../../intake/lots/lot.ts'
import type { LotSummary } from '../../intake/lots/lot-summary.ts'
import { emptySummary, faulty, publishable, repeated } from '../../intake/lots/lot-summary.ts'
import { lotsByNumber } from '../../intake/lots/open-lot-store.ts'
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
    async describe(db, approvals) {
      const lots = await lotsOf(db, approvals)
      const again = approvals.flatMap(({ decision }, at) => {
        const { id = 0, publishedAt = null } = lots[at] ?? {}
        return decision === null && publishedAt !== null ? [id] : []
      })
      const rest = await foreseenOf(db, again)
      return lots.map((lot, at) => ({
        ...describedAs(lot, publicationEffects(lot, approvals[at], rest)),
        ...(lot.kind === 'rows' ? { what: 'Emitir un lote' } : {}),
      }))
    },
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
    async describe(db, approvals) {
      const lots = await lotsOf(db, approvals)
      return lots.map((lot) => describedAs(lot, withdrawalEffects(lot)))
    },
    async deed(tx, approval, approver, now) {
      const lot = await lotOf(tx, approval)
      if (await hasReaders(tx, lot.id)) return lotRefusals.opened
      const begun = await beginWithdrawal(tx, keys, lot, approver.loginId, now)
      return begun ? null : lotRefusals.moved
    },
  }
}

async function lotOf(db: Db, approval: Approval): Promise<Lot> {
  const [lot] = await lotsOf(db, [approval])
  return lot as Lot
}

/** The lots that some proposals are about, in their order; one query for them all. */
async function lotsOf(db: Db, approvals: readonly Approval[]): Promise<Lot[]> {
  const numbers = approvals.map(({ subject }) => lotOfSubject(subject))
  const lots = await lotsByNumber(db, numbers)
  return numbers.map((number, at) => {
    const lot = lots.get(formatLotNumber(number))
    if (!lot) throw new Error(`A proposal about a lot that is gone: ${approvals[at]?.subject}`)
    return lot
  })
}

function describedAs(lot: Lot, effects: DescribedApproval['effects']): DescribedApproval {
  return { about: { href: `${LOTS}/${lot.number}`, text: `Lote ${lot.number}` }, effects }
}

/**
 * @param rest what is still to be published of the lots of which some was before: the sums of such a
 *   lot are those of its whole dry run
 */
function publicationEffects(
  lot: Lot,
  approval: Approval | undefined,
  rest: ReadonlyMap<number, Foreseen>,
): DescribedApproval['effects'] {
  const summary = lot.summary ?? emptySummary()
  const rows = lot.kind === 'rows'
  const leftOut = lot.summary ? leftOutOf(lot.summary) : []
  const decided = approval?.decision ?? null
  if (decided !== null && lot.publishedAt !== null) {
    const term = rows ? 'Del lote están aprobados' : 'Del lote están publicados'
    return [{ term, text: receiptsIn(publishedOf(summary)) }, ...leftOut]
  }
  const none = { receipts: 0, cents: 0, mails: 0 }
  const {
    receipts,
    cents: total,
    mails,
  } = lot.publishedAt === null ? wholeOf(summary) : (rest.get(lot.id) ?? none)
  return [
    {
      term: rows ? 'Se emiten' : 'Se publican',
      text: `${receiptsIn(receipts)} por ${formatMoney(cents(total))}`,
    },
    {
      term: rows ? 'Correos que salen cuando el SRI autorice' : 'Correos que salen',
      text: formatCount(mails),
    },
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

function receiptsIn(count: number): string {
  return count === 1 ? '1 comprobante' : `${formatCount(count)} comprobantes`
}

function wholeOf(summary: LotSummary): Foreseen {
  const sums = Object.values(summary.kinds)
  return {
    receipts: publishable(summary),
    cents: sums.reduce((sum, one) => sum + one.cents, 0),
    mails: summary.reach.mail ?? 0,
  }
}

/** How many of a lot are with their owners, or on their way there through the SRI. */
function publishedOf({ outcomes }: LotSummary): number {
  const { loaded = 0, authorized = 0, issuing = 0, 'to-issue': waiting = 0 } = outcomes
  return loaded + authorized + issuing + waiting
}

function withdrawalEffects({ kind }: Lot): DescribedApproval['effects'] {
  const text =
    kind === 'rows'
      ? 'Todos los comprobantes del lote que aún no tengan número; lo que va camino al SRI sigue'
      : 'Todos los comprobantes del lote que nadie haya abierto, y los correos que no hayan salido'
  return [{ term: 'Se retiran', text }]
}
