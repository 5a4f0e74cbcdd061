import { expect, it } from 'vitest'
import { maria, mariaWithRuc, pedro, rosa } from '#fixtures/people.ts'
import { transaction } from '#src/db/transaction.ts'
import { moveGrants } from '#src/practice/grants/move-grants-store.ts'
import { moveReceipts } from '#src/receipts/kept/move-receipts-store.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import {
  addFirm,
  bill,
  drawn,
  grant,
  keyOf,
  openFirm,
  type Program,
  withholding,
} from './support.ts'

async function json(program: Program, path: string) {
  const answer = await program.call('GET', path)
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`)
  return answer.json()
}

async function listed(program: Program, query = '') {
  const { comprobantes } = await json(program, `/comprobantes${query}`)
  return comprobantes.map((one: { numero: string }) => Number(one.numero.slice(8))).sort()
}

async function told(program: Program) {
  const { eventos } = await json(program, '/eventos')
  return eventos.map((one: { tipo: string; clave: string }) => {
    return `${one.tipo} ${Number(one.clave.slice(30, 39))}`
  })
}

eachDatabase((open) => {
  it('lets a firm’s program list, read and fetch what its clients granted, and follow what happens', async () => {
    const { portal, program } = await openFirm({ db: await open() })
    const ours = await program()
    expect(await listed(ours)).toEqual([1, 2, 4, 5])
    const { total } = await json(ours, '/comprobantes')
    expect(total).toMatchObject({ comprobantes: 4, exacto: true })
    expect(await listed(ours, `?ruc=${pedro.id}`)).toEqual([2])
    expect(await listed(ours, '?tipo=retencion')).toEqual([4])
    expect(await listed(ours, '?desde=2026-09-01&hasta=2026-09-30')).toEqual([5])
    await load(portal, [bill(6, maria), bill(7, rosa), withholding(8, pedro)])
    expect((await told(ours)).sort()).toEqual(['recibido 6', 'recibido 8'])
    const key = keyOf(bill(6, maria))
    const one = await json(ours, `/comprobantes/${key}`)
    expect(one).toMatchObject({
      clave: key,
      empresa: mariaWithRuc.id,
      tipo: 'factura',
      estado: 'autorizado',
    })
    const xml = await ours.call('GET', `/comprobantes/${key}.xml`)
    expect(xml.body).toBe(bill(6, maria).xml)
    const known = { 'if-none-match': String(xml.headers['etag']) }
    const again = await ours.call('GET', `/comprobantes/${key}.xml`, { headers: known })
    expect(again.statusCode).toBe(304)
    const pdf = await drawn(ours, `/comprobantes/${key}.pdf`)
    expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    const readings = await portal.db
      .selectFrom('receipt_reading')
      .select(['action', 'session_id', 'grant_id'])
      .orderBy('id')
      .execute()
    expect(readings.map(({ action }) => action)).toEqual(['page', 'xml', 'pdf'])
    for (const { session_id, grant_id } of readings) {
      expect(session_id).toBe(`api-key:${ours.keyId}`)
      expect(grant_id).not.toBeNull()
    }
  })
})

it('pages through a list by its cursor and shows each receipt once', async () => {
  const { program } = await openFirm()
  const ours = await program()
  const seen: string[] = []
  let after = ''
  for (let pages = 1; pages <= 4; pages += 1) {
    const page = await json(ours, `/comprobantes?limite=1${after}`)
    seen.push(...page.comprobantes.map(({ clave }: { clave: string }) => clave))
    if (pages === 4) expect(page.siguiente).toBeNull()
    else after = `&despues=${page.siguiente}`
  }
  expect(new Set(seen).size).toBe(4)
})

it('keeps the place of each key apart, and takes no other key’s', async () => {
  const { portal, program } = await openFirm()
  const [one, other] = [await program(), await program()]
  await load(portal, [bill(6, maria)])
  const { siguiente } = await json(one, '/eventos')
  expect(await told(one)).toEqual(['recibido 6'])
  const kept = await one.call('PUT', '/eventos/cursor', { body: { cursor: siguiente } })
  expect(kept.statusCode).toBe(204)
  expect(await told(one)).toEqual([])
  expect(await told(other)).toEqual(['recibido 6'])
  const stolen = await other.call('GET', `/eventos?desde=${siguiente}`)
  expect(stolen.statusCode).toBe(400)
  const forged = siguiente.replace(/^\d+/, '0')
  expect((await one.call('GET', `/eventos?desde=${forged}`)).statusCode).toBe(400)
  await load(portal, [bill(7, maria)])
  expect(await told(one)).toEqual(['recibido 7'])
  await portal.db.updateTable('receipt_event_head').set({ last: 0 }).execute()
  const ahead = await one.call('GET', `/eventos?desde=${siguiente}`)
  expect(ahead.statusCode).toBe(409)
  expect(ahead.json().detail).toContain('copia anterior')
})

it('omits everywhere what a key, or a grant, does not cover', async () => {
  const world = await openFirm()
  const { portal, program, parties, leadId } = world
  const stranger = await addFirm(portal, '1790000000028', 'otra')
  const cases = {
    theirs: await program({ firm: stranger.firmId, maker: stranger.leadId }),
    clients: await program({ clients: [parties.pedro] }),
    kinds: await program({ kinds: ['withholding'] }),
  }
  await load(portal, [bill(6, maria), withholding(7, maria), bill(8, pedro)])
  expect(await listed(cases.theirs)).toEqual([])
  expect(await listed(cases.clients)).toEqual([2, 8])
  expect(await listed(cases.kinds)).toEqual([4, 7])
  expect(await told(cases.theirs)).toEqual([])
  expect(await told(cases.clients)).toEqual(['recibido 8'])
  expect(await told(cases.kinds)).toEqual(['recibido 7'])
  expect((await json(cases.clients, '/empresas')).empresas).toHaveLength(1)
  const hers = keyOf(bill(6, maria))
  for (const nobody of Object.values(cases)) {
    for (const ending of ['', '.xml', '.pdf']) {
      const answer = await nobody.call('GET', `/comprobantes/${hers}${ending}`)
      expect([ending, answer.statusCode]).toEqual([ending, 404])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    }
  }
  // A grant that is narrow narrows every key, and one that is taken back ends it at once.
  const ours = await program()
  await portal.db
    .updateTable('access_grant')
    .set({ revoked_at: portal.clock.now().toISOString(), revoked_by: leadId })
    .where('party_id', '=', parties.maria)
    .execute()
  expect(await listed(ours)).toEqual([2, 8])
  expect(await told(ours)).toEqual(['recibido 8'])
  expect((await ours.call('GET', `/comprobantes/${hers}`)).statusCode).toBe(404)
  await grant(portal, world.firmId, parties.maria, leadId, { kinds: 'withholding' })
  expect(await listed(ours)).toEqual([2, 4, 7, 8])
  expect((await ours.call('GET', `/comprobantes/${hers}.xml`)).statusCode).toBe(404)
})

it('keeps what a key was given when its client turns out to be one with another', async () => {
  const { portal, program, parties } = await openFirm()
  const hers = await program({ clients: [parties.pedro] })
  await transaction(portal.db, async (tx) => {
    await moveReceipts(tx, parties.pedro, parties.maria)
    await moveGrants(tx, parties.pedro, parties.maria)
  })
  expect(await listed(hers)).toEqual([1, 2, 4, 5])
  const { clients } = await portal.db.selectFrom('api_key').selectAll().executeTakeFirstOrThrow()
  expect(clients).toBe(`[${parties.maria}]`)
})

it('opens nothing as long as the login that made the key is shut', async () => {
  const { portal, program, leadId } = await openFirm()
  const ours = await program()
  for (const [frozen_at, status] of [
    [portal.clock.now().toISOString(), 401],
    [null, 200],
  ] as const) {
    await portal.db.updateTable('login').set({ frozen_at }).where('id', '=', leadId).execute()
    expect((await ours.call('GET', '/comprobantes')).statusCode).toBe(status)
  }
})

it('shuts out a key of the bank, one from elsewhere, and one that was taken away', async () => {
  const { portal, program } = await openFirm()
  const near = await program({ networks: ['10.0.0.0/8'] })
  expect((await near.call('GET', '/limites')).statusCode).toBe(401)
  expect((await near.call('GET', '/limites', { from: '10.1.2.3' })).statusCode).toBe(200)
  await portal.db.updateTable('api_key').set({ rights: '["issue"]' }).execute()
  const bank = await near.call('GET', '/comprobantes', { from: '10.1.2.3' })
  expect(bank.statusCode).toBe(403)
  const at = portal.clock.now().toISOString()
  await portal.db.updateTable('api_key').set({ rights: '["read"]', revoked_at: at }).execute()
  const gone = await near.call('GET', '/comprobantes', { from: '10.1.2.3' })
  expect(gone.statusCode).toBe(401)
})

it('says what is wrong with a search instead of answering another', async () => {
  const { program } = await openFirm()
  const ours = await program()
  const wrong = await ours.call('GET', '/comprobantes?desde=31/31/2026')
  expect(wrong.statusCode).toBe(422)
  expect(wrong.json().campos).toEqual(['desde'])
  expect((await ours.call('GET', '/comprobantes?despues=zzz')).statusCode).toBe(400)
  for (const unknown of ['tipo=facturas', 'tipo=factura&tipo=zzz', 'estado=vigente']) {
    const refused = await ours.call('GET', `/comprobantes?${unknown}`)
    expect([unknown, refused.statusCode]).toEqual([unknown, 400])
  }
  expect(await listed(ours, '?tipo=factura&tipo=retencion&estado=autorizado')).toEqual([1, 2, 4, 5])
  expect((await ours.call('GET', '/comprobantes?limite=9999')).statusCode).toBe(400)
  expect((await ours.call('GET', '/comprobantes/123')).statusCode).toBe(404)
})

it('counts the calls of each key, in all processes together, and never by address', async () => {
  const { portal, program } = await openFirm()
  const [busy, calm] = [await program(), await program()]
  const first = await busy.call('GET', '/limites')
  expect(first.headers).toMatchObject({
    'ratelimit-limit': '600',
    'ratelimit-remaining': '599',
    'ratelimit-reset': '60',
  })
  expect(first.json().llamadasPorMinuto).toEqual({ maximo: 600, quedan: 599, renuevaEn: 60 })
  // Another process has taken all but the block that this one holds.
  await portal.db.updateTable('throttle').set({ count: 600 }).execute()
  const statuses: number[] = []
  for (let call = 0; call < 20; call += 1) {
    statuses.push((await busy.call('GET', '/limites')).statusCode)
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(19)
  const refused = await busy.call('GET', '/limites')
  expect(refused.statusCode).toBe(429)
  expect(refused.headers).toMatchObject({ 'retry-after': '60', 'ratelimit-remaining': '0' })
  expect((await calm.call('GET', '/limites')).statusCode).toBe(200)
  portal.clock.advance({ minutes: 1 })
  expect((await busy.call('GET', '/limites')).statusCode).toBe(200)
})
