import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { mariaWithRuc, pedro } from '#fixtures/people.ts'
import { forgetPackages } from '#src/practice/packages/forget-packages.ts'
import { packageOf, packagesOf, runningOf } from '#src/practice/packages/package-store.ts'
import { unzip } from '#tests/receipts/support/unzip.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'
import { work } from '../package-support.ts'
import { type FirmWorld, openFirm, type Program } from './support.ts'

const XML = { formato: 'xml' }

async function ask(program: Program, body: object = XML, headers: Record<string, string> = {}) {
  const answer = await program.call('POST', '/descargas', { body, headers })
  if (answer.statusCode !== 202) throw new Error(`${answer.statusCode} ${answer.body}`)
  return answer.json()
}

const stateOf = async (program: Program, id: number) =>
  (await program.call('GET', `/descargas/${id}`)).json()

async function askAndMake({ portal }: FirmWorld, program: Program, body: object = XML) {
  const { id } = await ask(program, body)
  await work(portal)
  return stateOf(program, id)
}

const fileOf = (program: Program, id: number, headers: Record<string, string> = {}) =>
  program.call('GET', `/descargas/${id}/partes/1.zip`, { headers })

function revoke({ portal, parties, leadId }: FirmWorld) {
  return portal.db
    .updateTable('access_grant')
    .set({ revoked_at: portal.clock.now().toISOString(), revoked_by: leadId })
    .where('party_id', '=', parties.maria)
    .execute()
}

function revokeAll({ portal, leadId }: FirmWorld) {
  return portal.db
    .updateTable('access_grant')
    .set({ revoked_at: portal.clock.now().toISOString(), revoked_by: leadId })
    .execute()
}

eachDatabase((open) => {
  it('makes a program the package of a search, of which it fetches what it lacks', async () => {
    const world = await openFirm({ db: await open() })
    const ours = await world.program()
    const body = { desde: '2026-11-01', hasta: '2026-11-30', tipo: ['factura'], formato: 'xml' }
    const asked = await ours.call('POST', '/descargas', { body })
    expect(asked.statusCode).toBe(202)
    const begun = asked.json()
    expect(asked.headers['location']).toBe(`/api/v1/descargas/${begun.id}`)
    expect(begun).toMatchObject({
      estado: 'preparando',
      busqueda: 'periodo=rango&desde=2026-11-01&hasta=2026-11-30&tipo=factura',
      formato: 'xml',
      comprobantes: 2,
      avance: { hechos: 0, total: 2 },
      partes: [],
    })
    expect((await ask(ours, body)).id).toBe(begun.id)
    expect((await fileOf(ours, begun.id)).statusCode).toBe(409)
    await work(world.portal)
    const ready = await stateOf(ours, begun.id)
    expect(ready).toMatchObject({ estado: 'lista', avance: { hechos: 2, total: 2 } })
    expect(ready.vence > ready.terminada).toBe(true)
    const [part] = ready.partes
    expect(part).toMatchObject({ numero: 1, comprobantes: 2, incompletos: 0 })
    const whole = await ours.call('GET', part.archivo.replace('/api/v1', ''))
    expect(whole.headers['etag']).toBe(`"${part.sha256}"`)
    expect(whole.headers['ratelimit-limit']).toBe('600')
    expect(whole.rawPayload).toHaveLength(part.bytes)
    const names = [...(await unzip(whole.rawPayload)).keys()].filter((one) => one.endsWith('.xml'))
    expect(names.map((name) => name.split('/')[0]).sort()).toEqual(
      [`${pedro.id}001`, mariaWithRuc.id].sort(),
    )
    const rest = await fileOf(ours, begun.id, { range: 'bytes=9-', 'if-range': `"${part.sha256}"` })
    expect(rest.statusCode).toBe(206)
    expect(rest.rawPayload.equals(whole.rawPayload.subarray(9))).toBe(true)
    const beyond = await fileOf(ours, begun.id, { range: `bytes=${part.bytes}-` })
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([
      416,
      `bytes */${part.bytes}`,
    ])
    expect(beyond.headers['content-type']).toMatch(/^application\/problem\+json/)
    // The customers see which key it was that read; nobody is mailed.
    const readings = await world.portal.db
      .selectFrom('receipt_reading')
      .select(['action', 'session_id'])
      .execute()
    expect(readings).toEqual(
      [1, 2].map(() => ({ action: 'zip', session_id: `api-key:${ours.keyId}` })),
    )
    expect((await world.portal.inbox()).map(({ reason }) => reason)).not.toContain('package-ended')
  })
})

it('answers a call that is repeated under its name with the first answer, and no other', async () => {
  const world = await openFirm()
  const ours = await world.program()
  const headers = { 'idempotency-key': 'noviembre-2026' }
  const first = await ask(ours, XML, headers)
  await work(world.portal)
  expect(await ask(ours, XML, headers)).toEqual(first)
  expect((await ask(ours)).id).not.toBe(first.id)
  const other = await ours.call('POST', '/descargas', { body: { formato: 'pdf' }, headers })
  expect(other.statusCode).toBe(422)
  expect(other.json().detail).toContain('Repite exactamente la primera llamada')
  // Nothing is left of which a package could be made: the first answer stands, another call is refused.
  await revokeAll(world)
  expect(await ask(ours, XML, headers)).toEqual(first)
  expect((await ours.call('POST', '/descargas', { body: XML })).statusCode).toBe(422)
})

it('is the key’s alone: no other key of the firm and no person sees it', async () => {
  const world = await openFirm()
  const { portal, leadId } = world
  const [ours, other] = [await world.program(), await world.program()]
  const { id } = await askAndMake(world, ours)
  for (const ending of ['', '/partes/1.zip']) {
    const answer = await other.call('GET', `/descargas/${id}${ending}`)
    const nobodys = await other.call('GET', `/descargas/4711${ending}`)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().detail).toBe(nobodys.json().detail)
  }
  expect((await other.call('POST', `/descargas/${id}/cancelacion`)).statusCode).toBe(404)
  expect((await other.call('GET', '/descargas')).json().descargas).toEqual([])
  expect((await ours.call('GET', '/descargas')).json().descargas).toHaveLength(1)
  const person = { loginId: leadId, apiKeyId: null }
  expect(await packageOf(portal.db, person, id)).toBeNull()
  expect(await packagesOf(portal.db, person, { beforeId: null, limit: 5 })).toEqual([])
})

it('has what the key may read and no more, and refuses what nothing of it would be in', async () => {
  const world = await openFirm()
  const { parties } = world
  const narrow = await world.program({ clients: [parties.maria], kinds: ['withholding'] })
  const { id, comprobantes } = await askAndMake(world, narrow)
  expect(comprobantes).toBe(1)
  const names = [...(await unzip((await fileOf(narrow, id)).rawPayload)).keys()]
  expect(names.filter((name) => name.endsWith('.xml'))).toHaveLength(1)
  expect(names[0]).toContain('/retencion/')
  const refused = await narrow.call('POST', '/descargas', { body: { ruc: [pedro.id] } })
  expect(refused.statusCode).toBe(422)
  expect(refused.json().detail).toContain('no hay nada que preparar')
  for (const body of [{ tipo: ['zzz'] }, { periodo: 'mes-anterior', otro: 1 }]) {
    expect((await narrow.call('POST', '/descargas', { body })).statusCode).toBe(400)
  }
  const wrong = await narrow.call('POST', '/descargas', { body: { desde: '31/31/2026' } })
  expect([wrong.statusCode, wrong.json().campos]).toEqual([422, ['desde']])
})

it('stops, and gives no file any more, when a grant or the key itself is taken back', async () => {
  const world = await openFirm()
  const { portal } = world
  const ours = await world.program()
  const finished = await askAndMake(world, ours)
  const begun = await ask(ours, { formato: 'ambos' })
  await revoke(world)
  await work(portal)
  const stopped = await stateOf(ours, begun.id)
  expect(stopped.estado).toBe('no-terminada')
  expect(stopped.problema).toContain('Cambió tu permiso')
  for (const id of [begun.id, finished.id]) {
    expect((await fileOf(ours, id)).statusCode).toBe(409)
  }
  const left = await ask(ours, { formato: 'xml' })
  const revoked_at = portal.clock.now().toISOString()
  await portal.db.updateTable('api_key').set({ revoked_at }).execute()
  await work(portal)
  expect((await stateOf(ours, left.id)).status).toBe(401)
  const { status } = await portal.db
    .selectFrom('package')
    .select('status')
    .where('id', '=', left.id)
    .executeTakeFirstOrThrow()
  expect(status).toBe('failed')
})

it('makes three at a time, cancels what is under way, and lets all of it go after a week', async () => {
  const world = await openFirm()
  const { portal } = world
  const ours = await world.program()
  const ready = await askAndMake(world, ours)
  const running = [await ask(ours), await ask(ours, { formato: 'pdf' }), await ask(ours, {})]
  const limits = (await ours.call('GET', '/limites')).json()
  expect(limits.descargasALaVez).toEqual({ maximo: 3, quedan: 0 })
  const fourth = await ours.call('POST', '/descargas', { body: { tipo: ['factura'] } })
  expect(fourth.statusCode).toBe(409)
  expect(fourth.json().detail).toContain('Ya estamos preparando 3 descargas')
  for (const { id } of running) {
    const answer = await ours.call('POST', `/descargas/${id}/cancelacion`)
    expect([answer.statusCode, answer.json().estado]).toEqual([202, 'cancelada'])
  }
  const over = await ours.call('POST', `/descargas/${ready.id}/cancelacion`)
  expect(over.statusCode).toBe(409)
  const page = (await ours.call('GET', `/descargas?antes=${running[0]?.id}`)).json()
  expect(page).toMatchObject({ siguiente: null, descargas: [{ id: ready.id, estado: 'lista' }] })
  portal.clock.advance({ days: 7, minutes: 1 })
  expect(await stateOf(ours, ready.id)).toMatchObject({ estado: 'vencida', partes: [] })
  expect((await fileOf(ours, ready.id)).statusCode).toBe(410)
  const { dataDir } = portal.context.config
  await forgetPackages({ db: portal.db, dataDir }, portal.clock.now())
  expect(fs.readdirSync(path.join(dataDir, 'packages'))).toEqual([])
})

it('is found by who asked for it, and never by going through what others did', async () => {
  const { db, queries } = await openNoted()
  for (const owner of [
    { loginId: 1, apiKeyId: null },
    { loginId: 1, apiKeyId: 2 },
  ]) {
    await packagesOf(db, owner, { beforeId: 9, limit: 5 })
    await runningOf(db, owner)
  }
  expect(queries.size).toBe(4)
  for (const query of [...queries.values()]) {
    expect((await planOf(db, query)).join()).toMatch(
      /SEARCH package USING INDEX package_(login|key)/,
    )
  }
})
