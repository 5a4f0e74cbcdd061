import { describe, expect, it } from 'vitest'
import { reports } from '#fixtures/outbox/reports.ts'
import { maria, pedro } from '#fixtures/people.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { addBankAddress } from '#src/identity/parties/contact-store.ts'
import { sendDigests } from '#src/receipts/alerts/send-digests.ts'
import { colleague, signInAgain } from '#tests/identity/staff/support.ts'
import { MARIA, signUp } from '#tests/identity/support.ts'
import {
  bill,
  expectCountsToAgree,
  follow,
  sendMails,
  stagesOf,
} from '#tests/intake/lots/journey-support.ts'
import { bank, publish, readLot } from '#tests/intake/lots/support.ts'
import { deadAddresses, handIn, messageIdNamed, withDoor } from '#tests/outbox/bounces/support.ts'
import { note, queue } from '#tests/outbox/outbox.ts'
import { openSink, readMail } from '#tests/outbox/sink.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'
import { toldBy } from './support.ts'

const owner = { ...maria, id: MARIA.number }

async function alertsOf({ db }: TestPortal) {
  return db
    .selectFrom('mail')
    .selectAll()
    .where('reason', 'like', 'receipt-%')
    .orderBy('id')
    .execute()
}

/** María's invoice was mailed and came back, for what the server said. */
async function bounced(db?: Db, report: { status: string; words: string } | object = {}) {
  const { portal, diego, lucia } = await bank(db, withDoor)
  const customer = await signUp(portal)
  await publish(portal, diego, lucia, await readLot(portal, diego, [bill(1, owner)]))
  await sendMails(portal, await openSink())
  const [alert] = await alertsOf(portal)
  if (!alert) throw new Error('No alert')
  const mail = { messageId: messageIdNamed(portal, alert.id), address: alert.to_address }
  await handIn(portal, reports.postfix(mail, report))
  await follow(portal)
  return { portal, diego, lucia, customer, alert }
}

const WALKS = /^SCAN (mail|bounce|dead_address|party|receipt)\b|TEMP B-TREE/
const FULL = { status: '5.2.2', words: '552 5.2.2 Mailbox full' }

eachDatabase((open) => {
  it('is sent again once, and follows its way from there', async () => {
    const { portal, diego, alert } = await bounced(await open(), FULL)
    const page = await diego.get('/interno/correos?estado=rebotados')
    expect(page.body).toContain('María José Paredes')
    expect(page.body).toContain('mar&#8226;')
    expect(page.body).toContain('001-002-000000001')
    expect(page.body).toContain(FULL.words)
    expect(page.body).not.toContain(alert.to_address)
    expect(await stagesOf(portal)).toEqual(['bounced'])
    const address = `/interno/correos/${alert.id}/reenvio`
    expect(await toldBy(diego, address)).toBe('Lo enviamos de nuevo al correo que tiene hoy.')
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['mailed'])
    expect(await toldBy(diego, address)).toContain('Ya se envió de nuevo')
    expect((await diego.get('/interno/correos?estado=rebotados')).body).toContain(
      'Se envió de nuevo',
    )
    await sendMails(portal, await openSink())
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['delivered'])
    expect(await alertsOf(portal)).toHaveLength(2)
    await expectCountsToAgree(portal)
  })

  it('is not sent to a dead address until somebody says that it works', async () => {
    const { portal, diego, customer, alert } = await bounced(await open())
    const address = `/interno/correos/${alert.id}/reenvio`
    expect(await toldBy(diego, address)).toContain('Su correo está muerto')
    const list = (await diego.get('/interno/correos/muertos')).body
    expect(list).toContain('No such user here')
    expect(list).toContain('María José Paredes')
    const works = /action="(\/interno\/correos\/muertos\/\d+\/revision)"/.exec(list)?.[1] ?? ''
    expect(await toldBy(diego, works)).toContain('Desde ahora le llegan avisos')
    expect(await deadAddresses(portal)).toEqual([])
    expect((await diego.post(works)).statusCode).toBe(404)
    expect((await customer.get('/comprobantes')).body).not.toContain('No pudimos entregar')
    expect(await toldBy(diego, address)).toContain('Lo enviamos de nuevo')
    const chain = await portal.db.selectFrom('audit').select(['action', 'subject']).execute()
    const mine = chain.filter(({ action }) => /^(mail|address)\./.test(action))
    const subject = `party:${alert.party_id}`
    expect(mine).toEqual([
      { action: 'address.revived', subject },
      { action: 'mail.resent', subject },
    ])
  })
})

describe('mails', () => {
  it('go to the address that the bank holds when the registered one is dead', async () => {
    const { portal, diego, customer, alert } = await bounced()
    const { db, clock } = portal
    const fixed = 'maria.nueva@correo.example'
    await transaction(db, (tx) => addBankAddress(tx, alert.party_id ?? 0, fixed, clock.now()))
    await diego.post(`/interno/correos/${alert.id}/reenvio`)
    expect((await alertsOf(portal)).map(({ to_address }) => to_address)).toEqual([
      MARIA.email,
      fixed,
    ])
    expect((await customer.get('/comprobantes')).body).toContain('No pudimos entregar tus avisos')
  })

  it('show what waits, when it is tried next and what the server said', async () => {
    const { portal, diego, lucia } = await bank()
    await signUp(portal)
    await register(portal.db, pedro)
    const lot = await readLot(portal, diego, [bill(1, owner), bill(2, pedro)])
    await publish(portal, diego, lucia, lot)
    const sink = await openSink({
      onRecipient: (address) =>
        address.startsWith('pedro')
          ? { code: 451, words: '4.7.1 Try again later' }
          : { code: 550, words: '5.7.1 Blocked' },
    })
    await sendMails(portal, sink)
    const queue = (await diego.get('/interno/correos?estado=cola')).body
    expect(queue).toContain('4.7.1 Try again later')
    expect(queue).toMatch(/1 intento; el próximo, desde el 21 nov 2026, 12:0/)
    expect(queue).not.toContain('reenvio')
    const failed = (await diego.get('/interno/correos?estado=fallidos')).body
    expect(failed).toContain('5.7.1 Blocked')
    expect(failed).toContain('Cambiar el correo')
    expect((await diego.get('/interno/correos')).body).toContain('Código para confirmar su correo')
    expect(await deadAddresses(portal)).toEqual([])
  })

  it('of a day’s summary are sent again with all its receipts', async () => {
    const { portal, diego, lucia } = await bank()
    const { db, context, clock } = portal
    const { loginId } = await register(db, pedro, { alerts: 'daily' })
    const ana = await colleague(portal, 'ana', 'administrator')
    const lot = await readLot(portal, diego, [bill(1, pedro), bill(2, pedro)])
    await publish(portal, diego, lucia, lot)
    clock.advance({ days: 1 })
    await sendDigests(db, { sealKey: context.keys.seal, digestHour: 18 }, clock.now())
    await sendMails(
      portal,
      await openSink({ onRecipient: () => ({ code: 550, words: '5.7.1 No' }) }),
    )
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['bounced', 'bounced'])
    await signInAgain(portal, ana.browser, ana)
    const [digest] = await alertsOf(portal)
    await db
      .updateTable('login')
      .set({ email: 'otro@b.example' })
      .where('id', '=', loginId)
      .execute()
    await ana.browser.post(`/interno/correos/${digest?.id}/reenvio`)
    const sink = await openSink()
    await sendMails(portal, sink)
    const again = sink.received.find(({ recipients }) => recipients.includes('otro@b.example'))
    expect(again && (await readMail(again)).subject).toBe('2 comprobantes por $128,80')
    await follow(portal)
    expect(await stagesOf(portal)).toEqual(['delivered', 'delivered'])
  })

  it('that hold a secret, that arrived or that are nobody’s are not sent again', async () => {
    const { portal, diego, alert } = await bounced(undefined, FULL)
    const code = await portal.db
      .selectFrom('mail')
      .select('id')
      .where('reason', '=', 'email-code')
      .executeTakeFirstOrThrow()
    await portal.db
      .updateTable('mail')
      .set({ status: 'failed' })
      .where('id', '=', code.id)
      .execute()
    for (const id of [code.id, alert.id + 999]) {
      expect((await diego.post(`/interno/correos/${id}/reenvio`)).statusCode).toBe(404)
    }
    const { body } = await diego.get('/interno/correos?estado=fallidos')
    expect(body).not.toContain('reenvio')
  })

  it('are sent again by nobody who may not any more', async () => {
    const { portal, diego, lucia, alert } = await bounced(undefined, FULL)
    const address = `/interno/correos/${alert.id}/reenvio`
    expect((await lucia.post(address)).statusCode).toBe(403)
    await portal.db.updateTable('session').set({ ended_at: '2026-11-21T17:00:00.000Z' }).execute()
    expect((await diego.post(address)).headers.location).toMatch(/^\/interno\/ingresar/)
    expect(await alertsOf(portal)).toHaveLength(1)
  })

  it('lead back to where one was, and nowhere else', async () => {
    const { diego, alert } = await bounced(undefined, FULL)
    const address = `/interno/correos/${alert.id}/reenvio`
    const away = await diego.post(address, { volver: 'https://malo.example/interno' })
    expect(away.headers.location).toBe('/interno')
    const there = await diego.post(address, { volver: '/interno/correos?estado=rebotados' })
    expect(there.headers.location).toBe('/interno/correos?estado=rebotados')
  })

  it.each(['otro', 'cola&despues=x', 'rebotados&despues=1;drop'])(
    'are none of %s',
    async (list) => {
      const { diego } = await bank()
      expect((await diego.get(`/interno/correos?estado=${list}`)).statusCode).toBe(400)
    },
  )

  it('are listed a page after another, each by an index', async () => {
    const { db, queries } = await openNoted()
    const { portal, diego } = await bank(db)
    const many = Array.from({ length: 120 }, (_, at) => note(`cliente${at}`))
    await queue(db, many, portal.clock.now())
    queries.clear()
    const shown: string[] = []
    for (let href: string | undefined = '/interno/correos?estado=cola'; href; ) {
      const { body } = await diego.get(href)
      shown.push(
        ...[...body.matchAll(/<span class="bajo">(cli[^<]+)@/g)].map(([, one = '']) => one),
      )
      href = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(shown.length).toBeGreaterThanOrEqual(120)
    for (const list of ['recientes', 'fallidos', 'rebotados']) {
      await diego.get(`/interno/correos?estado=${list}`)
    }
    await diego.get('/interno/correos/muertos')
    const wrong: string[] = []
    for (const query of queries.values()) {
      if (!/from "(mail|dead_address)"/.test(query.sql) || !/^select/.test(query.sql)) continue
      const bad = (await planOf(db, query)).filter((step) => WALKS.test(step))
      if (bad.length > 0) wrong.push(`${bad.join('; ')}: ${query.sql}`)
    }
    expect(wrong).toEqual([])
  })
})
