import { expect, onTestFinished, test } from 'vitest'
import { finalConsumer, maria } from '#fixtures/people.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf, ISSUE_DAY } from '#fixtures/receipts/to-issue.ts'
import { addIssuer } from '#src/issuing/making/add-issuer.ts'
import { DocumentMaker, type MakingTask } from '#src/issuing/making/document-maker.ts'
import { createMaker } from '#src/issuing/making/maker.ts'
import { unpackDocument } from '#src/receipts/documents/stored-document.ts'
import { checkDocument } from '#src/sri/check.ts'
import type { ReceiptDraft } from '#src/sri/draft.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import { openSqlite } from '#tests/support/databases.ts'
import { begin, ceibo, foundBank, NOW, request, SILENT, upTo } from './bank.ts'
import { openSigning, SIGNING } from './fake-signing.ts'

const KEY = '2011202601099000000000110010010000000420000000719'
const LARGE = 'NAC-GCFOIOC21-00000001-E'
const numbered = {
  environment: 'test',
  establishment: '001',
  point: '001',
  sequence: 42,
  accessKey: KEY,
  issuedOn: ISSUE_DAY,
} as const
const issuer = {
  ...ceibo,
  id: 1,
  legends: { ...ceibo.legends, largeTaxpayer: LARGE, providerRuc: '1790000000001' },
}

function complete(draft: ReceiptDraft, of = issuer) {
  return addIssuer(draft, { issuer: of, address: 'Av. Amazonas 500, Quito', numbered })
}

function withFields(count: number): ReceiptDraft {
  const draft = draftOf()
  const infoAdicional = upTo(count).map((n) => ({ nombre: `Campo ${n}`, valor: String(n) }))
  const content = { ...draft.document.content, infoAdicional }
  return { ...draft, document: { ...draft.document, content } as ReceiptDraft['document'] }
}

function make(draft: ReceiptDraft, changes: Partial<MakingTask> = {}, secret = 'ceibo') {
  const rules = { issuer, addresses: { '001': 'Quito' }, signing: SIGNING }
  const maker = new DocumentMaker({ issuers: [rules], dictionary: null, today: ISSUE_DAY }, [
    openSigning({ secret }),
  ])
  return maker.make({
    ...numbered,
    issuanceId: 7,
    issuerId: 1,
    draft: JSON.stringify(draft),
    isFee: false,
    signedAt: NOW.toISOString(),
    ...changes,
  })
}

test('says of its issuer what the law asks, where the SRI wants it', () => {
  const document = complete(draftOf())
  if (document.kind !== 'invoice') throw new Error('An invoice')
  expect(document.content.infoTributaria).toMatchObject({
    ambiente: '1',
    claveAcceso: KEY,
    secuencial: '000000042',
    agenteRetencion: '1',
    dirMatriz: ceibo.address,
  })
  expect(document.content.infoFactura).toMatchObject({
    dirEstablecimiento: 'Av. Amazonas 500, Quito',
    obligadoContabilidad: 'SI',
    contribuyenteEspecial: '5368',
  })
  expect(document.content.infoAdicional?.slice(-2)).toEqual([
    { nombre: 'Gran Contribuyente', valor: LARGE },
    { nombre: 'RUC Proveedor', valor: '1790000000001' },
  ])
})

test.each(['entrepreneur', 'popular'] as const)('prints the legend of RIMPE: %s', (rimpe) => {
  const legends = { ...issuer.legends, rimpe, specialTaxpayer: null, withholdingAgent: null }
  const document = complete(draftOf(), { ...issuer, legends })
  const { contribuyenteRimpe, ...info } = document.content.infoTributaria ?? {}
  expect(contribuyenteRimpe).toContain(rimpe === 'popular' ? 'POPULAR' : 'CONTRIBUYENTE RÉGIMEN')
  expect(info).not.toHaveProperty('agenteRetencion')
  expect(checkDocument(document).filter(({ field }) => field.includes('Rimpe'))).toEqual([])
})

test('prints no legend twice, and complains when there is no room for one', () => {
  const draft = withFields(2)
  const fields = [...(draft.document.content.infoAdicional ?? []), { nombre: 'GRAN CONTRIBUYENTE' }]
  const content = { ...draft.document.content, infoAdicional: fields }
  const document = complete({ ...draft, document: { ...draft.document, content } as never })
  expect(document.content.infoAdicional).toHaveLength(4)
  expect(make(withFields(13)).document).not.toBeNull()
  expect(make(withFields(14))).toMatchObject({ document: null, code: 'document' })
})

test('makes a file that reads back as what it is, signed and packed', () => {
  const made = make(draftOf())
  if (made.document === null) throw new Error(made.says)
  const file = unpackDocument(made.document, null)
  const inspection = inspectReceipt(file)
  if (!inspection.ok) throw new Error(inspection.refusal.message)
  expect(inspection).toMatchObject({ signed: true, oddities: [] })
  expect(inspection.document.content.infoTributaria?.claveAcceso).toBe(KEY)
  expect(file.toString()).toContain(NOW.toISOString())
})

test('issues to nobody in particular what costs little and is no fee', () => {
  expect(make(draftOf(finalConsumer)).document).not.toBeNull()
})

test.each<[string, ReceiptDraft, Partial<MakingTask>, RegExp]>([
  ['a fee of nobody', draftOf(finalConsumer), { isFee: true }, /no se podría acreditar/],
  ['nobody above USD 50', draftOf(finalConsumer, [services.abroad, services.swift]), {}, /50/],
  ['another key', draftOf(), { sequence: 43 }, /clave/i],
])('refuses before it signs: %s', (_, draft, changes, says) => {
  expect(make(draft, changes)).toMatchObject({
    document: null,
    code: 'document',
    says: expect.stringMatching(says),
  })
})

test('a signature that does not hold is told apart from a document that is wrong', () => {
  expect(make(draftOf(maria), {}, 'broken')).toMatchObject({ document: null, code: 'signature' })
})

test('makes what comes of another issuer while there is much of one', async () => {
  const db = await openSqlite()
  const sauce = '1790012346001'
  await foundBank(db, { ruc: sauce })
  await foundBank(db)
  const requestOf = (source: string, issuerRuc: string) =>
    request(source, { ...draftOf(), issuerRuc })
  await begin(
    db,
    upTo(20).map((n) => requestOf(`much-${n}`, ceibo.ruc)),
  )
  const maker = createMaker({
    ...{ db, now: () => NOW, log: SILENT, threads: 1, group: 1 },
    signingOf: async ({ ruc }) => {
      // That of the other comes once its turn to be looked at is over.
      if (ruc === ceibo.ruc) await begin(db, [requestOf('late', sauce)])
      return SIGNING
    },
  })
  onTestFinished(() => maker.stop())
  expect(await maker.runOnce()).toBe(21)
  const made = await db
    .selectFrom('issuance_event')
    .innerJoin('issuance', 'issuance.id', 'issuance_event.issuance_id')
    .select('issuance.source')
    .where('what', '=', 'ready')
    .orderBy('issuance_event.id')
    .execute()
  expect(made.findIndex(({ source }) => source === 'late')).toBeLessThan(10)
})
