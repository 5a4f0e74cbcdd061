import { describe, expect, it } from 'vitest'
import { documentKinds } from '#src/sri/kinds.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { cedulaOf, publishedWithFault, sendMended, spoiled, templateOf } from './rows-support.ts'
import { bank, readLot, upload, work } from './support.ts'

const HEAD = 'referencia;fecha_emision;tipo_identificacion;identificacion;razon_social'

async function outcomes({ db }: TestPortal): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('lot_item')
    .groupBy('outcome')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]))
}

async function publish(browser: Browser, approver: Browser, lot: string): Promise<Answer> {
  await browser.post(`${lot}/publicacion`)
  const { body } = await approver.get('/interno/aprobaciones')
  const id = /aprobaciones\/(\d+)\/aprobacion/.exec(body)?.[1]
  return approver.post(`/interno/aprobaciones/${id}/aprobacion`)
}

eachDatabase((open) => {
  it('reads rows, has the bad one corrected on the screen, and leaves them to be issued', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const { bad } = spoiled(await templateOf(diego, 'factura'))
    const lot = await readLot(portal, diego, [{ name: 'comisiones.csv', content: bad }], 'factura')
    const before = await outcomes(portal)
    expect(before['refused']).toBe(1)
    const page = await diego.get(lot)
    expect(page.body).toContain('1 comprobante con error')
    const link = /href="(\/interno\/lotes\/[\d-]+\/filas\/\d+)"/.exec(page.body)?.[1] ?? ''
    const form = await diego.get(link)
    const id = /<input id="(c0-\d+)"[^>]*aria-invalid/.exec(form.body)?.[1] ?? ''
    const wrong = await diego.post(link, { [id]: '12' })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('value="12"')
    expect(await outcomes(portal)).toEqual(before)
    const { good } = spoiled(await templateOf(diego, 'factura'))
    const cedula = /(\d{10})/.exec(good.split('\r\n')[1]?.replace(/"\d{4}/, '') ?? '')?.[1]
    const mended = await diego.post(link, { [id]: cedulaOf(good) ?? cedula ?? '' })
    expect(mended.statusCode).toBe(303)
    const { refused = 0, new: ready = 0 } = await outcomes(portal)
    expect([refused, ready]).toEqual([0, (before['new'] ?? 0) + 1])
    expect((await publish(diego, lucia, lot)).statusCode).toBe(303)
    await work(portal)
    expect(await outcomes(portal)).toEqual({ 'to-issue': ready })
    expect((await diego.get(lot)).body).toContain('Por emitir')
    expect(await portal.db.selectFrom('receipt').selectAll().execute()).toEqual([])
  })

  it('completes a lot with the file of its faults once they are mended', async () => {
    const { portal, diego, lucia, bad, good, lot } = await publishedWithFault(await open())
    expect((await outcomes(portal))['refused']).toBe(1)
    expect((await diego.get(lot)).body).not.toContain('<span class="bajo">En a.csv')
    const faults = await diego.post(`${lot}/errores.csv`)
    expect(faults.body.split('\r\n')[0]).toContain('que_corregir')
    const noted = await portal.db
      .selectFrom('audit')
      .select('subject')
      .where('action', '=', 'lot.faults-exported')
      .execute()
    expect(noted).toEqual([{ subject: lot.replace('/interno/lotes/', 'lot:') }])
    const wrong = cedulaOf(bad) ?? ''
    const content = faults.body.replace(wrong, cedulaOf(good) ?? '')
    expect((await sendMended(portal, diego, lot, { name: 'b.csv', content })).statusCode).toBe(303)
    await work(portal)
    expect((await diego.get('/interno/lotes')).body).toContain('>2 archivos<')
    const after = await outcomes(portal)
    expect(after['refused']).toBeUndefined()
    expect(after['new']).toBe(1)
    await publish(diego, lucia, lot)
    await work(portal)
    expect(Object.keys(await outcomes(portal))).toEqual(['to-issue'])
  })

  it('takes a mended receipt once, when its file brings it twice or without a reference', async () => {
    const { portal, diego, lucia, bad, good, lot } = await publishedWithFault(await open())
    const wrong = cedulaOf(bad) ?? ''
    const [head = '', ...rows] = (await diego.post(`${lot}/errores.csv`)).body
      .trimEnd()
      .split('\r\n')
    const mended = rows.map((row) => row.replace(wrong, cedulaOf(good) ?? ''))
    const nameless = rows.slice(0, 1).map((row) => row.slice(row.indexOf(';')))
    const content = [head, ...mended, ...nameless, ...mended, ''].join('\r\n')
    await sendMended(portal, diego, lot, { name: 'b.csv', content })
    await work(portal)
    expect(await outcomes(portal)).toMatchObject({ new: 1, refused: 1 })
    // Rows of another file than the first say of which.
    const page = (await diego.get(lot)).body
    expect(page).toContain('<span class="bajo">En b.csv</span>')
    const [row = ''] = /\/interno\/lotes\/[\d-]+\/filas\/\d+/.exec(page) ?? []
    expect((await diego.get(row)).body).toMatch(/<h2>Fila \d+ de b\.csv<\/h2>/)
    await publish(diego, lucia, lot)
    await work(portal)
    expect((await diego.get(lot)).body).toMatch(/insignia nota">Por emitir/)
    // Nothing new in a second file: the lot stays as it stands, published.
    await sendMended(portal, diego, lot, {
      name: 'c.csv',
      content: `${head}\r\n${nameless[0]}\r\n`,
    })
    await work(portal)
    const { status } = await portal.db.selectFrom('lot').select('status').executeTakeFirstOrThrow()
    expect(status).toBe('published')
    expect(await outcomes(portal)).not.toHaveProperty('new')
  })

  it('lets a reference wait once, whichever lot brings it', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const csv = await templateOf(diego, 'factura')
    const files = [{ name: 'a.csv', content: csv }]
    const [one, two] = [
      await readLot(portal, diego, files, 'factura'),
      await readLot(portal, diego, files, 'factura'),
    ]
    expect((await diego.get(two)).body).toContain('Ya existe en el lote')
    await publish(diego, lucia, one)
    await work(portal)
    const { 'to-issue': waiting = 0 } = await outcomes(portal)
    expect(waiting).toBeGreaterThan(0)
    await diego.post(`${one}/retiro`)
    const { body } = await lucia.get('/interno/aprobaciones')
    const id = /aprobaciones\/(\d+)\/aprobacion/.exec(body)?.[1]
    await lucia.post(`/interno/aprobaciones/${id}/aprobacion`)
    await work(portal)
    expect((await outcomes(portal))['withdrawn']).toBe(waiting)
    expect(await portal.db.selectFrom('issue_reference').selectAll().execute()).toEqual([])
  })
})

describe('rows', () => {
  it.each(documentKinds.map(({ slug }) => slug))(
    'load as the template of %s has them, in CSV and in Excel',
    async (slug) => {
      const { portal, diego } = await bank()
      await readLot(
        portal,
        diego,
        [{ name: 'p.csv', content: await templateOf(diego, slug) }],
        slug,
      )
      const fromCsv = await outcomes(portal)
      expect(Object.keys(fromCsv)).toEqual(['new'])
      const read = await diego.get('/interno/lotes/2026-11-0001')
      const [, sample = ''] = /href="(\S+\/filas\/1\.pdf)"/.exec(read.body) ?? []
      const pdf = await diego.get(sample)
      expect([pdf.statusCode, pdf.body.slice(0, 4)]).toEqual([200, '%PDF'])
      const workbook = await diego.get(`/interno/lotes/plantillas/${slug}.xlsx`)
      const files = [{ name: 'p.xlsx', content: workbook.rawPayload }]
      const lot = await readLot(portal, diego, files, slug)
      // The very same references wait in the other lot already.
      expect((await diego.get(lot)).body).toContain('Ya existe en el lote')
      expect((await outcomes(portal))['refused']).toBe(fromCsv['new'])
    },
  )

  it('are refused whole, with the reason, when the file is no table of that kind', async () => {
    const { portal, diego } = await bank()
    const other = await templateOf(diego, 'retencion')
    const lot = await readLot(portal, diego, [{ name: 'r.csv', content: other }], 'factura')
    expect((await diego.get(lot)).body).toContain('Elige ese tipo de comprobante')
    await diego.post(`${lot}/cancelacion`)
    expect((await diego.get(lot)).body).toContain('Descartado')
    const xml = await upload(portal, diego, [{ name: 'a.xml', content: '<a/>' }], 'factura')
    expect(xml.body).toContain('Es un XML, no una tabla')
    // What was chosen stays chosen.
    expect(xml.body).toContain('<option value="factura" selected>')
    const two = [
      { name: 'a.csv', content: HEAD },
      { name: 'b.csv', content: HEAD },
    ]
    expect((await upload(portal, diego, two, 'factura')).body).toContain('un solo archivo')
  })
})
