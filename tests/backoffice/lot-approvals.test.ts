import { expect, it, vi } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { formatMoney } from '#src/values/money.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { cedulaOf, publishedWithFault, sendMended } from '#tests/intake/lots/rows-support.ts'
import { approve, bank, publish, readLot, work } from '#tests/intake/lots/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { START } from '#tests/support/portal.ts'
import { openNoted } from '#tests/support/query-plans.ts'
import { toldBy } from './support.ts'

const FILES = demoReceipts(dayOf(START)).map(({ name, xml }) => ({ name, content: xml }))

/** What a page says a proposal will do, by its terms. */
function effectsOf(body: string): Record<string, string> {
  const pairs = body.matchAll(/<dt>([^<]*)<\/dt>\s*<dd[^>]*>([^<]*)<\/dd>/g)
  return Object.fromEntries([...pairs].map(([, term = '', text = '']) => [term, text.trim()]))
}

eachDatabase((open) => {
  it('says what a second publication of a lot brings, and only that', async () => {
    const { portal, diego, lucia, bad, good, lot } = await publishedWithFault(await open())
    const { body } = await diego.post(`${lot}/errores.csv`)
    const content = body.replace(cedulaOf(bad) ?? '', cedulaOf(good) ?? '')
    await sendMended(portal, diego, lot, { name: 'b.csv', content })
    await work(portal)
    await diego.post(`${lot}/publicacion`)
    const { total_cents } = await portal.db
      .selectFrom('lot_item')
      .select('total_cents')
      .where('outcome', '=', 'new')
      .executeTakeFirstOrThrow()
    expect(total_cents).toBeGreaterThan(0)
    const waits = (await lucia.get('/interno/aprobaciones')).body
    const [proposal = ''] = /\/interno\/aprobaciones\/\d+(?=\/aprobacion)/.exec(waits) ?? []
    expect(effectsOf(waits)).toMatchObject({
      'Se emiten': `1 comprobante por ${formatMoney(total_cents as never)}`,
      'Correos que salen cuando el SRI autorice': '0',
    })
    await approve(lucia)
    await work(portal)
    const after = effectsOf((await lucia.get(proposal)).body)
    expect(after).not.toHaveProperty('Se emiten')
    const waiting = await portal.db
      .selectFrom('lot_item')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('outcome', '=', 'to-issue')
      .executeTakeFirstOrThrow()
    expect(after['Del lote están aprobados']).toBe(`${waiting.count} comprobantes`)
  })
})

it('reads the lots of a page of proposals with one query, and a lot once to publish it', async () => {
  const { db, times } = await openNoted()
  const { portal, diego, lucia } = await bank(db)
  for (const file of FILES.slice(0, 3)) {
    const lot = await readLot(portal, diego, [file])
    await diego.post(`${lot}/publicacion`)
  }
  times.clear()
  expect((await lucia.get('/interno/aprobaciones')).body.match(/Lote 2026-11-000/g)).toHaveLength(3)
  const reading = (of: RegExp) =>
    [...times].filter(([text]) => of.test(text)).reduce((sum, [, count]) => sum + count, 0)
  expect(reading(/^select \* from "lot" where/)).toBe(1)
  await approve(lucia)
  times.clear()
  await work(portal)
  // Once to publish it, once to see whether it is to be issued.
  expect(reading(/^select \* from "lot" where "id"/)).toBe(2)
})

it('looks for changed parameters behind nothing but a change of a parameter', async () => {
  const { portal, diego, lucia } = await bank()
  const refresh = vi.spyOn(portal.context.live, 'refresh')
  await publish(portal, diego, lucia, await readLot(portal, diego, FILES.slice(0, 1)))
  expect(refresh).not.toHaveBeenCalled()
})

it('says that a change is done though it cannot be looked up at once', async () => {
  const { portal, lucia } = await bank()
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const form = { valor: 'Tus facturas, en un lugar', motivo: 'Lo pide el comité' }
  const proposed = String((await ana.post('/interno/parametros/lema', form)).headers.location)
  const id = proposed.split('/').at(-1)
  const refresh = vi.spyOn(portal.context.live, 'refresh')
  refresh.mockRejectedValueOnce(new Error('The database is away'))
  expect(await toldBy(lucia, `/interno/aprobaciones/${id}/aprobacion`)).toBe('Aprobada y hecha.')
  expect(refresh).toHaveBeenCalledTimes(1)
  await portal.context.live.refresh()
  expect(portal.context.policy.brand.motto).toBe('Tus facturas, en un lugar')
})
