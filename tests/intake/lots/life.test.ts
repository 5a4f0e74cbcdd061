import { describe, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { verify } from '#src/backoffice/verify.ts'
import { showLot } from '#src/intake/command/lot-command.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import { dayOf } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { START } from '#tests/support/portal.ts'
import { openNoted } from '#tests/support/query-plans.ts'
import { colleague } from '../../identity/staff/support.ts'
import { addPerson, firstLogin } from '../../identity/support.ts'
import { folderWith } from '../loading.ts'
import { approve, bank, lotFolders, publish, readLot, sendForm, upload, work } from './support.ts'

const RECEIPTS = demoReceipts(dayOf(START))
const FILES = RECEIPTS.map(({ name, xml }) => ({ name, content: xml }))
const MARIA = {
  number: maria.id,
  name: 'María José Paredes',
  email: 'maria.paredes@correo.example',
  password: 'Guacamayo de la montaña',
}

async function countReceipts({ db }: TestPortal): Promise<number> {
  const { rows } = await db
    .selectFrom('receipt')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

/** What a lot's page says, its tags taken out. */
async function pageOf(browser: Browser, address: string): Promise<string> {
  const { body, statusCode } = await browser.get(address)
  expect(statusCode).toBe(200)
  return body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}

eachDatabase((open) => {
  it('is read before it is published, published by a second person, and withdrawn', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const files = FILES.slice(0, 30)
    const lot = await readLot(portal, diego, [...files, { name: 'nota.xml', content: '<hola/>' }])
    expect(lot).toBe('/interno/lotes/2026-11-0001')
    const page = await pageOf(diego, lot)
    expect(page).toContain('Nuevos 30')
    expect(page).toContain('Con error 1')
    expect(page).toContain('nota.xml')
    expect(await countReceipts(portal)).toBe(0)

    await publish(portal, diego, lucia, lot)
    expect(await countReceipts(portal)).toBe(30)
    expect(await pageOf(diego, lot)).toContain('Publicados 30')

    await diego.post(`${lot}/retiro`)
    await approve(lucia)
    await work(portal)
    expect(await countReceipts(portal)).toBe(0)
    expect(await pageOf(diego, lot)).toContain('Retirados 30')
    const { ok, checks } = await verify(portal.context)
    expect(checks.flatMap(({ problems }) => problems)).toEqual([])
    expect(ok).toBe(true)
  })

  it('foresees what is new, there already, twice, or another document with the same key', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const [first, second, third] = FILES
    if (!first || !second || !third) throw new Error('Too few receipts')
    await publish(portal, diego, lucia, await readLot(portal, diego, [first, second]))
    const other = {
      name: 'otro.xml',
      content: second.content.replace('BANCO CEIBO', 'BANCO SEIBO'),
    }
    expect(other.content).not.toBe(second.content)
    const lot = await readLot(portal, diego, [first, other, third, { ...third, name: 'b.xml' }])
    const page = await pageOf(diego, lot)
    expect(page).toContain('Nuevos 1')
    expect(page).toContain('Ya estaban, idénticos 1')
    expect(page).toContain('Misma clave, otro contenido 1')
    expect(page).toContain('Repetidos en el lote 1')
    await publish(portal, diego, lucia, lot)
    expect(await countReceipts(portal)).toBe(3)
    const after = await pageOf(diego, lot)
    expect(after).toContain('Publicados 1')
    expect(after).toContain('Repetidos en el lote 1')
  })
})

describe('a lot', () => {
  it('cannot be withdrawn once its owner has opened a receipt, and says who has', async () => {
    const { portal, diego, lucia } = await bank()
    await addPerson(portal, MARIA)
    const customer = portal.browser()
    await firstLogin(portal, customer, MARIA)
    const lot = await readLot(portal, diego, FILES)
    expect(await pageOf(diego, lot)).toContain('Reciben un correo')
    expect((await portal.inbox()).filter(({ reason }) => reason === 'receipt-alert')).toEqual([])
    await publish(portal, diego, lucia, lot)
    const mails = (await portal.inbox()).filter(({ reason }) => reason === 'receipt-alert')
    expect(mails.length).toBeGreaterThan(10)
    const list = await customer.get('/comprobantes?periodo=rango')
    const receipt = /href="(\/comprobantes\/\d{49})/.exec(list.body)?.[1]
    expect((await customer.get(String(receipt))).statusCode).toBe(200)
    await diego.post(`${lot}/retiro`)
    const page = await pageOf(diego, lot)
    expect(page).toContain('Alguien ya abrió comprobantes de este lote')
    expect(page).toContain('María José Paredes')
  })

  it('withdraws the rest when somebody opens a receipt after the proposal was approved', async () => {
    const { portal, diego, lucia } = await bank()
    await addPerson(portal, MARIA)
    const customer = portal.browser()
    await firstLogin(portal, customer, MARIA)
    const lot = await readLot(portal, diego, FILES)
    await publish(portal, diego, lucia, lot)
    await diego.post(`${lot}/retiro`)
    await approve(lucia)
    const list = await customer.get('/comprobantes?periodo=rango')
    const receipt = /href="(\/comprobantes\/\d{49})/.exec(list.body)?.[1]
    await customer.get(String(receipt))
    await work(portal)
    expect(await countReceipts(portal)).toBe(1)
    expect((await customer.get(String(receipt))).statusCode).toBe(200)
    expect(await pageOf(diego, lot)).toContain(`Retirados ${FILES.length - 1}`)
  })

  it('says that this very file was loaded before, when and in which lot, by one look', async () => {
    const { db, times } = await openNoted()
    const { portal, diego } = await bank(db)
    await readLot(portal, diego, FILES.slice(0, 2))
    portal.clock.advance({ minutes: 3 })
    await readLot(portal, diego, FILES.slice(2, 3))
    const one = await readLot(portal, diego, FILES.slice(1, 2))
    const first = 'Ver el lote 2026-11-0001, del 21 nov 2026, 12:00'
    expect(await pageOf(diego, one)).toContain(`Este mismo archivo ya se cargó antes. ${first}`)
    const lot = await readLot(portal, diego, [...FILES.slice(0, 1), ...FILES.slice(2, 9)])
    times.clear()
    expect(await pageOf(diego, lot)).toContain(
      `2 de estos archivos ya se cargaron antes. ${first} Ver el lote 2026-11-0002, del 21 nov 2026, 12:03`,
    )
    const looks = [...times].filter(([text]) => text.includes('"earlier"'))
    expect(looks.map(([, count]) => count)).toEqual([1])
  })

  it('tells which numbers are missing, but for those that came in another lot', async () => {
    const { portal, diego, lucia } = await bank()
    const crowd = [...manyReceipts({ count: 60, people: 5, seed: 9, lastDay: dayOf(START) })]
    const invoices = crowd
      .filter(({ name }) => name.slice(8, 10) === '01')
      .map(({ name, xml }) => ({ name, content: xml }))
    const [, , missing, ...rest] = invoices
    if (!missing) throw new Error('Too few invoices')
    await publish(portal, diego, lucia, await readLot(portal, diego, [missing]))
    const known = Number(missing.name.slice(30, 39))
    const page = await pageOf(
      diego,
      await readLot(portal, diego, [...invoices.slice(0, 2), ...rest]),
    )
    expect(page).not.toContain(`falta 002-001-${String(known).padStart(9, '0')}`)
    expect(page).toMatch(/Faltan? \d+ números?/)
  })

  it('is published by nobody who proposed it, and once however many approve at once', async () => {
    const { portal, diego, lucia } = await bank()
    const ana = await colleague(portal, 'ana', 'administrator')
    const lot = await readLot(portal, diego, FILES.slice(0, 5))
    await diego.post(`${lot}/publicacion`)
    const { body } = await lucia.get('/interno/aprobaciones')
    const id = /aprobaciones\/(\d+)\/aprobacion/.exec(body)?.[1]
    expect((await diego.post(`/interno/aprobaciones/${id}/aprobacion`)).statusCode).toBe(403)
    await Promise.all([
      lucia.post(`/interno/aprobaciones/${id}/aprobacion`),
      ana.browser.post(`/interno/aprobaciones/${id}/aprobacion`),
    ])
    const jobs = await portal.db
      .selectFrom('job')
      .select('id')
      .where('kind', '=', 'lot.publish')
      .execute()
    expect(jobs.length).toBe(1)
    await work(portal)
    expect(await countReceipts(portal)).toBe(5)
  })

  it('can be withdrawn when its load from the command line was cut short', async () => {
    const { portal, diego, lucia } = await bank()
    const { db, keys, policy, now } = portal.context
    const folder = folderWith(
      Object.fromEntries(FILES.slice(0, 8).map((one) => [one.name, one.content])),
    )
    const cut = () => {
      throw new Error('The terminal is gone')
    }
    const needs = { db, keys, policy, now, issuers: [], onItem: cut }
    await expect(loadFiles([folder], needs)).rejects.toThrow('gone')
    expect(await countReceipts(portal)).toBe(8)
    const lot = '/interno/lotes/2026-11-0001'
    expect(await pageOf(diego, lot)).toContain('Detenido')
    await diego.post(`${lot}/retiro`)
    await approve(lucia)
    await work(portal)
    expect(await countReceipts(portal)).toBe(0)
  })

  it('is shown on the terminal too', async () => {
    const { portal, diego } = await bank()
    const files = [...FILES.slice(0, 3), { name: 'nota.xml', content: '<hola/>' }]
    const lot = await readLot(portal, diego, files)
    let text = ''
    const stream = { write: (more: string) => (text += more) }
    const terminal = { stdout: stream, stderr: stream }
    const number = lot.split('/').at(-1) ?? ''
    expect(await showLot([number], portal, terminal)).toBe(1)
    expect(text).toContain('por publicar')
    expect(text).toContain('Nuevos: 3')
    text = ''
    await showLot([number, '--json'], portal, terminal)
    expect(JSON.parse(text)).toEqual({
      number,
      status: 'ready',
      outcomes: { new: 3, refused: 1 },
    })
    expect(await showLot(['2026-11-0099'], portal, terminal)).toBe(1)
  })

  it('shows on a terminal how far the work on it is, until that ends', async () => {
    const { portal, diego } = await bank()
    const { headers } = await upload(portal, diego, FILES.slice(0, 3))
    const note = (done: number) => portal.db.updateTable('job').set({ done, total: 3 }).execute()
    await note(0)
    const steps = [() => note(2), () => note(0).then(() => work(portal))]
    const drawn: string[] = []
    let going: Promise<unknown> = Promise.resolve()
    const stderr = {
      isTTY: true,
      columns: 90,
      write: (text: string) => {
        drawn.push(text)
        going = Promise.resolve(steps.shift()?.())
      },
    }
    let text = ''
    const stdout = { write: (more: string) => (text += more) }
    const number = String(headers.location).split('/').at(-1) ?? ''
    expect(await showLot([number], portal, { stdout, stderr })).toBe(0)
    await going
    expect(drawn[0]).toBe(`\r\u001b[K${'░'.repeat(30)} 0 de 3 archivos`)
    const bar = `\r\u001b[K${'█'.repeat(20)}${'░'.repeat(10)} 2 de 3 archivos · `
    expect(drawn[1]?.slice(0, bar.length)).toBe(bar)
    // The line is clean for what the lot then is.
    expect(drawn.at(-1)).toBe('\r\u001b[K')
    expect(text).toContain('Nuevos: 3')
  })

  it('leaves nothing of an upload that is cut, and says so', async () => {
    const { portal, diego } = await bank()
    const whole = await import('./support.ts').then(({ multipart }) => multipart(FILES.slice(0, 3)))
    const answer = await sendForm(
      portal,
      diego,
      whole.body.subarray(0, whole.body.length - 900),
      whole.type,
    )
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('La subida se cortó y no quedó nada a medias')
    expect(lotFolders(portal)).toEqual([])
    expect(await portal.db.selectFrom('lot').selectAll().execute()).toEqual([])
  })

  it('refuses what is no XML and no ZIP, what is empty, and a form without files', async () => {
    const { portal, diego } = await bank()
    const pdf = await upload(portal, diego, [{ name: 'a.pdf', content: '%PDF-1.7 etcetera' }])
    expect(pdf.statusCode).toBe(422)
    expect(pdf.body).toContain('«a.pdf»: No es un XML ni un ZIP')
    expect((await upload(portal, diego, [{ name: 'a.xml', content: '' }])).body).toContain('vacío')
    expect((await upload(portal, diego, [])).body).toContain('Elige al menos un archivo')
    expect(lotFolders(portal)).toEqual([])
  })

  it('keeps no name of a file as a path, and prints none as code', async () => {
    const { portal, diego } = await bank()
    const name = '../../../etc/<script>alert(1)</script>\u202e.xml'
    const [first] = FILES
    const lot = await readLot(portal, diego, [{ name, content: String(first?.content) }])
    const { body } = await diego.get(lot)
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('script&gt;.xml')
    expect(lotFolders(portal).length).toBe(1)
  })

  it('shows the PDF of a document that is not published', async () => {
    const { portal, diego } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 4))
    const pdf = await diego.get(`${lot}/filas/2.pdf`)
    expect(pdf.statusCode).toBe(200)
    expect(pdf.headers['content-type']).toBe('application/pdf')
    expect(pdf.body.startsWith('%PDF')).toBe(true)
    expect((await diego.get(`${lot}/filas/9.pdf`)).statusCode).toBe(404)
  })

  it('waits, goes on and ends as whoever loaded it wishes', async () => {
    const { portal, diego } = await bank()
    const lot = String((await upload(portal, diego, FILES.slice(0, 3))).headers.location)
    await diego.post(`${lot}/pausa`)
    await work(portal)
    expect(await pageOf(diego, lot)).toContain('En pausa')
    await diego.post(`${lot}/reanudacion`)
    await work(portal)
    expect(await pageOf(diego, lot)).toContain('Nuevos 3')
    await diego.post(`${lot}/descarte`)
    expect(await pageOf(diego, lot)).toContain('Descartado')
    expect((await diego.post(`${lot}/publicacion`)).headers['set-cookie']).toBeDefined()
    expect((await portal.db.selectFrom('approval').selectAll().execute()).length).toBe(0)
  })
})
