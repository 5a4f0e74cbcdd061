import { expect, it } from 'vitest'
import { company, finalConsumer, maria, pedro, rosa } from '#fixtures/people.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import type { Day } from '#src/values/day.ts'
import { addPerson, firstLogin, MARIA } from '#tests/identity/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { bill } from './journey-support.ts'
import { templateOf } from './rows-support.ts'
import { bank, readLot, upload } from './support.ts'

/** What a page says, its tags taken out. */
async function wordsOn(browser: Browser, address: string): Promise<string> {
  const { body, statusCode } = await browser.get(address)
  expect(statusCode).toBe(200)
  return body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}

/** María and the company have come in, and the company's mails come back; of Rosa the bank has an address. */
async function registerPeople(portal: TestPortal): Promise<void> {
  const signedIn = { ...MARIA, number: maria.id }
  const dead = { ...MARIA, number: company.id, name: company.name, email: 'nadie@tres.example' }
  for (const person of [signedIn, dead]) {
    await addPerson(portal, person)
    await firstLogin(portal, portal.browser(), person)
  }
  await addPerson(portal, { ...MARIA, number: rosa.id, name: rosa.name }, 'rosa@correo.example')
  const died_at = portal.clock.now().toISOString()
  await portal.db
    .insertInto('dead_address')
    .values({ address: dead.email, died_at, answer: '550 5.1.1' })
    .execute()
}

const retention = {
  name: 'retencion.xml',
  content: authorizedXml(
    interestWithholding(
      { day: '2026-11-16' as Day, series: '001-002', sequence: 9 },
      maria,
      10_000,
    ),
  ),
}

eachDatabase((open) => {
  it('adds up a lot by kind and by rate, and names who will be told of it and who cannot be', async () => {
    const { portal, diego } = await bank(await open())
    await registerPeople(portal)
    const before = (await portal.inbox()).length
    const lot = await readLot(portal, diego, [
      ...[maria, company, rosa, pedro, finalConsumer].map((person, at) => bill(at + 1, person)),
      retention,
    ])
    const words = await wordsOn(diego, lot)
    for (const text of [
      'Facturas 5 $322,00',
      'Comprobantes de retención 1 $3,00',
      'IVA 15 % Facturas $280,00 $42,00',
      'Renta 3 % Comprobantes de retención $100,00 $3,00',
      'Reciben un correo enseguida, con el PDF y el XML 2',
    ]) {
      expect(words).toContain(text)
    }
    const told = { mail: maria, dead: company, unregistered: rosa, 'no-address': pedro }
    for (const [reach, person] of Object.entries(told)) {
      const list = await diego.get(`${lot}/alcance/${reach}`)
      expect(list.body).toContain(`href="${lot}">`)
      const names = [...list.body.matchAll(/<th scope="row">([^<]+)/g)].map(([, name]) => name)
      expect([reach, new Set(names)]).toEqual([reach, new Set([readable[person.name]])])
    }
    expect((await portal.inbox()).length).toBe(before)
    expect(await portal.db.selectFrom('receipt').selectAll().execute()).toEqual([])
  })
})

const readable: Readonly<Record<string, string>> = {
  [maria.name]: 'Paredes Villacís María José',
  [company.name]: 'Comercial Tres Ríos Cía. Ltda.',
  [rosa.name]: 'Intriago Zambrano Rosa',
  [pedro.name]: 'Andrade Moreira Pedro',
}

it('adds up rows as it adds up documents', async () => {
  const { portal, diego } = await bank()
  const content = await templateOf(diego, 'factura')
  const lot = await readLot(portal, diego, [{ name: 'a.csv', content }], 'factura')
  const words = await wordsOn(diego, lot)
  for (const text of [
    'Facturas 2 $1.253,64',
    'IVA 15 % Facturas $2,51 $0,38',
    'IVA 0 % Facturas $1.250,75 $0,00',
  ]) {
    expect(words).toContain(text)
  }
})

it('tells how far it is, how fast, and what is left, with a link for who has no script', async () => {
  const { portal, diego } = await bank()
  const lot = String((await upload(portal, diego, [bill(1, maria)])).headers.location)
  const started = portal.clock.now()
  portal.clock.advance({ minutes: 1 })
  const running = { status: 'running', claimed_by: 'one', done: 1_500, total: 4_000 } as const
  const since = { resumed_at: started.toISOString(), resumed_done: 500 }
  await portal.db
    .updateTable('job')
    .set({ ...running, ...since })
    .execute()
  const words = await wordsOn(diego, lot)
  expect(words).toContain('Leyendo el lote: 1.500 de 4.000 37 %')
  expect(words).toContain('Faltan cerca de 3 minutos, a 1.000 por minuto Actualizar')
  await portal.db.updateTable('job').set({ done: 3_900 }).execute()
  expect(await wordsOn(diego, lot)).toContain('Falta menos de un minuto, a 3.400 por minuto')
})
