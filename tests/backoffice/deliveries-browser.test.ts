import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reports } from '#fixtures/outbox/reports.ts'
import { finalConsumer, maria, pedro, rosa } from '#fixtures/people.ts'
import { enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { addPerson, MARIA } from '#tests/identity/support.ts'
import { bill, follow, sendMails } from '#tests/intake/lots/journey-support.ts'
import { loadLot } from '#tests/intake/lots/support.ts'
import { handIn, messageIdNamed, SECRET } from '#tests/outbox/bounces/support.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { signIn } from '#tests/receipts/support/signed-in.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

it('has no fault on any page of what became of the mails', { timeout: 300_000 }, async () => {
  const portal = await openLivePortal({ bounceSecret: SECRET })
  const { url, db } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'lucia', 'loader')
  const mails = `${url}/interno/correos`
  for (const list of ['', '?estado=rebotados', '/muertos']) {
    await page.goto(mails + list)
    await look(`correos-vacios${list.replaceAll(/\W/g, '')}`)
  }
  await page.goto(`${url}/interno/entregas`)
  await look('entregas-vacias')

  const partyId = await addPerson(portal, MARIA)
  const customer = await visit(chromium)
  const { browser } = await signIn(portal, partyId, MARIA.name)
  const cookies = [...browser.cookies].map(([name, value]) => ({ name, value, url }))
  await customer.context.addCookies(cookies)
  await register(db, pedro)
  await addPerson(portal, { ...MARIA, number: rosa.id, name: 'Rosa Intriago' }, 'rosa@b.example')
  const owner = { ...maria, id: MARIA.number }
  const mine = [1, 2, 3, 4, 5].map((sequence) => bill(sequence, owner))
  const lot = await loadLot(portal, [
    ...mine,
    bill(6, pedro),
    bill(7, rosa),
    bill(8, finalConsumer),
  ])
  await page.goto(url + lot)
  await look('lote-sin-mirar')
  const sink = await openSink({
    onRecipient: (address) =>
      address.startsWith('pedro') ? { code: 451, words: '4.7.1 Try again later' } : null,
  })
  await sendMails(portal, sink)
  const keys = await db.selectFrom('receipt').select('access_key').orderBy('id').execute()
  await customer.page.goto(`${url}/comprobantes/${keys[0]?.access_key}`)
  await customer.page.goto(`${url}/comprobantes/${keys[1]?.access_key}`)
  const download = customer.page.waitForEvent('download')
  await customer.page.click('a[href$=".xml"] >> nth=0')
  await download
  const sent = await db.selectFrom('mail').selectAll().where('receipt_id', 'in', [4, 5]).execute()
  for (const [at, { id, to_address: address }] of sent.entries()) {
    const report = at === 0 ? {} : { status: '5.2.2', words: '552 5.2.2 Mailbox full' }
    const mail = { messageId: messageIdNamed(portal, id), address }
    await handIn(portal, reports.postfix(mail, report))
  }
  await follow(portal)
  await page.goto(url + lot)
  await look('lote-recorrido')
  await page.click('.embudo a >> nth=1')
  await look('recorrido-enviados')
  await page.goto(`${url}${lot}/recorrido/rebotados`)
  await look('recorrido-rebotados')
  await page.goto(`${url}/interno/entregas`)
  await look('entregas')
  await page.goto(`${url}/interno/entregas?desde=2026-11-31`)
  await look('entregas-error')
  await page.goto(mails)
  await look('correos')
  await page.click('nav[aria-label="Qué correos"] a:has-text("Rebotados")')
  await look('correos-rebotados')
  await page.click('nav[aria-label="Qué correos"] a:has-text("Correos muertos")')
  await page.click('summary:has-text("Ya funciona")')
  await look('correos-muertos')

  await customer.page.goto(`${url}/comprobantes`)
  await customer.page.locator('.aviso.espera').first().waitFor()
  faults.push(...(await faultsInEveryLook(customer.page, 'correo-muerto')))
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
