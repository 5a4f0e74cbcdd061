import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { WebhookWorker } from '#src/practice/webhooks/webhook-worker.ts'
import { forgetEvents } from '#src/receipts/feed/forget-events.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { bill, openFirm, type Program } from './support.ts'

const KEPT = { eventDays: 2 }

async function events(program: Program, desde?: string) {
  return program.call('GET', desde ? `/eventos?desde=${desde}` : '/eventos')
}

const ids = (answer: { json(): { eventos: { id: string }[] } }) =>
  answer.json().eventos.map(({ id }) => id)

eachDatabase((open) => {
  it('forgets old events, and tells who is behind them that it is, and where to go on', async () => {
    const world = await openFirm({ db: await open() })
    const { portal, program } = world
    const { db, clock } = portal
    const [ours, late] = [await program(), await program()]
    const before = (await events(late)).json().siguiente
    const headers = { 'idempotency-key': 'avisos-de-lucia' }
    const asking = { body: { url: 'http://127.0.0.1:1/', desde: before }, headers }
    const made = await late.call('POST', '/webhooks', asking)
    const { id } = made.json()
    await load(portal, [bill(6, maria)])
    const after = (await events(ours)).json().siguiente
    await forgetEvents(db, KEPT, clock.now())
    await load(portal, [bill(7, maria)])
    clock.advance({ days: 2 })
    await forgetEvents(db, KEPT, clock.now())
    expect(ids(await events(late, before))).toEqual(['1', '2'])

    await load(portal, [bill(8, maria)])
    clock.advance({ days: 1 })
    await forgetEvents(db, KEPT, clock.now())
    const left = await db.selectFrom('receipt_event').select('seq').orderBy('seq').execute()
    expect(left.map(({ seq }) => seq)).toEqual([2, 3])
    // Who has read all that is gone misses nothing, and a new program begins with what there is.
    expect(ids(await events(ours, after))).toEqual(['2', '3'])
    expect(ids(await events(await program()))).toEqual(['2', '3'])

    const gone = await events(late, before)
    expect(gone.statusCode).toBe(410)
    expect(gone.json().detail).toContain('Pide de nuevo la lista de comprobantes')
    expect(ids(await events(late, gone.json().siguiente))).toEqual(['2', '3'])
    const kept = await late.call('PUT', '/eventos/cursor', { body: { cursor: before } })
    expect(kept.statusCode).toBe(410)
    // Who lost the first answer is given it, though nobody could begin there any more.
    expect((await late.call('POST', '/webhooks', asking)).json()).toEqual(made.json())
    const anew = { ...asking, headers: { 'idempotency-key': 'otros-avisos' } }
    expect((await late.call('POST', '/webhooks', anew)).statusCode).toBe(410)
    await new WebhookWorker({ ...portal.context, post: portal.house.webhookPost }).runOnce()
    const { webhooks } = (await late.call('GET', '/webhooks')).json()
    expect(webhooks[0]).toMatchObject({ id, estado: 'abandonado' })
    expect(webhooks[0].respuesta).toContain('Ya no guardamos los eventos')
  })
})
