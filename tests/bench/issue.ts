import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { signInvoiceXml } from 'ec-sri-invoice-signer'
import { issue } from '#fixtures/certificates/certificates.ts'
import { pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { manyRows, plainCsv, ROWS_TODAY } from '#fixtures/intake/rows.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { readRows } from '#src/intake/rows/read-rows.ts'
import { certificateSigning, openSigning } from '#src/issuing/certificates/certificate-signing.ts'
import { beginIssuances, keyOf } from '#src/issuing/issuance/begin-issuances.ts'
import { addIssuer } from '#src/issuing/making/add-issuer.ts'
import { DocumentMaker, type MakingTask } from '#src/issuing/making/document-maker.ts'
import { createMaker, type Maker } from '#src/issuing/making/maker.ts'
import { checkDocument } from '#src/sri/check.ts'
import type { ReceiptDraft } from '#src/sri/draft.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import type { Day } from '#src/values/day.ts'
import { ceibo, foundBank, NEEDS, NOW, request, SILENT } from '../issuing/bank.ts'
import { bare, bareVerify, compare, median, perSecond, ratio } from './compare.ts'

/** As many as a job begins in one transaction. */
const GROUP = 1_000
const GROUPS = 2
const ROUNDS = 3
const PASSWORD = 'banco-de-pruebas'
const TODAY = ROWS_TODAY as Day

/**
 * From a row to a document that is signed, verified and stored: each part of it on one core, and all
 * of it on all cores, a database included; beside bare RSA-2048 of node:crypto, and beside
 * ec-sri-invoice-signer signing the same documents. Time by the clock and of the processor: on a
 * machine that others use only the second is worth anything.
 */
export async function benchIssue() {
  const drafts = await draftsOf(GROUP)
  const identity = issue()
  const parts = benchParts(drafts, identity)
  const path = await benchPath(drafts, identity)
  return { documents: GROUP * GROUPS, ...parts, ...path, goal: 0.4 }
}

type Identity = ReturnType<typeof issue>

/** What a file of rows becomes. */
async function draftsOf(count: number): Promise<ReceiptDraft[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-issue-'))
  try {
    const file = path.join(folder, 'filas.csv')
    const { names, good } = manyRows({ count: count * 2, bad: 0 })
    fs.writeFileSync(file, plainCsv(names, good))
    const drafts: ReceiptDraft[] = []
    for await (const batch of readRows(file, 'invoice', { today: TODAY })) {
      if (!batch.ok) throw new Error(batch.refusal.message)
      drafts.push(...batch.receipts.flatMap(({ draft }) => draft ?? []))
    }
    return drafts.slice(0, count)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

function taskOf(draft: ReceiptDraft, at: number): MakingTask {
  const place = { establishment: '001', point: '001', sequence: at + 1 }
  const numbered = { ...place, environment: 'test', issuedOn: draft.issuedOn } as const
  const accessKey = keyOf({ ...numbered, kind: 'invoice' }, ceibo.ruc, '00000007')
  const plain = { issuanceId: at + 1, issuerId: 1, draft: JSON.stringify(draft), isFee: false }
  return { ...numbered, ...plain, accessKey, signedAt: NOW.toISOString() }
}

/** The parts: per second of one processor, and against its bare signatures (and verifications). */
function benchParts(drafts: readonly ReceiptDraft[], identity: Identity) {
  const signing = openSigning(certificateSigning(identity, 'rsa-sha1').data)
  const issuer = { ...ceibo, id: 1 }
  const rules = { issuer, addresses: {}, signing: certificateSigning(identity, 'rsa-sha1') }
  const maker = new DocumentMaker({ issuers: [rules], dictionary: null, today: TODAY }, [signing])
  const tasks = drafts.map(taskOf)
  const taskAt = (at: number) => tasks[at % tasks.length] as MakingTask
  const build = (task: MakingTask): string => {
    const draft = JSON.parse(task.draft) as ReceiptDraft
    const numbered = { ...task, issuedOn: draft.issuedOn }
    const document = addIssuer(draft, { issuer, address: issuer.address, numbered })
    checkDocument(document, { today: TODAY })
    return `${XML_DECLARATION}\n${writeDocument(document)}`
  }
  const unsigned = tasks.map(build)
  const xmlAt = (at: number) => unsigned[at % unsigned.length] ?? ''
  const signed = unsigned.map((xml) => signing.sign(xml, NOW))
  const file = pkcs12(identity, PASSWORD, { algorithm: '3des' })
  for (const task of tasks) {
    const { document } = maker.make(task)
    if (document === null) throw new Error('A document that cannot be made')
  }
  const times = compare({
    bare: bare('rsa-sha1', identity.key),
    bareVerify: bareVerify('rsa-sha1', identity.key, identity.certificate.publicKey),
    build: { count: 60, run: (at) => build(taskAt(at)) },
    sign: { count: 60, run: (at) => signing.sign(xmlAt(at), NOW) },
    verify: { count: 60, run: (at) => signing.judge(signed[at % signed.length] ?? '') },
    make: { count: 60, run: (at) => maker.make(taskAt(at)) },
    theirs: {
      count: 1,
      run: (at) => signInvoiceXml(xmlAt(at), file, { pkcs12Password: PASSWORD }),
    },
  })
  const bytes = signed.reduce((sum, { length }) => sum + length, 0) / signed.length
  return {
    signedBytes: Math.round(bytes),
    oneCore: {
      barePerSecond: perSecond(times.bare),
      bareVerifyPerSecond: perSecond(times.bareVerify),
      buildPerSecond: perSecond(times.build),
      buildRatio: ratio(times.bare, times.build),
      signPerSecond: perSecond(times.sign),
      signRatio: ratio(times.bare, times.sign),
      verifyPerSecond: perSecond(times.verify),
      verifyRatio: ratio(times.bare, times.verify),
      verifyToBareVerifyRatio: ratio(times.bareVerify, times.verify),
      makePerSecond: perSecond(times.make),
      makeRatio: ratio(times.bare, times.make),
      ecSriInvoiceSignerPerSecond: perSecond(times.theirs),
      timesEcSriInvoiceSigner: Math.round(ratio(times.theirs, times.sign)),
    },
  }
}

interface Took {
  readonly seconds: number
  readonly processorSeconds: number
}

async function timed(work: () => unknown): Promise<Took> {
  globalThis.gc?.()
  const [start, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return {
    seconds: (performance.now() - start) / 1_000,
    processorSeconds: (user + system) / 1_000_000,
  }
}

/** The whole of it, on SQLite in a file: drafts get their numbers, then their documents. */
async function benchPath(drafts: readonly ReceiptDraft[], identity: Identity) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-issue-'))
  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  const signingOf = async () => certificateSigning(identity, 'rsa-sha1')
  const maker = createMaker({ db, now: () => NOW, log: SILENT, signingOf })
  const rounds: Record<'bare' | 'numbering' | 'making', Took>[] = []
  try {
    await migrate(db)
    await foundBank(db)
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { run } = bare('rsa-sha1', identity.key)
      const limit = await timed(() => {
        for (let at = 0; at < GROUP; at += 1) run(at)
      })
      const numbering = await timed(() => number(db, drafts, round))
      const making = await timed(() => makeAll(db, maker, round))
      // The threads of the first one begin cold.
      if (round > 0) rounds.push({ bare: limit, numbering, making })
    }
  } finally {
    await maker.stop()
    await db.destroy()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  return {
    cores: os.availableParallelism(),
    clock: told(rounds, 'seconds'),
    processor: told(rounds, 'processorSeconds'),
  }
}

async function number(db: Db, drafts: readonly ReceiptDraft[], round: number): Promise<void> {
  for (let group = 0; group < GROUPS; group += 1) {
    const requests = drafts.map((draft, at) =>
      request(`${round}:${group}:${at}`, { ...draft, series: null }),
    )
    await transaction(db, (tx) => beginIssuances(tx, requests, NEEDS, NOW))
  }
}

async function makeAll(db: Db, maker: Maker, round: number): Promise<void> {
  await maker.runOnce()
  const { count } = await db
    .selectFrom('issuance')
    .where('state', '=', 'ready')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count !== (round + 1) * GROUP * GROUPS) throw new Error(`Only ${count} were made`)
}

/** Per second, and against bare RSA on one core, by one of the two ways to tell time. */
function told(rounds: readonly Record<'bare' | 'numbering' | 'making', Took>[], way: keyof Took) {
  const each = rounds.map(({ bare, numbering, making }) => ({
    bare: GROUP / bare[way],
    making: (GROUP * GROUPS) / making[way],
    path: (GROUP * GROUPS) / (numbering[way] + making[way]),
  }))
  const mid = (of: (one: (typeof each)[number]) => number) => median(each.map(of))
  return {
    barePerSecond: Math.round(mid(({ bare }) => bare)),
    makingPerSecond: Math.round(mid(({ making }) => making)),
    pathPerSecond: Math.round(mid(({ path }) => path)),
    makingRatio: Number(mid(({ bare, making }) => making / bare).toFixed(2)),
    pathRatio: Number(mid(({ bare, path }) => path / bare).toFixed(2)),
  }
}
