import { describe, expect, it } from 'vitest'
import { reports } from '#fixtures/outbox/reports.ts'
import { maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { sendDigests } from '#src/receipts/alerts/send-digests.ts'
import type { Day } from '#src/values/day.ts'
import { lastCode, MARIA, signUp } from '#tests/identity/support.ts'
import { note, openWorker, queue } from '#tests/outbox/outbox.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { deadAddresses, handIn, messageIdNamed, portalWithDoor } from './support.ts'

const owner = { ...maria, id: MARIA.number }
const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
const bill = (sequence: number, to = owner) =>
  invoice({ day: '2026-11-16' as Day, series: '001-002', sequence }, to, lines)

async function alertsOf({ db }: TestPortal) {
  return db.selectFrom('mail').selectAll().where('reason', 'like', 'receipt-%').execute()
}

/** María, whose first announcement came back. */
async function unreachable(portal: TestPortal) {
  const browser = await signUp(portal)
  await load(portal.db, [bill(1)], portal.clock.now())
  const [alert] = await alertsOf(portal)
  if (!alert) throw new Error('No alert')
  const mail = { messageId: messageIdNamed(portal, alert.id), address: alert.to_address }
  const handed = await handIn(portal, reports.postfix(mail))
  expect(handed.statusCode).toBe(204)
  expect(await deadAddresses(portal)).toEqual([MARIA.email])
  return browser
}

eachDatabase((open) => {
  it('is told to its owner on every page, until they confirm an address', async () => {
    const portal = await portalWithDoor(await open())
    const browser = await unreachable(portal)
    const page = await browser.get('/comprobantes')
    expect(page.body).toContain('No pudimos entregar tus avisos en mar&#8226;')
    expect(page.body).toContain('href="/perfil/correo"')
    await load(portal.db, [bill(2)], portal.clock.now())
    expect(await alertsOf(portal)).toHaveLength(1)

    const change = { correo: MARIA.email, contrasena: MARIA.password }
    expect((await browser.post('/perfil/correo', change)).statusCode).toBe(303)
    const codigo = await lastCode(portal, 'email-code')
    expect((await browser.post('/perfil/correo/codigo', { codigo })).statusCode).toBe(303)
    expect((await browser.get('/comprobantes')).body).not.toContain('No pudimos entregar')
    expect(await deadAddresses(portal)).toEqual([])
    await load(portal.db, [bill(3)], portal.clock.now())
    expect(await alertsOf(portal)).toHaveLength(2)
  })

  it('is told on the page of the receipt that its mail came back, and what to do', async () => {
    const portal = await portalWithDoor(await open())
    const browser = await unreachable(portal)
    await portal.db
      .updateTable('mail')
      .where('reason', 'like', 'receipt-%')
      .set({ status: 'sent', sent_at: '2026-11-21T17:00:05.000Z' })
      .execute()
    const list = await browser.get('/comprobantes?periodo=rango')
    const [receipt = ''] = /\/comprobantes\/\d{49}/.exec(list.body) ?? []
    const { body } = await browser.get(receipt)
    const story = body.slice(body.indexOf('linea-tiempo'))
    expect(story).toMatch(/<li class="mal"><strong>El correo no se pudo entregar/)
    expect(story).toContain('envíate el comprobante otra vez')
    expect(story).toContain('href="/perfil/correo"')
    // That it was sent stays so, without the colour of what went well.
    expect(story).toMatch(/<li><strong>Enviada a tu correo/)
  })

  it('gets no summary either, and what it waited for is not sent later', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, context, clock } = portal
    await register(db, pedro, { alerts: 'daily' })
    await load(db, [bill(1, pedro)], clock.now())
    const answer = '550 5.1.1 nobody'
    const died = { address: pedro.email ?? '', died_at: '', answer }
    await db.insertInto('dead_address').values(died).execute()
    clock.advance({ days: 1 })
    const needs = { sealKey: context.keys.seal, digestHour: 18 }
    expect(await sendDigests(db, needs, clock.now())).toBe(0)
    expect(await db.selectFrom('digest_item').selectAll().execute()).toEqual([])
  })
})

describe('an address that a server refuses at once', () => {
  it('is dead when the server says that there is none, and not for another reason', async () => {
    const portal = await openPortal()
    const { db, clock } = portal
    const answers: Record<string, string> = {
      'maria@correo.example': '5.1.1 No such user',
      'pedro@correo.example': '5.7.1 Blocked by policy',
      'rosa@correo.example': 'User unknown',
    }
    const sink = await openSink({
      onRecipient: (address) => ({ code: 550, words: answers[address] ?? '' }),
    })
    const worker = openWorker(db, sink.url)
    await queue(db, [note('maria'), note('pedro'), note('rosa')], clock.now())
    await worker.runOnce()
    await worker.stop()
    await sink.close()
    expect((await deadAddresses(portal)).sort()).toEqual([
      'maria@correo.example',
      'rosa@correo.example',
    ])
  })
})
