import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { lastMail } from '../support.ts'
import { colleague, enrol, mailedPassword, PASSWORD, signInAgain, typeIn } from './support.ts'

const NEW = {
  usuario: 'Diego.Mora',
  nombre: '  Diego   Mora ',
  correo: 'diego@bancoceibo.example',
  rol: 'loader',
}

async function chainOf({ db }: TestPortal, prefix = 'staff.'): Promise<string[]> {
  const rows = await db.selectFrom('audit').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action).filter((action) => action.startsWith(prefix))
}

/** How often Diego was told of a browser that nobody had seen before. */
async function newDevices(portal: TestPortal): Promise<number> {
  const mails = await portal.inbox()
  return mails.filter(({ reason, to }) => reason === 'new-device' && to === NEW.correo).length
}

/** What the last deed said, on the page it led to. */
async function toldBy(browser: Browser, address: string, form = {}): Promise<string> {
  const done = await browser.post(address, form)
  const page = await browser.get(String(done.headers.location))
  return /role="(?:status|alert)">[\s\S]*?<strong>([^<]*)/.exec(page.body)?.[1] ?? page.body
}

/** Sends a form whose last bytes come only once `meanwhile` is done; answers where it leads. */
async function postSlowly(
  { app }: TestPortal,
  { cookies }: Browser,
  address: string,
  form: string,
  meanwhile: () => Promise<unknown>,
): Promise<string> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const request = http.request({
    port,
    path: address,
    method: 'POST',
    headers: {
      host: '127.0.0.1:3000',
      origin: 'http://127.0.0.1:3000',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  })
  request.write(form.slice(0, 3))
  await pause(200)
  await meanwhile()
  request.end(form.slice(3))
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.resume()
  return String(response.headers.location)
}

eachDatabase((open) => {
  it('does nothing for who was signed out while their form was on its way', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const form = new URLSearchParams({ ...NEW, rol: 'administrator' }).toString()
    const intruder = { ...ana, cookies: new Map(ana.cookies) }
    const led = await postSlowly(portal, intruder, '/interno/usuarios', form, () =>
      ana.post('/salir'),
    )
    expect(led).toMatch(/^\/interno\/ingresar/)
    expect(await chainOf(portal, 'staff.added')).toHaveLength(1)
  })

  it('lets no change of password overtake an access that begins anew', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const diego = await colleague(portal, 'diego', 'loader')
    const { hasher } = portal.app.identity.tools
    const hash = hasher.hash.bind(hasher)
    let begun = ''
    hasher.hash = async (password) => {
      hasher.hash = hash
      const reset = `/interno/usuarios/${diego.id}/restablecimiento`
      begun = await toldBy(ana, reset)
      return hash(password)
    }
    const next = 'Otra distinta del Colibri'
    await diego.browser.post('/interno/perfil/contrasena', { actual: PASSWORD, nueva: next })
    expect(begun).toContain('nueva contraseña inicial')
    expect((await typeIn(portal.browser(), 'diego', next)).statusCode).toBe(422)
    const initial = await mailedPassword(portal)
    expect((await typeIn(portal.browser(), 'diego', initial)).statusCode).toBe(303)
  })

  it('refuses a zero byte at every door, before any database meets it', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const stranger = portal.browser()
    const typed = { usuario: 'a\0b', contrasena: 'x' }
    for (const door of ['/ingresar', '/interno/ingresar']) {
      expect((await stranger.post(door, typed)).statusCode).toBe(400)
    }
    expect((await ana.get('/interno/auditoria?actor=%00')).statusCode).toBe(400)
    expect((await ana.post('/interno/auditoria.csv', { accion: '\0' })).statusCode).toBe(400)
  })

  it('gives, changes, resets, unlocks, takes and gives back an access', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const given = await ana.post('/interno/usuarios', NEW)
    const address = String(given.headers.location)
    expect([given.statusCode, address]).toEqual([303, expect.stringMatching(/usuarios\/\d+$/)])
    const page = await ana.get(address)
    for (const text of ['Diego Mora', 'diego.mora', 'Por ingresar', 'Sin registrar']) {
      expect(page.body).toContain(text)
    }
    expect(page.body).not.toContain(await mailedPassword(portal))
    const diego = portal.browser()
    const { secret } = await enrol(portal, diego, 'diego.mora', await mailedPassword(portal))

    expect(await toldBy(ana, `${address}/rol`, { rol: 'auditor' })).toContain('ahora es Auditoría')
    expect((await diego.get('/interno')).statusCode).toBe(303)
    await signInAgain(portal, diego, { user: 'diego.mora', secret })
    expect((await diego.get('/interno/auditoria')).statusCode).toBe(200)

    const stranger = portal.browser({ address: '198.51.100.3' })
    for (let at = 0; at < 3; at += 1) await typeIn(stranger, 'diego.mora', 'No es esta')
    expect((await ana.get(address)).body).toContain('Bloqueado')
    expect((await ana.get('/interno')).body).toContain('1 persona no puede ingresar')
    expect(await toldBy(ana, `${address}/desbloqueo`)).toContain('Desbloqueamos')
    expect((await typeIn(stranger, 'diego.mora', 'No es esta')).body).toContain('quedan 2')

    expect(await toldBy(ana, `${address}/restablecimiento`)).toContain('nueva contraseña inicial')
    expect((await diego.get('/interno')).statusCode).toBe(303)
    expect((await typeIn(diego, 'diego.mora', PASSWORD)).statusCode).toBe(422)
    expect(await newDevices(portal)).toBe(1)
    const again = await enrol(portal, diego, 'diego.mora', await mailedPassword(portal))
    expect(again.secret).not.toBe(secret)
    expect(await newDevices(portal)).toBe(2)

    expect(await toldBy(ana, `${address}/desactivacion`)).toContain('quitamos el acceso')
    expect((await diego.get('/interno')).statusCode).toBe(303)
    expect((await typeIn(diego, 'diego.mora', PASSWORD)).statusCode).toBe(422)
    expect(await toldBy(ana, `${address}/restablecimiento`)).toContain('Primero devuélvele')
    expect(await toldBy(ana, `${address}/activacion`)).toContain('devolvimos')
    const back = await signInAgain(portal, diego, { user: 'diego.mora', secret: again.secret })
    expect(back.headers.location).toBe('/interno')
    expect(await toldBy(ana, `${address}/activacion`)).toContain('Ya estaba así')

    expect(await chainOf(portal)).toEqual([
      'staff.added',
      'staff.added',
      'staff.role-changed',
      'staff.unlocked',
      'staff.access-reset',
      'staff.disabled',
      'staff.enabled',
    ])
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('leaves one administrator when two take each other away at once', async () => {
    const portal = await openPortal({ db: await open() })
    for (const [deed, form] of [
      ['desactivacion', {}],
      ['rol', { rol: 'loader' }],
    ] as const) {
      const one = await colleague(portal, `ana${deed}`, 'administrator')
      const other = await colleague(portal, `eva${deed}`, 'administrator')
      const answers = await Promise.all([
        one.browser.post(`/interno/usuarios/${other.id}/${deed}`, form),
        other.browser.post(`/interno/usuarios/${one.id}/${deed}`, form),
      ])
      const codes = answers.map(({ statusCode }) => statusCode)
      expect(codes.every((code) => code === 303 || code === 403)).toBe(true)
      const left = await portal.db
        .selectFrom('login')
        .select('id')
        .where('id', 'in', [one.id, other.id])
        .where('role', '=', 'administrator')
        .where('disabled_at', 'is', null)
        .execute()
      expect(left).toHaveLength(1)
    }
  })

  it('gives one access when a user name is asked for twice at once', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'ana', 'administrator')
    const answers = await Promise.all([
      browser.post('/interno/usuarios', NEW),
      browser.post('/interno/usuarios', { ...NEW, usuario: 'diego.mora' }),
    ])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 422])
    expect((await portal.inbox()).filter((mail) => mail.reason === 'staff-access')).toHaveLength(2)
  })

  it('lets in one of two who type the same code at once', async () => {
    const portal = await openPortal({ db: await open() })
    for (const user of ['ana', 'eva']) {
      const { secret, codes } = await colleague(portal, user, 'loader')
      portal.clock.advance({ seconds: 30 })
      const app = totpCode(secret, portal.clock.now())
      const codigo = user === 'ana' ? app : (codes[0] ?? '')
      const browsers = [portal.browser(), portal.browser()]
      for (const browser of browsers) await typeIn(browser, user, PASSWORD)
      const tries = browsers.map((browser) => browser.post('/interno/codigo', { codigo }))
      const answers = await Promise.all(tries)
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 422])
    }
  })
})

it('lets nobody act on their own account, by whatever address', async () => {
  const portal = await openPortal()
  const { browser, id } = await colleague(portal, 'ana', 'administrator')
  const address = `/interno/usuarios/${id}`
  const page = await browser.get(address)
  expect(page.body).toContain('Eres tú')
  expect(page.body).not.toContain(`action="${address}`)
  for (const deed of ['rol', 'desbloqueo', 'restablecimiento', 'desactivacion', 'activacion']) {
    expect(await toldBy(browser, `${address}/${deed}`, { rol: 'loader' })).toContain(
      'Tu propia cuenta',
    )
  }
  expect((await browser.get('/interno')).statusCode).toBe(200)
  expect(await chainOf(portal)).toEqual(['staff.added'])
})

it('touches no customer, though their numbers are of the same table', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'ana', 'administrator')
  const { id } = await portal.db
    .insertInto('login')
    .values({
      username: '0912345675',
      display_name: 'María José Paredes',
      role: 'customer',
      created_at: portal.clock.now().toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  expect((await browser.get(`/interno/usuarios/${id}`)).statusCode).toBe(404)
  expect((await browser.post(`/interno/usuarios/${id}/restablecimiento`)).statusCode).toBe(404)
  expect((await browser.get('/interno/usuarios')).body).not.toContain('Paredes')
})

it.each([
  [{ usuario: '0912345675' }, 'Usa entre 3 y 30 letras'],
  [{ usuario: 'diego..mora' }, 'Usa entre 3 y 30 letras'],
  [{ usuario: 'ñandú' }, 'Usa entre 3 y 30 letras'],
  [{ usuario: 'ANA' }, 'Ese usuario ya existe'],
  [{ nombre: ' ' }, 'Escribe el nombre'],
  [{ nombre: '12345' }, 'Escribe el nombre'],
  [{ nombre: 'Diego\u202EaroM' }, 'Escribe el nombre'],
  [{ nombre: '\u3164' }, 'Escribe el nombre'],
  [{ correo: 'a@b.example\r\nBcc: c@evil.example' }, 'Revisa el correo'],
  [{ rol: 'customer' }, 'Elige un rol'],
])('refuses %j with a sentence, and keeps what was typed', async (entered, sentence) => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'ana', 'administrator')
  const answer = await browser.post('/interno/usuarios', { ...NEW, ...entered })
  expect([answer.statusCode, answer.body]).toEqual([422, expect.stringContaining(sentence)])
  const kept = 'nombre' in entered ? NEW.correo : 'Diego'
  expect(answer.body).toContain(kept)
})

it('lets whoever «was not me» be opened again by an administrator alone', async () => {
  const portal = await openPortal()
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const diego = await colleague(portal, 'diego', 'loader')
  const { text } = await lastMail(portal, 'new-device')
  const link = /(\/no-fui-yo\/\S+)/.exec(text)?.[1] ?? ''
  await portal.browser().post(link)
  expect((await diego.browser.get('/interno')).statusCode).toBe(303)
  const closed = await typeIn(portal.browser(), 'diego', PASSWORD)
  expect(closed.body).toContain('avisaste que no fuiste tú')
  expect((await ana.get(`/interno/usuarios/${diego.id}`)).body).toContain('Cerrado por su dueño')
  await ana.post(`/interno/usuarios/${diego.id}/restablecimiento`)
  const { codes } = await enrol(portal, portal.browser(), 'diego', await mailedPassword(portal))
  expect(codes).toHaveLength(10)
})
