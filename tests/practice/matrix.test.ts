import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { mariaWithRuc } from '#fixtures/people.ts'
import { transaction } from '#src/db/transaction.ts'
import { SEAL_MONTHS } from '#src/practice/completeness/seal-months.ts'
import { askPackage } from '#src/practice/packages/ask-package.ts'
import { forgetPackages } from '#src/practice/packages/forget-packages.ts'
import { packageById } from '#src/practice/packages/package-store.ts'
import { packagesFolder } from '#src/practice/packages/packages-folder.ts'
import { callWebhook } from '#src/practice/webhooks/call-webhook.ts'
import { noteEventOf } from '#src/receipts/feed/event-store.ts'
import { seal } from '#src/values/keys.ts'
import { repeatJob } from '#src/work/job-store.ts'
import { addParty } from '#tests/receipts/support/receipt-rows.ts'
import { signIn } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser } from '#tests/support/portal.ts'
import {
  ALL,
  askAboutAll,
  askList,
  askPackageOf,
  askProgramPackage,
  fetched,
  listedWays,
  PROGRAM_WAYS_TO_ALL,
  PROGRAM_WAYS_TO_ONE,
  rowsOf,
  SUMS,
  WAYS_TO_ALL,
  WAYS_TO_ONE,
} from './matrix/ways.ts'
import { EVERYBODY, type Known, openWorld, type World } from './matrix/world.ts'
import { partsOf, stepByStep, work } from './package-support.ts'
import { giveProgram, type Program } from './programs/support.ts'
import { pass } from './support.ts'

const shows = (text: string, { accessKey, number }: Known) =>
  text === 'is there' || text.includes(accessKey) || text.includes(number)

/** What of the receipts that are open a way shows, and which of those that are not. */
function seen({ open, shut }: World, text: string) {
  return {
    open: open.some((receipt) => shows(text, receipt)),
    shut: Object.entries(shut).flatMap(([reason, some]) =>
      some.some((receipt) => shows(text, receipt)) ? [reason] : [],
    ),
  }
}

/** Walks every way: to all at once, and to each receipt. */
async function walk<Who>(
  world: World,
  who: Who,
  toAll: Record<string, (who: Who) => Promise<string>>,
  toOne: Record<string, (who: Who, receipt: Known) => Promise<string>>,
  opens = true,
): Promise<void> {
  for (const [way, ask] of Object.entries(toAll)) {
    expect([way, seen(world, await ask(who))]).toEqual([way, { open: opens, shut: [] }])
  }
  for (const [way, ask] of Object.entries(toOne)) {
    const [receipt] = world.open
    expect([way, shows(await ask(who, receipt), receipt)]).toEqual([way, opens])
    for (const [reason, [receipt]] of Object.entries(world.shut)) {
      if (!receipt) throw new Error(reason)
      expect([way, reason, shows(await ask(who, receipt), receipt)]).toEqual([way, reason, false])
    }
  }
}

async function programOf({ portal, firmId, lead }: World): Promise<Program> {
  return giveProgram(portal, { id: firmId, clients: null, kinds: [] }, [], lead.loginId)
}

/** What a webhook of a program is called with. */
async function calledWith({ portal }: World, { keyId }: Program): Promise<string> {
  const { context, clock } = portal
  const sent: string[] = []
  const send = async (_url: string, _headers: object, body: string) => {
    sent.push(body)
    return { accepted: true, status: 200, answer: '' }
  }
  const hook = {
    id: 1,
    apiKeyId: keyId,
    url: 'https://contadora.example/',
    createdAt: clock.now(),
    status: 'active' as const,
    seq: 0,
    attempts: 0,
    failingSince: null,
    nextAt: clock.now(),
    answer: null,
    calledAt: null,
    acceptedAt: null,
    sealedSecret: seal(context.keys.seal, 'secreto'),
  }
  await callWebhook({ ...context, post: { send } }, hook)
  return sent.join()
}

/** Notes of every receipt that it came, as if somebody had followed them all from the beginning. */
async function tellOfAll({ portal }: World): Promise<void> {
  const { db, clock } = portal
  const ids = await db.selectFrom('receipt').select('id').orderBy('id').execute()
  for (const { id } of ids) {
    await transaction(db, (tx) => noteEventOf(tx, 'kept', id, clock.now()))
  }
}

/** What each way that adds up says of money and counts. */
async function sumsFor(browser: Browser, program: Program, answer: string) {
  const list = await browser.get(`/comprobantes?${ALL}`)
  const foreseen = await browser.get(`/descargas/nueva?${ALL}`)
  const totals = await browser.get(`/comprobantes/totales?${ALL}`)
  const rates = totals.body.match(/<h2>Por tarifa[\s\S]*<h2>Por mes/)?.[0] ?? ''
  const [retenciones, formularios] = await Promise.all(
    SUMS.map(async (slug) => {
      const book = await fetched(browser, `/comprobantes/exportar/${slug}?${ALL}`)
      return [...book.matchAll(/<v>([^<]*)</g)].map(([, value]) => value)
    }),
  )
  const { total } = (await program.call('GET', '/comprobantes?impuestos=true')).json()
  const { comprobantes, valor, impuestos } = total
  const client = await browser.get(`/empresas/${mariaWithRuc.id}`)
  const [byPeriod, table] = [
    await fetched(browser, answer),
    await fetched(browser, `${answer}.csv`),
  ]
  return {
    'by period': [
      ...(byPeriod.match(/(?<=>)\$[\d.,]+/g) ?? []),
      ...(table.match(/;\d+;[\d.,]+;/g) ?? []),
    ],
    client: client.body.match(/\$[\d.]+,\d\d/g) ?? [],
    list: list.body.match(/\d+ comprobantes?\b/g)?.slice(0, 1) ?? [],
    foreseen: foreseen.body.match(/\d+ comprobantes?\b/g)?.slice(0, 1) ?? [],
    totals: [
      ...(totals.body.match(/\d+ comprobantes? por [$\d.,]+\d/g) ?? []),
      ...(rates.match(/\$[\d.]+,\d\d/g) ?? []),
    ],
    retenciones,
    formularios,
    program: [
      comprobantes,
      valor,
      ...impuestos.tarifas.flatMap((one: { base: string; valor: string }) => [one.base, one.valor]),
    ],
  }
}

eachDatabase((openDatabase) => {
  test('no way shows an accountant what no live grant covers, and each shows what one does; nor what one covered once it is taken back', async () => {
    const world = await openWorld(await openDatabase())
    const { portal, lead, open } = world
    const { browser } = lead
    const packed = await askPackageOf(portal, browser, ALL)
    const list = await askList(portal, browser, open[0].accessKey)
    const made: typeof WAYS_TO_ALL = {
      'a prepared package': () => fetched(browser, packed),
      ...Object.fromEntries(
        ['?ver=missing', '.csv', '.xlsx'].map((end) => [
          `the answer to a list (${end})`,
          // What was asked for stands in the answer, whatever becomes of it.
          async () => (await fetched(browser, list + end)).replaceAll(open[0].accessKey, ''),
        ]),
      ),
    }
    const ways = { ...WAYS_TO_ALL, ...made }
    const one = { ...WAYS_TO_ONE, ...listedWays(portal) }
    await walk(world, browser, ways, one)
    await world.revoke()
    await walk(world, browser, ways, one, false)
  })

  test('nor does any way show it to a firm’s program, the feed and webhooks neither', async () => {
    const world = await openWorld(await openDatabase())
    const { portal } = world
    await tellOfAll(world)
    const program = await programOf(world)
    const from = { get: (address: string) => program.call('GET', address) }
    const packed = await askProgramPackage(portal, program, {})
    const ways: typeof PROGRAM_WAYS_TO_ALL = {
      ...PROGRAM_WAYS_TO_ALL,
      'a webhook': () => calledWith(world, program),
      'a package by the API': () => fetched(from, packed),
    }
    await walk(world, program, ways, {
      ...PROGRAM_WAYS_TO_ONE,
      'a package of one by the API': async (_program, { accessKey }) =>
        fetched(from, await askProgramPackage(portal, program, { q: accessKey })),
    })
    await world.revoke()
    await walk(world, program, ways, PROGRAM_WAYS_TO_ONE, false)
  })

  test('sums and counts are those of what is covered, and of nothing once it is taken back', async () => {
    const world = await openWorld(await openDatabase())
    const { browser } = world.lead
    const program = await programOf(world)
    const answer = await askAboutAll(world.portal, browser)
    expect(await sumsFor(browser, program, answer)).toEqual({
      'by period': ['$375,00', ';3;375,00;'],
      client: ['$345,00', '$30,00', '$375,00', '$30,00', '$230,00', '$115,00'],
      list: ['3 comprobantes'],
      foreseen: ['3 comprobantes'],
      totals: [
        '3 comprobantes por $375,00',
        '$300,00',
        '$45,00',
        '$45,00',
        '$1.000,00',
        '$30,00',
        '$30,00',
      ],
      retenciones: ['3', '1', '1000.00', '30.00'],
      formularios: ['1000.00', '30.00', '300.00', '45.00'],
      program: [3, '375.00', '300.00', '45.00', '1000.00', '30.00'],
    })
    await world.revoke()
    expect(await sumsFor(browser, program, answer)).toEqual({
      'by period': [],
      client: [],
      list: [],
      foreseen: ['0 comprobantes'],
      totals: [],
      retenciones: [],
      formularios: [],
      program: [0, '0.00'],
    })
  })

  test('what is sealed of a month, and its gaps, are of nobody who may read but a part', async () => {
    const world = await openWorld(await openDatabase())
    const { portal, lead, owner } = world
    await transaction(portal.db, (tx) => repeatJob(tx, SEAL_MONTHS, portal.clock.now()))
    await work(portal)
    const month = '/descargas/meses/2026-10'
    expect((await owner.get(month)).statusCode).toBe(200)
    for (const number of EVERYBODY) {
      for (const address of [`/descargas/meses?ruc=${number}`, `${month}?ruc=${number}`]) {
        expect([address, (await lead.browser.get(address)).statusCode]).toEqual([address, 404])
      }
    }
    const packed = await fetched(lead.browser, await askPackageOf(portal, lead.browser, ALL))
    expect(packed).toMatch(/"sellos": ?\[\]/)
    expect(packed).toMatch(/"numeracion": ?\[\]/)
  })
})

test('a grant that is taken back between two steps stops a package, and leaves no file of it', async () => {
  const { portal, lead, open, revoke } = await openWorld()
  const { context, db, clock } = portal
  const asked = { query: ALL, format: 'xml' as const, alsoMerged: false }
  const begun = await askPackage(context, lead, asked, clock.now(), { partReceipts: 1 })
  if (!begun.ok) throw new Error(begun.refusal.reason)
  const { folder } = await packageById(db, begun.id)
  const made = path.join(packagesFolder(context.config.dataDir), folder ?? '')
  const turns = await stepByStep(portal, {
    between: async (turn) => {
      // The first part was written, and then finished.
      if (turn !== 2) return
      expect(await partsOf(db, begun.id)).toHaveLength(1)
      expect(fs.readdirSync(made)).toContain('1.zip')
      await revoke()
    },
  })
  expect(turns).toBe(3)
  const address = `/descargas/${begun.id}`
  const { body } = await lead.browser.get(address)
  expect(body).toContain('Cambió tu permiso sobre alguno de los contribuyentes')
  for (const [at] of open.entries()) {
    const file = await lead.browser.get(`${address}.zip?parte=${at + 1}`)
    expect([file.statusCode, file.body.includes('Esta descarga no se terminó')]).toEqual([
      409,
      true,
    ])
  }
  await forgetPackages({ db, dataDir: context.config.dataDir }, clock.now())
  expect(fs.existsSync(made)).toBe(false)
})

test('no way shows a member a client who was not passed on to them', async () => {
  const world = await openWorld()
  const { portal, member, ownerId } = world
  await walk(world, member.browser, WAYS_TO_ALL, WAYS_TO_ONE, false)
  await pass(portal, member, [ownerId])
  await walk(world, member.browser, WAYS_TO_ALL, WAYS_TO_ONE)
})

test('no way shows a customer what is somebody else’s, nor an accountant’s client by their number', async () => {
  const world = await openWorld()
  const { portal } = world
  const { browser } = await signIn(portal, await addParty(portal.db, 'Diana Loor'), 'Diana Loor')
  const { 'the template of a list': _ofAccountants, ...ways } = WAYS_TO_ALL
  await walk(world, browser, ways, WAYS_TO_ONE, false)
  const asked = await browser.get(`/comprobantes?${ALL}&ruc=${mariaWithRuc.id}`)
  expect(rowsOf(asked.body)).toBe('')
  for (const page of [
    '/empresas',
    '/empresas/solicitar',
    '/empresas/equipo',
    '/comprobantes/totales',
    '/consultas/plantilla.csv',
  ]) {
    expect([page, (await browser.get(page)).statusCode]).toEqual([page, 404])
  }
})

test('what is new since the visit before is counted of what is covered', async () => {
  const { portal, lead } = await openWorld()
  const { loaded_at } = await portal.db
    .selectFrom('receipt')
    .select('loaded_at')
    .executeTakeFirstOrThrow()
  const newOf = async (visit: Date) => {
    await portal.db
      .updateTable('login')
      .set({ previous_login_at: visit.toISOString() })
      .where('id', '=', lead.loginId)
      .execute()
    const { body } = await lead.browser.get('/empresas')
    return rowsOf(body).match(/<strong>\d+<\/strong>/g)
  }
  const loaded = Date.parse(loaded_at)
  expect(await newOf(new Date(loaded - 1))).toEqual(['<strong>3</strong>'])
  expect(await newOf(new Date(loaded))).toBeNull()
})

test('every reading of an accountant is told to who granted it, by person and firm', async () => {
  const { portal, lead, open, owner } = await openWorld()
  const [{ accessKey }] = open
  await lead.browser.get(`/comprobantes/${accessKey}`)
  const reading = await portal.db
    .selectFrom('receipt_reading')
    .innerJoin('access_grant', 'access_grant.id', 'receipt_reading.grant_id')
    .select(['receipt_reading.login_id', 'receipt_reading.action'])
    .executeTakeFirstOrThrow()
  expect(reading).toMatchObject({ login_id: lead.loginId, action: 'page' })
  const page = await owner.get(`/comprobantes/${accessKey}`)
  expect(page.body).toContain('Gabriela Andrade vio este comprobante')
  expect(page.body).toContain('Andrade &amp; Asociados')
})
