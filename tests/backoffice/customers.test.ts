import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Day } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import {
  addPerson,
  firstLogin,
  lastLink,
  lastMail,
  MARIA,
  PEDRO,
  signIn,
  signUp,
} from '#tests/identity/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { toldBy } from './support.ts'

const JOSEFINA = {
  number: '0926687856',
  name: 'ÑÁÑEZ DE LA TORRE JOSEFINA',
  email: 'Josefina.Nanez@correo.example',
  password: '',
}

async function found(browser: Browser, q: string): Promise<string[]> {
  const page = await browser.get(`/interno/clientes?${new URLSearchParams({ q })}`)
  expect(page.statusCode).toBe(200)
  const rows = page.body.matchAll(/<th scope="row"><a href="\/interno\/clientes\/\d+">([^<]+)/g)
  return [...rows].map(([, name = '']) => name)
}

async function chainOf({ db }: TestPortal): Promise<string[]> {
  const rows = await db.selectFrom('audit').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action).filter((action) => /^customer\./.test(action))
}

eachDatabase((open) => {
  it('finds a customer by the beginning of a number, of a mail, of any word of the name', async () => {
    const portal = await openPortal({ db: await open() })
    for (const person of [MARIA, PEDRO, JOSEFINA]) await addPerson(portal, person, person.email)
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    const maria = ['María José Paredes']
    const josefina = ['Ñáñez de la Torre Josefina']
    const searches: [string, string[]][] = [
      [MARIA.number, maria],
      ['0912345675001', maria],
      ['09123', maria],
      [' 091.234-567-5 ', maria],
      ['091234567501', []],
      ['paredes', maria],
      ['PAREDES mar', maria],
      ['Jos', [...maria, ...josefina]],
      ['nanez', josefina],
      ['ñañez jos', josefina],
      ['paredes torre', []],
      ['aredes', []],
      ['maria.par@', []],
      ['MARIA.PAREDES@correo', maria],
      ['josefina.nanez@', josefina],
      ['%', []],
      ["' or 1=1 --", []],
      ['_ar', []],
      ['\u{10ffff}', []],
      ['', ['María José Paredes', 'Ñáñez de la Torre Josefina', 'Pedro Andrade']],
    ]
    for (const [typed, names] of searches) {
      expect([typed, await found(browser, typed)]).toEqual([typed, names])
    }
    const page = await browser.get('/interno/clientes?q=paredes')
    expect(page.body).toContain('09&#8226;&#8226; &#8226;&#8226;&#8226; 675')
    expect(page.body).not.toContain(MARIA.number)
    expect(page.body).not.toContain(MARIA.email)
  })

  it('says of a long list that there is more', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    await portal.db
      .insertInto('party')
      .values(
        Array.from({ length: 60 }, (_, at) => ({
          name: `Paredes Paredones ${at}`,
          created_at: portal.clock.now().toISOString(),
        })),
      )
      .execute()
    const parties = await portal.db.selectFrom('party').select(['id']).execute()
    const words = parties.flatMap(({ id }) => [
      { word: 'paredes', party_id: id },
      { word: 'paredones', party_id: id },
    ])
    await portal.db.insertInto('party_word').values(words).execute()
    expect(await found(browser, 'pared')).toHaveLength(50)
    const page = await browser.get('/interno/clientes?q=pared')
    expect(page.body).toContain('Hay más')
  })

  it('opens, renews and sends the way in to who has never signed in', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    await portal.db
      .updateTable('first_login_window')
      .set({ closes_at: portal.clock.now().toISOString() })
      .execute()
    const { browser } = await colleague(portal, 'lucia', 'loader')
    const address = `/interno/clientes/${partyId}`
    const page = await browser.get(address)
    for (const text of [MARIA.number, MARIA.email, 'Nunca ha ingresado', 'Abrir primer ingreso'])
      expect(page.body).toContain(text)
    expect(await toldBy(browser, `${address}/ventana`)).toBe('Abrimos su primer ingreso.')
    expect((await browser.get(address)).body).toContain('Renovar primer ingreso')
    expect(await toldBy(browser, `${address}/acceso`)).toContain('enviamos su acceso')
    const mail = await lastMail(portal, 'first-access')
    expect(mail.to).toBe(MARIA.email)
    expect(mail.text).not.toContain(MARIA.number)
    const maria = portal.browser()
    await signIn(maria, MARIA.number, MARIA.number)
    expect((await maria.get('/primer-ingreso')).statusCode).toBe(200)
    expect(await toldBy(browser, `${address}/desbloqueo`)).toContain('Ya estaba así')
    expect(await chainOf(portal)).toEqual([
      'customer.seen',
      'customer.window-opened',
      'customer.seen',
      'customer.seen',
      'customer.access-sent',
      'customer.seen',
      'customer.seen',
    ])
  })

  it('unlocks a customer, and opens again what its owner had closed, from the bank’s address', async () => {
    const portal = await openPortal({ db: await open() })
    const maria = await signUp(portal, MARIA)
    const { id: partyId } = await portal.db
      .selectFrom('party')
      .select('id')
      .executeTakeFirstOrThrow()
    const held = 'maria.del.banco@correo.example'
    await portal.db
      .insertInto('contact')
      .values({
        party_id: partyId,
        kind: 'email',
        value: held,
        source: 'bank',
        created_at: portal.clock.now().toISOString(),
      })
      .execute()
    const { browser } = await colleague(portal, 'ana', 'administrator')
    const address = `/interno/clientes/${partyId}`
    const stranger = portal.browser({ address: '198.51.100.3' })
    for (let at = 0; at < 3; at += 1) await signIn(stranger, MARIA.number, 'No es esta')
    expect((await browser.get(address)).body).toContain('Bloqueado')
    expect(await toldBy(browser, `${address}/desbloqueo`)).toContain('Desbloqueamos')
    expect((await signIn(stranger, MARIA.number, MARIA.password)).statusCode).toBe(303)

    await portal.browser().post(await lastLink(portal, 'new-device'))
    expect((await maria.get('/comprobantes')).statusCode).toBe(303)
    expect(await toldBy(browser, `${address}/acceso`)).toContain('Su dueño cerró')
    expect(await toldBy(browser, `${address}/reapertura`)).toContain('Abrimos su acceso')
    const mail = await lastMail(portal, 'initial-password')
    expect(mail.to).toBe(held)
    expect((await signIn(stranger, MARIA.number, MARIA.password)).statusCode).toBe(422)
    const initial = /Contraseña inicial: (\S+)/.exec(mail.text)?.[1] ?? ''
    const again = portal.browser()
    expect((await signIn(again, MARIA.number, initial)).statusCode).toBe(303)
    const chosen = await again.post('/primer-ingreso', { nueva: 'Otra distinta del Colibri' })
    expect(chosen.statusCode).toBe(303)
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('has another address proposed by one and approved by another, and tells the old one', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const lucia = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    const address = `/interno/clientes/${partyId}`
    const form = { correo: 'maria.nueva@correo.example', motivo: 'Lo pidió en la agencia' }
    expect(await toldBy(lucia.browser, `${address}/correo`, form)).toContain('Lo propusiste')
    expect(await toldBy(lucia.browser, `${address}/correo`, form)).toContain('Ya hay un cambio')
    const page = await lucia.browser.get(address)
    const proposal = /href="(\/interno\/aprobaciones\/\d+)"/.exec(page.body)?.[1] ?? ''
    expect(page.body).not.toContain(form.correo)
    expect(await toldBy(eva.browser, `${proposal}/aprobacion`)).toBe('Aprobada y hecha.')
    expect((await eva.browser.get(address)).body).toContain(form.correo)
    expect((await lastMail(portal, 'contact-changed')).to).toBe(MARIA.email)
  })
})

it.each([
  [{ correo: 'a@b.example\r\nBcc: c@evil.example' }, 'Revisa el correo'],
  [{ correo: MARIA.email }, 'Ese es el correo que el banco ya tiene'],
  [{ motivo: ' ' }, 'Escribe por qué'],
])('refuses the change %j with a sentence, and keeps what was typed', async (typed, sentence) => {
  const portal = await openPortal()
  const partyId = await addPerson(portal, MARIA, MARIA.email)
  const { browser } = await colleague(portal, 'lucia', 'loader')
  const form = { correo: 'nuevo@correo.example', motivo: 'Lo pidió <ayer>', ...typed }
  const answer = await browser.post(`/interno/clientes/${partyId}/correo`, form)
  expect([answer.statusCode, answer.body]).toEqual([422, expect.stringContaining(sentence)])
  expect(answer.body).toContain('motivo' in typed ? form.correo : 'Lo pidió &lt;ayer&gt;')
})

it('shows on one page who a customer is, what they have, how to reach them and how they come in', async () => {
  const portal = await openPortal()
  const person = { ...MARIA, number: maria.id }
  const partyId = await addPerson(portal, person)
  await firstLogin(portal, portal.browser(), person)
  const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
  const facts = { day: '2026-11-16' as Day, series: '001-002', sequence: 7 }
  await load(portal.db, [invoice(facts, maria, lines)], portal.clock.now())
  const contact = { party_id: partyId, kind: 'email', source: 'bank' } as const
  const since = (minute: string) => `2026-11-2${minute}:00.000Z`
  const replaced = { replaced_at: since('0T15:30'), created_at: since('0T15:00') }
  await portal.db
    .insertInto('contact')
    .values([
      { ...contact, value: 'antes@correo.example', ...replaced },
      { ...contact, value: 'ahora@correo.example', created_at: since('0T15:30') },
    ])
    .execute()
  const { browser } = await colleague(portal, 'tomas', 'auditor')
  const { body } = await browser.get(`/interno/clientes/${partyId}`)
  const words = body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  for (const text of [
    `Cédula ${maria.id} , RUC ${maria.id}001`,
    'antes@correo.example Lo tiene el banco desde el 20 nov 2026, 10:00 Hasta el 20 nov 2026, 10:30',
    'ahora@correo.example Lo tiene el banco desde el 20 nov 2026, 10:30',
    `${MARIA.email} Lo registró el cliente desde el 21 nov 2026, 12:00 Confirmado`,
    'Factura 001-002-000000007 16 nov 2026, autorizado $64,40',
    `Código para confirmar su correo ${MARIA.email}`,
    'Sesión abierta Visto el 21 nov 2026, 12:00',
  ]) {
    expect(words).toContain(text)
  }
  const receipt = /href="(\/interno\/comprobantes\/\d{49})"/.exec(body)?.[1] ?? ''
  expect((await browser.get(receipt)).body).toContain('001-002-000000007')
})

it('offers an auditor nothing but to look, and is not there for a number that is nobody’s', async () => {
  const portal = await openPortal()
  const partyId = await addPerson(portal, MARIA)
  const { browser } = await colleague(portal, 'tomas', 'auditor')
  const page = await browser.get(`/interno/clientes/${partyId}`)
  expect(page.body).not.toContain(`action="/interno/clientes/${partyId}`)
  for (const id of ['999999', '0', '-1', 'x', '9007199254740993']) {
    const missing = await browser.get(`/interno/clientes/${id}`)
    expect([id, missing.statusCode]).toEqual([id, 404])
  }
})
