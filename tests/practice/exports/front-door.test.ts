import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { company, maria, mariaWithRuc } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import { readXlsx } from '#src/intake/rows/tables/xlsx-sheet.ts'
import { exportFormats } from '#src/practice/exports/formats.ts'
import type { Day } from '#src/values/day.ts'
import { grant, openFirm } from '#tests/practice/support/firm.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { unzip } from '#tests/receipts/support/unzip.ts'
import { describeWithJudge, describeWithShared, hasTool, runTool } from '#tests/support/judges.ts'
import { openPortal } from '#tests/support/portal.ts'
import { askList } from '../matrix/ways.ts'
import { askAndMake } from '../package-support.ts'
import { allThroughLibreOffice } from '../support/facts.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-exports-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))
const files = demoReceipts('2026-11-20' as Day)
const PERIOD = 'periodo=rango&desde=2026-09-01&hasta=2026-10-31'

async function openTwo() {
  const portal = await openPortal()
  await load(portal, files)
  const [mine, theirs] = [await signInPerson(portal, maria), await signInPerson(portal, company)]
  return { portal, mine, theirs }
}

async function sheet(bytes: Buffer): Promise<string[][]> {
  const file = path.join(folder, 'libro.xlsx')
  fs.writeFileSync(file, bytes)
  const rows: string[][] = []
  for await (const some of readXlsx(file)) rows.push(...some.map(({ cells }) => cells))
  return rows
}

describe('exports of a search', () => {
  it('are offered from the list, and each is there', async () => {
    const { mine } = await openTwo()
    const list = await mine.browser.get(`/comprobantes?${PERIOD}`)
    expect(list.body).toContain('/comprobantes/exportar?')
    const page = await mine.browser.get(`/comprobantes/exportar?${PERIOD}`)
    expect(page.statusCode).toBe(200)
    for (const { slug } of exportFormats) {
      expect(page.body).toContain(`/comprobantes/exportar/${slug}?`)
      const file = await mine.browser.get(`/comprobantes/exportar/${slug}?${PERIOD}`)
      expect([slug, file.statusCode]).toEqual([slug, 200])
      expect(file.headers['content-disposition']).toContain('attachment')
      expect(file.rawPayload.length).toBeGreaterThan(100)
    }
    expect((await mine.browser.get(`/comprobantes/exportar/nada.xlsx?${PERIOD}`)).statusCode).toBe(
      404,
    )
  })

  it('have just what the list has, of nobody else, and are written into the read log', async () => {
    const { portal, mine, theirs } = await openTwo()
    const csv = await mine.browser.get(`/comprobantes.csv?${PERIOD}`)
    const listed = [...csv.body.matchAll(/\d{49}/g)].map(([key]) => key)
    await portal.db.deleteFrom('receipt_reading').execute()
    const file = await mine.browser.get(`/comprobantes/exportar/filas.xlsx?${PERIOD}`)
    const [head = [], ...rows] = await sheet(file.rawPayload)
    const key = head.indexOf('Clave de acceso')
    expect(rows.map((row) => row[key]).sort()).toEqual(listed.sort())
    const readings = await portal.db.selectFrom('receipt_reading').select('login_id').execute()
    expect(readings.map(({ login_id }) => login_id)).toEqual(rows.map(() => mine.loginId))
    const [, ...other] = await sheet(
      (await theirs.browser.get(`/comprobantes/exportar/filas.xlsx?${PERIOD}`)).rawPayload,
    )
    const name = head.indexOf('Cliente')
    expect(other.map((row) => row[name]).filter((one) => one === maria.name)).toEqual([])
    // A guía that goes to both is in both, and nothing else is.
    const shared = other.filter((row) => listed.includes(row[key] ?? ''))
    expect(shared.map((row) => row[head.indexOf('Tipo')])).toEqual(['Guía de remisión'])
  })

  it('have a guía of two clients once for each, and both are told who read it', async () => {
    const portal = await openPortal()
    await load(portal, files)
    const firm = await openFirm(portal, maria)
    await grant(portal, firm, maria)
    await grant(portal, firm, company)
    const file = await firm.browser.get(`/comprobantes/exportar/filas.xlsx?${PERIOD}`)
    const [head = [], ...rows] = await sheet(file.rawPayload)
    const guias = rows.filter((row) => row[head.indexOf('Tipo')] === 'Guía de remisión')
    const both = Object.values(
      Object.groupBy(guias, (row) => row[head.indexOf('Clave de acceso')] ?? ''),
    ).find((some) => some?.length === 2)
    const names = both?.map((row) => row[head.indexOf('Cliente')]) ?? []
    expect(new Set(names).size).toBe(2)
    const readings = await portal.db.selectFrom('receipt_reading').select('grant_id').execute()
    expect(new Set(readings.map(({ grant_id }) => grant_id)).size).toBe(2)
    expect(readings).toHaveLength(rows.length)
  })

  it('are for who is signed in', async () => {
    const portal = await openPortal()
    const answer = await portal.browser().get('/comprobantes/exportar/filas.xlsx')
    expect([answer.statusCode, answer.headers.location]).toEqual([
      303,
      '/ingresar?volver=%2Fcomprobantes%2Fexportar%2Ffilas.xlsx',
    ])
  })
})

describeWithShared('the fragments of the ATS', (shared) => {
  it.skipIf(!hasTool('xmllint') || !hasTool('unzip'))(
    'hold a month each, valid, with a readme',
    async () => {
      const { theirs } = await openTwo()
      const answer = await theirs.browser.get(`/comprobantes/exportar/ats.zip?${PERIOD}`)
      const zip = path.join(folder, 'ats.zip')
      fs.writeFileSync(zip, answer.rawPayload)
      const names = runTool('unzip', ['-Z1', zip]).trim().split('\n')
      expect(names).toEqual([
        `ATS_${company.id}_2026-09.xml`,
        `ATS_${company.id}_2026-09_LEEME.txt`,
        `ATS_${company.id}_2026-10.xml`,
        `ATS_${company.id}_2026-10_LEEME.txt`,
      ])
      const schema = path.join(shared, 'sri', 'xsd', 'ats_2020-12-02.xsd')
      for (const name of names.filter((one) => one.endsWith('.xml'))) {
        const xml = runTool('unzip', ['-p', zip, name])
        runTool('xmllint', ['--noout', '--schema', schema, '-'], xml)
        expect(xml).toContain('<detalleCompras>')
      }
    },
  )
})

describeWithJudge('soffice', 'the books of an accountant, opened by LibreOffice', () => {
  it('keep keys, zeros and names as they are, sums as numbers, and compute nothing', async () => {
    const formula = '=HYPERLINK("http://malo.example";"Ver")'
    const strange = { ...maria, name: '=1+1 VILLACÍS MARÍA' }
    const draft = (sequence: number) => {
      return { day: '2026-10-05' as Day, series: '001-002', sequence }
    }
    const charged = [{ code: '01', description: formula, cents: 123_456 }]
    const portal = await openPortal()
    await load(portal, [
      receiptFile(invoice(draft(1), strange, charged)),
      receiptFile(interestWithholding(draft(2), strange, 100_000)),
    ])
    const who = await openFirm(portal, maria)
    await grant(portal, who, maria)
    const { browser } = who
    const packed = await askAndMake(portal, who, PERIOD, 'xml')
    const keys = (
      await portal.db.selectFrom('receipt').select('access_key').orderBy('id').execute()
    ).map((row) => row.access_key)
    const pasted = [keys[1] ?? '', '=1+1', '001-002-000000001']
    const answer = await askList(portal, browser, pasted.join('\n'))
    const entries = await unzip((await browser.get(`${packed}.zip`)).rawPayload)
    const exported = async (slug: string) =>
      (await browser.get(`/comprobantes/exportar/${slug}?${PERIOD}`)).rawPayload
    const books = allThroughLibreOffice({
      'indice.xlsx': entries.get('indice.xlsx') ?? '',
      'formularios.xlsx': await exported('formularios.xlsx'),
      'retenciones.xlsx': await exported('retenciones.xlsx'),
      'detalles.xlsx': await exported('detalles.xlsx'),
      'impuestos.xlsx': await exported('impuestos.xlsx'),
      'consulta.xlsx': (await browser.get(`${answer}.xlsx`)).rawPayload,
    })
    const cells = (book: keyof typeof books, title: string) => {
      const [head = [], ...rows] = books[book]
      return rows.map((row) => row[head.indexOf(title)] ?? '')
    }
    const asNumber = (shown: string) => Number(shown.replaceAll(',', ''))
    expect(cells('indice.xlsx', 'Clave de acceso')).toEqual(keys)
    expect(cells('indice.xlsx', 'Contribuyente')).toEqual([mariaWithRuc.id, mariaWithRuc.id])
    expect(cells('indice.xlsx', 'Concepto')[0]).toBe(formula)
    expect(cells('indice.xlsx', 'Valor')).toEqual(['1419,74', '30,00'])
    const ofReceipts = ['formularios.xlsx', 'retenciones.xlsx', 'detalles.xlsx', 'impuestos.xlsx']
    for (const book of ofReceipts as (keyof typeof books)[]) {
      expect(new Set(cells(book, 'RUC o cédula del cliente'))).toEqual(new Set([maria.id]))
    }
    expect(cells('formularios.xlsx', 'Casilla')).toEqual(['323', ''])
    expect(cells('formularios.xlsx', 'Base').map(asNumber)).toEqual([1_000, 1_234.56])
    expect(cells('retenciones.xlsx', 'Cliente')).toEqual([strange.name])
    expect(cells('retenciones.xlsx', 'Valor retenido').map(asNumber)).toEqual([30])
    expect(cells('detalles.xlsx', 'Clave de acceso')).toEqual(keys.slice(0, 1))
    expect(cells('detalles.xlsx', 'Código')).toEqual(['01'])
    expect(cells('detalles.xlsx', 'Descripción')).toEqual([formula])
    expect(cells('detalles.xlsx', 'Total sin impuestos').map(Number)).toEqual([1_234.56])
    expect(cells('impuestos.xlsx', 'Clave de acceso')).toEqual(keys)
    expect(cells('impuestos.xlsx', 'Cliente')).toEqual([strange.name, strange.name])
    expect(cells('impuestos.xlsx', 'Base imponible').map(Number)).toEqual([1_234.56, 1_000])
    expect(cells('impuestos.xlsx', 'Documento de sustento')).toEqual(['', '001-001-000000002'])
    expect(cells('consulta.xlsx', 'Lo que pediste')).toEqual(pasted)
    expect(cells('consulta.xlsx', 'Clave de acceso')).toEqual([keys[1], '', keys[0]])
    expect(cells('consulta.xlsx', 'RUC o cédula del cliente')).toEqual([maria.id, '', maria.id])
    expect(cells('consulta.xlsx', 'Valor').map(Number)).toEqual([30, 0, 1_419.74])
  }, 120_000)
})
