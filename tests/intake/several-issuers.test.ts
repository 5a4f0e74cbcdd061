import { expect, test } from 'vitest'
import { issue } from '#fixtures/certificates/certificates.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { followIssued } from '#src/intake/lots/rows/issue-lot.ts'
import { replaceCertificate } from '#src/issuing/certificates/certificate-store.ts'
import { issuerRucIn } from '#src/sri/access-key.ts'
import { ceibo, foundBank, KEYS, upTo } from '#tests/issuing/bank.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { colleague } from '../identity/staff/support.ts'
import { bank, publish, readLot } from './lots/support.ts'
import { csvOf, exampleLines } from './rows/support.ts'

/** The bank's own broker: another issuer, whose numbers and legends are its own. */
const SAUCE = {
  ruc: '1790012346001',
  name: 'CASA DE VALORES SAUCE S.A.',
  tradeName: null,
  legends: { ...ceibo.legends, specialTaxpayer: null, largeTaxpayer: 'NAC-GCFOIOC21-00000002' },
}

async function certify({ db, context }: TestPortal, ruc: string): Promise<void> {
  const { id: addedBy } = await db
    .selectFrom('login')
    .select('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const identity = issue({ ruc, from: '2026-01-01T00:00:00Z', to: '2027-12-31T00:00:00Z' })
  const given = { issuerRuc: ruc, identity, addedBy }
  await transaction(db, (tx) => replaceCertificate(tx, KEYS.seal, given, context.now()))
}

/** An invoice in a row: what it is called here, and who issues it. */
function row(referencia: string, emisor: string) {
  const elsewhere = { establecimiento: '', punto_emision: '', total: '' }
  const [line = {}] = exampleLines('invoice', { referencia, emisor, ...elsewhere })
  return line
}

/** Uploads rows and has them read; answers the address of their lot. */
async function readRows(
  portal: TestPortal,
  browser: Browser,
  rows: readonly Record<string, string>[],
) {
  const content = csvOf('invoice', rows)
  return readLot(portal, browser, [{ name: 'filas.csv', content }], 'factura')
}

/** Writes who issues a row into the one field that is wrong in it. */
async function mendIssuer(browser: Browser, address: string, ruc: string): Promise<void> {
  const { body } = await browser.get(address)
  const field = /name="(c0-\d+)"[^>]*aria-invalid/.exec(body)?.[1] ?? ''
  expect((await browser.post(address, { [field]: ruc })).statusCode).toBe(303)
}

async function standing(db: Db) {
  const rows = await db
    .selectFrom('issuance')
    .select(['access_key', 'state', 'sequence'])
    .orderBy('id')
    .execute()
  const of = (ruc: string) => rows.filter(({ access_key }) => issuerRucIn(access_key) === ruc)
  return [ceibo.ruc, SAUCE.ruc].map((ruc) => ({
    states: [...new Set(of(ruc).map(({ state }) => state))],
    numbers: of(ruc).map(({ sequence }) => sequence),
  }))
}

eachDatabase((open) => {
  test('issues interleaved rows of two issuers, each with its own numbers, words and certificate', async () => {
    const db = await open()
    const { portal, diego, lucia } = await bank(db)
    await foundBank(db)
    // Read while the bank is the only issuer: it stays so.
    const before = await readRows(portal, diego, [row('FILA-0', '')])
    await foundBank(db, SAUCE)
    await certify(portal, ceibo.ruc)
    const rows = upTo(6).map((n) => row(`FILA-${n}`, n % 2 === 1 ? ceibo.ruc : SAUCE.ruc))
    const wrong = [row('SIN-EMISOR', ''), row('OTRO-EMISOR', '0999999999001')]
    const lot = await readRows(portal, diego, [...rows.slice(0, 3), ...wrong, ...rows.slice(3)])
    const { body: faults } = await diego.post(`${lot}/errores.csv`)
    // With the column, what is wrong and the cure.
    expect(faults).toContain(
      `emisor: El banco emite por varios y aquí no dice por cuál. Escribe su RUC: ${ceibo.ruc} (${ceibo.name}) o ${SAUCE.ruc}`,
    )
    expect(faults).toContain(`emisor: No es un emisor registrado. Usa ${ceibo.ruc}`)
    expect(faults).not.toContain('FILA-')
    await mendIssuer(diego, `${lot}/filas/4`, SAUCE.ruc)
    for (const one of [before, lot]) await publish(portal, diego, lucia, one)
    expect(await standing(db)).toEqual([
      { states: ['numbered'], numbers: upTo(4) },
      { states: ['numbered'], numbers: upTo(4) },
    ])

    const start = portal.context.now()
    const works = openWorks(db, { certified: true, follow: followIssued, start })
    await works.round(3)
    expect((await standing(db)).map(({ states }) => states)).toEqual([['authorized'], ['numbered']])
    const { body: list } = await diego.get('/interno/envios')
    expect(list).toContain(`Falta el certificado del emisor ${SAUCE.name} ${SAUCE.ruc}`)
    expect(list).toContain('lo de los demás no espera')
    expect(list.match(/<strong>Espera el certificado de su emisor/g)).toHaveLength(2 * 4)
    const { body: ofCeibo } = await diego.get(`/interno/envios?emisor=${ceibo.ruc}`)
    expect(ofCeibo).toContain('Ninguno está en este caso')
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const { body: signing } = await ana.get('/interno/firma')
    expect(signing).toContain(`Subir el de ${SAUCE.name}, ${SAUCE.ruc}`)

    await certify(portal, SAUCE.ruc)
    await works.round(3)
    expect((await standing(db)).map(({ states }) => states)).toEqual([
      ['authorized'],
      ['authorized'],
    ])
    const ofSauce = works.sri.sent.filter(({ key }) => issuerRucIn(key) === SAUCE.ruc)
    expect(ofSauce).toHaveLength(4)
    for (const { document } of ofSauce) {
      expect(document).toContain(`<razonSocial>${SAUCE.name}</razonSocial>`)
      expect(document).toContain('NAC-GCFOIOC21-00000002')
      expect(document).not.toContain('contribuyenteEspecial')
    }
    // What the template brings names somebody, and so loads as it is.
    const { body: csv } = await diego.get('/interno/lotes/plantillas/nota-debito.csv')
    const example = await readLot(portal, diego, [{ name: 'd.csv', content: csv }], 'nota-debito')
    expect((await diego.get(example)).body).not.toContain('emite por varios')
  })
})
