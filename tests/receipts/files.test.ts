import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { findReceiptOf } from '#src/receipts/receipt-store.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import type { Day } from '#src/values/day.ts'
import { onEveryConnection } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'
import { load, type SignedIn, signIn, signInPerson } from './support/signed-in.ts'
import { unzip } from './support/unzip.ts'

const FILES = demoReceipts('2026-11-21' as Day)

async function aBank() {
  const portal = await openPortal()
  await load(portal, FILES)
  const hers = await signInPerson(portal, maria)
  const his = await signInPerson(portal, pedro)
  const mine = await keysOf(portal, hers, 'authorized')
  const shared = new Set(await keysOf(portal, his, 'authorized'))
  const key = mine.find((one) => !shared.has(one)) ?? ''
  return { portal, hers, his, mine, key }
}

async function keysOf(portal: TestPortal, who: SignedIn, status: string): Promise<string[]> {
  const rows = await portal.db
    .selectFrom('receipt_owner')
    .select('access_key')
    .where('party_id', '=', who.partyId)
    .where('status', '=', status)
    .orderBy('issued_on', 'desc')
    .execute()
  return rows.map((row) => row.access_key)
}

const fileOf = (key: string) => FILES.find(({ name }) => name.startsWith(key))?.xml ?? ''

const readings = (portal: TestPortal) =>
  portal.db.selectFrom('receipt_reading').select(['action', 'login_id', 'at']).execute()

describe('one file', () => {
  test('is the XML byte for byte as it came, under a name that people can read', async () => {
    const { hers, key } = await aBank()
    const answer = await hers.browser.get(`/comprobantes/${key}.xml`)
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(Buffer.from(fileOf(key)))).toBe(true)
    expect(answer.headers['content-type']).toBe('application/xml')
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="[A-Z][A-Za-z-]+_\d{3}-\d{3}-\d{9}_\d{4}-\d\d-\d\d\.xml"/,
    )
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('is the PDF, always the same, and not sent again to who has it', async () => {
    const { portal, hers, key } = await aBank()
    const first = await hers.browser.get(`/comprobantes/${key}.pdf`)
    const second = await hers.browser.get(`/comprobantes/${key}.pdf`)
    expect(first.headers['content-type']).toBe('application/pdf')
    expect(first.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    expect(first.rawPayload.equals(second.rawPayload)).toBe(true)
    const etag = String(first.headers.etag)
    const again = await hers.browser.get(`/comprobantes/${key}.pdf`, { 'if-none-match': etag })
    expect(again.statusCode).toBe(304)
    expect(again.rawPayload).toHaveLength(0)
    expect((await readings(portal)).map(({ action }) => action)).toEqual(['pdf', 'pdf'])
    const xml = await hers.browser.get(`/comprobantes/${key}.xml`, { 'if-none-match': etag })
    expect(xml.statusCode).toBe(200)
    await portal.db
      .updateTable('receipt_owner')
      .set({ status: 'annulled' })
      .where('access_key', '=', key)
      .execute()
    const annulled = await hers.browser.get(`/comprobantes/${key}.pdf`, { 'if-none-match': etag })
    expect(annulled.statusCode).toBe(200)
    expect(annulled.rawPayload.equals(first.rawPayload)).toBe(false)
  })

  test('is not there for anybody else, nor for who is not signed in', async () => {
    const { portal, his, key } = await aBank()
    const stranger = portal.browser()
    const nobodys = `${'9'.repeat(48)}1`
    for (const path of [`${key}`, `${key}.pdf`, `${key}.xml`]) {
      const answer = await his.browser.get(`/comprobantes/${path}`)
      const unknown = await his.browser.get(`/comprobantes/${path.replace(key, nobodys)}`)
      expect(answer.statusCode).toBe(404)
      expect(unknown.statusCode).toBe(404)
      expect(answer.body).toBe(unknown.body)
      expect((await stranger.get(`/comprobantes/${path}`)).statusCode).toBe(303)
    }
    expect((await his.browser.post(`/comprobantes/${key}/correo`)).statusCode).toBe(404)
    expect(await readings(portal)).toEqual([])
    expect(await portal.db.selectFrom('mail').selectAll().execute()).toEqual([])
    for (const odd of ['1', 'x.pdf', `${key}0`, `${key}.exe`, `${key}.pdf.xml`, '..%2f.pdf']) {
      expect((await his.browser.get(`/comprobantes/${odd}`)).statusCode).toBe(404)
    }
  })

  test('of what the SRI has not authorised is refused in plain words', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, 'Rosa Intriago')
    const [pending, rejected] = [aReceipt({ status: 'pending' }), aReceipt({ status: 'rejected' })]
    await addReceipts(portal.db, [partyId], [pending, rejected])
    const { browser } = await signIn(portal, partyId, 'Rosa Intriago')
    const answer = await browser.get(`/comprobantes/${pending.accessKey}.pdf`)
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain('Aún lo está revisando el SRI')
    const other = await browser.get(`/comprobantes/${rejected.accessKey}.xml`)
    expect(other.statusCode).toBe(409)
    expect(other.body).toContain('El SRI no lo autorizó')
    expect((await browser.post(`/comprobantes/${pending.accessKey}/correo`)).statusCode).toBe(409)
  })

  test('that is damaged on disk is never served as if it were whole', async () => {
    const { portal, hers, key } = await aBank()
    const receipt = await findReceiptOf(portal.db, ownScope(hers.partyId), key)
    await portal.db
      .updateTable('receipt_document')
      .set({ sha256: '0'.repeat(64) })
      .where('receipt_id', '=', receipt?.id ?? 0)
      .execute()
    const answer = await hers.browser.get(`/comprobantes/${key}.xml`)
    expect(answer.statusCode).toBeGreaterThanOrEqual(500)
    expect(answer.headers['content-disposition']).toBeUndefined()
  })
})

describe('a ZIP', () => {
  test('holds the chosen ones, by RUC, year, month and kind, and is always the same', async () => {
    const { portal, hers, mine } = await aBank()
    const clave = mine.slice(0, 3)
    const answer = await hers.browser.post('/comprobantes/descarga', { clave, formato: 'ambos' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/zip')
    expect(answer.headers['content-disposition']).toContain('comprobantes_2026-11-21.zip')
    const entries = await unzip(answer.rawPayload)
    const names = [...entries.keys()]
    expect(names).toHaveLength(7)
    expect(names.at(-1)).toBe('LEEME.txt')
    for (const name of names.slice(0, -1)) {
      expect(name).toMatch(/^\d{13}\/\d{4}\/\d\d\/[a-z-]+\/[A-Z][\w-]+\.(pdf|xml)$/)
    }
    for (const key of clave) {
      const xml = Buffer.from(fileOf(key))
      expect([...entries.values()].some((bytes) => bytes.equals(xml))).toBe(true)
    }
    expect(entries.get('LEEME.txt')?.toString()).toContain('No falta ninguno.')
    const again = await hers.browser.post('/comprobantes/descarga', { clave, formato: 'ambos' })
    expect(again.rawPayload.equals(answer.rawPayload)).toBe(true)
    const zipped = (await readings(portal)).filter(({ action }) => action === 'zip')
    expect(zipped).toHaveLength(6)
  })

  test('of a whole search holds every receipt of it and lists what is missing', async () => {
    const { portal, hers } = await aBank()
    const authorized = await keysOf(portal, hers, 'authorized')
    const pending = await keysOf(portal, hers, 'pending')
    const answer = await hers.browser.post('/comprobantes/descarga?periodo=rango', {
      todos: '1',
      formato: 'xml',
    })
    const entries = await unzip(answer.rawPayload)
    expect([...entries.keys()].filter((name) => name.endsWith('.xml'))).toHaveLength(
      authorized.length,
    )
    const readme = entries.get('LEEME.txt')?.toString() ?? ''
    expect(readme).toContain(`Aquí hay ${authorized.length} comprobantes en XML.`)
    expect(pending).toHaveLength(1)
    expect(readme).toContain('Falta 1:')
    expect(readme).toContain('aún lo está revisando el SRI')
    const some = await hers.browser.post('/comprobantes/descarga?periodo=rango&tipo=retencion', {
      todos: '1',
      formato: 'pdf',
    })
    const kinds = [...(await unzip(some.rawPayload)).keys()].slice(0, -1)
    expect(kinds.length).toBeGreaterThan(5)
    for (const name of kinds) expect(name).toMatch(/\/retencion\/Retencion_.*\.pdf$/)
  })

  test('never holds somebody else’s, even when their key is named', async () => {
    const { his, key } = await aBank()
    const answer = await his.browser.post('/comprobantes/descarga', { clave: [key] })
    const entries = await unzip(answer.rawPayload)
    expect([...entries.keys()]).toEqual(['LEEME.txt'])
    const all = await his.browser.post(`/comprobantes/descarga?q=${key}`, { todos: '1' })
    expect([...(await unzip(all.rawPayload)).keys()]).toEqual(['LEEME.txt'])
  })

  test('goes on when one file is damaged, and says which is missing', async () => {
    const { portal, hers, mine } = await aBank()
    const receipt = await findReceiptOf(portal.db, ownScope(hers.partyId), mine[1] ?? '')
    await portal.db
      .updateTable('receipt_document')
      .set({ sha256: '0'.repeat(64) })
      .where('receipt_id', '=', receipt?.id ?? 0)
      .execute()
    const clave = mine.slice(0, 3)
    const answer = await hers.browser.post('/comprobantes/descarga', { clave, formato: 'xml' })
    const entries = await unzip(answer.rawPayload)
    expect(entries.size).toBe(3)
    expect(entries.get('LEEME.txt')?.toString()).toContain('no pudimos leer su archivo')
  })

  test('is refused beforehand when it would be too large, and needs a choice', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, 'Rosa Intriago')
    const { browser } = await signIn(portal, partyId, 'Rosa Intriago')
    const nothing = await browser.post('/comprobantes/descarga?tipo=factura', { formato: 'pdf' })
    expect(nothing.statusCode).toBe(303)
    expect(nothing.headers.location).toBe('/comprobantes?tipo=factura')
    await addReceipts(
      portal.db,
      [partyId],
      Array.from({ length: 2001 }, () => aReceipt()),
    )
    expect((await browser.get('/comprobantes')).body).toContain('Hasta 2.000 por archivo')
    const answer = await browser.post('/comprobantes/descarga', { todos: '1' })
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain('Elegiste 2.001 y caben 2.000')
  })

  test('is refused when it is asked for from another site', async () => {
    const { hers, mine } = await aBank()
    const answer = await hers.browser.post(
      '/comprobantes/descarga',
      { clave: mine.slice(0, 1) },
      { origin: 'https://otro.example' },
    )
    expect(answer.statusCode).toBe(403)
  })

  test('stops when nobody reads it any more, however many leave, and keeps nothing', async () => {
    const { portal, hers, mine } = await aBank()
    await portal.app.listen({ port: 0, host: '127.0.0.1' })
    // More than there are connections to the database or threads that draw.
    await Promise.all(Array.from({ length: 6 }, () => leaveHalfWay(portal, hers)))
    const all = await keysOf(portal, hers, 'authorized')
    expect(await settled(portal)).toBeLessThan(all.length * 6)
    expect(portal.house.ridePool.pending).toBe(0)
    await expect.poll(() => openConnections(portal)).toBe(0)
    // Comes to its end only when nobody else holds one.
    await onEveryConnection(portal.db, 4)
    const whole = await hers.browser.post('/comprobantes/descarga', { clave: mine.slice(0, 3) })
    expect((await unzip(whole.rawPayload)).size).toBeGreaterThan(3)
    expect((await hers.browser.get(`/comprobantes/${mine[0]}.pdf`)).statusCode).toBe(200)
  })
})

/** Asks for a ZIP of everything and hangs up once the first bytes are there. */
async function leaveHalfWay(portal: TestPortal, who: SignedIn): Promise<void> {
  const { port } = portal.app.server.address() as AddressInfo
  const request = http.request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/comprobantes/descarga?periodo=rango',
    headers: {
      host: '127.0.0.1:3000',
      origin: 'http://127.0.0.1:3000',
      'content-type': 'application/x-www-form-urlencoded',
      cookie: [...who.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  })
  request.on('error', () => undefined)
  request.end('todos=1&formato=pdf')
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  await once(response, 'readable')
  response.destroy()
}

/** How many readings there are once their number stands still: what was being drawn is done. */
async function settled(portal: TestPortal): Promise<number> {
  let before = -1
  for (
    let now = (await readings(portal)).length;
    now !== before || portal.house.ridePool.pending > 0;
  ) {
    before = now
    await pause(300)
    now = (await readings(portal)).length
  }
  return before
}

function openConnections({ app }: TestPortal): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

describe('the table', () => {
  test('holds the rows of the search and no others, written down as read', async () => {
    const { portal, hers, his, key } = await aBank()
    const answer = await hers.browser.get('/comprobantes.csv?periodo=rango&tipo=factura')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toContain('comprobantes_2026-11-21.csv')
    const [head = '', ...lines] = answer.body.trimEnd().split('\r\n')
    expect(head.charCodeAt(0)).toBe(0xfeff)
    const page = await hers.browser.get('/comprobantes?periodo=rango&tipo=factura')
    const count = Number(/<strong>(\d+) comprobantes/.exec(page.body)?.[1])
    expect(lines).toHaveLength(count)
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d;"Factura";"\d{3}-\d{3}-\d{9}"/)
    const cents = lines.reduce(
      (sum, line) => sum + Number(line.split(';').at(-2)?.replace(',', '')),
      0,
    )
    const sum = /por \$([\d.]+,\d\d)/.exec(page.body)?.[1]?.replaceAll(/\D/g, '')
    expect(cents).toBe(Number(sum))
    expect((await readings(portal)).filter(({ action }) => action === 'csv')).toHaveLength(count)
    const theirs = await his.browser.get(`/comprobantes.csv?q=${key}`)
    expect(theirs.body.trimEnd().split('\r\n')).toHaveLength(1)
    const wrong = await his.browser.get('/comprobantes.csv?min=9&max=1')
    expect(wrong.headers.location).toBe('/comprobantes?min=9&max=1')
  })
})
