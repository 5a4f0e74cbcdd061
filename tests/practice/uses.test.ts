import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { WebhookWorker } from '#src/practice/webhooks/webhook-worker.ts'
import { writeCursor } from '#src/receipts/search/search-cursor.ts'
import type { Day } from '#src/values/day.ts'
import { load, openSession, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { up } from '../../migrations/0036_grant_uses.ts'
import { bill, keyOf, openFirm } from './programs/support.ts'

const PAGE = '/perfil/accesos/lecturas'
const BEHIND_ALL = writeCursor({
  direction: 'after',
  order: '-fecha',
  day: '2000-01-01' as Day,
  id: 1,
  partyId: 1,
  value: 0,
  position: 0,
})
const accepting = { send: async () => ({ accepted: true, status: 200, answer: 'gracias' }) }

/** A firm at work for María and Pedro, and the two who gave it access; `enter` signs all of them in. */
async function openWorld(open: () => Promise<TestPortal['db']>) {
  const world = await openFirm({ db: await open() })
  const { portal, leadId } = world
  const [hers, his] = [await signInPerson(portal, maria), await signInPerson(portal, pedro)]
  const as = async (who: Parameters<typeof openSession>[1]) =>
    (await openSession(portal, who)).browser
  const enter = async () => ({
    lead: await as({ loginId: leadId, partyId: null }),
    hers: await as(hers),
    his: await as(his),
  })
  return { ...world, enter }
}

type World = Awaited<ReturnType<typeof openWorld>>
type People = Awaited<ReturnType<World['enter']>>

const linesOf = ({ db }: TestPortal) =>
  db
    .selectFrom('grant_use')
    .selectAll()
    .orderBy('grant_id')
    .orderBy('day')
    .orderBy('api_key_id')
    .orderBy('way')
    .execute()

/** The rows of the page: who, and what they did. */
function rowsIn(html: string): string[][] {
  return [...html.matchAll(/<tr>\s*<td[\s\S]*?<\/tr>/g)].map(([row]) => [
    /<th scope="row">([^<]*)/.exec(row)?.[1] ?? '',
    ...[...row.matchAll(/<li>([^<]*)/g)].map(([, deed = '']) => deed),
  ])
}

/** Everything by which a firm may come to see what María has, each more than once. */
async function readAll(world: World, { lead }: People) {
  const { portal, program } = world
  const first = keyOf(bill(1, maria))
  for (let times = 0; times < 2; times += 1) {
    await lead.get(`/comprobantes?ruc=${maria.id}`)
    await lead.get(`/comprobantes/totales?periodo=rango&ruc=${maria.id}`)
    await lead.get(`/comprobantes/${first}`)
  }
  await lead.get(`/comprobantes/${first}.xml`)
  await lead.get(`/comprobantes.csv?periodo=rango&ruc=${maria.id}`)
  const ours = await program({ clients: [world.parties.maria] })
  await ours.call('POST', '/webhooks', { body: { url: 'http://127.0.0.1:1/' } })
  await load(portal, [bill(6, maria), bill(7, pedro)])
  for (let times = 0; times < 2; times += 1) {
    await ours.call('GET', '/comprobantes')
    await ours.call('GET', '/eventos')
  }
  await ours.call('GET', `/comprobantes/${first}`)
  await new WebhookWorker({ ...portal.context, post: accepting }).runOnce()
}

eachDatabase((open) => {
  it('shows a customer who saw what of theirs, a row for each reader and day', async () => {
    const world = await openWorld(open)
    const { portal, enter } = world
    const people = await enter()
    const { hers, his } = people
    await readAll(world, people)
    expect(rowsIn((await hers.get(PAGE)).body)).toEqual([
      [
        'Lucía Cevallos',
        'Vio tu lista de comprobantes',
        'Vio cuánto suman tus comprobantes',
        'Abrió comprobantes 2 veces',
        'Descargó un XML',
        'Descargó 3 comprobantes en una tabla',
      ],
      [
        'Programa «Sistema contable»',
        'Consultó tu lista de comprobantes',
        'Preguntó qué pasó con tus comprobantes',
        'Le enviamos avisos de lo que pasó con tus comprobantes',
        'Abrió un comprobante',
      ],
    ])
    // Nobody saw his: what a list of others shows is nothing of his.
    expect(rowsIn((await his.get(PAGE)).body)).toEqual([])
    portal.clock.advance({ days: 1 })
    const tomorrow = await enter()
    await tomorrow.lead.get('/comprobantes')
    await tomorrow.lead.get(`/descargas/nueva?periodo=rango&ruc=${pedro.id}`)
    expect(rowsIn((await tomorrow.his.get(PAGE)).body)).toEqual([
      ['Lucía Cevallos', 'Vio tu lista de comprobantes', 'Vio cuánto suman tus comprobantes'],
    ])
    expect(rowsIn((await tomorrow.hers.get(PAGE)).body)).toHaveLength(3)
    expect((await tomorrow.lead.get(PAGE)).statusCode).toBe(404)
    portal.clock.advance({ days: 30 })
    const later = await enter()
    const { body } = await later.hers.get(PAGE)
    expect(body).toContain('No hay lecturas anotadas en diciembre 2026')
    expect(body).toContain(`href="${PAGE}?mes=2026-11"`)
    const accesses = (await later.hers.get('/perfil/accesos')).body
    expect(accesses).toContain('Último uso</dt><dd>22 nov 2026</dd>')

    // What only tells how many there are tells something of the one client it is of.
    const decemberOf = async (who: typeof hers) => rowsIn((await who.get(PAGE)).body)
    const [list, sums] = ['Vio tu lista de comprobantes', 'Vio cuánto suman tus comprobantes']
    await later.lead.get(`/comprobantes?q=zzzz&ruc=${maria.id}`)
    const ours = await world.program({ clients: [world.parties.maria] })
    await ours.call('GET', `/comprobantes?despues=${BEHIND_ALL}`)
    const program = ['Programa «Sistema contable»', 'Consultó tu lista de comprobantes']
    expect(await decemberOf(later.hers)).toEqual([['Lucía Cevallos', list], program])
    await later.lead.post('/descargas', { busqueda: `periodo=rango&ruc=${pedro.id}` })
    expect(await decemberOf(later.his)).toEqual([['Lucía Cevallos', sums]])
    const before = { previous_login_at: '2026-11-01T15:00:00.000Z' }
    await portal.db.updateTable('login').set(before).execute()
    await later.lead.get('/empresas')
    expect(await decemberOf(later.hers)).toEqual([['Lucía Cevallos', list, sums], program])

    // What was read before there were such lines is told by the same.
    const { db } = portal
    const kept = (await linesOf(portal)).filter(({ receipts }) => receipts > 0)
    await sql`drop table grant_use`.execute(db)
    await sql`create index receipt_reading_grant on receipt_reading (grant_id, id)
      where grant_id is not null`.execute(db)
    await up(db as never)
    expect(await linesOf(portal)).toEqual(kept)
  })

  it('shows nothing of which the first time of the day cannot be noted, and writes the others no more', async () => {
    const { portal, enter } = await openWorld(open)
    const { db, clock } = portal
    const { lead, hers } = await enter()
    const list = (who = lead) => who.get(`/comprobantes?ruc=${maria.id}`)
    const number = '001-002-000000001'
    await sql`alter table grant_use rename to elsewhere`.execute(db)
    const refused = await list()
    expect([refused.statusCode, refused.body.includes(number)]).toEqual([500, false])
    expect((await hers.get('/comprobantes')).body).toContain(number)
    await sql`alter table elsewhere rename to grant_use`.execute(db)
    expect((await list()).body).toContain(number)
    await sql`alter table grant_use rename to elsewhere`.execute(db)
    expect((await list()).body).toContain(number)
    clock.advance({ days: 1 })
    expect((await list((await enter()).lead)).statusCode).toBe(500)
    await sql`alter table elsewhere rename to grant_use`.execute(db)
  })
})
