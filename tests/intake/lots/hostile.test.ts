import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Db } from '#src/db/open.ts'
import { openJobWorker } from '#src/jobs.ts'
import { dayOf } from '#src/values/day.ts'
import { zipBytes } from '#tests/intake/zip-bytes.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { ORIGIN, openPortal, START } from '#tests/support/portal.ts'
import { colleague } from '../../identity/staff/support.ts'
import { lotFolders, multipart, readLot, sendForm, upload, work } from './support.ts'

const FILES = demoReceipts(dayOf(START)).map(({ name, xml }) => ({ name, content: xml }))

/** Diego loads, Lucía approves. */
async function bank(db?: Db) {
  const portal = await openPortal(db ? { db } : {})
  const diego = await colleague(portal, 'diego', 'loader')
  const lucia = await colleague(portal, 'lucia', 'approver')
  return { portal, diego: diego.browser, lucia: lucia.browser }
}

async function outcomes({ db }: TestPortal): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('lot_item')
    .groupBy('outcome')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]))
}

async function countReceipts({ db }: TestPortal): Promise<number> {
  return (await db.selectFrom('receipt').select('id').execute()).length
}

/** Approves the newest proposal that waits, and has what follows done. */
async function approve(portal: TestPortal, approver: Browser): Promise<void> {
  const { body } = await approver.get('/interno/aprobaciones')
  const ids = [...body.matchAll(/aprobaciones\/(\d+)\/aprobacion/g)].map(([, id]) => Number(id))
  expect(ids.length).toBeGreaterThan(0)
  await approver.post(`/interno/aprobaciones/${Math.max(...ids)}/aprobacion`)
  await work(portal)
}

async function publish(portal: TestPortal, loader: Browser, approver: Browser, lot: string) {
  await loader.post(`${lot}/publicacion`)
  await approve(portal, approver)
}

/** The example of the template of facturas, with the cédula of its first receipt spoiled. */
async function spoiledRows(browser: Browser) {
  const good = (await browser.get('/interno/lotes/plantillas/factura.csv')).body
  const cells = (good.split('\r\n')[1] ?? '').split(';').map((cell) => cell.replace(/[^0-9]/g, ''))
  const cedula = cells.find((cell) => cell.length === 10) ?? ''
  const wrong = cedula.slice(0, -1) + String((Number(cedula.at(-1)) + 1) % 10)
  return { good, bad: good.replace(cedula, wrong), cedula, wrong }
}

async function sendMended(portal: TestPortal, browser: Browser, lot: string, content: string) {
  const { body, type } = multipart([{ name: 'b.csv', content }])
  return sendForm(portal, browser, body, type, `${lot}/correcciones`)
}

eachDatabase((open) => {
  it('stays as it was proposed until somebody decides, however it is corrected', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const { bad, wrong, cedula } = await spoiledRows(diego)
    const lot = await readLot(portal, diego, [{ name: 'a.csv', content: bad }], 'factura')
    const before = await outcomes(portal)
    await diego.post(`${lot}/publicacion`)

    const page = await diego.get(lot)
    const row = /href="(\/interno\/lotes\/[\d-]+\/filas\/\d+)"/.exec(page.body)?.[1] ?? ''
    const form = await diego.get(row)
    const id = /<input id="(c0-\d+)"[^>]*aria-invalid/.exec(form.body)?.[1] ?? ''
    expect((await diego.post(row, { [id]: cedula })).statusCode).toBe(303)
    expect(await outcomes(portal)).toEqual(before)

    const faults = (await diego.post(`${lot}/errores.csv`)).body.replace(wrong, cedula)
    expect((await sendMended(portal, diego, lot, faults)).statusCode).toBe(303)
    await work(portal)
    expect(await outcomes(portal)).toEqual(before)
    expect((await diego.get(lot)).body).toContain('Por aprobar')
    await approve(portal, lucia)
    expect(await outcomes(portal)).toEqual({ refused: 1, 'to-issue': before['new'] })
  })

  it('publishes what was new when it was read, not what another lot has lost since', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const [first, second, third] = FILES
    if (!first || !second || !third) throw new Error('Too few receipts')
    const one = await readLot(portal, diego, [first, second])
    await publish(portal, diego, lucia, one)
    const two = await readLot(portal, diego, [first, second, third])
    await diego.post(`${one}/retiro`)
    await approve(portal, lucia)
    expect(await countReceipts(portal)).toBe(0)
    await publish(portal, diego, lucia, two)
    expect(await countReceipts(portal)).toBe(1)
    expect(await outcomes(portal)).toEqual({ withdrawn: 2, duplicated: 2, loaded: 1 })
  })

  it('brings the answers of the SRI for receipts that came pending in another lot', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const answers = FILES.slice(0, 6)
    const pending = answers.map(({ name, content }) => {
      const signed = /<comprobante><!\[CDATA\[([\s\S]*?)\]\]>/.exec(content)?.[1]
      return { name, content: signed ?? '' }
    })
    const one = await readLot(portal, diego, pending)
    await publish(portal, diego, lucia, one)
    const two = await readLot(portal, diego, answers)
    expect(await outcomes(portal)).toEqual({ loaded: 6, awaited: 6 })
    await publish(portal, diego, lucia, two)
    expect(await outcomes(portal)).toEqual({ loaded: 6, authorized: 6 })
    const receipts = await portal.db.selectFrom('receipt').select('status').execute()
    expect(receipts.map(({ status }) => status)).toEqual(Array(6).fill('authorized'))
    await diego.post(`${one}/retiro`)
    await approve(portal, lucia)
    expect(await countReceipts(portal)).toBe(0)
    const { ok } = await verify(portal.context)
    expect(ok).toBe(true)
  })
})

describe('a lot', () => {
  it('is not published from files that were changed on the disk after they were read', async () => {
    const { portal, diego, lucia } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 3))
    const [folder = ''] = lotFolders(portal)
    const file = path.join(portal.context.config.dataDir, 'lots', folder, '1')
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('BANCO CEIBO', 'BANCO SEIBO'))
    await publish(portal, diego, lucia, lot)
    expect(await countReceipts(portal)).toBe(0)
    expect((await diego.get(lot)).body).toContain('Los archivos del lote')
  })

  it('counts what corrections had brought when they were cancelled half-way', async () => {
    const { portal, diego } = await bank()
    const { bad, wrong, cedula } = await spoiledRows(diego)
    const lot = await readLot(portal, diego, [{ name: 'a.csv', content: bad }], 'factura')
    const faults = (await diego.post(`${lot}/errores.csv`)).body.replace(wrong, cedula)
    await sendMended(portal, diego, lot, faults)
    // Diego cancels while the worker reads: it hears of it at the end of its step.
    const { now } = portal.context
    const cancelled: Promise<unknown>[] = []
    const whileReading = () => {
      const running = portal.db.updateTable('job').set({ wish: 'cancel' })
      cancelled.push(running.where('status', '=', 'running').execute())
      return now()
    }
    await openJobWorker({ ...portal.context, now: whileReading }).runOnce()
    await Promise.all(cancelled)
    const jobs = await portal.db.selectFrom('job').select('status').orderBy('id').execute()
    expect(jobs.map(({ status }) => status)).toEqual(['done', 'cancelled'])
    const summary = await portal.db.selectFrom('lot').select('summary').executeTakeFirstOrThrow()
    expect(JSON.parse(summary.summary ?? '{}').outcomes).toMatchObject(await outcomes(portal))
  })

  it('is not made of a form whose parts cannot be told apart', async () => {
    const { portal, diego } = await bank()
    const answer = await sendForm(portal, diego, Buffer.from('a'), 'multipart/form-data')
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('La subida se cortó')
    expect(lotFolders(portal)).toEqual([])
  })

  it('keeps nobody signed in who only watches it', async () => {
    const { portal, diego } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 2))
    portal.clock.advance({ minutes: 10 })
    const news = await diego.get(`${lot}/avance`)
    expect([news.statusCode, news.body]).toEqual([200, expect.stringContaining('event: fin')])
    portal.clock.advance({ minutes: 10 })
    expect((await diego.get(lot)).headers.location).toContain('motivo=inactividad')
  })

  it('shows one document of 25,000, and keeps nobody busy who asks for many at once', async () => {
    const { portal, diego } = await bank()
    const filling = Array.from({ length: 24_999 }, (_, n) => ({ name: `${n}.txt`, content: 'x' }))
    const content = zipBytes([{ name: 'uno.xml', content: FILES[0]?.content ?? '' }, ...filling])
    const sent = await upload(portal, diego, [{ name: 'todo.zip', content }])
    const sample = `${sent.headers.location}/filas/1.pdf`
    expect((await diego.get(sample)).body.startsWith('%PDF')).toBe(true)
    const answers = await Promise.all(Array.from({ length: 6 }, () => diego.get(sample)))
    const count = (code: number) => answers.filter(({ statusCode }) => statusCode === code).length
    expect([count(200), count(503)]).toEqual([4, 2])
    expect((await diego.get(sample)).statusCode).toBe(200)
  })

  it('tells nothing more to whoever watches it and is signed out meanwhile', async () => {
    const { portal, diego } = await bank()
    const lot = String((await upload(portal, diego, FILES.slice(0, 2))).headers.location)
    const cookie = [...diego.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { host: new URL(ORIGIN).host, cookie }
    const url = `${lot}/avance`
    const news = await portal.app.inject({ method: 'GET', url, headers, payloadAsStream: true })
    expect(news.statusCode).toBe(200)
    const ended_at = portal.clock.now().toISOString()
    await portal.db.updateTable('session').set({ ended_at }).execute()
    await work(portal)
    let heard = ''
    for await (const chunk of news.stream()) heard += String(chunk)
    expect(heard).toContain('Leyendo')
    expect(heard).not.toMatch(/insignia[^>]*>Por publicar/)
    expect(heard).not.toContain('event: fin')
  })

  it('takes no correction that gives a receipt the reference of another one in it', async () => {
    const { portal, diego } = await bank()
    const { bad, cedula } = await spoiledRows(diego)
    const lot = await readLot(portal, diego, [{ name: 'a.csv', content: bad }], 'factura')
    const before = await outcomes(portal)
    const good = await portal.db.selectFrom('lot_draft').selectAll().where('n', '=', 2).execute()
    const form = await diego.get(`${lot}/filas/1`)
    const id = /<input id="(c0-\d+)"[^>]*aria-invalid/.exec(form.body)?.[1] ?? ''
    const references = [...form.body.matchAll(/id="(c\d+-0)"/g)].map(([, name = '']) => name)
    const typed = Object.fromEntries(references.map((name) => [name, good[0]?.reference ?? '']))
    const answer = await diego.post(`${lot}/filas/1`, { ...typed, [id]: cedula })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Ya existe en el lote 2026-11-0001')
    expect(await outcomes(portal)).toEqual(before)
  })
})
