import { describe, expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { openReceipt } from '#src/receipts/files/open-receipt.ts'
import { findReceiptOf } from '#src/receipts/receipt-store.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import { type Day, formatDateTime } from '#src/values/day.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'
import { load, signIn, signInPerson } from './support/signed-in.ts'

const FILES = demoReceipts('2026-11-21' as Day)

const text = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#8226;', '•')

const plainText = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

async function mariasPortal() {
  const portal = await openPortal()
  await load(portal, FILES)
  const who = await signInPerson(portal, maria)
  const rows = await portal.db
    .selectFrom('receipt_owner')
    .select(['access_key', 'kind'])
    .where('party_id', '=', who.partyId)
    .where('status', '=', 'authorized')
    .execute()
  const keyOf = (kind: string) => rows.find((row) => row.kind === kind)?.access_key ?? ''
  return { portal, who, browser: who.browser, keyOf, kinds: new Set(rows.map(({ kind }) => kind)) }
}

describe('the page of a receipt', () => {
  test('says of each kind everything that its PDF prints', async () => {
    const { portal, who, browser, keyOf, kinds } = await mariasPortal()
    expect(kinds.size).toBe(6)
    for (const kind of kinds) {
      const key = keyOf(kind)
      const page = await browser.get(`/comprobantes/${key}`)
      expect(page.statusCode).toBe(200)
      const shown = plainText(text(page.body))
      const receipt = await findReceiptOf(portal.db, ownScope(who.partyId), key)
      const opened = receipt && (await openReceipt(portal.db, receipt))
      const sheet = opened?.sheet
      if (!sheet) throw new Error(`${kind} cannot be read`)
      const blocks = [...sheet.body, ...sheet.aside]
      const cells = blocks.flatMap(({ table }) => table?.rows.flatMap((row) => row.cells) ?? [])
      const pairs = [...sheet.header, ...sheet.issuer.facts, ...sheet.additional]
      const words = [
        ...cells,
        ...pairs.map(({ value }) => value),
        ...sheet.totals.map(({ value }) => value),
        ...sheet.totals.map(({ label }) => label),
      ]
      for (const word of words) expect(shown).toContain(word.replaceAll(/\s+/g, ' ').trim())
      expect(shown).toContain(key.replaceAll(/(\d{7})(?=\d)/g, '$1 '))
      expect(page.body).toContain(`data-copy="${key}"`)
      expect(shown).not.toContain(maria.id)
    }
  })

  test('tells its story with the times of the records themselves', async () => {
    const { portal, browser, who, keyOf } = await mariasPortal()
    const key = keyOf('invoice')
    const address = `/comprobantes/${key}`
    await browser.get(address)
    const firstSeen = portal.clock.now()
    portal.clock.advance({ minutes: 3 })
    await browser.get(`${address}.pdf`)
    portal.clock.advance({ minutes: 4 })
    await browser.get(`${address}.pdf`)
    const lastPdf = portal.clock.now()
    const sent = await browser.post(`${address}/correo`)
    expect(sent.statusCode).toBe(303)
    expect(sent.headers.location).toBe(address)
    const shown = text((await browser.get(address)).body)
    expect(shown).toContain('Lo enviamos a cli•••@correo.example')
    expect(shown).toContain('Correo en camino')
    expect(shown).toMatch(new RegExp(`La viste por primera vez\\s*${formatDateTime(firstSeen)}:00`))
    expect(shown).toMatch(new RegExp(`Descargaste el PDF\\s*${formatDateTime(lastPdf)}:00`))
    expect(shown).toContain('2 veces; esta es la última')
    const receipt = await findReceiptOf(portal.db, ownScope(who.partyId), key)
    const authorized = formatDateTime(new Date(receipt?.authorizedAt ?? ''))
    expect(shown).toMatch(new RegExp(`Autorizada por el SRI\\s*${authorized}`))
    const order = ['Emitida ', 'Autorizada por el SRI ', 'Recibida en este portal', 'La viste']
    const story = shown.slice(shown.indexOf('Recorrido'))
    const places = order.map((word) => story.indexOf(word))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    await portal.db
      .updateTable('mail')
      .set({ status: 'sent', sent_at: '2026-11-21T18:00:05.000Z' })
      .execute()
    const later = text((await browser.get(address)).body)
    expect(later).toMatch(/Enviada a tu correo\s*21 nov 2026, 13:00:05\s*cli•••@correo\.example/)
  })

  test('mails a copy three times a day and then says why not', async () => {
    const { portal, browser, keyOf } = await mariasPortal()
    const address = `/comprobantes/${keyOf('invoice')}`
    for (let at = 0; at < 3; at += 1) {
      expect((await browser.post(`${address}/correo`)).statusCode).toBe(303)
    }
    const refused = await browser.post(`${address}/correo`)
    expect(refused.statusCode).toBe(422)
    expect(text(refused.body)).toContain('Hoy ya te enviamos este comprobante 3 veces')
    portal.clock.advance({ days: 1 })
    expect(await portal.db.selectFrom('mail').selectAll().execute()).toHaveLength(3)
  })

  test('gives no files of what is in process, rejected or has no document', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, 'Rosa Intriago')
    const pending = aReceipt({ status: 'pending' })
    const rejected = aReceipt({ status: 'rejected' })
    await addReceipts(portal.db, [partyId], [pending, rejected])
    const { browser } = await signIn(portal, partyId, 'Rosa Intriago')
    const page = await browser.get(`/comprobantes/${pending.accessKey}`)
    expect(page.statusCode).toBe(200)
    expect(text(page.body)).toContain('Te avisaremos cuando puedas descargarlo')
    expect(page.body).not.toContain('Descargar PDF')
    const other = await browser.get(`/comprobantes/${rejected.accessKey}`)
    expect(text(other.body)).toContain('El SRI no lo autorizó')
  })

  test('leads back to the list as it was left', async () => {
    const { browser, keyOf } = await mariasPortal()
    const list = '/comprobantes?q=comision&periodo=este-ano'
    const page = await browser.get(`/comprobantes/${keyOf('invoice')}`, {
      referer: `http://127.0.0.1:3000${list}`,
    })
    expect(page.body).toContain(`href="${list.replace('&', '&amp;')}"`)
    const strange = await browser.get(`/comprobantes/${keyOf('invoice')}`, {
      referer: 'https://otro.example//comprobantes.example/x',
    })
    expect(strange.body).not.toContain('otro.example')
  })
})
