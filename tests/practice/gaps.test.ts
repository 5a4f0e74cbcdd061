import { expect, test } from 'vitest'
import { maria, type Person, pedro } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { setNextNumber } from '#src/issuing/numbering/sequence-store.ts'
import { SEAL_MONTHS } from '#src/practice/completeness/seal-months.ts'
import { revokeGrantOf } from '#src/practice/grants/grant-store.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import type { Day } from '#src/values/day.ts'
import { repeatJob } from '#src/work/job-store.ts'
import { begin, foundBank, request } from '#tests/issuing/bank.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { type Browser, openPortal } from '#tests/support/portal.ts'
import { load, signInPerson } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { ask, askAndMake, work } from './package-support.ts'
import { grant, openFirm } from './support.ts'

const OCTOBER = 'periodo=rango&desde=2026-10-01&hasta=2026-10-31'
const MONTH = '/descargas/meses/2026-10'
const draft = (sequence: number) => ({ day: '2026-10-15' as Day, series: '001-002', sequence })
const bill = (sequence: number, buyer: Person) =>
  receiptFile(invoice(draft(sequence), buyer, [services.transfer]))

const SENTENCE =
  'Entre 001-002-000000010 y 001-002-000000020 hay 3 números que no son de este contribuyente, ' +
  '1 en trámite en el SRI, 1 que nunca se autorizó o se perdió, y el banco lo explica ' +
  '(000000014) y 4 que el banco no tiene (000000016 a 000000019).'

/**
 * María has the numbers 10 and 20; 11 to 13 are Pedro's, the last of them annulled; 14 was lost and 15
 * is under way; of 16 and 17 the bank has only retenciones, which are another series.
 */
async function aBank(db?: Db) {
  const portal = await openPortal(db ? { db } : {})
  await load(portal, [
    ...[10, 20].map((sequence) => bill(sequence, maria)),
    ...[11, 12, 13].map((sequence) => bill(sequence, pedro)),
    ...[16, 17].map((sequence) => receiptFile(interestWithholding(draft(sequence), pedro, 10_000))),
  ])
  const { id } = await portal.db
    .selectFrom('receipt')
    .select('id')
    .where('number', '=', '001-002-000000013')
    .executeTakeFirstOrThrow()
  await transaction(portal.db, (tx) => annulReceipt(tx, id, portal.clock.now()))
  const issuerId = await foundBank(portal.db, { environment: 'production' })
  const series = {
    issuerId,
    environment: 'production' as const,
    kind: 'invoice' as const,
    establishment: '001',
    point: '002',
  }
  await transaction(portal.db, (tx) => setNextNumber(tx, series, 14))
  const place = { series: { establishment: '001', issuePoint: '002' } }
  const wanted = ['a', 'b'].map((source) => request(source, draftOf(pedro, undefined, place)))
  await begin(portal.db, wanted)
  await portal.db
    .updateTable('issuance')
    .set({ state: 'number-lost', next_step: null, next_at: null })
    .where('sequence', '=', 14)
    .execute()
  return { portal, hers: await signInPerson(portal, maria) }
}

async function listsIn(
  browser: { get(url: string): Promise<{ rawPayload: Buffer }> },
  address: string,
) {
  const entries = await unzip((await browser.get(`${address}.zip`)).rawPayload)
  return {
    readme: String(entries.get('LEEME.txt')),
    manifest: JSON.parse(String(entries.get('manifiesto.json'))),
  }
}

/** The page that a link of another leads to, by the words on it. */
async function follow(browser: Browser, from: string, words: string) {
  const { body } = await browser.get(from)
  const link = new RegExp(
    `<a [^>]*href="([^"]+)"[^>]*>(?:<svg(?:(?!</svg>)[^])*</svg>)?${words}`,
    'i',
  ).exec(body)
  const address = link?.[1]?.replaceAll('&amp;', '&') ?? 'no such link'
  return { address, body: (await browser.get(address)).body }
}

async function seal(portal: Awaited<ReturnType<typeof openPortal>>) {
  await transaction(portal.db, (tx) => repeatJob(tx, SEAL_MONTHS, portal.clock.now()))
  await work(portal)
}

eachDatabase((open) => {
  test('a package and the page of a sealed month say what is between the numbers, and never whose', async () => {
    const { portal, hers } = await aBank(await open())
    const { readme, manifest } = await listsIn(
      hers.browser,
      await askAndMake(portal, hers, OCTOBER, 'xml'),
    )
    expect(readme).toContain(`Factura 001-002 de 0990000000001: ${SENTENCE}`)
    expect(manifest.numeracion).toEqual([
      {
        contribuyente: `${maria.id}001`,
        emisor: '0990000000001',
        tipo: 'factura',
        serie: '001-002',
        ambiente: 'produccion',
        desde: 10,
        hasta: 20,
        propios: 2,
        deOtros: 3,
        enTramite: 1,
        nuncaAutorizados: 1,
        tramosNuncaAutorizados: [[14, 14]],
        ausentes: 4,
        tramosAusentes: [[16, 19]],
      },
    ])
    expect((await hers.browser.get(MONTH)).statusCode).toBe(404)
    await seal(portal)
    expect((await hers.browser.get('/descargas')).body).toContain(MONTH)
    const { body } = await hers.browser.get(MONTH)
    expect(body).toContain(SENTENCE)
    for (const secret of [pedro.id, 'ANDRADE', 'Andrade']) {
      expect([secret, body.includes(secret), readme.includes(secret)]).toEqual([
        secret,
        false,
        false,
      ])
    }
    // All that Pedro has comes one after another.
    const his = await signInPerson(portal, pedro)
    expect((await his.browser.get(MONTH)).body).toContain('No falta ningún número')
  })
})

test('an accountant is told of the clients whose receipts they may all read, while they may', async () => {
  const { portal, hers } = await aBank()
  const others = ['001-003', '001-004'].flatMap((series) =>
    [1, 3].map((n) => receiptFile(invoice({ ...draft(n), series }, maria, [services.transfer]))),
  )
  await load(portal, others)
  const { firmId, lead, member } = await openFirm(portal)
  const whole = { partyId: hers.partyId, firmId, by: hers.loginId }
  const id = await grant(portal, whole)
  expect((await lead.browser.get(`${MONTH}?ruc=${maria.id}`)).statusCode).toBe(404)
  // Of a month that is not there nothing was seen.
  expect(await portal.db.selectFrom('grant_use').select('way').execute()).toEqual([])
  await seal(portal)
  // As a person gets there: from the clients to one, to their months, and to the numbers of a month.
  const client = await follow(lead.browser, '/empresas', 'Paredes Villacís María José')
  expect(client.body).toContain(SENTENCE)
  expect(client.body).toContain('Faltan números en más series')
  const months = await follow(lead.browser, client.address, 'Todos los meses sellados')
  expect(months.body).toContain(
    `/descargas/nueva?periodo=rango&amp;desde=2026-10-01&amp;hasta=2026-10-31&amp;ruc=${maria.id}001"`,
  )
  expect(months.body).toMatch(/<code>[0-9a-f]{12}&#8230;<\/code>/)
  const numbers = await follow(lead.browser, months.address, 'octubre 2026')
  expect(numbers.address).toBe(`${MONTH}?ruc=${maria.id}001`)
  expect(numbers.body).toContain(SENTENCE)
  expect((await follow(lead.browser, numbers.address, 'Meses sellados')).address).toBe(
    months.address,
  )
  for (const other of [pedro.id, '']) {
    expect((await lead.browser.get(`/descargas/meses?ruc=${other}`)).statusCode).toBe(404)
  }
  expect((await member.browser.get(months.address)).statusCode).toBe(404)
  expect((await lead.browser.get(`${MONTH}?ruc=${pedro.id}`)).statusCode).toBe(404)
  const made = async () => {
    const answer = await lead.browser.post('/descargas', { busqueda: OCTOBER, formato: 'xml' })
    await work(portal)
    return listsIn(lead.browser, String(answer.headers.location))
  }
  expect((await made()).readme).toContain(SENTENCE)
  await transaction(portal.db, (tx) =>
    revokeGrantOf(tx, { id, partyId: hers.partyId, by: hers.loginId }, portal.clock.now()),
  )
  expect((await lead.browser.get(`${MONTH}?ruc=${maria.id}`)).statusCode).toBe(404)
  expect((await lead.browser.get(months.address)).statusCode).toBe(404)
  // Of part of them, what is missing might be hers: nothing is said.
  await grant(portal, whole, { kinds: ['invoice'] })
  const part = (await lead.browser.get(client.address)).body
  expect(part).toContain('se ve con un acceso a todos sus tipos, fechas y números')
  expect([part.includes('/descargas/meses'), part.includes(SENTENCE)]).toEqual([false, false])
  expect((await lead.browser.get(`${MONTH}?ruc=${maria.id}`)).statusCode).toBe(404)
  const { readme, manifest } = await made()
  expect(readme).not.toContain('Numeración')
  expect(manifest.numeracion).toEqual([])
})

test('too many numbers to look at each are counted, and it is said that nobody looked', async () => {
  const { portal, hers } = await aBank()
  await load(portal, [bill(50_000, maria)])
  const address = await ask(hers, OCTOBER, 'xml')
  await work(portal)
  const { readme, manifest } = await listsIn(hers.browser, address)
  expect(readme).toContain('hay 49.988 números más. Son demasiados para mirarlos uno por uno')
  expect(manifest.numeracion[0]).not.toHaveProperty('deOtros')
  await seal(portal)
  expect((await hers.browser.get(MONTH)).body).toContain('hay 49.988 números más')
  await portal.db.updateTable('month_seal').set({ receipts: 20_001 }).execute()
  expect((await hers.browser.get(MONTH)).body).toContain('prepara la descarga del mes')
})
