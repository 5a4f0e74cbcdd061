import { chanceOf } from '#fixtures/random.ts'
import { auditFigure } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import type { Figure } from '#src/figures/figure.ts'
import { addFigures } from '#src/figures/figure-store.ts'
import type { SriAnswer } from '#src/issuing/states/answers.ts'
import { answerFigure } from '#src/issuing/states/answers.ts'
import { endedMails } from '#src/outbox/mail-figures.ts'
import { loadedFigure, receiptFigure } from '#src/receipts/kept/receipt-figures.ts'
import { addDays, dayOf } from '#src/values/day.ts'

const DAYS = 60
const DAY_MS = 86_400_000

/** Figures as a bank of some size has them, for pages to be looked at; no facts stand behind them. */
export async function beBusy(db: Db, now: Date): Promise<void> {
  const chance = chanceOf(21)
  const figures: Figure[] = []
  for (let ago = 0; ago < DAYS; ago += 1) {
    const at = new Date(now.getTime() - ago * DAY_MS)
    const day = addDays(dayOf(now), -ago)
    const weekend = [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay())
    const size = weekend ? chance.between(60, 260) : chance.between(770, 1_440)
    const issued = (name: string, value: number) =>
      figures.push({ name, day, value, cents: value * chance.between(400, 900) })
    issued(receiptFigure('invoice', 'authorized'), size)
    issued(receiptFigure('withholding', 'authorized'), Math.round(size / 4))
    issued(receiptFigure('credit-note', 'authorized'), Math.round(size / 40))
    issued(receiptFigure('invoice', 'pending'), ago === 0 ? 25 : 0)
    issued(receiptFigure('invoice', 'rejected'), chance.between(0, 6))
    figures.push(loadedFigure(at, size), endedMails('sent', at, Math.round(size / 2)))
    figures.push(endedMails('failed', at, chance.between(0, 17)))
    const did = (action: string, value: number) =>
      figures.push({ name: auditFigure(action), day, value, cents: 0 })
    const answered = (answer: SriAnswer, value: number) =>
      figures.push({ name: answerFigure(answer), day, value, cents: 0 })
    answered('authorized', Math.round(size / 3))
    answered('returned', chance.between(0, 18))
    answered('unauthorized', chance.between(0, 9))
    answered('silent', ago === 4 ? 160 : chance.between(0, 6))
    did('first-login.completed', chance.between(4, 37))
    did('login.signed-in', chance.between(80, 300))
  }
  await transaction(db, (tx) => addFigures(tx, figures))
}
