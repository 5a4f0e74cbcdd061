import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { informantRuc, writeAts } from '#src/practice/annexes/write-ats.ts'
import { factsOf } from '#src/practice/facts/read-facts.ts'
import type { ReceiptFacts } from '#src/practice/facts/receipt-facts.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { describeWithShared, hasTool, runTool } from '#tests/support/judges.ts'
import { arbitraryDocument, kindsAndVersions } from '../../sri/support/arbitrary-document.ts'
import { believable, client, factsIn, factsInFiles, inBatches, textOf } from '../support/facts.ts'

const informant = { ...client, ruc: '0999999990001' }
const all = factsInFiles(demoReceipts('2026-11-20' as Day))
const october = all.filter(({ issuedOn }) => issuedOn.startsWith('2026-10'))

async function fragment(facts: readonly ReceiptFacts[], month = '2026-10') {
  const ats = writeAts(informant, month, inBatches(facts))
  const xml = await textOf(ats.xml)
  return { xml, readme: ats.readme() }
}

const count = (xml: string, name: string) => xml.split(`<${name}>`).length - 1
const texts = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text)

describe('a fragment of the ATS', () => {
  it('has every purchase of the month and what each agent withheld', async () => {
    const { xml, readme } = await fragment(october)
    const bought = october.filter(({ kind }) =>
      ['invoice', 'credit-note', 'debit-note'].includes(kind),
    )
    expect(count(xml, 'detalleCompras')).toBe(bought.length)
    expect(texts(xml, 'autorizacion')).toEqual(bought.map(({ accessKey }) => accessKey))
    const withheld = october
      .flatMap(({ document }) => document?.withheld ?? [])
      .filter(({ tax }) => tax === 'renta')
      .reduce((so, { amountCents }) => so + amountCents, 0)
    const [declared = ''] = texts(xml, 'valorRetRenta')
    expect(Math.round(Number(declared) * 100)).toBe(withheld)
    expect(readme).toContain('codSustento: 01 si hay IVA cobrado y 02 si no')
    expect(readme).toContain('(liquidaciones)')
    expect(readme).toContain('(guías de remisión)')
  })

  it('leaves out what must not be declared, and names it', async () => {
    const [one, two, three] = october.filter(({ kind }) => kind === 'invoice') as [
      ReceiptFacts,
      ReceiptFacts,
      ReceiptFacts,
    ]
    const test = `${three.accessKey.slice(0, 23)}1${three.accessKey.slice(24)}`
    const given = [
      one,
      { ...two, status: 'annulled' as const },
      { ...three, accessKey: test },
      { ...one, number: '001-002-000000000' },
      { ...one, document: null },
      { ...one, issuedOn: '2026-09-30' as Day },
    ]
    const { xml, readme } = await fragment(given)
    expect(count(xml, 'detalleCompras')).toBe(1)
    expect(readme).toContain(`No incluye 1 comprobante en estado anulado: Factura ${two.number}`)
    expect(readme).toContain('del ambiente de pruebas')
    expect(readme).toContain('con secuencial cero')
    expect(readme).toContain('cuyo archivo no pudimos leer')
    expect(readme).toContain('emitidos en otro mes')
  })

  it('is of a RUC: who has only a cédula declares with that of a natural person', () => {
    expect(informantRuc('0999999990001')).toBe('0999999990001')
    expect(informantRuc('0959997215')).toBe('0959997215001')
    expect(informantRuc('AB123')).toBeNull()
  })

  it('takes back with a nota de crédito, and says of which factura', async () => {
    const notes = all.filter(({ kind }) => kind === 'credit-note')
    const [note] = notes as [ReceiptFacts]
    const { xml } = await fragment([note], note.issuedOn.slice(0, 7))
    expect(texts(xml, 'tipoComprobante')).toEqual(['04'])
    const [estab, point, sequence] = (note.document?.modified?.number ?? '').split('-')
    expect(texts(xml, 'estabModificado')).toEqual([estab])
    expect(texts(xml, 'ptoEmiModificado')).toEqual([point])
    expect(texts(xml, 'secModificado')).toEqual([sequence])
  })
})

const xmllint = hasTool('xmllint')

describeWithShared('the schema of the ATS', (shared) => {
  const schema = path.join(shared, 'sri', 'xsd', 'ats_2020-12-02.xsd')
  const judge = (xml: string) => runTool('xmllint', ['--noout', '--schema', schema, '-'], xml)

  it.skipIf(!xmllint)('takes a month of every kind, an empty one, and odd names', async () => {
    judge((await fragment(october)).xml)
    judge((await fragment([])).xml)
    for (const name of ['Ñ', 'A & B', '«»', 'x'.repeat(900), 'Café  Ómnibus (S.A.)']) {
      const ats = writeAts({ ...informant, name }, '2026-10', inBatches(october.slice(0, 1)))
      judge(await textOf(ats.xml))
    }
  })

  it.skipIf(!xmllint)('takes liquidaciones that the taxpayer issued', async () => {
    const settlements = all
      .filter(({ kind }) => kind === 'purchase-settlement')
      .map((one) => ({ ...one, issuerRuc: informant.ruc }))
    expect(settlements.length).toBeGreaterThan(0)
    const month = settlements[0]?.issuedOn.slice(0, 7) ?? ''
    const { xml } = await fragment(settlements, month)
    expect(texts(xml, 'tipoComprobante')).toContain('03')
    judge(xml)
  })

  it.skipIf(!xmllint)('takes what real documents make', async () => {
    const folder = path.join(shared, 'sri', 'samples')
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.xml'))
    for (const file of files) {
      const inspection = inspectReceipt(fs.readFileSync(path.join(folder, file)))
      if (!inspection.ok) throw new Error(file)
      const facts = { ...(october[0] as ReceiptFacts), document: factsOf(inspection.document) }
      const kind = inspection.document.kind
      judge((await fragment([{ ...facts, kind, issuerRuc: informant.ruc }])).xml)
    }
  })

  it.skipIf(!xmllint)('takes whatever a document of any version may say', async () => {
    const any = fc.constantFrom(...kindsAndVersions).chain(([kind, version]) =>
      fc.tuple(arbitraryDocument(kind, version), fc.boolean()).map(([document, believes]) => {
        const base = october[0] as ReceiptFacts
        const facts = { ...base, kind, issuerRuc: informant.ruc, document: factsOf(document) }
        return believes ? believable(facts) : facts
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 40, maxLength: 60 }), async (facts) => {
        judge((await fragment(facts)).xml)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })
})

it('reads the facts of a document once, whatever its kind', () => {
  const kinds = new Set(all.map(({ kind }) => kind))
  expect(kinds.size).toBe(6)
  for (const { document } of all) expect(document?.recipientId).not.toBe('')
  expect(factsIn(demoReceipts('2026-11-20' as Day)[0]?.xml ?? '').document).not.toBeNull()
})
