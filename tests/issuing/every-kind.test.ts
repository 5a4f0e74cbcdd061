import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CertificateWish, Issued } from '#fixtures/certificates/certificates.ts'
import { ARCS, issue } from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { merged, pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { followIssued } from '#src/intake/lots/rows/issue-lot.ts'
import { certificateSigning } from '#src/issuing/certificates/certificate-signing.ts'
import { signingIdentityOf } from '#src/issuing/certificates/certificate-store.ts'
import { createCourier } from '#src/issuing/courier/courier.ts'
import { createMaker } from '#src/issuing/making/maker.ts'
import { readEnvelope } from '#src/sri/envelope/envelope.ts'
import { documentKinds, kindFacts } from '#src/sri/kinds.ts'
import { httpSriService } from '#src/sri/service/http-sri-service.ts'
import type { SignatureAlgorithm } from '#src/sri/signature/algorithms.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { publish, readLot } from '#tests/intake/lots/support.ts'
import { signIn } from '#tests/receipts/support/signed-in.ts'
import { xmlsecVerifies } from '#tests/sri/signature/xmlsec.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, describeWithShared, runTool } from '#tests/support/judges.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { kill } from '#tests/support/programs.ts'
import { ceibo, foundBank } from './bank.ts'
import { upload, waiting } from './certificates/upload.ts'
import { startSri } from './chaos/programs.ts'

const PASSWORD = 'Ñandú de prueba'
const ROOTS = documentKinds.map(({ kind }) => kindFacts(kind).root).sort()

/** Files with certificates as the country's authorities hand them out, by what is odd about them. */
const FILES: [string, SignatureAlgorithm, () => { file: Buffer; signs: Issued }][] = [
  [
    'a serial number beyond any number, old encryption, the chain in the file',
    'rsa-sha1',
    () => packed({ serial: `7f${'f'.repeat(36)}01`, arc: ARCS.uanataca }, '3des'),
  ],
  ['two pairs, of which one does not sign', 'rsa-sha256', twoPairs],
  [
    'an authority whose name needs escaping, no usages named',
    'rsa-sha256',
    () => {
      const issuer = issue({
        name: 'A & B <CA> "de prueba"+=#;',
        isAuthority: true,
        issuer: 'self',
        keys: keyOf('AUTORIDAD AJENA'),
      })
      return packed({ issuer, arc: ARCS.lazzate, usages: null }, 'aes256')
    },
  ],
]

function packed(wish: CertificateWish, algorithm: '3des' | 'aes256') {
  const signs = issue({ ruc: ceibo.ruc, ...wish })
  return { file: pkcs12(signs, PASSWORD, { algorithm }), signs }
}

/** As the Banco Central hands them out. */
function twoPairs() {
  const arc = ARCS.bancoCentral
  const signs = issue({ ruc: ceibo.ruc, arc, usages: ['digitalSignature', 'nonRepudiation'] })
  const keys = keyOf('AUTORIDAD FICTICIA SUBCA-1')
  const hides = issue({ ruc: ceibo.ruc, arc, keys, usages: ['keyEncipherment'] })
  const pairs = [hides, signs].map((one) => pkcs12(one, PASSWORD, { algorithm: '3des' }))
  return { file: merged(pairs), signs }
}

describe.each(FILES)(
  'every kind, from rows to what its owner downloads, signed with %s: %s',
  (_, algorithm, make) => {
    const signed: string[] = []
    const { file, signs } = make()

    test('is authorised', { timeout: 120_000 }, async () => {
      const portal = await openPortal()
      await foundBank(portal.db, { algorithm })
      const ana = await colleague(portal, 'ana', 'administrator')
      const answer = await upload(portal, ana.browser, { ruc: ceibo.ruc, file, password: PASSWORD })
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/interno/firma'])
      const eva = await colleague(portal, 'eva', 'approver')
      await eva.browser.post(`${await waiting(eva)}/aprobacion`)
      await publishTemplates(portal)
      await issueAll(portal)
      for (const xml of await downloads(portal)) {
        const reading = readEnvelope(xml)
        if (!reading.ok) throw new Error(reading.refusal.message)
        const { comprobante, status } = reading.envelope
        expect(status).toBe('authorized')
        signed.push(comprobante)
      }
      expect([...new Set(signed.map((xml) => headOf(xml)[0]))].sort()).toEqual(ROOTS)
    })

    describeWithJudge('xmlsec1', `signed with ${algorithm}, for xmlsec1`, () => {
      test('has the signature of whoever issues', () => {
        expect(signed.length).toBeGreaterThan(0)
        for (const xml of signed) xmlsecVerifies(xml, signs.certificate)
      })
    })

    describeWithJudge('xmllint', `signed with ${algorithm}, for xmllint`, () => {
      describeWithShared('by the schemas of the SRI', (shared) => {
        test('is valid', () => {
          expect(signed.length).toBeGreaterThan(0)
          for (const xml of signed) validate(xml, path.join(shared, 'sri', 'xsd'))
        })
      })
    })
  },
)

/** The example of every template, loaded by Diego and approved by Lucía. */
async function publishTemplates(portal: TestPortal): Promise<void> {
  const { browser: diego } = await colleague(portal, 'diego', 'loader')
  const { browser: lucia } = await colleague(portal, 'lucia', 'approver')
  for (const { slug } of documentKinds) {
    const { body } = await diego.get(`/interno/lotes/plantillas/${slug}.csv`)
    const lot = await readLot(portal, diego, [{ name: 'filas.csv', content: body }], slug)
    await publish(portal, diego, lucia, lot)
  }
}

/** Through a simulated SRI in a process of its own, whose clock is that of the portal. */
async function issueAll({ context, clock }: TestPortal): Promise<void> {
  const { db, keys, now, policy, random } = context
  const sri = await startSri(temporaryFolder(), now().getTime() - Date.now())
  onTestFinished(() => kill(sri.program))
  await fetch(`${sri.origin}/conmutadores`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ demoraMs: 0 }),
  })
  const address = `${sri.origin}/comprobantes-electronicos-ws`
  const service = httpSriService({ address, now })
  onTestFinished(() => service.close())
  const shared = { db, now, log: { info() {}, warn() {}, error() {} } }
  const maker = createMaker({
    ...shared,
    threads: 1,
    signingOf: async ({ ruc, algorithm }) => {
      const identity = await signingIdentityOf(db, keys.seal, ruc)
      return identity && certificateSigning(identity, algorithm)
    },
  })
  onTestFinished(() => maker.stop())
  const courier = createCourier({ ...shared, keys, policy, random, service, follow: followIssued })
  await maker.runOnce()
  for (let round = 0; round < 3; round += 1) {
    await courier.runOnce()
    clock.advance({ seconds: 10 })
  }
  const rows = await db.selectFrom('issuance').select(['state', 'answer']).execute()
  expect(rows.filter(({ state }) => state !== 'authorized')).toEqual([])
}

/** Every receipt as one of its owners gets it. */
async function downloads(portal: TestPortal): Promise<string[]> {
  const owned = await portal.db
    .selectFrom('receipt')
    .innerJoin('receipt_owner', 'receipt_owner.receipt_id', 'receipt.id')
    .select(['receipt.access_key', 'receipt_owner.party_id'])
    .execute()
  const files = []
  for (const [partyId, receipts] of Map.groupBy(owned, ({ party_id }) => party_id)) {
    const { browser } = await signIn(portal, partyId, 'Cliente')
    for (const { access_key } of receipts) {
      const { body, statusCode } = await browser.get(`/comprobantes/${access_key}.xml`)
      expect(statusCode).toBe(200)
      files.push(body)
    }
  }
  return files
}

/** The name of the root of a document, and its version. */
function headOf(signed: string): [root: string, version: string] {
  const [, root = '', version = ''] =
    /<([A-Za-z]+) [^>]*version="([\d.]+)"/.exec(signed.replace(/<\?xml[^>]*\?>/, '')) ?? []
  return [root, version]
}

/** The schemas of the SRI have no place for a signature. */
function validate(signed: string, schemas: string): void {
  const name = `${headOf(signed).join('_v')}.xsd`.toLowerCase()
  const schema = fs.readdirSync(schemas).find((one) => one.toLowerCase() === name)
  const unsigned = signed.replace(/<ds:Signature .*<\/ds:Signature>/s, '')
  const args = ['--nonet', '--noout', '--schema', path.join(schemas, schema ?? name), '-']
  runTool('xmllint', args, unsigned)
}
