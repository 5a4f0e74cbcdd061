import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Context } from '#src/context.ts'
import { dayOf } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { loadReceipts } from '#tests/support/load.ts'
import { START, stoppedClock, testContext } from '#tests/support/portal.ts'

const FILES = demoReceipts(dayOf(START)).slice(0, 12)

async function problems(context: Context): Promise<string> {
  const { ok, checks } = await verify(context)
  const found = checks.flatMap((check) => check.problems)
  expect(ok).toBe(found.length === 0)
  return found.join('\n')
}

eachDatabase((open) => {
  async function loaded(): Promise<Context> {
    const context = testContext(await open(), stoppedClock())
    await loadReceipts({ context }, FILES)
    return context
  }

  it('finds nothing wrong with what was loaded', async () => {
    const context = await loaded()
    expect(await problems(context)).toBe('')
    const { checks } = await verify(context)
    expect(checks.at(-1)?.count).toBe(FILES.length)
  })

  describe('finds', () => {
    it('a document whose bytes were changed', async () => {
      const context = await loaded()
      const row = await context.db
        .selectFrom('receipt_document')
        .selectAll()
        .executeTakeFirstOrThrow()
      const bytes = Buffer.from(row.bytes)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      await context.db
        .updateTable('receipt_document')
        .set({ bytes })
        .where('receipt_id', '=', row.receipt_id)
        .execute()
      expect(await problems(context)).toContain('no coincide con su huella')
    })

    it('a document that is gone', async () => {
      const context = await loaded()
      await context.db.deleteFrom('receipt_document').where('receipt_id', '=', 3).execute()
      expect(await problems(context)).toContain('falta el documento')
    })

    it('a total that is not the one of the document', async () => {
      const context = await loaded()
      await context.db.updateTable('receipt').set({ total_cents: 1 }).where('id', '=', 2).execute()
      expect(await problems(context)).toContain('receipt.total_cents')
    })

    it('a receipt shown to somebody it does not belong to', async () => {
      const context = await loaded()
      const own = await context.db.selectFrom('receipt_owner').selectAll().executeTakeFirstOrThrow()
      const at = START.toISOString()
      const stranger = await context.db
        .insertInto('party')
        .values({ name: 'OTRA PERSONA', created_at: at })
        .returning('id')
        .executeTakeFirstOrThrow()
      await context.db
        .insertInto('receipt_owner')
        .values({ ...own, party_id: stranger.id })
        .execute()
      expect(await problems(context)).toContain('receipt_owner')
    })

    it('a receipt hidden from its owner', async () => {
      const context = await loaded()
      await context.db.deleteFrom('receipt_owner').where('receipt_id', '=', 1).execute()
      expect(await problems(context)).toContain('receipt_owner.fila falta')
    })
  })
})
