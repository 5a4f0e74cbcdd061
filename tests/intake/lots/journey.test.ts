import { describe, expect, it } from 'vitest'
import { reports } from '#fixtures/outbox/reports.ts'
import { finalConsumer, maria, pedro, rosa } from '#fixtures/people.ts'
import { sendDigests } from '#src/receipts/alerts/send-digests.ts'
import { addPerson, MARIA, signUp } from '#tests/identity/support.ts'
import { handIn, messageIdNamed, withDoor } from '#tests/outbox/bounces/support.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import {
  bill,
  expectCountsToAgree,
  follow,
  funnelOn,
  sendMails,
  stagesOf,
} from './journey-support.ts'
import { approve, bank, publish, readLot, work } from './support.ts'

const owner = { ...maria, id: MARIA.number }

/** A server that knows nobody called Pedro. */
const withoutPedro = () =>
  openSink({
    onRecipient: (address) =>
      address.startsWith('pedro') ? { code: 550, words: '5.1.1 No such user' } : null,
  })

async function receiptsOf({ db }: TestPortal, number: string): Promise<string[]> {
  const rows = await db
    .selectFrom('receipt')
    .select('access_key')
    .where('recipient_number', '=', number)
    .orderBy('id')
    .execute()
  return rows.map(({ access_key }) => `/comprobantes/${access_key}`)
}

eachDatabase((open) => {
  it('follows each receipt of a lot to its owner', async () => {
    const { portal, diego, lucia } = await bank(await open(), withDoor)
    const { db, clock } = portal
    const customer = await signUp(portal)
    await register(db, pedro)
    await addPerson(portal, { ...MARIA, number: rosa.id, name: 'Rosa Intriago' }, 'rosa@b.example')
    const mine = [1, 2, 3, 4].map((sequence) => bill(sequence, owner))
    const files = [...mine, bill(5, pedro), bill(6, rosa), bill(7, finalConsumer)]
    const lot = await readLot(portal, diego, files)
    await publish(portal, diego, lucia, lot)
    expect((await diego.get(lot)).body).toContain('Se calcula en un minuto')
    await follow(portal)
    expect(await funnelOn(diego, lot)).toEqual({
      Cargados: [7, 0],
      Autorizados: [7, 2],
      Enviados: [5, 5],
      Rebotados: [0, 0],
      Entregados: [0, 0],
      Abiertos: [0, 0],
      Descargados: [0, 0],
    })
    expect((await diego.get(lot)).body).toContain('Actualizado a las 12:00')

    await sendMails(portal, await withoutPedro())
    const [seen = '', taken = ''] = await receiptsOf(portal, owner.id)
    await customer.get(seen)
    await customer.get(`${taken}.xml`)
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({
      Enviados: [5, 0],
      Rebotados: [1, 1],
      Entregados: [4, 2],
      Abiertos: [2, 1],
      Descargados: [1, 1],
    })

    const last = await db
      .selectFrom('mail')
      .selectAll()
      .where('status', '=', 'sent')
      .where('receipt_id', 'is not', null)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    const mail = { messageId: messageIdNamed(portal, last.id), address: last.to_address }
    const full = '552 5.2.2 Mailbox full'
    await handIn(portal, reports.postfix(mail, { status: '5.2.2', words: full }))
    clock.advance({ minutes: 1 })
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Rebotados: [2, 2], Entregados: [3, 1] })
    await expectCountsToAgree(portal)

    const bounced = (await diego.get(`${lot}/recorrido/rebotados`)).body
    expect(bounced).toContain('Pedro')
    expect(bounced).toContain('ped&#8226;')
    expect(bounced).toContain('550 5.1.1 No such user')
    expect(bounced).toContain('Lo rechazaron')
    expect(bounced).toContain(full)
    const without = (await diego.get(`${lot}/recorrido/autorizados`)).body
    expect(without).toContain('Aún sin acceso')
    expect(without).toContain('Consumidor final')
  })

  it('counts the receipts of a day, whatever their lots', async () => {
    const { portal, diego, lucia } = await bank(await open())
    await signUp(portal)
    await publish(portal, diego, lucia, await readLot(portal, diego, [bill(1, owner)]))
    await publish(portal, diego, lucia, await readLot(portal, diego, [bill(2, rosa)]))
    await follow(portal)
    const page = (await diego.get('/interno/entregas')).body
    expect(page).toContain('21 nov 2026: 2')
    expect(await funnelOn(diego, '/interno/entregas')).toMatchObject({ Enviados: [1, 1] })
    const list = (await diego.get('/interno/entregas/2026-11-21/autorizados')).body
    expect(list).toContain('2026-11-0002')
    expect(list).not.toContain('2026-11-0001')
    const other = (await diego.get('/interno/entregas?desde=2026-11-22&hasta=2026-11-23')).body
    expect(other).toContain('No se publicó ningún lote en esos días')
  })
})

describe('a receipt of a lot', () => {
  it('waits for the summary of its day, and is delivered with it', async () => {
    const { portal, diego, lucia } = await bank()
    const { db, context, clock } = portal
    await register(db, pedro, { alerts: 'daily' })
    const lot = await readLot(portal, diego, [bill(1, pedro), bill(2, pedro)])
    await publish(portal, diego, lucia, lot)
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Enviados: [2, 2] })
    clock.advance({ days: 1 })
    await sendDigests(db, { sealKey: context.keys.seal, digestHour: 18 }, clock.now())
    await sendMails(portal, await openSink())
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['delivered', 'delivered'])
  })

  it('stays where it was loaded until the SRI authorises it, whichever lot brings the answer', async () => {
    const { portal, diego, lucia } = await bank()
    await signUp(portal)
    const pending = bill(1, owner, { status: 'EN PROCESO' })
    const lot = await readLot(portal, diego, [pending])
    await publish(portal, diego, lucia, lot)
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Cargados: [1, 1], Autorizados: [0, 0] })
    await publish(portal, diego, lucia, await readLot(portal, diego, [bill(1, owner)]))
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Cargados: [1, 0], Enviados: [1, 1] })
    await expectCountsToAgree(portal)
  })

  it('is late while a server still tries, and delivered when it has given no other word', async () => {
    const { portal, diego, lucia } = await bank(undefined, withDoor)
    const { db, clock } = portal
    await signUp(portal)
    const lot = await readLot(portal, diego, [bill(1, owner)])
    await publish(portal, diego, lucia, lot)
    await sendMails(portal, await openSink())
    const { id, to_address: address } = await db
      .selectFrom('mail')
      .selectAll()
      .where('reason', '=', 'receipt-alert')
      .executeTakeFirstOrThrow()
    const mail = { messageId: messageIdNamed(portal, id), address }
    const words = '451 4.4.1 No answer from host'
    await handIn(portal, reports.postfix(mail, { action: 'delayed', status: '4.4.1', words }))
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Enviados: [1, 1], Entregados: [0, 0] })
    clock.advance({ days: 6 })
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['delivered'])
  })

  it('is not opened by the bank’s people, and leaves no count behind when it is withdrawn', async () => {
    const { portal, diego, lucia } = await bank()
    const party = await addPerson(portal, { ...MARIA, number: owner.id })
    const lot = await readLot(portal, diego, [bill(1, owner)])
    await publish(portal, diego, lucia, lot)
    await lucia.post(`/interno/clientes/${party}/vista`, { motivo: 'Llamó' })
    const [page = ''] = await receiptsOf(portal, owner.id)
    expect((await lucia.get(page)).statusCode).toBe(200)
    await lucia.post('/interno/clientes/vista/fin')
    await follow(portal)
    expect(await funnelOn(diego, lot)).toMatchObject({ Autorizados: [1, 1], Abiertos: [0, 0] })
    await portal.db.deleteFrom('receipt_reading').execute()
    await diego.post(`${lot}/retiro`)
    await approve(lucia)
    await work(portal)
    await expectCountsToAgree(portal)
    await follow(portal)
    expect((await diego.get(lot)).body).not.toContain('Recorrido')
  })
})

describe('who stopped at a step', () => {
  it('is taken away as a table, which the chain notes', async () => {
    const { portal, diego, lucia } = await bank()
    const odd = { ...rosa, name: '=CMD() ROSA' }
    const lot = await readLot(portal, diego, [bill(1, odd)])
    await publish(portal, diego, lucia, lot)
    await follow(portal)
    const answer = await diego.post(`${lot}/recorrido/autorizados/descarga`)
    expect(answer.headers['content-disposition']).toContain('autorizados_lote-2026-11-0001.csv')
    expect(answer.body).toContain('"Sin correo"')
    expect(answer.body).toContain('"\'=CMD() Rosa"')
    const [entry] = await portal.db
      .selectFrom('audit')
      .select(['subject', 'detail'])
      .where('action', '=', 'deliveries.exported')
      .execute()
    expect(entry?.subject).toBe('lot:2026-11-0001')
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ step: 'autorizados' })
  })

  it('is listed a page after another, without a gap', async () => {
    const { portal, diego, lucia } = await bank()
    const files = Array.from({ length: 103 }, (_, at) => bill(at + 1, rosa))
    const lot = await readLot(portal, diego, files)
    await publish(portal, diego, lucia, lot)
    await follow(portal)
    const numbers: string[] = []
    for (let href: string | undefined = `${lot}/recorrido/autorizados`; href; ) {
      const { body } = await diego.get(href)
      numbers.push(...[...body.matchAll(/class="fijo">([\d-]{17})/g)].map(([, one = '']) => one))
      href = /rel="next" href="([^"]+)"/.exec(body)?.[1]
    }
    expect(numbers).toHaveLength(103)
    expect(new Set(numbers).size).toBe(103)
  })

  it.each([
    '/interno/lotes/2026-11-0001/recorrido/nada',
    '/interno/lotes/2026-11-9999/recorrido/enviados',
    '/interno/entregas/2026-11-31/enviados',
    '/interno/entregas/hoy/enviados',
    '/interno/entregas/2026-11-21/constructor',
  ])('is nowhere where there is no such step, lot or day: %s', async (address) => {
    const { diego } = await bank()
    expect((await diego.get(address)).statusCode).toBe(404)
  })
})
