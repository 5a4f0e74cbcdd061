import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { readLot } from '#tests/intake/lots/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { loadReceipts } from '#tests/support/load.ts'
import { openPortal, START } from '#tests/support/portal.ts'

const FILES = demoReceipts(dayOf(START)).slice(-12)
const [FIRST] = FILES
const KEY = FIRST?.name.slice(0, 49) ?? ''
const SEES = '/interno/comprobantes'

eachDatabase((open) => {
  it('is found by its key or its number, with its story, its lot and its files', async () => {
    const portal = await openPortal({ db: await open() })
    await loadReceipts(portal, FILES)
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    const { number } = await portal.db
      .selectFrom('receipt')
      .select('number')
      .where('access_key', '=', KEY)
      .executeTakeFirstOrThrow()
    for (const q of [KEY, `${KEY.slice(0, 10)} ${KEY.slice(10)}`, number]) {
      const list = await browser.get(`${SEES}?q=${encodeURIComponent(q)}`)
      expect(list.body).toContain(`href="${SEES}/${KEY}"`)
    }
    const page = await browser.get(`${SEES}/${KEY}`)
    expect(page.body).toContain('Cargado en el portal')
    expect(page.body).toContain('2026-11-0001')
    expect((await browser.get(`${SEES}/${KEY}.xml`)).body).toBe(FIRST?.xml)
    expect((await browser.get(`${SEES}/${KEY}.pdf`)).body.startsWith('%PDF')).toBe(true)
    const looks = await portal.db
      .selectFrom('audit')
      .select('subject')
      .where('action', '=', 'receipt.seen')
      .execute()
    expect(looks.map(({ subject }) => subject)).toEqual(Array(3).fill(`receipt:${KEY}`))
    // What the bank looks at is not read by its owner.
    expect(await portal.db.selectFrom('receipt_reading').selectAll().execute()).toEqual([])
  })

  it('shows the other file that came with its key, as it came', async () => {
    const portal = await openPortal({ db: await open() })
    await loadReceipts(portal, FILES)
    const other = FIRST?.xml.replace('BANCO CEIBO', 'BANCO SEIBO') ?? ''
    const { browser } = await colleague(portal, 'diego', 'loader')
    await readLot(portal, browser, [{ name: 'otro.xml', content: other }])
    expect((await browser.get(`${SEES}/apartados`)).body).toContain('No hay ninguno')
    await expect(loadReceipts(portal, [{ name: 'otro.xml', xml: other }])).rejects.toThrow()
    expect((await browser.get(`${SEES}/apartados`)).body).toContain(KEY)
    const page = await browser.get(`${SEES}/${KEY}`)
    const file = /href="(\/interno\/comprobantes\/apartados\/\d+\.xml)"/.exec(page.body)?.[1]
    expect((await browser.get(String(file))).body).toBe(other)
    expect((await browser.get(`${SEES}/apartados/99.xml`)).statusCode).toBe(404)
  })
})

it('is not found by what is no key and no number', async () => {
  const portal = await openPortal()
  await loadReceipts(portal, FILES)
  const { browser } = await colleague(portal, 'tomas', 'auditor')
  for (const q of ['hola', "' or 1=1 --", '9'.repeat(49), '001-002-999999999']) {
    const { body, statusCode } = await browser.get(`${SEES}?q=${encodeURIComponent(q)}`)
    expect(statusCode).toBe(200)
    expect(body).toContain('No hay un comprobante así')
  }
  expect((await browser.get(`${SEES}/${'9'.repeat(49)}`)).statusCode).toBe(404)
})
