import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import type { Db } from '#src/db/open.ts'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { dayOf } from '#src/values/day.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague, PASSWORD, secretOn, signInAgain } from './staff/support.ts'
import { lastCode, MARIA, signIn, signUp } from './support.ts'

const NEXT = 'Una frase de otra tarde'
const NAMED = { host: 'localhost:3000', origin: 'http://localhost:3000' }

/** What a story may change, but for the session that is ended under it. */
const WRITTEN = [
  'login',
  'device',
  'contact',
  'one_time_code',
  'second_factor',
  'recovery_code',
  'passkey',
  'saved_search',
  'mail',
  'audit',
] as const

async function everything(db: Db, sessionId: string): Promise<unknown> {
  const tables = WRITTEN.map((table) => db.selectFrom(table).selectAll().execute())
  const sessions = await db
    .selectFrom('session')
    .select(['id', 'draft', 'device_id'])
    .select((eb) =>
      eb.case().when('id', '=', sessionId).then('').else(eb.ref('ended_at')).end().as('ended'),
    )
    .orderBy('id')
    .execute()
  const rows = (await Promise.all(tables)).map((table) => table.map((row) => JSON.stringify(row)))
  return [rows.map((table) => table.sort()), sessions]
}

/** The session of a browser, as the token in its cookie names it. */
function sessionOf({ cookies }: Browser): string {
  const [, claims = ''] = (cookies.get('sesion') ?? '').split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).jti
}

async function setEnded(db: Db, id: string, at: string | null): Promise<void> {
  await db.updateTable('session').set({ ended_at: at }).where('id', '=', id).execute()
}

/**
 * Sends a form of somebody whose session is ended once the guards have let it through, before the
 * first transaction begins: it must change nothing. Then the session stands again.
 */
async function sendShutOut(
  { db, clock }: TestPortal,
  browser: Browser,
  [address, form = {}]: readonly [string, Record<string, string>?],
): Promise<void> {
  const id = sessionOf(browser)
  const cookies = new Map(browser.cookies)
  const before = await everything(db, id)
  const begin = db.transaction.bind(db)
  let shut = 0
  db.transaction = () => {
    const builder = begin()
    const execute = builder.execute.bind(builder)
    builder.execute = async (story) => {
      shut += 1
      await setEnded(db, id, clock.now().toISOString())
      return execute(story)
    }
    return builder
  }
  const answer: Answer = await browser.post(address, form, NAMED)
  db.transaction = begin
  expect([address, shut > 0]).toEqual([address, true])
  expect([address, answer.statusCode, answer.headers.location]).toEqual([
    address,
    303,
    expect.stringMatching(/^(\/interno)?\/ingresar/),
  ])
  expect([address, await everything(db, id)]).toEqual([address, before])
  await setEnded(db, id, null)
  for (const [name, value] of cookies) browser.cookies.set(name, value)
}

eachDatabase((open) => {
  it('changes nothing of a customer whose session is closed while the form is on its way', async () => {
    const portal = await openPortal({ db: await open() })
    await load(portal, demoReceipts(dayOf(portal.clock.now())))
    const person = { ...MARIA, number: maria.id }
    await signUp(portal, person)
    const browser = portal.browser()
    await signIn(browser, person.number, person.password)
    await browser.post('/busquedas', { nombre: 'Luz', busqueda: 'q=luz' })
    const sessions = await browser.get('/perfil/sesiones')
    const actions = (kind: string) =>
      new RegExp(`action="(/perfil/${kind}/[^"]+)"`).exec(sessions.body)?.[1] ?? ''
    const list = await browser.get('/comprobantes')
    const receipt = /(\/comprobantes\/\d{49})\.pdf/.exec(list.body)?.[1] ?? ''
    const shutOut = (...asked: [string, Record<string, string>?]) =>
      sendShutOut(portal, browser, asked)

    await shutOut('/perfil/avisos', { avisos: 'off' })
    await shutOut('/perfil/apariencia', { tema: 'oscuro' })
    await shutOut('/perfil/sesiones')
    await shutOut(actions('sesiones'))
    await shutOut(actions('equipos'))
    await shutOut('/perfil/contrasena', { actual: person.password, nueva: NEXT })
    await shutOut('/busquedas', { nombre: 'Agua', busqueda: 'q=agua' })
    await shutOut('/busquedas/1/nombre', { nombre: 'Agua' })
    await shutOut('/busquedas/1/eliminacion')
    await shutOut(`${receipt}/correo`)
    const address = { correo: 'nuevo@correo.example', contrasena: person.password }
    await shutOut('/perfil/correo', address)
    await browser.post('/perfil/correo', address)
    await shutOut('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') })
    portal.clock.advance({ seconds: 50 })
    await shutOut('/perfil/correo/codigo/reenviar')
    const done = await browser.post('/perfil/correo/codigo', {
      codigo: await lastCode(portal, 'email-code'),
    })
    expect(done.headers.location).toBe('/perfil')
  })

  it('changes nothing of somebody of the bank either', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana', 'administrator')
    const { browser } = ana
    await signInAgain(portal, portal.browser(), ana)
    const proof = { contrasena: PASSWORD }
    const shutOut = (place: string, form = {}) =>
      sendShutOut(portal, browser, [`/interno/${place}`, form])
    const profile = await browser.get('/interno/perfil')
    const [other = ''] = /sesiones\/[\w-]+/.exec(profile.body) ?? []

    await shutOut('auditoria.csv')
    await shutOut('perfil/sesiones')
    await shutOut(`perfil/${other}`)
    await shutOut('perfil/contrasena', { actual: PASSWORD, nueva: NEXT })
    await shutOut('perfil/respaldo', proof)
    await browser.post('/interno/perfil/respaldo', proof)
    await shutOut('perfil/respaldo/guardado')
    await browser.post('/interno/perfil/respaldo/guardado')
    await shutOut('perfil/llaves', { ...proof, nombre: 'Llave azul' })
    const key = { login_id: ana.id, name: 'Llave azul', credential_id: 'x', public_key: 'x' }
    const at = portal.clock.now().toISOString()
    await portal.db
      .insertInto('passkey')
      .values({ ...key, counter: 0, transports: '', created_at: at })
      .execute()
    await shutOut('perfil/llaves/1/eliminacion', proof)
    await shutOut('perfil/segundo-factor', proof)
    await browser.post('/interno/perfil/segundo-factor', proof)
    const secret = secretOn(await browser.get('/interno/perfil/segundo-factor/nuevo'))
    const codigo = totpCode(secret, portal.clock.now())
    await shutOut('perfil/segundo-factor/nuevo', { codigo })
    const done = await browser.post('/interno/perfil/segundo-factor/nuevo', { codigo })
    expect(done.headers.location).toBe('/interno/perfil')
  })
})
