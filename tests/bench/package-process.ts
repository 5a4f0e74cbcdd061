import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { rideMarkOf } from '#src/policy/ride-mark.ts'
import { clientScopeOf } from '#src/practice/client-store.ts'
import { MAKE_PACKAGE, makePackageJob } from '#src/practice/packages/making/make-package.ts'
import { hashFile } from '#src/practice/packages/making/part-writer.ts'
import { addPackage } from '#src/practice/packages/package-store.ts'
import { documentsOf } from '#src/receipts/documents/document-store.ts'
import { drawReceipt } from '#src/receipts/files/draw-receipt.ts'
import { receiptsByKey } from '#src/receipts/receipt-store.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import { createRidePool } from '#src/ride/ride-pool.ts'
import { dayOf } from '#src/values/day.ts'
import { addJob } from '#src/work/job-store.ts'
import { createJobWorker } from '#src/work/job-worker.ts'
import type { PackageFigures, PackageOrder } from './package.ts'
import { streamBare } from './package.ts'

const [order] = (await new Promise<[PackageOrder]>((resolve) => {
  process.once('message', (message: PackageOrder) => resolve([message]))
})) as [PackageOrder]
const db = openDb(`sqlite:${path.join(order.folder, 'portal.db')}`)
const out = fs.mkdtempSync(path.join(order.folder, 'out-'))
const sample = await aRide(db)
// Ready means ready: in memory before the clock runs.
const kept = order.what === 'yazl' ? await filesOf(db) : []
const figures = await run()
await db.destroy()
process.send?.(figures)
process.disconnect()

async function run(): Promise<PackageFigures> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  const began = performance.now()
  const done = await work()
  const seconds = (performance.now() - began) / 1_000
  clearInterval(watch)
  return {
    ...done,
    seconds,
    peakMb: (Math.max(peak, process.memoryUsage.rss()) - before) / 1024 ** 2,
  }
}

async function work(): Promise<Omit<PackageFigures, 'seconds' | 'peakMb'>> {
  if (order.what === 'yazl') {
    const target = path.join(out, 'bare.zip')
    const firstByteMs = await streamBare(kept, target)
    const { size: bytes } = fs.statSync(target)
    return { bytes, firstByteMs, receipts: order.receipts, sha256: '' }
  }
  if (order.what === 'rides') return drawAlone(db)
  return makeOurs(db, order.what)
}

/** As many PDFs as two threads draw, and nothing else. */
async function drawAlone(on: Db) {
  const pool = createRidePool({ ...rideMarkOf(amazonas), size: 2 })
  const batch = await someReceipts(on, 2_000)
  const documents = await documentsOf(
    on,
    batch.map(({ id }) => id),
  )
  let next = 0
  const lane = async () => {
    while (next < batch.length) {
      const receipt = batch[next++]
      const xml = receipt && documents.get(receipt.id)
      if (receipt && xml) await drawReceipt(pool, receipt, xml)
    }
  }
  await Promise.all(Array.from({ length: 50 }, lane))
  await pool.close()
  return { bytes: 0, firstByteMs: 0, receipts: batch.length, sha256: '' }
}

async function makeOurs(on: Db, what: 'ready' | 'drawn' | 'merged') {
  const pool =
    what === 'ready'
      ? { draw: async () => ({ ok: true as const, pdf: sample }), close: async () => undefined }
      : createRidePool({ ...rideMarkOf(amazonas), size: 2 })
  const { loginId, scope, receipts } = await anAccountant(on, order.receipts)
  const now = () => new Date()
  const folder = path.basename(out)
  const owner = { loginId, apiKeyId: null, sessionId: 's' }
  const asked = {
    ...owner,
    scope,
    query: 'periodo=rango',
    format: what === 'merged' ? ('unido' as const) : ('ambos' as const),
    alsoMerged: false,
  }
  await transaction(on, async (tx) => {
    const id = await addPackage(tx, { ...asked, parts: 1, receipts, folder }, now())
    const job = {
      kind: MAKE_PACKAGE,
      subjectId: id,
      total: null,
      checkpoint: null,
      createdBy: null,
    }
    await addJob(tx, job, now())
  })
  const silent = { info() {}, warn() {}, error: (fields: object) => console.error(fields) }
  const needs = {
    db: on,
    dataDir: order.folder,
    ridePool: pool,
    policy: amazonas,
    now,
    log: silent,
  }
  const keys = { seal: Buffer.alloc(32) }
  const kinds = new Map([[MAKE_PACKAGE, makePackageJob({ ...needs, keys })]])
  const target = path.join(order.folder, 'packages', folder, '1.zip')
  const began = performance.now()
  const first = firstByte(target, began)
  await createJobWorker({ db: on, now, log: silent, kinds }).runOnce()
  await pool.close()
  const bytes = fs.statSync(target).size
  const sha256 = await hashFile(target)
  return { bytes, firstByteMs: await first, receipts, sha256 }
}

/** When there is something in the archive, or all of it: a small one is finished between two looks. */
async function firstByte(target: string, began: number): Promise<number> {
  for (;;) {
    const size = fs.statSync(`${target}.tmp`, { throwIfNoEntry: false })?.size ?? 0
    if (size > 0 || fs.existsSync(target) || performance.now() - began > 60_000)
      return performance.now() - began
    await pause(5)
  }
}

/** An accountant to whom as many have granted everything as it takes to have so many receipts. */
async function anAccountant(on: Db, receipts: number) {
  const at = new Date().toISOString()
  const name = crypto.randomUUID()
  const { id: loginId } = await on
    .insertInto('login')
    .values({ username: name, display_name: 'CONTADORA', role: 'accountant', created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: firmId } = await on
    .insertInto('firm')
    .values({ ruc: name, name: 'CONTADORES', created_by: loginId, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const member = { login_id: loginId, firm_id: firmId, is_lead: 1, added_by: loginId, added_at: at }
  await on.insertInto('firm_member').values(member).execute()
  const parties = await on
    .selectFrom('receipt_owner')
    .select(({ fn }) => ['party_id', fn.countAll<number>().as('count')])
    .groupBy('party_id')
    .orderBy('count')
    .execute()
  let had = 0
  const some = parties.filter(({ count }) => {
    if (had >= receipts) return false
    had += count
    return true
  })
  const grants = some.map(({ party_id }) => ({
    party_id,
    firm_id: firmId,
    kinds: '',
    ends_on: '2099-12-31',
    granted_by: loginId,
    granted_at: at,
  }))
  await on.insertInto('access_grant').values(grants).execute()
  const { scope } = await clientScopeOf(on, loginId, dayOf(new Date()))
  return { loginId, scope, receipts: had }
}

/** One drawn PDF, which stands for all that are ready. */
async function aRide(on: Db): Promise<Uint8Array> {
  const [receipt] = await someReceipts(on, 1)
  if (!receipt) throw new Error('No receipts')
  const xml = (await documentsOf(on, [receipt.id])).get(receipt.id)
  const pool = createRidePool({ ...rideMarkOf(amazonas), size: 1 })
  const drawn = await drawReceipt(pool, receipt, xml ?? new Uint8Array())
  await pool.close()
  if (!drawn.ok) throw new Error('Not drawn')
  return drawn.pdf
}

async function someReceipts(on: Db, count: number) {
  const rows = await on
    .selectFrom('receipt_owner')
    .select(['party_id', 'access_key'])
    .limit(count)
    .execute()
  const scope = [...new Set(rows.map(({ party_id }) => party_id))].flatMap((one) => ownScope(one))
  return receiptsByKey(
    on,
    scope,
    rows.map(({ access_key }) => access_key),
  )
}

/** The files of every receipt, as the bare stream is given them. */
async function filesOf(on: Db) {
  const files: { name: string; bytes: Buffer; compress: boolean }[] = []
  const rows = await on.selectFrom('receipt_owner').select(['receipt_id', 'access_key']).execute()
  const pdf = Buffer.from(sample)
  for (let from = 0; from < rows.length; from += 128) {
    const some = rows.slice(from, from + 128)
    const documents = await documentsOf(
      on,
      some.map(({ receipt_id }) => receipt_id),
    )
    for (const { receipt_id, access_key } of some) {
      files.push({ name: `${access_key}.pdf`, bytes: pdf, compress: false })
      const xml = documents.get(receipt_id)
      if (xml) files.push({ name: `${access_key}.xml`, bytes: xml, compress: true })
    }
  }
  return files
}
