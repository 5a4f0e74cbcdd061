import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { record } from '#src/audit/audit-store.ts'
import type { Standing } from '#src/backoffice/verify.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Context } from '#src/context.ts'
import type { Db } from '#src/db/open.ts'
import { isPostgres } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { addFigures } from '#src/figures/figure-store.ts'
import { changeDays } from '#src/receipts/kept/day-store.ts'
import { loadedFigure, standingFigure } from '#src/receipts/kept/receipt-figures.ts'
import { dayOf } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { loadReceipts } from '#tests/support/load.ts'
import { START, stoppedClock, testContext } from '#tests/support/portal.ts'

const FILES = demoReceipts(dayOf(START)).slice(0, 12)

async function problems(context: Context, earlier: Standing | null = null): Promise<string> {
  const { ok, checks } = await verify(context, earlier)
  const found = checks.flatMap((check) => check.problems)
  expect(ok).toBe(found.length === 0)
  return found.join('\n')
}

/** What forbids to change the chain is out of the way meanwhile, as for whoever owns the database. */
async function withoutTriggers(db: Db, story: () => Promise<unknown>): Promise<void> {
  if (isPostgres(db)) {
    await sql`alter table audit disable trigger user`.execute(db)
    await story()
    await sql`alter table audit enable trigger user`.execute(db)
    return
  }
  await sql`drop trigger audit_no_delete`.execute(db)
  await story()
}

/** Takes a receipt out of the sums of days, as if it had never been there. */
async function forgetDays(db: Db, receiptId: number): Promise<void> {
  const owners = db.selectFrom('receipt_owner').where('receipt_id', '=', receiptId)
  const [owner] = await owners.selectAll().execute()
  if (!owner) throw new Error('Nobody owns it')
  const { party_id, issued_on: issuedOn, kind, total_cents: totalCents } = owner
  const receipt = { issuedOn, kind, totalCents }
  const change = { receipt, partyIds: [party_id], receipts: -1 as const }
  const status = 'authorized'
  await transaction(db, async (tx) => {
    await changeDays(tx, [{ ...change, status }])
    await addFigures(tx, [standingFigure({ ...receipt, status }, -1), loadedFigure(START, -1)])
  })
}

eachDatabase((open, make) => {
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

  it('takes nothing that changes meanwhile for a fault', async () => {
    const context = await loaded()
    const more = demoReceipts(dayOf(START)).slice(12, 40)
    const [found] = await Promise.all([problems(context), loadReceipts({ context }, more)])
    expect(found).toBe('')
  })

  it('says what it looked at in the database itself', async () => {
    const { checks } = await verify(await loaded())
    const name = make === 'sqlite' ? /índices y referencias/ : /filas contadas/
    expect(checks[0]?.name).toMatch(name)
    expect(checks[0]?.count).toBeGreaterThan(FILES.length * 2)
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

    it('a tax that is not the one of the document, or none where there is one', async () => {
      const context = await loaded()
      await context.db.updateTable('receipt_tax').set({ base_cents: 1 }).execute()
      expect(await problems(context)).toContain('receipt_tax no es lo que dice el documento')
      await context.db.deleteFrom('receipt_tax').execute()
      expect(await problems(context)).toContain('receipt_tax no es lo que dice el documento')
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

    it('an owner told another state than the receipt has', async () => {
      const context = await loaded()
      await context.db
        .updateTable('receipt_owner')
        .set({ status: 'rejected' })
        .where('receipt_id', '=', 1)
        .execute()
      expect(await problems(context)).toContain('receipt_owner.status')
    })

    it('a recipient who is not the one of the document', async () => {
      const context = await loaded()
      const changed = { recipient_name: 'OTRA PERSONA', recipient_number: '0999999999' }
      await context.db.updateTable('receipt').set(changed).where('id', '=', 2).execute()
      const found = await problems(context)
      expect(found).toContain('receipt.recipient_name')
      expect(found).toContain('receipt.recipient_number')
    })

    it('a file put aside whose bytes were changed', async () => {
      const context = await loaded()
      const [first] = FILES
      if (!first) throw new Error('No files')
      const other = { ...first, xml: first.xml.replace('</', ' </') }
      await expect(loadReceipts({ context }, [other])).rejects.toThrow('same-key-other-bytes')
      expect(await problems(context)).toBe('')
      const bytes = Buffer.from('no es lo que llegó')
      await context.db.updateTable('receipt_conflict').set({ bytes }).execute()
      expect(await problems(context)).toContain('(archivo apartado)')
    })

    it('a receipt that is gone with all that was stored of it', async () => {
      const context = await loaded()
      const { standing } = await verify(context)
      await forgetDays(context.db, 5)
      for (const table of ['receipt_owner', 'receipt_document', 'receipt_tax'] as const) {
        await context.db.deleteFrom(table).where('receipt_id', '=', 5).execute()
      }
      await context.db.deleteFrom('receipt').where('id', '=', 5).execute()
      expect(await problems(context)).toBe(
        `la bitácora dice que debe haber ${FILES.length} y hay ${FILES.length - 1}`,
      )
      expect(await problems(context, standing)).toContain(`había ${FILES.length} comprobantes`)
    })

    it('a chain that lost its end, or was written anew, since an earlier report', async () => {
      const context = await loaded()
      const note = () =>
        transaction(context.db, (tx) =>
          record(
            tx,
            context.keys.audit,
            { actor: 'a', action: 'staff.enabled', subject: 'c' },
            START,
          ),
        )
      await note()
      const { standing } = await verify(context)
      expect(standing).toMatchObject({ chain: { rows: 2 }, receipts: FILES.length, conflicts: 0 })
      await note()
      expect(await problems(context, standing)).toBe('')
      await withoutTriggers(context.db, () =>
        context.db.deleteFrom('audit').where('action', '=', 'staff.enabled').execute(),
      )
      expect(await problems(context)).toContain(
        'day_figure (audit.staff.enabled, 2026-11-21): dice 2 y 0 centavos; se cuentan 0 y',
      )
      await context.db.deleteFrom('day_figure').where('name', '=', 'audit.staff.enabled').execute()
      expect(await problems(context)).toBe('')
      expect(await problems(context, standing)).toContain('la bitácora tenía 2 filas')
      await transaction(context.db, (tx) =>
        record(
          tx,
          context.keys.audit,
          { actor: 'a', action: 'staff.disabled', subject: 'c' },
          START,
        ),
      )
      expect(await problems(context, standing)).toContain('la bitácora tenía 2 filas')
    })

    it('days whose sums are not those of their receipts', async () => {
      const context = await loaded()
      const days = await context.db.selectFrom('receipt_day').selectAll().execute()
      const said = (dice: string) =>
        days.map(({ party_id, issued_on, kind, status, receipts, cents }) => {
          const row = `titular ${party_id}, ${issued_on}, ${kind}, ${status}`
          return `receipt_day (${row}): dice ${dice}; en receipt_owner hay ${receipts} y ${cents}`
        })
      const wrong = async () => (await problems(context)).split('\n').sort()
      await context.db.updateTable('receipt_day').set({ receipts: 7 }).execute()
      expect(await problems(context)).toContain('dice 7 comprobantes y ')
      await context.db.updateTable('receipt_day').set({ cents: 5 }).execute()
      expect(await wrong()).toEqual(said('7 comprobantes y 5 centavos').sort())
      await context.db.deleteFrom('receipt_day').execute()
      expect(await wrong()).toEqual(said('0 comprobantes y 0 centavos').sort())
    })

    it('figures of the bank that are not what they count', async () => {
      const context = await loaded()
      const { db } = context
      await db.updateTable('day_figure').set({ value: 99 }).where('name', '=', 'loaded').execute()
      expect(await problems(context)).toBe(
        `day_figure (loaded, 2026-11-21): dice 99 y 0 centavos; se cuentan ${FILES.length} y 0 centavos`,
      )
      await db.deleteFrom('day_figure').where('name', 'like', 'receipts.%').execute()
      expect(await problems(context)).toContain('day_figure (receipts.invoice.authorized, ')
    })

    it('a receipt hidden from its owner', async () => {
      const context = await loaded()
      await context.db.deleteFrom('receipt_owner').where('receipt_id', '=', 1).execute()
      expect(await problems(context)).toContain('receipt_owner.fila falta')
    })
  })
})
