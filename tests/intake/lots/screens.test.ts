import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import type { Browser } from '#tests/support/portal.ts'
import { START } from '#tests/support/portal.ts'
import { approve, bank, loadLot, publish, readLot, upload, work } from './support.ts'

const FILES = demoReceipts(dayOf(START)).map(({ name, xml }) => ({ name, content: xml }))
const NOTE = { name: 'nota.xml', content: '<hola/>' }

/** What a page says, its tags taken out. */
async function wordsOn(browser: Browser, address: string): Promise<string> {
  const { body } = await browser.get(address)
  return body
    .replace(/<wbr>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}

/** The steps of a lot as its page shows them, those behind it with a mark. */
async function stepsOn(browser: Browser, lot: string): Promise<string[]> {
  const { body } = await browser.get(lot)
  const [list = ''] = /<ol class="pasos">[\s\S]*?<\/ol>/.exec(body) ?? []
  return [...list.matchAll(/<li([^>]*)>([\s\S]*?)<\/li>/g)].map(
    ([, attributes = '', text = '']) => {
      const words = text
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
      if (attributes.includes('hecho')) return `✓ ${words}`
      return attributes.includes('aria-current') ? `> ${words}` : words
    },
  )
}

/** The template's example with a date and an address that are none in its first row. */
async function twiceWrong(browser: Browser): Promise<string> {
  const { body } = await browser.get('/interno/lotes/plantillas/factura.csv')
  return body.replace(/\d\d(\/\d\d\/\d{4})/, '31$1').replace('paredes@correo', 'paredes@@correo')
}

describe('the page of a lot', () => {
  it('says that it is being read for as long as it is, and no longer', async () => {
    const { portal, diego } = await bank()
    const lot = String((await upload(portal, diego, FILES.slice(0, 3))).headers.location)
    expect(await wordsOn(diego, lot)).toContain('Recibimos los archivos y los estamos leyendo')
    await diego.post(`${lot}/pausa`)
    expect(await wordsOn(diego, lot)).not.toContain('los estamos leyendo')
    await diego.post(`${lot}/reanudacion`)
    expect(await wordsOn(diego, lot)).toContain('los estamos leyendo')
    await work(portal)
    expect(await wordsOn(diego, lot)).not.toContain('leyendo')
  })

  it('has no notice of the reading when that was faster than the page', async () => {
    const { portal, diego } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 3))
    expect(await wordsOn(diego, lot)).not.toContain('leyendo')
  })

  it.each([
    ['nothing that can be read', [NOTE], 'Ningún documento nuevo se puede publicar'],
    ['nothing new', [FILES[0], FILES[1]], 'Todo lo que trae ya estaba en el portal'],
  ])('says what to do with a lot that brings %s', async (_what, files, sentence) => {
    const { portal, diego, lucia } = await bank()
    await publish(portal, diego, lucia, await readLot(portal, diego, FILES.slice(0, 2)))
    const lot = await readLot(
      portal,
      diego,
      files.flatMap((file) => file ?? []),
    )
    const words = await wordsOn(diego, lot)
    expect(words).toContain('Nada que publicar')
    expect(words).toContain(sentence)
    expect(words).toContain('puedes descartarlo')
    expect(await stepsOn(diego, lot)).toContain('> Nada que aprobar')
    expect(await wordsOn(diego, '/interno/lotes')).toContain('Nada que publicar')
    // Whoever only looks is told how it stands, not to do what they may not.
    expect(await wordsOn(lucia, lot)).toContain(sentence)
    expect(await wordsOn(lucia, lot)).not.toContain('descartarlo')
    expect(words).not.toMatch(/Publicar \d/)
  })

  it('says that it is approved once it is, by whom and when', async () => {
    const { portal, diego, lucia } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 3))
    const received = '✓ Recibido 21 nov 2026, 12:00'
    const asked = '> Por aprobar Falta pedir la aprobación'
    expect(await stepsOn(diego, lot)).toEqual([received, '✓ Leído', asked, 'Por publicar'])
    await diego.post(`${lot}/publicacion`)
    const [, , waits] = await stepsOn(diego, lot)
    expect(waits).toMatch(/^> Espera aprobación La pidió Diego .*\(diego\)$/)
    expect(await wordsOn(diego, lot)).toMatch(/Lo propuso Diego .* el 21 nov 2026, 12:00\./)
    portal.clock.advance({ minutes: 5 })
    await approve(lucia)
    const approved = /^✓ Aprobado Lucia .*\(lucia\), 21 nov 2026, 12:05$/
    expect((await stepsOn(diego, lot)).slice(2)).toEqual([
      expect.stringMatching(approved),
      '> Publicando',
    ])
    await work(portal)
    expect((await stepsOn(diego, lot)).slice(2)).toEqual([
      expect.stringMatching(approved),
      '✓ Publicado',
    ])
  })

  it('keeps a log of who did what to it, the newest first', async () => {
    const { portal, diego, lucia } = await bank()
    const lot = await readLot(portal, diego, FILES.slice(0, 3))
    await diego.post(`${lot}/publicacion`)
    const { body } = await lucia.get('/interno/aprobaciones')
    const [refusal = ''] = /\/interno\/aprobaciones\/\d+\/rechazo/.exec(body) ?? []
    await lucia.post(refusal, { motivo: 'Falta un archivo' })
    await publish(portal, diego, lucia, lot)
    const page = (await lucia.get(lot)).body
    const log = page.slice(page.indexOf('t-bitacora'))
    const told = [...log.matchAll(/<strong>([^<]+)<\/strong>.*?tenue">, (\w+)/g)]
    expect(told.map(([, what, who]) => `${what}: ${who}`)).toEqual([
      'Publicación aprobada: Lucia',
      'Aprobación pedida para publicarlo: Diego',
      'Propuesta rechazada: Lucia',
      'Aprobación pedida para publicarlo: Diego',
      'Archivos recibidos: Diego',
    ])
  })

  it('shows no approval of what nobody approved: the command line, a lot put aside', async () => {
    const { portal, diego } = await bank()
    const loaded = await loadLot(portal, FILES.slice(0, 2))
    expect((await stepsOn(diego, loaded)).slice(1)).toEqual(['✓ Leído', '✓ Publicado'])
    expect(await wordsOn(diego, loaded)).toContain('sin segunda persona')
    const lot = await readLot(portal, diego, FILES.slice(2, 4))
    await diego.post(`${lot}/descarte`)
    expect((await stepsOn(diego, lot)).slice(2)).toEqual([
      'Sin aprobar',
      'Sin publicar',
      '> Descartado 21 nov 2026, 12:00',
    ])
  })

  it('counts receipts in its figures and in the title of their errors, each error in a line', async () => {
    const { portal, diego } = await bank()
    const content = await twiceWrong(diego)
    const lot = await readLot(portal, diego, [{ name: 'a.csv', content }], 'factura')
    const words = await wordsOn(diego, lot)
    expect(words).toContain('Con error 1 50 % del lote')
    expect(words).toContain('1 comprobante con error')
    expect(words).toContain('Uno solo, de hasta 100 MB.')
    expect(words).toContain('Cada línea de la tabla es un error')
    const { body } = await diego.get(lot)
    const lines = [...body.matchAll(/<tr><th scope="row" class="cifra">2<[\s\S]*?<\/tr>/g)].join('')
    expect(lines.match(/Corregir<\/a>/g)).toHaveLength(2)
    // A phone has no columns for the field and its value: they stand above the reason.
    const stacked = [...lines.matchAll(/<div class="solo-movil">([\s\S]*?)<\/div>/g)].map(
      ([, text = '']) =>
        text
          .replace(/<wbr>/g, '')
          .replace(/<[^>]+>/g, ' ')
          .trim(),
    )
    expect(stacked[0]).toMatch(/^Fecha de emisión +31\/11\/2026$/)
    expect(stacked[1]).toMatch(/^Correo +maria\.paredes@@correo\.example$/)
  })

  it('says where the news of rows goes, and the template that their address is only printed', async () => {
    const { portal, diego } = await bank()
    const { body: content } = await diego.get('/interno/lotes/plantillas/factura.csv')
    const lot = await readLot(portal, diego, [{ name: 'a.csv', content }], 'factura')
    const told = 'Los avisos van al correo que cada cliente registró en el portal'
    expect(await wordsOn(diego, lot)).toContain(told)
    const template = await wordsOn(diego, '/interno/lotes/plantillas/factura')
    expect(template).toContain('va al correo que el cliente registró')
    const documents = await readLot(portal, diego, FILES.slice(0, 3))
    expect(await wordsOn(diego, documents)).not.toContain(told)
  })

  it('tells what comes twice from what is wrong, on the page and in its file', async () => {
    const { portal, diego } = await bank()
    const [first] = FILES
    if (!first) throw new Error('Too few receipts')
    const lot = await readLot(portal, diego, [first, { ...first, name: 'b.xml' }, NOTE])
    const words = await wordsOn(diego, lot)
    expect(words).toContain('2 documentos quedan fuera')
    expect(words).toContain('Con error: 1. Repetidos en el lote: 1.')
    expect(await wordsOn(diego, '/interno/lotes')).toContain('Por publicar 1 con error')
    const { body } = await diego.post(`${lot}/errores.csv`)
    const [head = '', ...lines] = body.trimEnd().split('\r\n')
    const place = head.split(';').indexOf('"Resultado"')
    expect(lines.map((line) => line.split(';')[place])).toEqual([
      '"Repetido: no hay que corregirlo"',
      '"Con error"',
    ])
    await diego.post(`${lot}/publicacion`)
    const { href = '' } = /href="(?<href>\/interno\/aprobaciones\/\d+)"/.exec(
      (await diego.get(lot)).body,
    )?.groups ?? { href: '' }
    const proposal = await wordsOn(diego, href)
    expect(proposal).toContain('1 comprobante por')
    expect(proposal).toContain('1 con error y 1 repetido')
  })

  it('lists a receipt in rows that another lot published first with what to do about it', async () => {
    const { portal, diego, lucia } = await bank()
    const { body: content } = await diego.get('/interno/lotes/plantillas/factura.csv')
    // Both were read before either was published.
    const one = await readLot(portal, diego, [{ name: 'a.csv', content }], 'factura')
    const other = content.replaceAll('COM-', 'OTRO-')
    const two = await readLot(portal, diego, [{ name: 'b.csv', content: other }], 'factura')
    await portal.db
      .updateTable('lot_draft')
      .set(({ fn, val }) => ({
        reference: fn('replace', ['reference', val('OTRO-'), val('COM-')]),
      }))
      .execute()
    for (const lot of [one, two]) await publish(portal, diego, lucia, lot)
    const words = await wordsOn(diego, two)
    expect(words).toContain('Repetidos en otro lote 2')
    const { body } = await diego.post(`${two}/errores.csv`)
    expect(body.match(/Si es el mismo comprobante, no corrijas nada/g)).toHaveLength(2)
  })

  it('opens the form for the kind that a template leads to', async () => {
    const { diego, lucia } = await bank()
    const template = await diego.get('/interno/lotes/plantillas/retencion')
    const [, form = ''] = /href="(\/interno\/lotes\/nuevo\?tipo=[a-z-]+)"/.exec(template.body) ?? []
    const { body } = await diego.get(form)
    expect(body).toContain('<option value="retencion" selected>')
    expect(body).toContain('archivos de 512 MB cada uno; de filas, uno solo de hasta 100 MB.')
    expect((await diego.get('/interno/lotes/nuevo?tipo=<b>')).body).not.toContain('selected')
    expect((await lucia.get('/interno/lotes/plantillas/retencion')).body).not.toContain('?tipo=')
  })
})
