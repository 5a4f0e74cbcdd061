import { auditFigure } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { figuresOf } from '../../figures/figure-store.ts'
import { answerFigure, SRI_ANSWERS } from '../../issuing/states/answers.ts'
import { MAIL_FAILED, MAIL_SENT } from '../../outbox/mail-figures.ts'
import { receiptFigure } from '../../receipts/kept/receipt-figures.ts'
import type { ReceiptStatus } from '../../receipts/receipt.ts'
import { receiptStatuses } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { documentKinds } from '../../sri/kinds.ts'
import type { DayRange } from '../../values/day.ts'
import { addDays } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import { cents } from '../../values/money.ts'
import type { Slot, Stretch } from './period.ts'
import { slotsOf } from './period.ts'

export const FIRST_LOGINS = auditFigure('first-login.completed')
/** Those of the bank's own people too. */
export const SIGN_INS = auditFigure('login.signed-in')
export const RECOVERIES = auditFigure('recovery.asked')

const KINDS = documentKinds.map(({ kind }) => kind)
const STATUSES = receiptStatuses.map(({ status }) => status)

/** Every kind in every state. */
const RECEIPT_FIGURES = KINDS.flatMap((kind) =>
  STATUSES.map((status) => receiptFigure(kind, status)),
)

const OTHERS = [
  ...SRI_ANSWERS.map(answerFigure),
  MAIL_SENT,
  MAIL_FAILED,
  FIRST_LOGINS,
  SIGN_INS,
  RECOVERIES,
]

interface Sum {
  readonly value: number
  readonly cents: Cents
}

/** What happened in the bank in a stretch of time, slot by slot. */
export class PanelFigures {
  readonly slots: readonly Slot[]
  readonly #sums: ReadonlyMap<string, Sum>

  constructor(slots: readonly Slot[], sums: ReadonlyMap<string, Sum>) {
    this.slots = slots
    this.#sums = sums
  }

  /** Whether a slot is a month and not a day. */
  get byMonth(): boolean {
    return this.slots[0]?.at.length === 7
  }

  at(slot: Slot, name: string): number {
    return this.#sums.get(`${name} ${slot.at}`)?.value ?? 0
  }

  /** One value for each slot. */
  each(name: string): number[] {
    return this.slots.map((slot) => this.at(slot, name))
  }

  total(name: string): number {
    return this.each(name).reduce((sum, value) => sum + value, 0)
  }

  /** Receipts of some kinds in some states, issued in a slot; in all of them when it is null. */
  receipts(
    slot: Slot | null,
    kinds: readonly DocumentKind[] = KINDS,
    statuses: readonly ReceiptStatus[] = STATUSES,
  ): Sum {
    let [value, money] = [0, 0]
    for (const { at } of slot ? [slot] : this.slots) {
      for (const kind of kinds) {
        for (const status of statuses) {
          const sum = this.#sums.get(`${receiptFigure(kind, status)} ${at}`)
          value += sum?.value ?? 0
          // As in every sum of the portal, a credit note takes away.
          money += (kind === 'credit-note' ? -1 : 1) * (sum?.cents ?? 0)
        }
      }
    }
    return { value, cents: cents(money) }
  }
}

export async function readPanelFigures(db: Db, stretch: Stretch): Promise<PanelFigures> {
  const names = [...RECEIPT_FIGURES, ...OTHERS]
  const rows = await figuresOf(db, names, stretch.days, stretch.step)
  const sums = new Map(
    rows.map((row) => [`${row.name} ${row.at}`, { value: row.value, cents: cents(row.cents) }]),
  )
  return new PanelFigures(slotsOf(stretch), sums)
}

/** How many receipts were issued in some days, and how many of them the SRI authorised. */
export async function authorizedOf(
  db: Db,
  days: DayRange,
): Promise<{ authorized: number; all: number }> {
  // By the month: how the days between share it is of no interest here.
  const rows = await figuresOf(db, RECEIPT_FIGURES, days, 'month')
  const sum = (some: typeof rows) => some.reduce((total, { value }) => total + value, 0)
  const authorized = rows.filter(({ name }) => name.endsWith('.authorized'))
  return { authorized: sum(authorized), all: sum(rows) }
}

/** A figure of a day, and the same of so many days before. */
export async function dayAndBefore(
  db: Db,
  name: string,
  day: DayRange['to'],
  daysBefore: number,
): Promise<{ now: number; before: number }> {
  const then = addDays(day, -daysBefore)
  const rows = await figuresOf(db, [name], { from: then, to: day }, 'day')
  const of = (at: string) => rows.find((row) => row.at === at)?.value ?? 0
  return { now: of(day), before: of(then) }
}
