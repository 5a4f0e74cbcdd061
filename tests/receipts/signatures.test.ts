import { expect, test } from 'vitest'
import { issue, rootAuthority, subAuthority } from '#fixtures/certificates/certificates.ts'
import { maria } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { Db } from '#src/db/open.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import type { LoadedItem } from '#src/intake/load-report.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { beginJudging, JUDGE_SIGNATURES } from '#src/receipts/signatures/judge-receipts.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import type { Day } from '#src/values/day.ts'
import { folderWith } from '#tests/intake/loading.ts'
import { colleague } from '../identity/staff/support.ts'
import { bank, publish, readLot, work } from '../intake/lots/support.ts'
import { eachDatabase } from '../support/databases.ts'
import type { TestPortal } from '../support/portal.ts'
import { openPortal } from '../support/portal.ts'
import { signInPerson } from './support/signed-in.ts'

const [root, sub] = [rootAuthority(), subAuthority()].map(
  ({ certificate }) => `${certificate}`,
) as [string, string]
const signer = createSigner(issue(), 'rsa-sha1')
const bill = (sequence: number) => {
  const draft = { day: '2026-11-16' as Day, series: '001-002', sequence }
  return receiptFile(invoice(draft, maria, [services.transfer]), { sign: signer.sign })
}
const WELL = bill(1)
const SOUND = bill(2)
/** Somebody wrote another name into it after it was signed. */
const ALTERED = { name: SOUND.name, xml: SOUND.xml.replace('PAREDES', 'PAREDEZ') }
const THIRD = bill(3)
const ALTERED_COPY = { name: THIRD.name, xml: THIRD.xml.replace('PAREDES', 'PAREDEZ') }

async function load(
  { context }: TestPortal,
  refuseBadSignatures = false,
  authorities: readonly string[] = [],
) {
  const items: LoadedItem[] = []
  const policy = { ...amazonas, intake: { ...amazonas.intake, refuseBadSignatures } }
  const folder = folderWith({ [WELL.name]: WELL.xml, [ALTERED.name]: ALTERED.xml })
  const onItem = (item: LoadedItem) => items.push(item)
  const needs = { ...context, policy, issuers: [], authorities, onItem }
  const totals = await loadFiles([folder], needs)
  return { items, totals }
}

const keyOf = ({ name }: { name: string }) => name.slice(0, 49)

async function codes(db: Db): Promise<Record<string, string | null>> {
  const rows = await db.selectFrom('receipt').select(['access_key', 'signature_code']).execute()
  return Object.fromEntries(rows.map((row) => [row.access_key, row.signature_code]))
}

/** Jobs that look at signatures and have not ended. */
async function waiting(db: Db) {
  const jobs = db.selectFrom('job').select('id').where('kind', '=', JUDGE_SIGNATURES)
  return jobs.where('status', 'in', ['waiting', 'running']).execute()
}

const FOUND = { [keyOf(WELL)]: 'verified', [keyOf(ALTERED)]: 'document-altered' }

eachDatabase((open) => {
  test('keeps who signed and when, names what is not signed well, and says so on every page', async () => {
    const portal = await openPortal({ db: await open() })
    const { items, totals } = await load(portal)
    expect(totals).toMatchObject({ loaded: 2, rejected: 0, badSignatures: 1 })
    const named = items.filter(({ badSignature }) => badSignature !== null)
    expect(named).toMatchObject([{ claveAcceso: keyOf(ALTERED), outcome: 'loaded' }])
    expect(await codes(portal.db)).toEqual(FOUND)
    const row = await portal.db
      .selectFrom('receipt')
      .select(['signer_name', 'signer_ruc', 'signed_at', 'signature_fault'])
      .where('access_key', '=', keyOf(WELL))
      .executeTakeFirstOrThrow()
    expect(row).toEqual({
      signer_name: 'GERENTE FICTICIA BEGOÑA',
      signer_ruc: '0990000000001',
      signed_at: '2026-11-16T14:58:12.000Z',
      signature_fault: null,
    })
    const { browser: customer } = await signInPerson(portal, maria)
    const { browser: staff } = await colleague(portal, 'ana', 'auditor')
    for (const [browser, base] of [
      [customer, '/comprobantes'],
      [staff, '/interno/comprobantes'],
    ] as const) {
      const good = (await browser.get(`${base}/${keyOf(WELL)}`)).body
      expect(good).toContain('Firma verificada')
      expect(good).toContain('Firmado por GERENTE FICTICIA BEGOÑA el 16 nov 2026, 09:58')
      const bad = (await browser.get(`${base}/${keyOf(ALTERED)}`)).body
      expect(bad).toContain('Firma no verificada')
      expect(bad).toContain('se modificó después de firmarse')
    }
  })

  test('asks from whom the certificate comes once it is told who may be trusted', async () => {
    const known = await openPortal({ db: await open() })
    await load(known, false, [root, sub])
    expect(await codes(known.db)).toEqual(FOUND)
    const strange = await openPortal({ db: await open() })
    const { totals } = await load(strange, true, [root])
    expect(totals).toMatchObject({ loaded: 0, rejected: 2 })
    const config = { signatureAuthorities: [root] }
    const later = await openPortal({ db: await open(), config })
    await load(later)
    await later.db.updateTable('receipt').set({ signature_code: null }).execute()
    await beginJudging(later.db, later.clock.now())
    await work(later)
    expect(await codes(later.db)).toEqual({
      [keyOf(WELL)]: 'untrusted-authority',
      [keyOf(ALTERED)]: 'document-altered',
    })
    const { browser } = await signInPerson(later, maria)
    const page = (await browser.get(`/comprobantes/${keyOf(WELL)}`)).body
    expect(page).toContain('no viene de una autoridad reconocida')
  })

  test('takes over at publishing what was found at reading, of those very bytes and of no others', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const { db } = portal
    const files = [WELL, SOUND, ALTERED_COPY].map(({ name, xml }) => ({ name, content: xml }))
    const lot = await readLot(portal, diego, files)
    const kept = await db.selectFrom('lot_verdict').selectAll().orderBy('n').execute()
    expect(kept.map(({ verdict }) => JSON.parse(verdict).code)).toEqual([
      'verified',
      'verified',
      'document-altered',
    ])
    // A mark that no verification would leave; once it is said of other bytes.
    const verdict = JSON.stringify({ ...JSON.parse(kept[0]?.verdict ?? ''), signerName: 'MARCA' })
    const say = (n: number, said: object) =>
      db.updateTable('lot_verdict').set(said).where('n', '=', n).execute()
    await say(1, { verdict })
    await say(2, { verdict, sha256: kept[0]?.sha256 })
    await say(3, { verdict, sha256: '0'.repeat(64) })
    await publish(portal, diego, lucia, lot)
    const rows = db.selectFrom('receipt').select(['signer_name', 'signature_code'])
    expect(await rows.orderBy('access_key').execute()).toEqual([
      { signer_name: 'MARCA', signature_code: 'verified' },
      { signer_name: 'GERENTE FICTICIA BEGOÑA', signature_code: 'verified' },
      { signer_name: 'GERENTE FICTICIA BEGOÑA', signature_code: 'document-altered' },
    ])
    expect(await db.selectFrom('lot_verdict').select('n').execute()).toEqual([])
  })

  test('looks later at what was kept before, and on its page at once', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, clock } = portal
    await load(portal)
    const unknown = { signature_code: null, signature_fault: null, signer_name: null }
    await db.updateTable('receipt').set(unknown).execute()
    const { browser } = await signInPerson(portal, maria)
    const page = await browser.get(`/comprobantes/${keyOf(ALTERED)}`)
    expect(page.body).toContain('Firma no verificada')
    expect(Object.values(await codes(db))).toEqual([null, null])
    await beginJudging(db, clock.now())
    await work(portal)
    expect(await codes(db)).toEqual(FOUND)
    await beginJudging(db, clock.now())
    expect(await waiting(db)).toEqual([])
  })
})

test('refuses what is not signed well where the bank says so', async () => {
  const portal = await openPortal()
  const { items, totals } = await load(portal, true)
  expect(totals).toMatchObject({ loaded: 1, rejected: 1, badSignatures: 0 })
  const refused = items.find(({ outcome }) => outcome === 'rejected')
  expect(refused).toMatchObject({ code: 'bad-signature', claveAcceso: keyOf(ALTERED) })
  expect(refused?.message).toMatch(/se modificó después de firmarse\. El banco no admite/)
  expect(await codes(portal.db)).toEqual({ [keyOf(WELL)]: 'verified' })
})

test('counts and names in a dry run what is not signed well', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'rosa', 'loader')
  const files = [WELL, ALTERED].map(({ name, xml }) => ({ name, content: xml }))
  const lot = await readLot(portal, browser, files)
  const page = (await browser.get(lot)).body
  expect(page).toContain('1 sin una firma válida')
  expect(page).toContain('se modificó después de firmarse')
})
