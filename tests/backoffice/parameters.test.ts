import fc from 'fast-check'
import fastify from 'fastify'
import { sql } from 'kysely'
import { expect, it, onTestFinished, vi } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { contradictionIn, ruleAt } from '#src/policy/floor.ts'
import { addChange } from '#src/policy/parameters/change-store.ts'
import { readTyped } from '#src/policy/parameters/parameter.ts'
import { PARAMETERS } from '#src/policy/parameters/parameters.ts'
import { holdPolicy } from '#src/policy/policy-guard.ts'
import { readColour, sampleSheet } from '#src/web/pages/palette.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { toldBy } from './support.ts'

const PAGE = '/interno/parametros'
const DONE = 'Aprobada y hecha.'

/** Ana proposes, Eva approves. */
async function bank(db?: Db) {
  const portal = await openPortal(db ? { db } : {})
  const ana = await colleague(portal, 'ana', 'administrator')
  const eva = await colleague(portal, 'eva', 'approver')
  return { portal, ana: ana.browser, eva: eva.browser }
}

/** Proposes a value; answers the id of the proposal, or what the form says of it. */
async function propose(
  browser: Browser,
  slug: string,
  valor: string,
  more: Record<string, string> = {},
): Promise<string> {
  const form = { valor, motivo: 'Lo pide el comité', ...more }
  const answer = await browser.post(`${PAGE}/${slug}`, form)
  if (answer.statusCode === 303) return String(answer.headers.location).split('/').at(-1) ?? ''
  return /class="mensaje-error"[\s\S]*?<span>([^<]*)/.exec(answer.body)?.[1] ?? answer.body
}

async function approve(browser: Browser, id: string): Promise<string> {
  return toldBy(browser, `/interno/aprobaciones/${id}/aprobacion`)
}

/** Changes a rule with the eyes of both. */
async function change(
  { ana, eva }: { ana: Browser; eva: Browser },
  slug: string,
  valor: string,
  more: Record<string, string> = {},
): Promise<void> {
  const id = await propose(ana, slug, valor, more)
  expect(id).toMatch(/^\d+$/)
  expect(await approve(eva, id)).toBe(DONE)
}

/** Another process on the same database, by the same clock. */
async function otherProcess({ db, clock }: TestPortal): Promise<TestPortal> {
  const other = await openPortal({ db, start: clock.now() })
  await other.context.live.refresh()
  return other
}

async function signInPage(portal: TestPortal): Promise<string> {
  return (await portal.browser().get('/ingresar')).body
}

eachDatabase((open) => {
  it('changes a rule once a second person approves, in every process', async () => {
    const { portal, ana, eva } = await bank(await open())
    const other = await otherProcess(portal)
    const id = await propose(ana, 'lema', 'Tus facturas, en un lugar')
    expect((await ana.get(`${PAGE}/vista-previa/${id}`)).body).toContain('Tus facturas, en un')
    expect(await signInPage(portal)).not.toContain('Tus facturas')
    expect(await toldBy(ana, `/interno/aprobaciones/${id}/aprobacion`)).toContain(
      'La propusiste tú',
    )
    expect(await approve(eva, id)).toBe(DONE)
    expect(await signInPage(portal)).toContain('Tus facturas, en un lugar')
    expect(await signInPage(other)).not.toContain('Tus facturas')
    await other.context.live.refresh()
    expect(await signInPage(other)).toContain('Tus facturas, en un lugar')
    expect(other.context.policy.brand.motto).toBe('Tus facturas, en un lugar')

    const page = await eva.get(`${PAGE}/lema`)
    for (const text of ['Ana Paladines (ana) y Eva Paladines (eva)', 'Lo pide el comité'])
      expect(page.body).toContain(text)
    expect(page.body).toContain('Tus comprobantes, siempre a mano')
    const { action, subject, detail } = await portal.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'parameter.changed')
      .executeTakeFirstOrThrow()
    expect([action, subject]).toEqual(['parameter.changed', 'parameter:brand.motto'])
    expect(JSON.parse(detail)).toMatchObject({
      from: 'Tus comprobantes, siempre a mano',
      to: 'Tus facturas, en un lugar',
    })
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
    const log = (await ana.get('/interno/auditoria')).body
    for (const words of ['Aprobó un cambio de parámetro', 'Lema', 'era Tus comprobantes'])
      expect(log).toContain(words)
  })

  it('waits for the day it was agreed for, and gives way to what was agreed later', async () => {
    const { portal, ana, eva } = await bank(await open())
    await change({ ana, eva }, 'codigo-vigencia', '3', { desde: '2026-11-23' })
    const { context, clock } = portal
    expect(context.policy.code.lifetimeMinutes).toBe(5)
    expect((await ana.get(PAGE)).body).toContain('3 minutos desde el 23 nov 2026, 00:00')
    clock.set(new Date('2026-11-23T04:59:59.000Z'))
    await context.live.refresh()
    expect(context.policy.code.lifetimeMinutes).toBe(5)
    clock.set(new Date('2026-11-23T05:00:00.000Z'))
    await context.live.refresh()
    expect(context.policy.code.lifetimeMinutes).toBe(3)

    const again = await bank2(portal)
    await change(again, 'codigo-vigencia', '2', { desde: '2026-12-24' })
    await change(again, 'codigo-vigencia', '4')
    expect((await again.ana.get(PAGE)).body).not.toContain('2 minutos desde')
    clock.set(new Date('2026-12-25T12:00:00.000Z'))
    await context.live.refresh()
    expect(context.policy.code.lifetimeMinutes).toBe(4)
  })

  it('does not come to what was agreed for a day when two people think better of it', async () => {
    const both = await bank(await open())
    const { portal, ana, eva } = both
    await change(both, 'codigo-vigencia', '3', { desde: '2026-11-23' })
    expect((await ana.get(`${PAGE}/codigo-vigencia`)).body).toContain('Cancelar lo que está')
    const back = await ana.post(`${PAGE}/codigo-vigencia/regreso`, { cambio: '0' })
    expect(await approve(eva, String(back.headers.location).split('/').at(-1) ?? '')).toBe(DONE)
    expect((await ana.get(PAGE)).body).not.toContain('Por venir')
    portal.clock.set(new Date('2026-11-24T12:00:00.000Z'))
    await portal.context.live.refresh()
    expect(portal.context.policy.code.lifetimeMinutes).toBe(5)
  })

  it('goes back to any former value, and to that of the file, by the same two people', async () => {
    const both = await bank(await open())
    const { portal, ana, eva } = both
    await change(both, 'horario', 'todos los días')
    await change(both, 'horario', 'nunca')
    const [cambio = ''] =
      /name="cambio" value="(\d+)"/.exec((await ana.get(`${PAGE}/horario`)).body)?.slice(1) ?? []
    const back = await ana.post(`${PAGE}/horario/regreso`, { cambio })
    expect(await approve(eva, String(back.headers.location).split('/').at(-1) ?? '')).toBe(DONE)
    expect(portal.context.policy.brand.hours).toBe('todos los días')
    const base = await ana.post(`${PAGE}/horario/regreso`)
    expect(await approve(eva, String(base.headers.location).split('/').at(-1) ?? '')).toBe(DONE)
    expect(portal.context.policy.brand.hours).toBe('lunes a viernes de 08:30 a 17:30')
    expect(await toldBy(ana, `${PAGE}/horario/regreso`)).toBe('Ese es el valor que ya tiene.')
    const { count } = await portal.db
      .selectFrom('parameter_change')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(4)
  })

  it('never lets what is weaker than the floor be in force, whoever wrote it', async () => {
    const both = await bank(await open())
    const { portal, ana } = both
    const { db, context } = portal
    await change(both, 'codigo-vigencia', '2')
    await change(both, 'lema', 'Otro lema')
    // As a later version finds it whose floor is higher, or whose rules are others.
    const { id } = await db
      .selectFrom('approval')
      .select('id')
      .where('subject', '=', 'parameter:brand.motto')
      .executeTakeFirstOrThrow()
    await db.deleteFrom('parameter_change').where('approval_id', '=', id).execute()
    const weak = { name: 'code.lifetimeMinutes', value: 60, from: START, approvalId: id }
    await transaction(db, (tx) => addChange(tx, weak))
    await context.live.refresh()
    expect(context.policy.code.lifetimeMinutes).toBe(5)
    const page = await ana.get(`${PAGE}/codigo-vigencia`)
    expect(page.body).toContain('El valor aprobado no vale')
    expect(page.body).toContain('Mientras tanto vale el valor base')
    expect((await ana.get(PAGE)).body).toContain('No vale')
  })

  it('checks once more when it is approved', async () => {
    const both = await bank(await open())
    const { ana, eva, portal } = both
    const upper = await propose(ana, 'clave-letras', '8')
    const digits = await propose(ana, 'clave-cifras', '3')
    expect(await approve(eva, upper)).toBe(DONE)
    expect(await approve(eva, digits)).toMatch(/no caben en una contraseña/)
    expect(portal.context.policy.password).toMatchObject({ lettersMin: 8, digitsMin: 0 })
  })
})

/** The two of them once more, after their sessions have ended. */
async function bank2(portal: TestPortal) {
  const ana = await colleague(portal, 'amelia', 'administrator')
  const eva = await colleague(portal, 'elisa', 'approver')
  return { ana: ana.browser, eva: eva.browser }
}

it('refuses each value that is none, with its sentence and what was typed', async () => {
  const { portal, ana } = await bank()
  const refused: [slug: string, valor: string, problem: RegExp][] = [
    ['codigo-vigencia', '6', /entre 1 y 5 minutos/],
    ['codigo-vigencia', '0', /entre 1 y 5 minutos/],
    ['codigo-vigencia', '2.5', /entre 1 y 5/],
    ['codigo-vigencia', '5', /el valor que ya tiene/],
    ['codigo-intentos', '1000000000', /entre 3 y 6/],
    ['clave-largo', '7', /entre 8 y 20/],
    ['primer-ingreso-prueba', 'never', /una de las opciones/],
    ['color', '#ff6600', /su contraste llega a 2,5 y debe ser de 4,5/],
    ['color', 'red;}', /Escribe el color como/],
    ['telefono', 'javascript:1', /solo cifras y espacios/],
    ['lema', '', /Escribe un texto/],
    ['lema', 'a'.repeat(81), /80 letras o menos/],
    ['lema', 'de dere\u202echa a izquierda', /signos que no se ven/],
    ['recuperacion-hora', '5', /^(?!.*más que)\d+$/],
  ]
  for (const [slug, valor, problem] of refused) {
    expect([slug, await propose(ana, slug, valor)]).toEqual([slug, expect.stringMatching(problem)])
  }
  const kept = await ana.post(`${PAGE}/lema`, { valor: 'Casi', motivo: '', desde: '2020-01-01' })
  expect(kept.statusCode).toBe(422)
  for (const text of ['value="Casi"', 'Elige un día desde hoy', 'Escribe por qué'])
    expect(kept.body).toContain(text)
  expect((await ana.get(`${PAGE}/nada`)).statusCode).toBe(404)
  expect(portal.context.live.inForce().changes).toEqual([])
})

it('shows thousands with a point, and takes them with it or without', async () => {
  const { ana, eva } = await bank()
  expect((await ana.get(PAGE)).body).toContain('12.000 por proceso')
  expect(await propose(ana, 'correo-ritmo', '900.000.000')).toMatch(
    /entre 60 y 60\.000 por proceso/,
  )
  expect(await approve(eva, await propose(ana, 'correo-ritmo', '2.400'))).toBe(DONE)
  expect(await approve(eva, await propose(ana, 'correo-ritmo', '3600'))).toBe(DONE)
  const story = (await ana.get(`${PAGE}/correo-ritmo`)).body
  for (const text of ['2.400 por proceso', '3.600 por proceso']) expect(story).toContain(text)
})

it('prints whatever somebody calls the bank as text, on pages, mails and in the chain', async () => {
  const both = await bank()
  const { portal, ana } = both
  const evil = '<script>alert(1)</script>"\'<%'
  for (const slug of ['nombre', 'razon-social', 'lema', 'seguridad', 'horario', 'pie-correo']) {
    await change(both, slug, evil)
  }
  const pages = ['/ingresar', '/ayuda', '/seguridad', '/privacidad', '/interno/ingresar', '/nada']
  const own = [PAGE, `${PAGE}/lema`, `${PAGE}/lema/muestra?valor=${encodeURIComponent(evil)}`]
  const bodies = [
    ...(await Promise.all(pages.map((page) => portal.browser().get(page)))),
    ...(await Promise.all([...own, '/interno/aprobaciones'].map((page) => ana.get(page)))),
  ].map(({ body }) => body)
  await portal.browser().post('/recuperar', { usuario: 'ana' })
  const mails = await portal.inbox()
  for (const body of [...bodies, ...mails.map(({ html }) => html)]) {
    expect(body).not.toContain('<script>alert')
  }
  expect(bodies[0]).toContain('&lt;script&gt;alert(1)')
})

it('shows the colour of the bank on every page, from a sheet that is kept for ever', async () => {
  const both = await bank()
  const { portal } = both
  expect(await signInPage(portal)).not.toContain('/marca/')
  await change(both, 'color', '#7A1FA2')
  const address = /href="(\/marca\/color-7a1fa2\.[0-9a-f]{10}\.css)"/.exec(
    await signInPage(portal),
  )?.[1]
  const other = await otherProcess(portal)
  const sheet = await other.browser().get(address ?? '')
  expect(sheet.statusCode).toBe(200)
  expect(sheet.headers['cache-control']).toContain('immutable')
  expect(sheet.headers['content-type']).toContain('text/css')
  expect(sheet.body).toContain('--marca:light-dark(#7a1fa2,')
  for (const wrong of [
    '/marca/color-7a1fa2.0000000000.css',
    '/marca/color-7a1fa2.css',
    '/marca/logo-1.0000000000.svg',
    '/marca/..%2Fapp.css',
  ]) {
    expect((await portal.browser().get(wrong)).statusCode).toBe(404)
  }
})

it('keeps to the end of a request the policy with which it began, also past its body', async () => {
  const both = await bank()
  const { live, policy } = both.portal.context
  const app = fastify()
  onTestFinished(() => app.close())
  holdPolicy(app, live)
  const minutes = () => policy.code.lifetimeMinutes
  app.post('/', async () => {
    const before = minutes()
    await change(both, 'codigo-vigencia', '2')
    return [before, minutes()]
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(await answer.json()).toEqual([5, 5])
  expect(minutes()).toBe(2)
})

it('does nothing for who was shut out before it was proposed', async () => {
  const { portal, ana } = await bank()
  await portal.db
    .updateTable('login')
    .set({ disabled_at: sql`created_at` })
    .where('username', '=', 'ana')
    .execute()
  await ana.post(`${PAGE}/lema`, { valor: 'Otro', motivo: 'Porque sí' })
  const rows = await portal.db.selectFrom('approval').select('id').execute()
  expect(rows).toEqual([])
})

it('is looked for again and again by a process that changed nothing itself', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const both = await bank()
  const other = await otherProcess(both.portal)
  const { live, policy } = other.context
  const heard: number[] = []
  live.onChange(({ code }) => heard.push(code.lifetimeMinutes))
  const stop = live.keepFresh()
  await change(both, 'codigo-vigencia', '2')
  expect(policy.code.lifetimeMinutes).toBe(5)
  vi.advanceTimersByTime(60_000)
  // What it began is under way: this one waits for it.
  await live.refresh()
  expect(policy.code.lifetimeMinutes).toBe(2)
  expect(heard).toEqual([2])
  stop()
  await change(both, 'codigo-vigencia', '3')
  vi.advanceTimersByTime(600_000)
  expect(policy.code.lifetimeMinutes).toBe(2)
})

it('writes mails in the colour and with the words of the bank', async () => {
  const both = await bank()
  const { portal } = both
  await change(both, 'color', '#7a1fa2')
  await change(both, 'pie-correo', 'Cuidamos tu papel y los bosques.')
  const [mail] = await portal.inbox()
  expect(mail?.html).toContain('background: #7a1fa2')
  expect(mail?.html).not.toContain('#0b6650')
  for (const body of [mail?.html, mail?.text]) expect(body).toContain('Cuidamos tu papel')
})

it('has a base that keeps every rule its people must keep', () => {
  expect(contradictionIn(amazonas)).toBeNull()
  for (const parameter of PARAMETERS.values()) {
    if (parameter.kind === 'logo') continue
    const value = ruleAt(amazonas, parameter.path)
    expect([parameter.path, readTyped(parameter, String(value))]).toEqual([
      parameter.path,
      { ok: true, value },
    ])
  }
})

it('takes any colour that it can be sure of, and is sure in both themes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
      const colour = `#${number.toString(16).padStart(6, '0')}`
      const read = readColour(colour)
      if (read.ok) expect(sampleSheet(colour).text).toContain(`light-dark(${colour},#`)
      else expect(read.problem).toContain('contraste')
    }),
  )
  const dark = ['#000000', '#0000ff', '#7a1fa2', '#0b6650', '#b00020', '#5a5a00']
  expect(dark.filter((colour) => !readColour(colour).ok)).toEqual([])
  const light = ['#ffffff', '#ffff00', '#00ff00', '#ff9900', '#999999']
  expect(light.filter((colour) => readColour(colour).ok)).toEqual([])
})
