import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import { createRidePainter } from '#src/ride/draw-ride.ts'
import { CEIBO_LOGO } from '#src/ride/layout/logo.ts'
import type { RideSheet } from '#src/ride/sheet.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { describeWithJudge, describeWithShared, runTool } from '#tests/support/judges.ts'
import { authorized, keyOf, longInvoice, richDocument, withholdingV1 } from './documents.ts'
import { type PdfFile, scratch, textsOf, withoutBlanks } from './pdf-judges.ts'

const brand = { logo: CEIBO_LOGO, rucs: ['0990000000001'] }
const painter = createRidePainter({ brand })
const XML = Buffer.from('<?xml version="1.0"?>\n<factura>ñ — \u{1f33f}</factura>\r\n'.repeat(40))

const sheetOf = (document: ReturnType<typeof richDocument>): RideSheet =>
  describeReceipt(document, authorized(document.kind))

function drawn(sheet: RideSheet, annulled = false): PdfFile {
  return scratch(
    painter.draw(sheet, { annulled, xml: { name: `${sheet.accessKey}.xml`, bytes: XML } }),
  )
}

const ALL = [...documentKinds.map(({ kind }) => richDocument(kind)), withholdingV1()]

describe('the bytes', () => {
  it('are the same for the same sheet, whoever draws it', () => {
    for (const document of ALL) {
      const sheet = sheetOf(document)
      const other = createRidePainter({ brand })
      expect(painter.draw(sheet).equals(painter.draw(sheet))).toBe(true)
      expect(other.draw(sheet).equals(painter.draw(sheet))).toBe(true)
    }
  })

  it('stay small: fonts, tags and XML of a page in less than 40 KB', () => {
    const sheet = sheetOf(richDocument('debit-note'))
    expect(painter.draw(sheet).length).toBeLessThan(40_000)
  })

  it('carry no script, no link and nothing that opens by itself', () => {
    const bytes = painter.draw(sheetOf(richDocument('invoice'))).toString('latin1')
    for (const word of ['/JavaScript', '/JS', '/Launch', '/OpenAction', '/URI', '/AA']) {
      expect(bytes.includes(word)).toBe(false)
    }
  })

  it('draws a sheet that has nothing, and one that has too much of everything', () => {
    const empty = { kind: 'invoice', version: '1.0.0', content: {} } as const
    const nobody = { number: null, at: null, status: null }
    expect(painter.draw(describeReceipt(empty, nobody)).length).toBeGreaterThan(1000)
    const endless = 'palabra '.repeat(4000)
    const solid = 'x'.repeat(30_000)
    const monster = describeReceipt(
      {
        kind: 'invoice',
        version: '2.1.0',
        content: {
          infoTributaria: {
            razonSocial: endless,
            nombreComercial: solid,
            dirMatriz: endless,
            claveAcceso: solid,
            contribuyenteRimpe: endless,
          },
          infoFactura: {
            razonSocialComprador: endless,
            direccionComprador: solid,
            importeTotal: '9'.repeat(400),
            pagos: Array.from({ length: 300 }, () => ({
              formaPago: endless.slice(0, 300),
              total: '1',
            })),
          },
          detalles: [
            {
              codigoPrincipal: solid.slice(0, 3000),
              descripcion: endless,
              cantidad: '1'.repeat(200),
              detallesAdicionales: [{ nombre: solid, valor: endless }],
            },
          ],
          infoAdicional: [{ nombre: endless, valor: solid }],
        },
      },
      nobody,
    )
    expect(painter.draw(monster).length).toBeGreaterThan(10_000)
  })
})

describeWithJudge('qpdf', 'the file, judged by qpdf', () => {
  it('is sound for every kind', () => {
    for (const document of ALL) {
      expect(runTool('qpdf', ['--check', drawn(sheetOf(document)).path])).toContain(
        'No syntax or stream encoding errors',
      )
    }
  })

  it('carries the XML byte for byte', () => {
    const { path } = drawn(sheetOf(richDocument('invoice')))
    const name = `${keyOf('invoice')}.xml`
    const shown = runTool('qpdf', [path, `--show-attachment=${name}`])
    expect(shown).toBe(XML.toString('utf8'))
    expect(runTool('qpdf', ['--list-attachments', '--verbose', path])).toContain('text/xml')
    expect(runTool('qpdf', ['--qdf', '--object-streams=disable', path, '-'])).toContain(
      '/AFRelationship /Source',
    )
  })
})

describeWithJudge('pdftotext', 'the text, judged by poppler', () => {
  it.each(ALL)('holds every word of the sheet: $kind $version', (document) => {
    const sheet = sheetOf(document)
    const text = withoutBlanks(runTool('pdftotext', ['-raw', drawn(sheet).path, '-']))
    for (const words of textsOf(sheet)) expect(text).toContain(withoutBlanks(words))
  })

  it('keeps every line of three hundred, with head and page on each page', () => {
    const sheet = sheetOf(longInvoice(300))
    const { path } = drawn(sheet)
    const pages = runTool('pdftotext', ['-layout', path, '-']).split('\f').filter(Boolean)
    expect(pages.length).toBeGreaterThan(5)
    pages.forEach((page, index) => {
      expect(page).toContain(`Página ${index + 1} de ${pages.length}`)
      if (index > 0) expect(page).toContain(keyOf('invoice'))
      if (/Servicio número/.test(page)) expect(page).toMatch(/Código\s+Cantidad\s+Descripción/)
    })
    const whole = pages.join('\n')
    for (let line = 1; line <= 300; line++)
      expect(whole).toMatch(new RegExp(`número ${line} del mes`))
  })

  it('never ends with a page that has nothing on it', () => {
    for (let lines = 20; lines <= 27; lines++) {
      const { content, ...rest } = longInvoice(lines)
      const { infoTributaria, detalles } = content
      const sheet = describeReceipt(
        { ...rest, content: { infoTributaria, detalles } },
        authorized('invoice'),
      )
      const pages = runTool('pdftotext', [drawn(sheet).path, '-'])
        .split('\f')
        .filter(Boolean)
      expect(pages.at(-1)).toMatch(/Servicio número/)
    }
  })

  it('never leaves a heading alone at the foot of a page, however long what comes before', () => {
    const titles = sheetOf(longInvoice(1)).body.map(({ title }) => title)
    for (let lines = 1; lines <= 20; lines += 1) {
      const pages = runTool('pdftotext', ['-layout', drawn(sheetOf(longInvoice(lines))).path, '-'])
      for (const page of pages.split('\f').filter(Boolean)) {
        const printed = page.split('\n').filter((line) => line.trim() !== '')
        expect(titles).not.toContain(printed.at(-2)?.trim())
      }
    }
  })

  it('lets emoji and other scripts be found, though it draws a box for them', () => {
    const document = richDocument('invoice')
    const infoAdicional = [
      { nombre: 'Saludo', valor: 'Gracias 👩‍👩‍👧 по-русски 中文 ❤️ fin' },
      { nombre: 'Europa', valor: 'Łódź Šárka Ğ ș € 15 %' },
      { nombre: 'Compuesta', valor: 'Jose\u0301 Pin\u0303a' },
    ]
    const sheet = sheetOf({ ...document, content: { ...document.content, infoAdicional } })
    const text = runTool('pdftotext', [drawn(sheet).path, '-'])
    expect(text).toContain('Gracias 👩‍👩‍👧 по-русски 中文 ❤️ fin')
    expect(text).toContain('Łódź Šárka Ğ ș € 15 %')
    expect(text).toContain('José Piña')
  })

  it('cuts a word longer than its column and loses no letter of it', () => {
    const document = richDocument('invoice')
    const word = `https://ejemplo.example/${'abcdefghij'.repeat(28)}`
    const infoAdicional = [{ nombre: 'Enlace', valor: word }]
    const sheet = sheetOf({ ...document, content: { ...document.content, infoAdicional } })
    const text = withoutBlanks(runTool('pdftotext', ['-raw', drawn(sheet).path, '-']))
    expect(text).toContain(word)
  })

  it('says what it is in its properties, in Spanish, and is tagged', () => {
    const { path } = drawn(sheetOf(richDocument('invoice')))
    const info = runTool('pdfinfo', [path])
    expect(info).toMatch(/Title:\s+Factura 001-002-000018710/)
    expect(info).toContain('Banco Ceibo S.A. «Ñandú & Cía.» <Ecuador>')
    expect(info).toMatch(/Tagged:\s+yes/)
    expect(info).toMatch(/JavaScript:\s+no/)
    expect(info).toMatch(/A4/)
    expect(runTool('pdfinfo', ['-meta', path])).toContain('Ñandú &amp; Cía.» &lt;Ecuador&gt;')
    const tags = runTool('pdfinfo', ['-struct-text', path])
    for (const tag of ['H1', 'H2', 'Table', 'TR', 'TH', 'TD', 'LI', 'Lbl', 'Figure']) {
      expect(tags).toContain(tag)
    }
  })

  it('embeds every font', () => {
    const rows = runTool('pdffonts', [drawn(sheetOf(richDocument('invoice'))).path])
      .split('\n')
      .slice(2)
    for (const row of rows.filter(Boolean)) expect(row).toMatch(/yes\s+(yes|no)\s+yes/)
  })

  it('prints over the page that a document is annulled or only a test', () => {
    const annulled = drawn(sheetOf(richDocument('invoice')), true)
    expect(runTool('pdftotext', [annulled.path, '-'])).toMatch(/Estado[\s\S]*ANULADO/)
    const test = drawn(describeReceipt(richDocument('invoice', '1'), authorized('invoice')))
    const words = runTool('pdftotext', [test.path, '-'])
    expect(words).toMatch(/Estado[\s\S]*SIN VALIDEZ TRIBUTARIA/)
    expect(words).toContain('PRUEBAS')
  })
})

describeWithJudge('zbarimg', 'the bars, read from the printed page', () => {
  it.each(ALL)('are the access key: $kind $version', (document) => {
    const { path, folder } = drawn(sheetOf(document))
    runTool('pdftoppm', [
      '-r',
      '200',
      '-f',
      '1',
      '-l',
      '1',
      '-gray',
      '-png',
      path,
      `${folder}/page`,
    ])
    const page = readdirSync(folder).find((name) => name.endsWith('.png'))
    const read = runTool('zbarimg', ['-q', '--raw', `${folder}/${page}`])
    expect(read.trim()).toBe(keyOf(document.kind))
  })
})

describeWithShared('the samples', (shared) => {
  const folder = `${shared}/sri/samples`
  const names = readdirSync(folder).filter((name) => name.endsWith('.xml'))

  it.each(names)('draws %s with all that it says', (name) => {
    const bytes = readFileSync(`${folder}/${name}`)
    const inspection = inspectReceipt(bytes)
    if (!inspection.ok) throw new Error(inspection.refusal.message)
    const { authorizationNumber, authorizedAt, status } = inspection.envelope
    const sheet = describeReceipt(inspection.document, {
      number: authorizationNumber,
      at: authorizedAt,
      status,
    })
    const pdf = painter.draw(sheet, { xml: { name: 'comprobante.xml', bytes } })
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7')
    const lines = (inspection.document.content as { detalles?: readonly unknown[] }).detalles
    if (lines !== undefined) expect(sheet.body[0]?.table?.rows).toHaveLength(lines.length)
  })
})
