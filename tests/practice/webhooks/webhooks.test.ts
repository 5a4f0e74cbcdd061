import crypto from 'node:crypto'
import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import { WebhookWorker } from '#src/practice/webhooks/webhook-worker.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { bill, type FirmWorld, openFirm, type Program } from '../programs/support.ts'
import { type Heard, openReceiver } from './receiver.ts'

/** An accountant's server that answers as it is told. */
async function openAnswering() {
  const told = { status: 200 }
  const receiver = await openReceiver({
    answer: (response) =>
      response.writeHead(told.status).end(told.status === 200 ? 'gracias' : 'no puedo'),
  })
  return Object.assign(told, receiver)
}

async function register(program: Program, url: string, headers: Record<string, string> = {}) {
  const answer = await program.call('POST', '/webhooks', { body: { url }, headers })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return answer.json()
}

function workerOf({ portal }: FirmWorld): WebhookWorker {
  return new WebhookWorker({ ...portal.context, post: portal.house.webhookPost })
}

/** What the receiver does with a call before it believes it. */
function isOurs({ headers, body }: Heard, secret: string): boolean {
  const at = headers['x-portal-timestamp']
  const mac = crypto.createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return headers['x-portal-signature'] === `sha256=${mac}`
}

const idsOf = ({ body }: Heard): string[] => {
  return JSON.parse(body).eventos.map(({ id }: { id: string }) => id)
}

it('calls with the very events of the feed, signed, in order and once they are accepted no more', async () => {
  const world = await openFirm()
  const ours = await world.program({ clients: [world.parties.maria] })
  const receiver = await openAnswering()
  const { secreto } = await register(ours, receiver.url)
  const worker = workerOf(world)
  expect(await worker.runOnce()).toBe(0)
  await load(world.portal, [bill(6, maria), bill(7, pedro), bill(8, maria)])
  await worker.runOnce()
  const [call] = receiver.heard
  if (!call) throw new Error('Nobody called')
  expect(receiver.heard).toHaveLength(1)
  expect(isOurs(call, secreto)).toBe(true)
  expect(isOurs({ ...call, body: `${call.body} ` }, secreto)).toBe(false)
  const { eventos } = (await ours.call('GET', '/eventos')).json()
  expect(JSON.parse(call.body).eventos).toEqual(eventos)
  expect(eventos).toHaveLength(2)
  expect(await worker.runOnce()).toBe(0)
  const rows = JSON.stringify(await world.portal.db.selectFrom('webhook').selectAll().execute())
  expect(rows).not.toContain(secreto)
})

it('calls the others when one cannot even be prepared, and puts that one off as any that fails', async () => {
  const world = await openFirm()
  const { portal } = world
  const ours = await world.program()
  const receiver = await openAnswering()
  const broken = await register(ours, `${receiver.url}/rota`)
  for (let at = 0; at < 4; at += 1) await register(ours, `${receiver.url}/${at}`)
  await portal.db.updateTable('webhook').set({ secret: 'x' }).where('id', '=', broken.id).execute()
  await load(portal, [bill(6, maria)])
  const worker = workerOf(world)
  expect(await worker.runOnce()).toBe(5)
  expect(receiver.heard).toHaveLength(4)
  expect(await worker.runOnce()).toBe(0)
  const { webhooks } = (await ours.call('GET', '/webhooks')).json()
  const [failed] = webhooks.filter(({ id }: { id: number }) => id === broken.id)
  expect(failed).toMatchObject({ estado: 'activo', fallas: 1 })
  expect(failed.respuesta).toContain('Algo falló de nuestro lado')
})

it('sends again what was not accepted, later and later, until it is given up; and from any place when asked', async () => {
  const world = await openFirm()
  const { portal } = world
  const ours = await world.program()
  const receiver = await openAnswering()
  const { id, siguiente } = await register(ours, receiver.url)
  const worker = workerOf(world)
  receiver.status = 500
  await load(portal, [bill(6, maria)])
  await worker.runOnce()
  expect(await worker.runOnce()).toBe(0)
  portal.clock.advance({ minutes: 2 })
  await load(portal, [bill(7, maria)])
  receiver.status = 200
  await worker.runOnce()
  expect(receiver.heard.map(idsOf)).toEqual([['1'], ['1', '2']])
  receiver.status = 503
  await load(portal, [bill(8, maria)])
  let tries = 0
  for (; tries < 60; tries += 1) {
    await worker.runOnce()
    const { webhooks } = (await ours.call('GET', '/webhooks')).json()
    if (webhooks[0].estado === 'abandonado') break
    portal.clock.advance({ hours: 5 })
  }
  expect(tries).toBeGreaterThan(10)
  expect((await ours.call('GET', '/webhooks')).json().webhooks[0]).toMatchObject({
    estado: 'abandonado',
    respuesta: '503 no puedo',
  })
  receiver.status = 200
  receiver.heard.length = 0
  const again = await ours.call('POST', `/webhooks/${id}/repeticion`, {
    body: { desde: siguiente },
  })
  expect(again.statusCode).toBe(202)
  await worker.runOnce()
  expect(receiver.heard.map(idsOf)).toEqual([['1', '2', '3']])
})

it('is taken over where a worker died, and tells the receiver that it is the same call', async () => {
  const world = await openFirm()
  const { portal } = world
  const ours = await world.program()
  const receiver = await openAnswering()
  await register(ours, receiver.url)
  await load(portal, [bill(6, maria)])
  // The one that dies: it has called, and nothing of that is noted.
  const called = Promise.withResolvers<void>()
  const dead = new WebhookWorker({
    ...portal.context,
    post: {
      send: async (...call) => {
        await portal.house.webhookPost.send(...call)
        called.resolve()
        return new Promise<never>(() => undefined)
      },
    },
  })
  void dead.runOnce()
  await called.promise
  const other = workerOf(world)
  expect(await other.runOnce()).toBe(0)
  portal.clock.advance({ minutes: 2 })
  await other.runOnce()
  const [first, second] = receiver.heard
  expect(receiver.heard).toHaveLength(2)
  expect(second?.body).toBe(first?.body)
  expect(second?.headers['x-portal-delivery']).toBe(first?.headers['x-portal-delivery'])
})

it('carries nothing that the key may not read any more, and ends with the key', async () => {
  const world = await openFirm()
  const { portal, parties } = world
  const [ours, ended] = [await world.program(), await world.program()]
  const receiver = await openAnswering()
  await register(ours, receiver.url)
  await register(ended, receiver.url)
  await load(portal, [bill(6, maria), bill(7, pedro)])
  const at = portal.clock.now().toISOString()
  await portal.db
    .updateTable('access_grant')
    .set({ revoked_at: at })
    .where('party_id', '=', parties.maria)
    .execute()
  await portal.db
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', '=', ended.keyId)
    .execute()
  await workerOf(world).runOnce()
  expect(receiver.heard).toHaveLength(1)
  const [{ clave } = { clave: '' }] = JSON.parse(receiver.heard[0]?.body ?? '').eventos
  expect(Number(clave.slice(30, 39))).toBe(7)
  const rows = await portal.db.selectFrom('webhook').select('status').orderBy('id').execute()
  expect(rows.map(({ status }) => status)).toEqual(['active', 'dead'])
})

it('makes one webhook of a call that is repeated, and refuses the same name for another', async () => {
  const world = await openFirm()
  const { portal } = world
  const [ours, theirs] = [await world.program(), await world.program()]
  const { url } = await openAnswering()
  const name = { 'idempotency-key': 'alta-de-avisos-1' }
  const first = await register(ours, url, name)
  expect(await register(ours, url, name)).toEqual(first)
  const other = { body: { url: `${url}/otra` }, headers: name }
  const refused = await ours.call('POST', '/webhooks', other)
  expect(refused.statusCode).toBe(422)
  expect(await portal.db.selectFrom('webhook').select('id').execute()).toHaveLength(1)
  // The name is the key's own.
  expect((await register(theirs, url, name)).id).not.toBe(first.id)
  for (let more = 2; more <= 5; more += 1) await register(ours, url)
  const full = await ours.call('POST', '/webhooks', { body: { url } })
  expect(full.statusCode).toBe(409)
  const rows = JSON.stringify(await portal.db.selectFrom('idempotent_answer').selectAll().execute())
  expect(rows).not.toContain(first.secreto)
  expect((await verifyChain(portal.db, portal.context.keys.audit)).ok).toBe(true)
})

it('tries an address when asked, and lets nobody touch another key’s', async () => {
  const world = await openFirm()
  const [ours, theirs] = [await world.program(), await world.program()]
  const receiver = await openAnswering()
  const { id } = await register(ours, receiver.url)
  const tried = await ours.call('POST', `/webhooks/${id}/prueba`)
  expect(tried.json()).toEqual({ aceptada: true, estado: 200, respuesta: 'gracias' })
  expect(JSON.parse(receiver.heard[0]?.body ?? '')).toMatchObject({ prueba: true, eventos: [] })
  for (const [method, path, body] of [
    ['POST', `/webhooks/${id}/prueba`, undefined],
    ['POST', `/webhooks/${id}/repeticion`, {}],
    ['DELETE', `/webhooks/${id}`, undefined],
  ] as const) {
    const answer = await theirs.call(method, path, body ? { body } : {})
    expect([path, answer.statusCode]).toEqual([path, 404])
  }
  expect((await ours.call('DELETE', `/webhooks/${id}`)).statusCode).toBe(204)
  expect((await ours.call('GET', '/webhooks')).json()).toEqual({ webhooks: [] })
  for (const url of [
    'http://contadora.example/',
    'https://169.254.169.254/',
    'https://10.0.0.1/',
  ]) {
    const answer = await ours.call('POST', '/webhooks', { body: { url } })
    expect([url, answer.statusCode]).toEqual([url, 422])
  }
})
