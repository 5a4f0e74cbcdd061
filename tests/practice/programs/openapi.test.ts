import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { writePlace } from '#src/practice/feed/feed-cursor.ts'
import { RUNNING_MAX } from '#src/practice/packages/package.ts'
import { foundBank } from '#tests/issuing/bank.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { work } from '../package-support.ts'
import { bill, giveProgram, keyOf, openFirm } from './support.ts'
import { openWalk } from './walk.ts'

/** A charge of the bank, as its own programs send it. */
const CHARGE = {
  tipo: 'factura',
  referencia: 'COM-2026-11-000001',
  fecha_emision: '2026-11-20',
  tipo_identificacion: '05',
  identificacion: maria.id,
  razon_social: maria.name,
  forma_pago: '20',
  lineas: [{ descripcion: 'Comisión', cantidad: '1', precio_unitario: '0.36', codigo_iva: '4' }],
}

it('describes itself as OpenAPI 3.1, which somebody else’s validator takes', async () => {
  const { portal } = await openFirm()
  const headers = { host: '127.0.0.1:3000' }
  const { body } = await portal.app.inject({ url: '/api/v1/openapi.json', headers })
  const validator = new Validator()
  const result = await validator.validate(JSON.parse(body))
  expect(result).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

it('answers in every way that it describes, each status of each operation, and in no other', async () => {
  const world = await openFirm()
  const { portal, leadId } = world
  const { db, clock, context } = portal
  const [fine, waiting, lost] = [bill(6, maria), bill(7, maria), bill(8, maria)].map((file) => {
    return { file, key: keyOf(file) }
  })
  if (!fine || !waiting || !lost) throw new Error('No receipts')
  await load(portal, [fine.file, waiting.file, lost.file])
  const idOf = async ({ key }: { key: string }) =>
    (await db.selectFrom('receipt').select('id').where('access_key', '=', key).executeTakeFirst())
      ?.id ?? 0
  const pending = { status: 'pending' as const }
  await db
    .updateTable('receipt')
    .set(pending)
    .where('id', '=', await idOf(waiting))
    .execute()
  await db
    .updateTable('receipt_owner')
    .set(pending)
    .where('receipt_id', '=', await idOf(waiting))
    .execute()
  await db
    .deleteFrom('receipt_document')
    .where('receipt_id', '=', await idOf(lost))
    .execute()

  const walk = await openWalk(portal)
  const { call } = walk
  const [ours, busy, gone, bank] = await Promise.all([
    world.program(),
    world.program(),
    world.program(),
    giveProgram(portal, null, [], leadId, ['issue']),
  ])
  const at = clock.now().toISOString()
  await db.updateTable('api_key').set({ revoked_at: at }).where('id', '=', gone.keyId).execute()
  const whose = (operation: string) => (operation.includes('/emisiones') ? bank : ours)

  // What is the same wherever it is described.
  const sample = { clave: fine.key, id: '1', parte: '1' }
  const pathOf = (operation: string) =>
    (operation.split(' ')[1] ?? '').replaceAll(
      /\{(\w+)\}/g,
      (_all, name: keyof typeof sample) => sample[name],
    )
  for (const operation of walk.all) {
    const path = pathOf(operation)
    await call(gone, { operation, path })
    const other = whose(operation) === bank ? ours : bank
    if (!operation.endsWith('/clave')) await call(other, { operation, path })
  }
  for (const operation of walk.withBody) {
    const path = pathOf(operation)
    const large = { cursor: 'x'.repeat(600_000) }
    await call(whose(operation), { operation, path, body: large })
    const strange = await call(whose(operation), { operation, path, body: { sobra: 1 } })
    expect(strange.json().detail).toContain('/api')
    const headers = { 'content-type': 'text/plain' }
    const text = await call(whose(operation), { operation, path, body: {}, headers })
    expect(text.json().detail).toContain('application/json')
  }
  // Another process has taken what was left of the minute of this key.
  await call(busy, { operation: 'GET /limites' })
  const name = `api-key:${busy.keyId}:%`
  await db.updateTable('throttle').set({ count: 600 }).where('name', 'like', name).execute()
  for (let rest = 1; rest < 20; rest += 1) await call(busy, { operation: 'GET /limites' })
  for (const operation of walk.all) {
    const isOfFirms = whose(operation) === ours && !operation.endsWith('/clave')
    if (isOfFirms) await call(busy, { operation, path: pathOf(operation) })
  }

  // What is asked about.
  for (const route of ['clave', 'limites', 'empresas', 'eventos', 'webhooks', 'comprobantes']) {
    await call(ours, { operation: `GET /${route}` })
  }
  await call(ours, { operation: 'GET /comprobantes', path: '/comprobantes?limite=0' })
  await call(ours, { operation: 'GET /comprobantes', path: '/comprobantes?desde=ayer' })
  for (const ending of ['', '.xml', '.pdf']) {
    const operation = `GET /comprobantes/{clave}${ending}`
    const path = (key: string) => `/comprobantes/${key}${ending}`
    const { headers } = await call(ours, { operation, path: path(fine.key) })
    await call(ours, { operation, path: path(keyOf(bill(9, maria))) })
    if (ending === '') continue
    const known = { 'if-none-match': String(headers['etag']) }
    await call(ours, { operation, path: path(fine.key), headers: known })
    await call(ours, { operation, path: path(waiting.key) })
    await call(ours, { operation, path: path(lost.key) })
  }

  // Places in the feed: of this key, of nobody, ahead of what there is, and too far behind.
  const place = (seq: number) => writePlace(context.keys.token, ours.keyId, seq)
  const url = 'http://127.0.0.1:1/'
  const hook = await call(ours, { operation: 'POST /webhooks', body: { url } })
  const again = { operation: 'POST /webhooks/{id}/repeticion' }
  const path = `/webhooks/${hook.json().id}/repeticion`
  await db.updateTable('receipt_event_head').set({ forgotten: 2 }).execute()
  for (const cursor of [place(3), 'x', place(1_000), place(1)]) {
    await call(ours, { operation: 'GET /eventos', path: `/eventos?desde=${cursor}` })
    await call(ours, { operation: 'PUT /eventos/cursor', body: { cursor } })
    await call(ours, { operation: 'POST /webhooks', body: { url, desde: cursor } })
    await call(ours, { ...again, path, body: { desde: cursor } })
  }
  await call(ours, { ...again, path: '/webhooks/999/repeticion', body: {} })
  await call(ours, { operation: 'POST /webhooks', body: { url: 'http://10.0.0.1/' } })
  for (const id of [hook.json().id, 999]) {
    const operation = 'POST /webhooks/{id}/prueba'
    await call(ours, { operation, path: `/webhooks/${id}/prueba` })
    await call(ours, { operation: 'DELETE /webhooks/{id}', path: `/webhooks/${id}` })
  }

  // Packages, and their files until these are gone.
  const packages = '/descargas'
  const ask = { operation: `POST ${packages}` }
  const asked = await call(ours, { ...ask, body: { formato: 'xml' } })
  const address = String(asked.headers['location']).replace('/api/v1', '')
  await call(ours, { ...ask, body: { desde: 'ayer' } })
  await call(ours, { operation: `GET ${packages}` })
  await call(ours, { operation: `GET ${packages}`, path: `${packages}?antes=0` })
  await call(ours, { operation: `GET ${packages}/{id}`, path: address })
  await call(ours, { operation: `GET ${packages}/{id}`, path: `${packages}/999` })
  const part = { operation: `GET ${packages}/{id}/partes/{parte}.zip` }
  const zip = `${address}/partes/1.zip`
  await call(ours, { ...part, path: zip })
  await work(portal)
  const { headers: given } = await call(ours, { ...part, path: zip })
  for (const headers of [
    { range: 'bytes=0-9' },
    { range: 'bytes=999999999-' },
    { 'if-none-match': String(given['etag']) },
  ] as Record<string, string>[]) {
    await call(ours, { ...part, path: zip, headers })
  }
  await call(ours, { ...part, path: `${address}/partes/999.zip` })
  const cancel = { operation: `POST ${packages}/{id}/cancelacion` }
  await call(ours, { ...cancel, path: `${address}/cancelacion` })
  await call(ours, { ...cancel, path: `${packages}/999/cancelacion` })
  const running = []
  for (let more = 0; more <= RUNNING_MAX; more += 1) {
    running.push(await call(ours, { ...ask, body: { max: `${9_000 + more}`, formato: 'xml' } }))
  }
  const [second] = running
  await call(ours, { ...cancel, path: `${packages}/${second?.json().id}/cancelacion` })
  clock.advance({ days: 8 })
  await call(ours, { ...part, path: zip })

  // What the bank's programs want issued.
  const issue = { operation: 'POST /emisiones' }
  await call(bank, { ...issue, body: CHARGE })
  await foundBank(db)
  const { clave } = (await call(bank, { ...issue, body: CHARGE })).json()
  await call(bank, { ...issue, body: CHARGE })
  await call(bank, { ...issue, body: { ...CHARGE, identificacion: '1' } })
  for (const key of [clave, fine.key]) {
    await call(bank, { operation: 'GET /emisiones/{clave}', path: `/emisiones/${key}` })
  }
  expect(walk.met()).toEqual(walk.described())
})

it('is a page that people can read', async () => {
  const { portal } = await openFirm()
  const page = await portal.browser().get('/api')
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('GET /api/v1/comprobantes/{clave}')
  expect(page.body).toContain('Ninguno aparece nunca detrás de un «siguiente» ya entregado')
})
