import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { issue } from '#fixtures/certificates/certificates.ts'
import { transaction } from '#src/db/transaction.ts'
import { addApproval } from '#src/identity/staff/approvals/approval-store.ts'
import {
  addWaitingCertificate,
  replaceCertificate,
} from '#src/issuing/certificates/certificate-store.ts'
import { noteWorker } from '#src/work/worker-store.ts'
import { enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { addPerson, MARIA } from '#tests/identity/support.ts'
import { work } from '#tests/intake/lots/support.ts'
import { ceibo, foundBank } from '#tests/issuing/bank.ts'
import { addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { proposeAddress } from '../support.ts'
import { beBusy } from './busy-bank.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

/** A lot with a fault, a proposal, receipts without an answer, and a worker that cannot send. */
async function needPeople(portal: LivePortal): Promise<void> {
  const { db, clock } = portal
  const { page } = await visit(chromium)
  await enrol(portal, page, portal.url, 'diego', 'loader')
  await page.goto(`${portal.url}/interno/lotes`)
  const file = { name: 'roto.xml', mimeType: 'text/xml', buffer: Buffer.from('<factura>') }
  await page.setInputFiles('input[type="file"]', file)
  await page.click('.suelta ~ button, .suelta button, form[enctype] button')
  await page.waitForURL('**/interno/lotes/*')
  await work(portal)
  const diego = await db
    .selectFrom('login')
    .select('id')
    .where('username', '=', 'diego')
    .executeTakeFirstOrThrow()
  await proposeAddress(portal, diego, await addPerson(portal, MARIA, MARIA.email))
  await addReceipts(db, [], [aReceipt({ status: 'pending' }), aReceipt({ status: 'pending' })])
  const at = clock.now()
  const worker = { owner: 'a', host: 'portal-1', version: '0.1.0', startedAt: at, seenAt: at }
  const mailDownSince = new Date(at.getTime() - 300_000)
  await transaction(db, (tx) => noteWorker(tx, { ...worker, mailDownSince }))
  await db
    .insertInto('job')
    .values({
      kind: 'lot.publish',
      subject_id: 1,
      status: 'failed',
      done: 400,
      total: 1_250,
      checkpoint: '0',
      attempts: 5,
      next_attempt_at: at.toISOString(),
      resumed_done: 0,
      problem: 'Algo falló de nuestro lado. No se perdió nada de lo ya hecho.',
      created_at: at.toISOString(),
      ended_at: at.toISOString(),
    })
    .execute()
}

/** A certificate that signs, and another that waits for a second person. */
async function certify({ db, context, clock }: LivePortal): Promise<void> {
  const people = await db.selectFrom('login').select(['id', 'username']).execute()
  const id = people.find(({ username }) => username === 'diego')?.id ?? 0
  const { keys } = context
  await transaction(db, async (tx) => {
    const given = { issuerRuc: ceibo.ruc, identity: issue({ ruc: ceibo.ruc }), addedBy: id }
    await replaceCertificate(tx, keys.seal, given, clock.now())
    const remarks = 'Vence pronto.'
    const waiting = await addWaitingCertificate(tx, keys.seal, { ...given, remarks }, clock.now())
    await addApproval(
      tx,
      keys.seal,
      {
        kind: 'certificate.replace',
        subject: `certificate:${waiting}`,
        payload: { certificate: waiting },
        reason: '',
        proposedBy: id,
      },
      clock.now(),
    )
  })
}

it('has no fault on the panel, empty or full, nor on the health page', {
  timeout: 300_000,
}, async () => {
  const portal = await openLivePortal()
  const { url, db } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'ana')
  await page.goto(`${url}/interno`)
  await look('panel-vacio')
  await page.goto(`${url}/interno/salud`)
  await look('salud-vacia')
  await beBusy(db, portal.clock.now())
  await needPeople(portal)
  await foundBank(db)
  await certify(portal)
  await page.goto(`${url}/interno`)
  await look('panel')
  for (const summary of await page.locator('.ver-datos summary').all()) await summary.click()
  await look('panel-datos')
  await page.selectOption('#periodo', 'este-ano')
  await page.click('.encabezado button')
  await page.waitForURL('**/interno?periodo=este-ano')
  await look('panel-ano')
  await page.goto(`${url}/interno?periodo=mes-anterior`)
  await look('panel-mes')
  await page.goto(`${url}/interno/salud`)
  await look('salud')
  await page.goto(`${url}/interno/firma`)
  await look('firma')
  await page.click('main a[href="/interno/firma/nueva"]')
  await page.waitForURL('**/firma/nueva')
  await look('firma-nueva')
  await page.fill('#ruc', ceibo.ruc)
  await page.setInputFiles('#archivo', {
    name: 'firma.p12',
    mimeType: 'application/x-pkcs12',
    buffer: Buffer.from('no es un certificado'),
  })
  await page.click('main button.primario')
  await page.locator('#archivo-error').waitFor()
  await look('firma-nueva-error')
  await page.goto(`${url}/interno/aprobaciones`)
  await look('firma-propuesta')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
