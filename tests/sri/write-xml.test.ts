import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { readContent } from '#src/sri/documents/read-content.ts'
import { kindFacts } from '#src/sri/kinds.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { describeWithJudge, describeWithShared, hasTool, runTool } from '../support/judges.ts'
import { arbitraryDocument, kindsAndVersions } from './support/arbitrary-document.ts'
import { authorized, bytesOf, invoice, invoiceKey } from './support/documents.ts'

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-xml-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true }))
  return folder
}

function written(documents: readonly ReceiptDocument[]): string[] {
  const folder = temporaryFolder()
  return documents.map((document, at) => {
    const file = path.join(folder, `${at}.xml`)
    fs.writeFileSync(file, `${XML_DECLARATION}\n${writeDocument(document)}`)
    return file
  })
}

describe('what is written', () => {
  it.each(kindsAndVersions)('reads back equal: %s %s', (kind, version) => {
    fc.assert(
      fc.property(arbitraryDocument(kind, version), (document) => {
        const reading = readContent(writeDocument(document))
        if (!reading.ok) throw new Error(reading.refusal.message)
        expect(reading.document).toEqual(document)
        expect(reading.oddities).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('leaves out what XML forbids', () => {
    const document = invoice()
    const [line] = document.content.detalles ?? []
    if (line === undefined) throw new Error('An invoice without lines')
    line.descripcion = 'a\u0000b\u0008c\ufffe\ud800 d\re'
    line.detallesAdicionales = [{ nombre: 'uno\ndos', valor: 'tab\tfin' }]
    const reading = readContent(writeDocument(document))
    const content = reading.ok && reading.document.kind === 'invoice' && reading.document.content
    const read = content ? content.detalles?.[0] : undefined
    expect(read?.descripcion).toBe('abc\ufffd d\ne')
    expect(read?.detallesAdicionales).toEqual([{ nombre: 'uno dos', valor: 'tab fin' }])
  })

  it('is taken when it comes back authorised', () => {
    const reading = readReceipt(bytesOf(authorized()))
    if (!reading.ok) throw new Error(reading.refusal.message)
    expect(reading.receipt.accessKey).toBe(invoiceKey)
    expect(reading.receipt.warnings).toEqual([])
    expect(reading.receipt.envelope.comprobante).toBe(
      `${XML_DECLARATION}\n${writeDocument(invoice())}`,
    )
  })

  it('keeps a CDATA end inside a text', () => {
    const document = invoice()
    const [line] = document.content.detalles ?? []
    if (line !== undefined) line.descripcion = 'uno ]]> dos <![CDATA[ tres'
    const reading = readReceipt(bytesOf(authorized(writeDocument(document))))
    expect(reading.ok && reading.receipt.document).toEqual(document)
  })
})

describeWithJudge('xmllint', 'what is written, for an outside judge', () => {
  it.each(kindsAndVersions)('is its own canonical form: %s %s', (kind, version) => {
    const samples = fc.sample(arbitraryDocument(kind, version, { complete: true }), {
      numRuns: 3,
      seed: 7,
    })
    for (const [at, file] of written(samples).entries()) {
      const document = samples[at]
      if (document === undefined) throw new Error('No sample')
      expect(runTool('xmllint', ['--nonet', '--c14n', file])).toBe(writeDocument(document))
    }
  })
})

describeWithShared('what is written, by the schemas of the SRI', (shared) => {
  const schemas = path.join(shared, 'sri', 'xsd')
  it.skipIf(!hasTool('xmllint')).each(kindsAndVersions)('is valid: %s %s', (kind, version) => {
    const arbitrary = [
      ...fc.sample(arbitraryDocument(kind, version, { complete: true }), { numRuns: 6, seed: 11 }),
      ...fc.sample(arbitraryDocument(kind, version), { numRuns: 14, seed: 13 }),
    ]
    const schema = fs
      .readdirSync(schemas)
      .find(
        (name) => name.toLowerCase() === `${kindFacts(kind).root}_v${version}.xsd`.toLowerCase(),
      )
    expect(schema).toBeDefined()
    const files = written(arbitrary)
    runTool('xmllint', [
      '--nonet',
      '--noout',
      '--schema',
      path.join(schemas, schema ?? ''),
      ...files,
    ])
  })
})
