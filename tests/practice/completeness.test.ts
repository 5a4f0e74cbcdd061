import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { transaction } from '#src/db/transaction.ts'
import { checkPackage } from '#src/practice/completeness/check/check-command.ts'
import { lastChangeIn, lastSealable } from '#src/practice/completeness/month-seal.ts'
import { isTurnOf, SEAL_MONTHS } from '#src/practice/completeness/seal-months.ts'
import { type Day, dayOf } from '#src/values/day.ts'
import { repeatJob } from '#src/work/job-store.ts'
import { eachDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, type SignedIn, signInPerson } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { askAndMake, work } from './package-support.ts'

const OCTOBER = 'periodo=rango&desde=2026-10-01&hasta=2026-10-31'
/** Of the months about the one that is sealed last; the key begins with day, month and year. */
const FILES = demoReceipts('2026-11-21' as Day).filter(({ name }) =>
  /^\d\d(09|10|11)2026/.test(name),
)
/** One of October comes late: after the month was sealed. */
const ofOctober = FILES.filter(({ name }) => name.slice(2, 8) === '102026')

async function seal(portal: TestPortal): Promise<void> {
  await transaction(portal.db, (tx) => repeatJob(tx, SEAL_MONTHS, portal.clock.now()))
  await work(portal)
}

function sealsOf(portal: TestPortal, { partyId }: SignedIn) {
  return portal.db
    .selectFrom('month_seal')
    .selectAll()
    .where('party_id', '=', partyId)
    .where('month', '=', '2026-10')
    .orderBy('edition')
    .execute()
}

/** Runs the check and answers its code and what it found. */
async function check(portal: TestPortal | null, ...paths: string[]) {
  let text = ''
  const write = (more: string) => {
    text += more
  }
  const terminal = { stdout: { write }, stderr: { write } }
  const code = await checkPackage([...paths, '--json'], portal?.db ?? null, terminal)
  return { code, found: JSON.parse(text) }
}

test.each([
  // 7 November is a Saturday: the 9th, and five working days.
  ['2026-10', '2026-11-16'],
  // 7 December is a Monday.
  ['2026-11', '2026-12-14'],
  // Carnival is on the 8th and 9th of February 2027; the 7th is a Sunday.
  ['2027-01', '2027-02-17'],
])('%s can change until %s', (month, day) => {
  expect(lastChangeIn(month)).toBe(day)
  expect(lastSealable(day as Day) < month).toBe(true)
})

eachDatabase((open) => {
  test('a month is sealed once it cannot change, and what comes late makes another edition', async () => {
    const portal = await openPortal({ db: await open() })
    const late = ofOctober.at(-1)
    if (!late) throw new Error('No receipt of October')
    await load(
      portal,
      FILES.filter((file) => file !== late),
    )
    const hers = await signInPerson(portal, maria)
    await seal(portal)
    const [first, ...rest] = await sealsOf(portal, hers)
    expect(rest).toEqual([])
    const open_ = await portal.db.selectFrom('month_seal').select('month').execute()
    expect(open_.map(({ month }) => month)).not.toContain('2026-11')

    const address = await askAndMake(portal, hers, OCTOBER, 'xml')
    const zip = path.join(temporaryFolder(), 'octubre.zip')
    fs.writeFileSync(zip, (await hers.browser.get(`${address}.zip`)).rawPayload)
    expect(await check(null, zip)).toMatchObject({ code: 0, found: { ok: true } })
    const sound = await check(portal, zip)
    expect(sound.found.seals).toMatchObject([
      { root: first?.root, verdict: 'whole', inDatabase: 'same' },
    ])
    expect((await hers.browser.get('/descargas')).body).toContain('Octubre 2026')

    portal.clock.advance({ hours: 6 })
    await load(portal, [late])
    await seal(portal)
    expect(await sealsOf(portal, hers)).toHaveLength(1)
    portal.clock.advance({ days: 1 })
    await seal(portal)
    const [again, second] = await sealsOf(portal, hers)
    expect(again).toEqual(first)
    expect(second).toMatchObject({ edition: 2, added: JSON.stringify([late.name.slice(0, 49)]) })
    expect(second?.root).not.toBe(first?.root)
    const outdated = await check(portal, zip)
    expect(outdated).toMatchObject({ code: 1, found: { seals: [{ inDatabase: 'newer' }] } })
  })

  test('a file that takes the place of one of the same value is noticed within four weeks', async () => {
    const portal = await openPortal({ db: await open() })
    const { clock, db } = portal
    await load(portal, FILES)
    const hers = await signInPerson(portal, maria)
    await seal(portal)
    const [first] = await sealsOf(portal, hers)
    const { receipt_id } = await db
      .selectFrom('receipt_owner')
      .select('receipt_id')
      .where('party_id', '=', hers.partyId)
      .where('status', '=', 'authorized')
      .where('issued_on', 'like', '2026-10-%')
      .orderBy('receipt_id')
      .executeTakeFirstOrThrow()
    const sha256 = 'f'.repeat(64)
    const documents = db.updateTable('receipt_document').where('receipt_id', '=', receipt_id)
    await documents.set({ sha256 }).execute()
    let days = 0
    do {
      clock.advance({ days: 1 })
      days += 1
    } while (!isTurnOf(hers.partyId, dayOf(clock.now())))
    expect(days).toBeLessThanOrEqual(28)
    await seal(portal)
    const [again, second, ...rest] = await sealsOf(portal, hers)
    expect([again, rest]).toEqual([first, []])
    expect(second).toMatchObject({ edition: 2, sums: first?.sums, receipts: first?.receipts })
    expect(second?.root).not.toBe(first?.root)
    clock.advance({ days: 28 })
    await seal(portal)
    expect(await sealsOf(portal, hers)).toHaveLength(2)
  })
})

test('a copy that lacks, changes or adds anything is told apart, as ZIP and as folder', async () => {
  const portal = await openPortal()
  await load(portal, FILES)
  const hers = await signInPerson(portal, maria)
  await seal(portal)
  const address = await askAndMake(portal, hers, OCTOBER, 'xml')
  const entries = await unzip((await hers.browser.get(`${address}.zip`)).rawPayload)
  const folder = temporaryFolder()
  for (const [name, bytes] of entries) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), bytes)
  }
  expect(await check(null, folder)).toMatchObject({ code: 0, found: { ok: true } })
  const [one = '', two = ''] = [...entries.keys()].filter((name) => name.endsWith('.xml'))
  fs.appendFileSync(path.join(folder, one), ' ')
  fs.rmSync(path.join(folder, two))
  fs.writeFileSync(path.join(folder, 'otra.xml'), '<factura/>')
  fs.writeFileSync(path.join(folder, '.DS_Store'), '')
  expect(await check(null, folder)).toMatchObject({
    code: 1,
    found: { ok: false, changed: [one], missing: [two], unknown: ['otra.xml'] },
  })
  // Whoever mends the list as well is found out by the seal.
  const place = path.join(folder, 'manifiesto.json')
  const manifest = JSON.parse(fs.readFileSync(place, 'utf8'))
  manifest.comprobantes.splice(0, 1)
  manifest.totales.comprobantes -= 1
  manifest.totales.archivos -= 1
  fs.writeFileSync(place, JSON.stringify(manifest))
  const forged = await check(null, folder)
  expect(forged).toMatchObject({ code: 1, found: { seals: [{ verdict: 'different' }] } })
  expect((await check(null, path.join(folder, one))).code).toBe(1)
})
