import { expect, it } from 'vitest'
import { verify } from '#src/backoffice/verify.ts'
import { seedHistory } from '#src/demo/seed-history.ts'
import { figuresOf } from '#src/figures/figure-store.ts'
import { LOADED } from '#src/receipts/kept/receipt-figures.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { stoppedClock, testContext } from '#tests/support/portal.ts'

eachDatabase((open) => {
  it('gives the demo three weeks of facts that all hold', { timeout: 60_000 }, async () => {
    const context = testContext(await open(), stoppedClock())
    await seedHistory(context)
    expect(await verify(context)).toMatchObject({ ok: true })
    const days = { from: '2026-10-31' as Day, to: '2026-11-20' as Day }
    const names = [LOADED, 'mail.sent', 'audit.first-login.completed']
    const rows = await figuresOf(context.db, names, days, 'day')
    const daysOf = (name: string) => rows.filter((row) => row.name === name).length
    expect(daysOf(LOADED)).toBe(21)
    expect(Math.min(...names.map(daysOf))).toBeGreaterThan(10)
    const waiting = context.db.selectFrom('mail').where('status', '=', 'pending')
    expect(await waiting.selectAll().execute()).toEqual([])
  })
})
