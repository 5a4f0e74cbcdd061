import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague } from '../staff/support.ts'

const FORM = { nombre: 'Sistema de comisiones', permiso: 'issue', dias: '30', redes: '' }

/** The key that Ana was shown, with these fields of her form. */
async function keyFrom(portal: TestPortal, form: Partial<typeof FORM> = {}) {
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const page = await ana.post('/interno/claves', { ...FORM, ...form })
  const text = /<code class="clave">([^<]+)</.exec(page.body)?.[1]
  if (!text) throw new Error(`No key on: ${page.statusCode} ${page.body}`)
  return { ana, text }
}

function call({ app }: TestPortal, authorization: string | null, from = '203.0.113.9') {
  const headers = authorization === null ? {} : { authorization }
  const host = '127.0.0.1:3000'
  return app.inject({ url: '/api/v1/clave', headers: { host, ...headers }, remoteAddress: from })
}

eachDatabase((open) => {
  it('lets in the program that holds the key, and tells it what the key is', async () => {
    const portal = await openPortal({ db: await open() })
    const { text } = await keyFrom(portal)
    const answer = await call(portal, `Bearer ${text}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      nombre: 'Sistema de comisiones',
      permisos: ['issue'],
      vence: '2026-12-21T17:00:00.000Z',
    })
  })

  it('keeps of the key nothing by which somebody could use it', async () => {
    const portal = await openPortal({ db: await open() })
    const { text } = await keyFrom(portal)
    const secret = text.slice(-43)
    const rows = JSON.stringify(await portal.db.selectFrom('api_key').selectAll().execute())
    const chain = JSON.stringify(await portal.db.selectFrom('audit').selectAll().execute())
    expect(rows + chain).not.toContain(secret)
  })

  it('answers alike whatever is wrong with a key', async () => {
    const portal = await openPortal({ db: await open() })
    const { ana, text } = await keyFrom(portal)
    const other = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')
    const unknown = text.replace(/_[0-9a-f]{12}_/, '_000000000000_')
    const wrong = [null, 'Bearer ', 'Basic YTpi', `Bearer ${other}`, `Bearer ${unknown}`, text]
    const answers = []
    for (const header of wrong) answers.push(await call(portal, header))
    portal.clock.advance({ days: 30 })
    answers.push(await call(portal, `Bearer ${text}`))
    await ana.get('/interno/claves')
    for (const { statusCode, headers, body } of answers) {
      expect(statusCode).toBe(401)
      expect(headers['www-authenticate']).toBe('Bearer')
      expect(headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(JSON.parse(body).title).toBe('Hace falta una clave que sirva')
    }
  })

  it('shuts a key out from the moment at which it is revoked', async () => {
    const portal = await openPortal({ db: await open() })
    const { ana, text } = await keyFrom(portal)
    expect((await call(portal, `Bearer ${text}`)).statusCode).toBe(200)
    expect((await ana.post('/interno/claves/1/anulacion')).statusCode).toBe(303)
    expect((await call(portal, `Bearer ${text}`)).statusCode).toBe(401)
    expect((await ana.post('/interno/claves/1/anulacion')).statusCode).toBe(404)
    expect((await ana.get('/interno/claves')).body).toContain('Anulada')
    const chain = await portal.db.selectFrom('audit').select('action').orderBy('id').execute()
    const ofKeys = chain.map(({ action }) => action).filter((one) => one.startsWith('api-key.'))
    expect(ofKeys).toEqual(['api-key.added', 'api-key.revoked'])
    expect((await verifyChain(portal.db, portal.context.keys.audit)).ok).toBe(true)
  })

  it('lets a key in only from the networks that it was given', async () => {
    const portal = await openPortal({ db: await open() })
    const { text } = await keyFrom(portal, { redes: '10.0.0.0/8, 2001:db8::/32; 192.0.2.7' })
    const from = async (address: string) =>
      (await call(portal, `Bearer ${text}`, address)).statusCode
    expect(await from('10.200.3.4')).toBe(200)
    expect(await from('::ffff:10.200.3.4')).toBe(200)
    expect(await from('2001:db8:1::5')).toBe(200)
    expect(await from('192.0.2.7')).toBe(200)
    expect(await from('192.0.2.8')).toBe(401)
    expect(await from('11.0.0.1')).toBe(401)
  })
})

it('says what is wrong with each field and keeps what was typed', async () => {
  const portal = await openPortal()
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const wrong = { nombre: '123', permiso: 'todo', dias: '731', redes: '10.0.0.0/0' }
  const page = await ana.post('/interno/claves', wrong)
  expect(page.statusCode).toBe(422)
  for (const sentence of [
    'Escribe para qué es',
    'Elige al menos un permiso',
    'de 1 a 730',
    'No entendemos 10.0.0.0/0',
  ]) {
    expect(page.body).toContain(sentence)
  }
  for (const typed of ['value="123"', 'value="731"', 'value="10.0.0.0/0"']) {
    expect(page.body).toContain(typed)
  }
  expect(await portal.db.selectFrom('api_key').selectAll().execute()).toEqual([])
})

it('describes the API to whoever asks, with what it takes', async () => {
  const portal = await openPortal()
  const headers = { host: '127.0.0.1:3000' }
  const answer = await portal.app.inject({ url: '/api/v1/openapi.json', headers })
  const description = answer.json()
  expect(description.openapi).toBe('3.1.0')
  expect(Object.keys(description.paths)).toContain('/api/v1/clave')
  expect(description.paths['/interno']).toBeUndefined()
})
