import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { issue } from '#fixtures/certificates/certificates.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { replaceCertificate } from '#src/issuing/certificates/certificate-store.ts'
import { STATE_WORDS } from '#src/issuing/states/state-words.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { begin, ceibo, foundBank, request, upTo } from '#tests/issuing/bank.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { up } from '../../../migrations/0022_second_person_signs.ts'

/** Six documents: three the SRI takes, one it returns, one it refuses, and one it never answers. */
async function issueSix({ db, clock }: TestPortal) {
  await foundBank(db)
  const works = openWorks(db, { slots: 1, start: clock.now() })
  const drawn: string[] = []
  works.sri.judge = (document) => {
    const key = /<claveAcceso>(\d{49})</.exec(document)?.[1] ?? ''
    if (!drawn.includes(key)) drawn.push(key)
    return [{ returned: '35' }, { refused: '58' }][drawn.indexOf(key)] ?? null
  }
  let asked = 0
  works.sri.faults = (what) => (what === 'send' && ++asked === 6 ? { kind: 'timeout' } : null)
  await begin(
    db,
    upTo(6).map((n) => request(`s:${n}`)),
  )
  await works.round()
  works.clock.advance({ seconds: 4 })
  await works.courier.runOnce()
  return works
}

async function answersOf(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('day_figure')
    .select(['name', 'value'])
    .where('name', 'like', 'sri.%')
    .orderBy('name')
    .execute()
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

async function wrongFigures({ context }: TestPortal): Promise<readonly string[] | undefined> {
  const { checks } = await verify(context)
  return checks.find(({ name }) => name.startsWith('Cifras'))?.problems
}

/** What the page of health says of a thing, and what to do about it. */
async function readingOf(browser: Browser, name: string): Promise<string> {
  const { body } = await browser.get('/interno/salud')
  const found = new RegExp(`<dt>${name}</dt>([\\s\\S]*?)</div>`).exec(body)?.[1] ?? ''
  return found
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

eachDatabase((open, make) => {
  it('counts what the SRI answers with the answer itself, draws it, and verify agrees', async () => {
    const portal = await openPortal({ db: await open() })
    const { db } = portal
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    expect((await browser.get('/interno')).body).not.toContain('Respuestas del SRI')
    await issueSix(portal)
    const counted = {
      'sri.authorized': 3,
      'sri.returned': 1,
      'sri.silent': 1,
      'sri.unauthorized': 1,
    }
    expect(await answersOf(db)).toEqual(counted)
    expect(await wrongFigures(portal)).toEqual([])

    const panel = (await browser.get('/interno')).body
    expect(panel).toContain(
      'autorizados 3, devueltos 1, no autorizados 1, con otro documento 0, sin respuesta 1.',
    )
    const csv = (await browser.get('/interno/cifras/respuestas.csv')).body.trimEnd().split('\r\n')
    expect(csv[0]).toContain('"Devueltos";"No autorizados";"Con otro documento";"Sin respuesta"')
    expect(csv.at(-1)).toBe('2026-11-21;"";3;1;1;0;1')
    for (const state of ['returned', 'unauthorized'] as const) {
      expect(panel).toContain(`href="/interno/envios?estado=${STATE_WORDS[state].slug}"`)
    }
    expect(panel).not.toContain(`?estado=${STATE_WORDS.faulty.slug}`)

    // Somebody who changes a figure is found out.
    await db
      .updateTable('day_figure')
      .set({ value: 2 })
      .where('name', '=', 'sri.returned')
      .execute()
    expect(await wrongFigures(portal)).toMatchObject([expect.stringContaining('sri.returned')])
    expect(counted['sri.returned']).toBe(1)
  })

  it('counts what was answered before it counted, and leaves certificates in use', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, context, clock } = portal
    const { id } = await colleague(portal, 'ana', 'administrator')
    await issueSix(portal)
    const given = { issuerRuc: ceibo.ruc, identity: issue({ ruc: ceibo.ruc }), addedBy: id }
    for (const _ of upTo(2)) {
      await transaction(db, (tx) => replaceCertificate(tx, context.keys.seal, given, clock.now()))
    }
    const kept = await answersOf(db)
    await db.deleteFrom('day_figure').where('name', 'like', 'sri.%').execute()
    await sql`drop table sri_contact`.execute(db)
    const made = ['lot_item_issuing', 'signing_certificate_in_use', 'signing_certificate_waiting']
    for (const index of made) await sql`drop index ${sql.id(index)}`.execute(db)
    for (const column of ['in_use_at', 'replaces_id', 'remarks']) {
      await sql`alter table signing_certificate drop column ${sql.id(column)}`.execute(db)
    }
    await sql`create unique index signing_certificate_in_use on signing_certificate (issuer_ruc)
      where retired_at is null`.execute(db)
    await up(db as never)
    expect(await answersOf(db)).toEqual(kept)
    const rows = await db
      .selectFrom('signing_certificate')
      .select(['in_use_at', 'added_at', 'retired_at'])
      .orderBy('id')
      .execute()
    expect(rows.map((row) => [row.in_use_at === row.added_at, row.retired_at === null])).toEqual([
      [true, false],
      [true, true],
    ])
  })

  // What PGlite writes is watched by nobody, so it has no page of its health.
  it.skipIf(make === 'pglite')(
    'tells until when the bank can sign and whether the SRI answers',
    async () => {
      const portal = await openPortal({ db: await open() })
      const { db, context, clock } = portal
      const ana = await colleague(portal, 'ana', 'administrator')
      await foundBank(db)
      const signing = () => readingOf(ana.browser, 'Firma electrónica')
      const service = () => readingOf(ana.browser, 'Servicios del SRI')
      expect(await signing()).toMatch(/^Mal No hay certificado en uso Sube uno/)
      expect(await service()).toBe('Todavía no se les envió nada')
      const told: string[] = []
      for (const days of [61, 59, 29, 6, -1]) {
        const to = new Date(clock.now().getTime() + (days + 0.5) * 86_400_000).toISOString()
        const identity = issue({ ruc: ceibo.ruc, to })
        const given = { issuerRuc: ceibo.ruc, identity, addedBy: ana.id }
        await transaction(db, (tx) => replaceCertificate(tx, context.keys.seal, given, clock.now()))
        told.push((await signing()).replace(/, el .*? 20\d\d/, '.'))
      }
      expect(told).toEqual([
        'Bien Vence en 61 días.',
        'Espera Vence en 59 días. Pide el que lo reemplaza a la entidad certificadora.',
        'Espera Vence en 29 días. Pide ya el que lo reemplaza a la entidad certificadora, y súbelo.',
        'Mal Vence en 6 días. Pide ya el que lo reemplaza a la entidad certificadora, y súbelo.',
        expect.stringMatching(/^Mal Venció .* Nada se firma/),
      ])

      const works = openWorks(db, { slots: 1, start: clock.now() })
      await begin(db, [request('s:1')])
      await works.round()
      clock.advance({ minutes: 5 })
      works.clock.advance({ minutes: 5 })
      expect(await service()).toBe('Bien Responden; la última respuesta fue hace 5 min')
      works.sri.faults = () => ({ kind: 'unreachable' })
      await begin(
        db,
        upTo(5).map((n) => request(`t:${n}`)),
      )
      await works.round()
      clock.advance({ minutes: 7 })
      expect(await service()).toMatch(
        /^Mal La recepción del SRI no responde desde hace 7 min; la última respuesta fue hace 12 min Se intenta otra vez/,
      )
      expect(await readingOf(ana.browser, 'Comprobantes por emitir')).toMatch(/^\d en camino/)
      works.sri.faults = () => null
      works.clock.advance({ minutes: 7 })
      await works.round(4, 60)
      expect(await service()).toMatch(/^Bien Responden/)
      expect(await readingOf(ana.browser, 'Última caída del SRI')).toMatch(
        /duró 7 min; esperaron [56]/,
      )
    },
  )
})
