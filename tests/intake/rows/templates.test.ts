import fs from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { taxInfoOf } from '#fixtures/receipts/draft.ts'
import { describeTemplate } from '#src/intake/rows/templates/describe-template.ts'
import { templateCsv, templateXlsx } from '#src/intake/rows/templates/template-files.ts'
import { templates } from '#src/intake/rows/templates/templates.ts'
import { checkDocument } from '#src/sri/check.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { completeDraft } from '#src/sri/draft.ts'
import { type DocumentKind, documentKinds, kindFacts } from '#src/sri/kinds.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { unzip } from '../../receipts/support/unzip.ts'
import { describeWithJudge, describeWithShared, hasTool, runTool } from '../../support/judges.ts'
import { fileOf, readFile, TODAY } from './support.ts'

const kinds = templates.map(({ kind }) => kind)

/** The documents of a template's examples, once somebody has given them numbers. */
async function documentsOf(kind: DocumentKind): Promise<ReceiptDocument[]> {
  const { receipts } = await readFile(templateCsv(kind), kind)
  return receipts.map(({ draft, faults }, at) => {
    if (draft === null) throw new Error(JSON.stringify(faults))
    // What waits in a database has been through JSON.
    const kept = JSON.parse(JSON.stringify(draft)) as typeof draft
    const { establishment, issuePoint } = kept.series ?? { establishment: '001', issuePoint: '001' }
    const series = `${establishment}-${issuePoint}`
    const info = taxInfoOf(kind, { day: kept.issuedOn, series, sequence: at + 1 })
    const issuer = {
      dirEstablecimiento: 'Av. 9 de Octubre 100 y Malecón, Guayaquil',
      contribuyenteEspecial: '5368',
      obligadoContabilidad: 'SI',
    }
    return completeDraft(kept, info, issuer)
  })
}

it('there is a template for every kind of document', () => {
  expect(kinds).toEqual(documentKinds.map(({ kind }) => kind))
})

describe.each(kinds)('the template %s', (kind) => {
  it('loads as it is downloaded, as CSV and as a workbook, without a remark', async () => {
    const csv = await readFile(templateCsv(kind), kind)
    const xlsx = await readFile(await buffer(templateXlsx(kind)), kind)
    for (const { receipts, refusal } of [csv, xlsx]) {
      expect(refusal).toBeNull()
      expect(receipts.flatMap(({ faults, warnings }) => [...faults, ...warnings])).toEqual([])
      expect(receipts.length).toBeGreaterThan(0)
    }
    expect(xlsx.receipts).toEqual(csv.receipts)
  })

  it('becomes documents to which nothing can be objected', async () => {
    for (const document of await documentsOf(kind)) {
      expect(checkDocument(document, { today: TODAY })).toEqual([])
    }
  })

  it('says of every column what it is, what may stand there and an example where one is needed', () => {
    const template = templates.find((one) => one.kind === kind)
    if (template === undefined) throw new Error(`No template ${kind}`)
    const { title, columns } = describeTemplate(template)
    expect(title).toBe(kindFacts(kind).plural)
    for (const column of columns) {
      expect(column.name).toMatch(/^[a-z_]+$/)
      expect(column.title).toMatch(/^[A-Z]/)
      expect(column.meaning).toMatch(/^[A-Z].*\.$/)
      expect(column.form).not.toBe('')
      if (column.required) expect(column.example).not.toBe('')
    }
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
  })

  it('is the same file each time', async () => {
    const twice = [await buffer(templateXlsx(kind)), await buffer(templateXlsx(kind))]
    expect(twice[0]?.equals(twice[1] ?? Buffer.alloc(0))).toBe(true)
  })
})

describeWithShared('the documents of the examples, by the schemas of the SRI', (shared) => {
  const schemas = path.join(shared, 'sri', 'xsd')
  it.skipIf(!hasTool('xmllint')).each(kinds)('are valid: %s', async (kind) => {
    for (const document of await documentsOf(kind)) {
      const wanted = `${kindFacts(kind).root}_v${document.version}.xsd`
      const schema = fs
        .readdirSync(schemas)
        .find((name) => name.toLowerCase() === wanted.toLowerCase())
      const file = fileOf(`${XML_DECLARATION}\n${writeDocument(document)}`, 'documento.xml')
      runTool('xmllint', ['--nonet', '--noout', '--schema', path.join(schemas, schema ?? ''), file])
    }
  })
})

describeWithJudge('xmllint', 'the workbook, for an outside judge', () => {
  it('has only well-formed parts', async () => {
    for (const [name, part] of await unzip(await buffer(templateXlsx('invoice')))) {
      expect(name).toMatch(/\.(?:xml|rels)$/)
      runTool('xmllint', ['--nonet', '--noout', '-'], part)
    }
  })
})

describeWithJudge('soffice', 'the templates, for LibreOffice', () => {
  /** What it makes of a file when it saves it as CSV, each cell as it is shown. */
  const saved = (file: string) => {
    const folder = path.dirname(file)
    const options = 'csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,1'
    const profile = `-env:UserInstallation=file://${folder}/profile`
    runTool('soffice', [profile, '--headless', '--convert-to', options, '--outdir', folder, file])
    const name = fs.readdirSync(folder).find((one) => /\.csv$/.test(one) && one !== 'filas.csv')
    return fs.readFileSync(path.join(folder, name ?? ''))
  }

  it('open as CSV with semicolons, zeros kept, and load again once they are saved', async () => {
    const file = fileOf(templateCsv('invoice'), 'plantilla.csv')
    const folder = path.dirname(file)
    const profile = `-env:UserInstallation=file://${folder}/profile`
    // UTF-8, semicolons, Spanish of Ecuador, formulas computed.
    const filter = '--infilter=CSV:59,34,76,1,,12298,false,true'
    runTool('soffice', [
      profile,
      '--headless',
      filter,
      '--convert-to',
      'xlsx',
      '--outdir',
      folder,
      file,
    ])
    const back = await readFile(fs.readFileSync(path.join(folder, 'plantilla.xlsx')))
    expect(back.receipts).toEqual((await readFile(templateCsv('invoice'))).receipts)
  })

  it.each(['invoice', 'withholding'] as const)(
    'open as a workbook and come back whole: %s',
    async (kind) => {
      const file = fileOf(await buffer(templateXlsx(kind)), 'plantilla.xlsx')
      const back = await readFile(saved(file), kind)
      const first = await readFile(templateCsv(kind), kind)
      expect(back.refusal).toBeNull()
      expect(back.receipts).toEqual(first.receipts)
    },
  )
})
