import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { addPerson, firstLogin, MARIA } from '#tests/identity/support.ts'
import { bookBytes, textRow } from '#tests/intake/rows/book-bytes.ts'
import type { RawEntry } from '#tests/intake/zip-bytes.ts'
import { zipBytes } from '#tests/intake/zip-bytes.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { bill, follow } from './journey-support.ts'
import { spoiled, templateOf } from './rows-support.ts'
import { bank, publish, readLot, upload, work } from './support.ts'

const MEGABYTE = 1024 ** 2
const ZEROS = Buffer.alloc(300_000)
const good = bill(1, maria)

const many = (count: number, content: Buffer | string): RawEntry[] =>
  Array.from({ length: count }, (_, n) => ({ name: `${n}.xml`, content }))

const hostileZips: [string, Buffer, string, number][] = [
  [
    'a bomb',
    zipBytes(many(Math.ceil((60 * MEGABYTE) / 300_000), ZEROS)),
    'se expandiría muchísimo más',
    0,
  ],
  [
    'a ZIP within a ZIP',
    zipBytes([
      { name: 'dentro.zip', content: zipBytes([{ name: 'a.xml', content: good.content }]) },
      { name: 'b.xml', content: good.content },
    ]),
    'ZIP dentro de otro',
    1,
  ],
  ['a ZIP of 50,001', zipBytes(many(50_001, '')), '50.000', 0],
]

async function text(browser: Browser, address: string): Promise<string> {
  const { body } = await browser.get(address)
  return body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
}

async function receipts({ db }: TestPortal): Promise<number> {
  return (await db.selectFrom('receipt').select('id').execute()).length
}

it.each(hostileZips)('%s is read to its end and refused with a sentence', async (...given) => {
  const [, content, sentence, taken] = given
  const { portal, diego, lucia } = await bank()
  const lot = await readLot(portal, diego, [{ name: 'todo.zip', content }])
  expect(await text(diego, lot)).toContain(sentence)
  const jobs = await portal.db.selectFrom('job').select('status').execute()
  expect(jobs).toEqual([{ status: 'done' }])
  if (taken > 0) await publish(portal, diego, lucia, lot)
  expect(await receipts(portal)).toBe(taken)
})

it('a workbook that grows a thousand times is refused with a sentence', async () => {
  const { portal, diego } = await bank()
  const content = bookBytes(textRow(1, ['x'.repeat(60_000_000)]))
  expect(content.length).toBeLessThan(MEGABYTE)
  const lot = await readLot(portal, diego, [{ name: 'filas.xlsx', content }], 'factura')
  const page = await text(diego, lot)
  expect(page).toMatch(/No pudo terminar/)
  expect(page).toMatch(/(?:libro|archivo) (?:de Excel|[^.]*)\. /)
})

/** What moves or hides other signs. */
const UNSEEN = /\p{Bidi_Control}|(?![\n\r\t])\p{Cc}/u
/** A cell that a spreadsheet would compute; a number kept as a text is none. */
const FORMULA = /(?:^|[;\n])"?(?!=""\d+"")[=+\-@\t]/m
const TURNED = '\u202e'
const EVIL_NAME = `=HYPERLINK("http://x.example")<img src=x onerror=alert(1)>${TURNED}\u0007`

it('what cells of rows say is shown as text, and leaves as text', async () => {
  const { portal, diego } = await bank()
  const { bad } = spoiled(await templateOf(diego, 'factura'))
  const [head = '', first = '', ...rest] = bad.split('\r\n')
  const cells = first.split(';')
  const place = head.split(';').indexOf('razon_social')
  cells[place] = `"${EVIL_NAME.replaceAll('"', '""')}"`
  cells[0] = '"=1+1"'
  const content = [head, cells.join(';'), ...rest].join('\r\n')
  const name = `${EVIL_NAME.replaceAll('"', '')}.csv`
  const lot = await readLot(portal, diego, [{ name, content }], 'factura')
  for (const address of [lot, `${lot}/filas/1`, '/interno/lotes']) {
    const { body, statusCode } = await diego.get(address)
    expect(statusCode).toBe(200)
    expect(body).not.toContain('<img src=x')
    expect(body.replace(/<(?:input|textarea)[^>]*>/g, '')).not.toMatch(UNSEEN)
  }
  const table = (await diego.post(`${lot}/errores.csv`)).body
  expect(table).not.toMatch(FORMULA)
})

it('what documents say is shown, mailed and exported as text', async () => {
  const { portal, diego, lucia } = await bank()
  const person = { ...MARIA, number: maria.id }
  await addPerson(portal, person)
  const customer = portal.browser()
  await firstLogin(portal, customer, person)
  const evil = { ...maria, name: `=cmd|' /C calc'!A0 <b onclick=x>Ñ` }
  const lot = await readLot(portal, diego, [
    { ...bill(1, evil), name: '=uno.xml' },
    { name: '@dos<script>.xml', content: '<hola/>' },
  ])
  expect((await diego.get(lot)).body).not.toMatch(/<script>\.xml|<b onclick/)
  const faults = (await diego.post(`${lot}/errores.csv`)).body
  expect(faults).toContain("'@dos")
  await publish(portal, diego, lucia, lot)
  expect(await receipts(portal)).toBe(1)
  const mails = await portal.inbox()
  expect(mails.map(({ reason }) => reason)).toContain('receipt-alert')
  for (const { html, text: plain, subject } of mails) {
    expect(html).not.toContain('<b onclick')
    expect(`${subject}${plain}`).not.toMatch(UNSEEN)
  }
  await follow(portal)
  const exports = [
    await customer.get('/comprobantes.csv?periodo=rango'),
    await diego.post(`${lot}/recorrido/enviados/descarga`),
  ]
  for (const { body, statusCode } of exports) {
    expect(statusCode).toBe(200)
    expect(body).toContain('001-002-000000001')
    expect(body).not.toMatch(FORMULA)
  }
  const list = (await customer.get('/comprobantes?periodo=rango')).body
  expect(list).toContain('001-002-000000001')
  expect(list).not.toContain('<b onclick')
})

it('a name that is no more than signs, or endless, is still a name', async () => {
  const { portal, diego } = await bank()
  const names = [`${TURNED}\u0007`, 'á'.repeat(5_000), '..', 'con\r\nsalto.xml']
  const files = names.map((name) => ({ name, content: good.content }))
  const sent = await upload(portal, diego, files)
  expect([303, 422]).toContain(sent.statusCode)
  if (sent.statusCode === 422) return
  await work(portal)
  const { body } = await diego.get(String(sent.headers.location))
  expect(body).not.toMatch(UNSEEN)
})
