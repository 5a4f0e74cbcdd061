import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import { runIssuer } from '#src/backoffice/issuer/issuer-command.ts'
import { transaction } from '#src/db/transaction.ts'
import { issuerByRuc, pointsOf } from '#src/issuing/issuer/issuer-store.ts'
import { setNextNumber } from '#src/issuing/numbering/sequence-store.ts'
import type { Day } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { begin, ceibo, foundBank, numbersUsed, request } from '#tests/issuing/bank.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { toldBy } from './support.ts'

const { ruc } = ceibo
const ISSUER = `/interno/emisor/${ruc}`
const POINT = `${ISSUER}/puntos/001-001`
const RECORD = {
  ruc,
  razon: ceibo.name,
  comercial: ceibo.tradeName ?? '',
  direccion: ceibo.address,
  ambiente: 'test',
  algoritmo: 'rsa-sha1',
  contabilidad: 'si',
  especial: '5368',
  motivo: 'Empezamos a emitir',
}
const NEXT = { tipo: 'factura', motivo: 'El sistema anterior llegó ahí' }

/** Ana proposes, Eva approves. */
async function bank(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  const ana = await colleague(portal, 'ana', 'administrator')
  const eva = await colleague(portal, 'eva', 'approver')
  return { portal, ana: ana.browser, eva: eva.browser }
}

/** The newest proposal, decided by somebody; answers what the page then says. */
async function approve({ db }: TestPortal, browser: Browser): Promise<string> {
  const { id } = await db
    .selectFrom('approval')
    .select('id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return toldBy(browser, `/interno/aprobaciones/${id}/aprobacion`)
}

/** What a refused form says of its fields. */
function problemsIn(answer: Answer): string[] {
  return [...answer.body.matchAll(/class="mensaje-error"[\s\S]*?<span>([^<]*)/g)].map(
    ([, text = '']) => text,
  )
}

async function entries({ db }: TestPortal, action: string) {
  const rows = await db.selectFrom('audit').selectAll().where('action', '=', action).execute()
  return rows.map(({ actor, subject, detail }) => ({ actor, subject, ...JSON.parse(detail) }))
}

/** Runs the command as the terminal would; answers its exit code and what it printed. */
async function run({ context }: TestPortal, ...args: string[]): Promise<[number, string]> {
  let printed = ''
  const stream = { write: (text: string) => (printed += text) }
  const code = await runIssuer(args, context, { stdout: stream, stderr: stream })
  return [code, printed]
}

eachDatabase((open) => {
  it('has who issues registered by two people, and where by one, and then issues', async () => {
    const { portal, ana, eva } = await bank(await open())
    const { db } = portal
    expect((await eva.get('/interno/emisor')).body).toContain('Todavía nadie emite')
    expect((await ana.post('/interno/emisor', RECORD)).statusCode).toBe(303)
    expect(await issuerByRuc(db, ruc)).toBeNull()
    expect(await approve(portal, ana)).toContain('La propusiste tú')
    expect(await approve(portal, eva)).toBe('Aprobada y hecha.')
    const issuer = await issuerByRuc(db, ruc)
    expect(issuer).toMatchObject({ name: ceibo.name, legends: { specialTaxpayer: '5368' } })
    const matriz = { codigo: '001', direccion: ceibo.address }
    expect(await toldBy(ana, `${ISSUER}/establecimientos`, matriz)).toBe('Lo guardamos.')
    const point = { establecimiento: '001', punto: '001' }
    expect(await toldBy(ana, `${ISSUER}/puntos`, point)).toBe('Lo guardamos.')
    expect(await toldBy(ana, `${POINT}/preferencia`)).toBe('Lo guardamos.')
    expect(await begin(db, [request('a')])).toMatchObject([{ ok: true }])
    expect((await eva.get(POINT)).body).toContain('000000002')
    expect(await entries(portal, 'issuer.changed')).toMatchObject([
      { subject: `issuer:${ruc}`, to: expect.stringContaining('Contribuyente especial: 5368') },
    ])
    expect(await entries(portal, 'point.changed')).toHaveLength(2)
    expect(await verifyChain(db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('goes on with a number that nobody has, agreed on by two, and says what is skipped', async () => {
    const { portal, ana, eva } = await bank(await open())
    const { db } = portal
    await foundBank(db)
    await begin(db, [request('a'), request('b')])
    for (const siguiente of ['0', '2', 'x', '1000000000']) {
      const refused = await ana.post(`${POINT}/numeros`, { ...NEXT, siguiente })
      expect([refused.statusCode, problemsIn(refused)]).toEqual([422, [expect.any(String)]])
    }
    const taken = await ana.post(`${POINT}/numeros`, { ...NEXT, siguiente: '2' })
    expect(problemsIn(taken)[0]).toContain('Ya existe la factura 001-001-000000002')
    const moved = await ana.post(`${POINT}/numeros`, { ...NEXT, siguiente: '501' })
    expect(moved.statusCode).toBe(303)
    expect((await eva.get('/interno/aprobaciones')).body).toContain('498 números')
    expect(await approve(portal, eva)).toBe('Aprobada y hecha.')
    await begin(db, [request('c')])
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': [1, 2, 501] })
    expect(await entries(portal, 'series.moved')).toMatchObject([{ from: 3, to: 501 }])
  })

  it('does not go on with a number that a loaded receipt has, nor one taken meanwhile', async () => {
    const { portal, ana, eva } = await bank(await open())
    const { db } = portal
    const id = await foundBank(db, { environment: 'production' })
    await register(db, maria)
    const bill = { day: '2026-11-16' as Day, series: '001-001', sequence: 740 }
    await load(db, [invoice(bill, maria, [{ code: 'SW', description: 'Giro', cents: 100 }])])
    const low = await ana.post(`${POINT}/numeros`, { ...NEXT, siguiente: '740' })
    expect(problemsIn(low)[0]).toContain('001-001-000000740')
    expect((await ana.post(`${POINT}/numeros`, { ...NEXT, siguiente: '741' })).statusCode).toBe(303)
    const series = { kind: 'invoice', establishment: '001', point: '001' } as const
    const whole = { ...series, issuerId: id, environment: 'production' } as const
    await transaction(db, (tx) => setNextNumber(tx, whole, 900))
    await begin(db, [request('a')])
    expect(await approve(portal, eva)).toContain('Ya existe la factura 001-001-000000900')
    expect(await entries(portal, 'series.moved')).toEqual([])
  })

  it('does from the command line what two people do on the screen, and says who', async () => {
    const portal = await openPortal({ db: await open() })
    const { db } = portal
    expect(await run(portal)).toEqual([0, 'Todavía no hay un emisor.\n'])
    const [bad, says] = await run(portal, 'set', '--ruc', ruc)
    expect([bad, says]).toEqual([1, expect.stringContaining('razón social')])
    const names = ['--name', ceibo.name, '--address', ceibo.address]
    expect(await run(portal, 'set', '--ruc', ruc, ...names)).toMatchObject([0, expect.any(String)])
    const sha256 = await run(portal, 'set', '--ruc', ruc, '--algorithm', 'rsa-sha256')
    expect(sha256[0]).toBe(0)
    expect(await issuerByRuc(db, ruc)).toMatchObject({ algorithm: 'rsa-sha256', name: ceibo.name })
    await run(portal, 'establishment', '--code', '001', '--address', ceibo.address)
    await run(portal, 'point', '--place', '001-001', '--default')
    expect((await run(portal, 'point', '--place', '001-001', '--active', 'no'))[0]).toBe(1)
    const next = ['next', '--place', '001-001', '--kind', 'factura', '--number']
    expect((await run(portal, ...next, '80'))[0]).toBe(0)
    await begin(db, [request('a')])
    expect(await run(portal, ...next, '90')).toEqual([1, expect.stringContaining('--skip')])
    expect((await run(portal, ...next, '90', '--skip'))[0]).toBe(0)
    expect((await run(portal, ...next, '80'))[0]).toBe(1)
    const [, shown] = await run(portal, 'show', '--json')
    expect(JSON.parse(shown).issuers[0].next).toEqual({ 'invoice 001-001': 90 })
    const actors = await db.selectFrom('audit').select('actor').distinct().execute()
    expect(actors).toEqual([{ actor: 'command-line' }])
    await expect(run(portal, 'borrar')).rejects.toThrow('No existe')
  })
})

it('shows a refused form as it was typed, and changes nothing that was proposed for another state', async () => {
  const { portal, ana, eva } = await bank()
  const { db } = portal
  await foundBank(db)
  const wrong = { ...RECORD, razon: ' ', especial: '1', motivo: '' }
  const refused = await ana.post(`${ISSUER}/datos`, wrong)
  expect([refused.statusCode, problemsIn(refused)]).toMatchObject([422, { length: 3 }])
  expect(refused.body).toContain('value="1"')
  const twin = await ana.post('/interno/emisor', RECORD)
  expect(problemsIn(twin)[0]).toContain('Ya hay un emisor')
  const changed = { ...RECORD, retencion: '1', algoritmo: 'rsa-sha256' }
  expect((await ana.post(`${ISSUER}/datos`, changed)).statusCode).toBe(303)
  await run(portal, 'set', '--ruc', ruc, '--name', 'BANCO CEIBO II S.A.')
  expect(await approve(portal, eva)).toContain('cambiaron desde que se propuso')
  expect(await issuerByRuc(db, ruc)).toMatchObject({ name: 'BANCO CEIBO II S.A.' })
})

it('always has the default in use, and finds no place that is not there', async () => {
  const { portal, ana } = await bank()
  const id = await foundBank(portal.db)
  expect(await toldBy(ana, `${POINT}/desuso`)).toContain('por defecto')
  expect(await toldBy(ana, `${ISSUER}/puntos/002-001/preferencia`)).toBe('Lo guardamos.')
  expect(await toldBy(ana, `${POINT}/desuso`)).toBe('Lo guardamos.')
  const points = await pointsOf(portal.db, id)
  expect(points.map(({ active, isDefault }) => [active, isDefault])).toEqual([
    [false, false],
    [true, false],
    [true, true],
  ])
  for (const url of [`${ISSUER}/puntos/009-001`, '/interno/emisor/1790000000001']) {
    expect((await ana.get(url)).statusCode).toBe(404)
  }
})
