import { sql } from 'kysely'
import { expect, expectTypeOf, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import type { AuditEntry } from '#src/audit/audit-store.ts'
import { record } from '#src/audit/audit-store.ts'
import { KNOWN_ACTIONS } from '#src/backoffice/audit/action-words.ts'
import { transaction } from '#src/db/transaction.ts'
import type { Colleague } from '#tests/identity/staff/support.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { bill } from '#tests/intake/lots/journey-support.ts'
import { bank, publish, readLot } from '#tests/intake/lots/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

/** Writes entries a second apart, as other parts of the portal do. */
async function fill(portal: TestPortal, count: number, actor = 'system'): Promise<void> {
  const { context, db, clock } = portal
  await transaction(db, async (tx) => {
    for (let at = 0; at < count; at += 1) {
      clock.advance({ seconds: 1 })
      const entry: AuditEntry = {
        actor,
        action: 'receipts.loaded',
        subject: 'batch',
        detail: { loaded: at },
      }
      await record(tx, context.keys.audit, entry, clock.now())
    }
  })
}

function idsOn(body: string): number[] {
  return [...body.matchAll(/<td class="solo-ancho cifra">(\d+)<\/td>/g)].map(([, id]) => Number(id))
}

function next(body: string): string | null {
  const href = /rel="next" href="([^"]+)"/.exec(body)?.[1]
  return href?.replaceAll('&amp;', '&') ?? null
}

async function allIds(browser: Browser, first: string): Promise<number[]> {
  const ids: number[] = []
  for (let address: string | null = first; address !== null; ) {
    const { body } = await browser.get(address)
    ids.push(...idsOn(body))
    address = next(body)
  }
  return ids
}

async function auditor(portal: TestPortal): Promise<Colleague> {
  return colleague(portal, 'tomas', 'auditor')
}

eachDatabase((open) => {
  it('shows every entry once, the newest first, page by page, by day, actor and deed', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser, id } = await auditor(portal)
    await fill(portal, 120)
    portal.clock.advance({ hours: -1 })
    await fill(portal, 3, 'command-line')
    portal.clock.advance({ hours: 1 })
    const rows = await portal.db
      .selectFrom('audit')
      .select(['id', 'at', 'actor', 'action'])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    const idsOf = (test: (row: (typeof rows)[number]) => boolean) =>
      rows.filter(test).map((row) => row.id)
    const seen = await allIds(browser, '/interno/auditoria')
    expect(seen).toEqual(idsOf(() => true))
    expect(await allIds(browser, '/interno/auditoria?actor=command-line')).toEqual(
      idsOf(({ actor }) => actor === 'command-line'),
    )
    expect(await allIds(browser, '/interno/auditoria?accion=login.signed-in')).toEqual(
      idsOf(({ action }) => action === 'login.signed-in'),
    )
    expect(
      await allIds(browser, `/interno/auditoria?actor=login%3A${id}&hasta=2026-11-21`),
    ).toEqual(idsOf(({ actor }) => actor === `login:${id}`))
    // START is noon of 21 November in Guayaquil.
    expect(await allIds(browser, '/interno/auditoria?desde=2026-11-22')).toEqual([])
    expect(await allIds(browser, '/interno/auditoria?desde=2026-11-21&hasta=21/11/2026')).toEqual(
      seen,
    )
  })

  it('takes away what the filter shows, in the order it happened, and notes who did', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser, id } = await auditor(portal)
    await fill(portal, 3, '=cmd()')
    const noted = () =>
      portal.db
        .selectFrom('audit')
        .select(['actor', 'detail'])
        .where('action', '=', 'audit.exported')
        .execute()
    expect((await browser.get('/interno/auditoria.csv')).statusCode).toBe(404)
    expect(await noted()).toEqual([])
    const form = { desde: '2026-11-20', hasta: '21/11/2026', actor: '=cmd()' }
    const page = await browser.get(`/interno/auditoria?${new URLSearchParams(form)}`)
    expect(page.body).toContain('<input type="hidden" name="actor" value="=cmd()">')
    const file = await browser.post('/interno/auditoria.csv', form)
    expect(file.headers['content-disposition']).toContain('auditoria_2026-11-21.csv')
    const lines = file.body.replace('\uFEFF', '').trimEnd().split('\r\n')
    expect(lines).toHaveLength(4)
    for (const [at, line] of lines.slice(1).entries()) {
      expect(line).toMatch(/^\d+;2026-11-21T12:00:\d\d-05:00;"'=cmd\(\)";"'=cmd\(\)";/)
      expect(line).toContain(`"{""loaded"":${at}}"`)
    }
    expect(await noted()).toEqual([
      {
        actor: `login:${id}`,
        detail: JSON.stringify({ since: '2026-11-20', until: '2026-11-21', ofActor: '=cmd()' }),
      },
    ])
    const wrong = await browser.post('/interno/auditoria.csv', { desde: '31/02/2026' })
    expect(wrong.statusCode).toBe(422)
    const other = { accion: 'login.signed-in', actor: `login:${id}` }
    await browser.post('/interno/auditoria.csv', other)
    await browser.post('/interno/auditoria.csv', { accion: 'constructor' })
    const { body } = await browser.get('/interno/auditoria')
    expect(body).toContain('solo constructor')
    expect(body).toContain('desde el 20 nov 2026, hasta el 21 nov 2026, de =cmd()')
    expect(body).toContain('de Tomas Paladines (tomas), solo «Ingresó»')
  })
})

it('says whether the chain holds, and where it breaks', async () => {
  const portal = await openPortal()
  const { browser } = await auditor(portal)
  await fill(portal, 3)
  const good = await browser.get('/interno/auditoria/cadena')
  expect(good.body).toMatch(/La cadena está íntegra a las \d\d:\d\d: \d+ entradas/)
  const part = await browser.get('/interno/auditoria/cadena', { 'hx-request-type': 'partial' })
  expect(part.body).toContain('La cadena está íntegra')
  expect(part.body).not.toContain('<html')
  await sql`drop trigger audit_no_update`.execute(portal.db)
  await portal.db.updateTable('audit').set({ actor: 'nobody' }).where('id', '=', 2).execute()
  const broken = await browser.get('/interno/auditoria/cadena')
  expect(broken.body).toContain('La cadena se rompe en la entrada 2')
})

it('answers what makes no sense with a sentence, and what is forged with nothing', async () => {
  const portal = await openPortal()
  const { browser } = await auditor(portal)
  const wrong = await browser.get('/interno/auditoria?desde=31/02/2026')
  expect([wrong.statusCode, wrong.body]).toEqual([422, expect.stringContaining('como 16/11/2026')])
  const order = await browser.get('/interno/auditoria?desde=2026-11-21&hasta=2026-11-20')
  expect([order.statusCode, order.body]).toEqual([
    422,
    expect.stringContaining('no puede ser anterior'),
  ])
  const forged = await browser.get("/interno/auditoria?despues=2026'--_1&actor=%3Cscript%3E")
  expect(forged.statusCode).toBe(200)
  expect(forged.body).toContain('No hay entradas con esos filtros')
  expect(forged.body).not.toContain('<script>')
})

it('puts the names of people to what they did', async () => {
  const portal = await openPortal()
  const ana = await colleague(portal, 'ana', 'administrator')
  const { id } = await colleague(portal, 'diego', 'loader')
  await ana.browser.post(`/interno/usuarios/${id}/rol`, { rol: 'auditor' })
  const { body } = await ana.browser.get('/interno/auditoria')
  const text = body.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')
  expect(text).toContain('Ana Paladines (ana)')
  expect(text).toContain('Cambió el rol de una persona: Diego Paladines (diego)')
  expect(text).toContain('era Carga, ahora Auditoría')
})

it('says in words what was proposed, and of what was loaded no more than there was', async () => {
  const { portal, diego, lucia } = await bank()
  const tomas = await colleague(portal, 'tomas', 'auditor')
  const lot = await readLot(portal, diego, [bill(1, maria), bill(2, maria)])
  await publish(portal, diego, lucia, lot)
  await diego.post(`${lot}/retiro`)
  const { body } = await tomas.browser.get('/interno/auditoria')
  const text = body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  for (const words of ['para publicarlo, propuesta 1', 'para retirarlo, propuesta 2'])
    expect(text).toContain(words)
  expect(text).toMatch(/Cargó comprobantes cargados 2 \d/)
  expect(text).not.toMatch(/lot\.(?:publish|withdraw)/)
})

it('has a name for every deed and every circumstance that may be noted', () => {
  expect(KNOWN_ACTIONS.length).toBeGreaterThan(20)
  expectTypeOf<'receipts.eaten'>().not.toExtend<AuditEntry['action']>()
  expectTypeOf<{ eaten: number }>().not.toExtend<AuditEntry['detail']>()
  expectTypeOf<{ newDevice: number }>().not.toExtend<AuditEntry['detail']>()
  expectTypeOf<{ cause: string; own: boolean }>().toExtend<AuditEntry['detail']>()
})
