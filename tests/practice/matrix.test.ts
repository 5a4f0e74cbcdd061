import { expect, test } from 'vitest'
import { mariaWithRuc, pedro } from '#fixtures/people.ts'
import { transaction } from '#src/db/transaction.ts'
import { revokeGrantOf } from '#src/practice/grants/grant-store.ts'
import { callWebhook } from '#src/practice/webhooks/call-webhook.ts'
import { noteEventOf } from '#src/receipts/feed/event-store.ts'
import type { ListedReceipt } from '#src/receipts/receipt.ts'
import type { Day } from '#src/values/day.ts'
import { seal } from '#src/values/keys.ts'
import { addParty, addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { signIn } from '#tests/receipts/support/signed-in.ts'
import { unzip } from '#tests/receipts/support/unzip.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { work } from './package-support.ts'
import { giveProgram, type Program } from './programs/support.ts'
import { type Accountant, grant, openFirm, pass } from './support.ts'

type Receipt = Omit<ListedReceipt, 'id'>

const EXPORTS = '/comprobantes/exportar'
const ALL = 'periodo=rango'

/**
 * Every way to a receipt: what it shows of one, as text. A way that is not here is not proven: who
 * adds one (a package, the API, the feed, a webhook, a workbook) adds a line.
 */
const PATHS: Record<string, (browser: Browser, receipt: Receipt) => Promise<string>> = {
  'the list': async (browser) => (await browser.get('/comprobantes?periodo=rango')).body,
  'the list in parts': async (browser) =>
    (await browser.get('/comprobantes?periodo=rango', { 'hx-request': 'true' })).body,
  'a search by key': async (browser, { accessKey }) =>
    rowsOf((await browser.get(`/comprobantes?q=${accessKey}`)).body),
  'a search by number': async (browser, { number }) =>
    rowsOf((await browser.get(`/comprobantes?q=${number}&periodo=rango`)).body),
  'the table': async (browser) => (await browser.get('/comprobantes.csv?periodo=rango')).body,
  'a workbook': async (browser) => unpacked(await browser.get(`${EXPORTS}/filas.xlsx?${ALL}`)),
  'a table of all': async (browser) => (await browser.get(`${EXPORTS}/filas.csv?${ALL}`)).body,
  'the form of the SRI': async (browser) => (await browser.get(`${EXPORTS}/sri.txt?${ALL}`)).body,
  'the template of a list': async (browser) => (await browser.get('/consultas/plantilla.csv')).body,
  'its page': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}`)),
  'its PDF': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}.pdf`), 409),
  'its XML': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}.xml`), 409),
  'a package of all': async (browser) =>
    readme(
      await browser.post('/comprobantes/descarga?periodo=rango', { todos: '1', formato: 'xml' }),
    ),
  'a package of some': async (browser, { accessKey }) =>
    readme(await browser.post('/comprobantes/descarga', { clave: accessKey, formato: 'xml' })),
}

/** The same for a program of a firm. */
const PROGRAM_PATHS: Record<string, (program: Program, receipt: Receipt) => Promise<string>> = {
  'the list of the API': async (program) => (await program.call('GET', '/comprobantes')).body,
  'a search of the API': async (program, { accessKey }) =>
    (await program.call('GET', `/comprobantes?q=${accessKey}`)).body,
  'one, as JSON': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}`)),
  'its XML by the API': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}.xml`)),
  'its PDF by the API': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}.pdf`)),
  'the feed': async (program) => (await program.call('GET', '/eventos')).body,
}

/** Only the rows of a list, without the form in which the question stands. */
function rowsOf(html: string): string {
  return html.match(/<tbody>[\s\S]*<\/tbody>/)?.[0] ?? ''
}

/** A page or a file names its receipt; whatever else is an answer that names none. */
function found(answer: { statusCode: number; body: string }, alsoThere = 200): string {
  expect([200, 404, 503, alsoThere]).toContain(answer.statusCode)
  return answer.statusCode === 404 ? '' : 'is there'
}

/** Everything that is written in a file of several. */
async function unpacked(answer: { statusCode: number; rawPayload: Buffer }): Promise<string> {
  expect(answer.statusCode).toBe(200)
  return [...(await unzip(answer.rawPayload)).values()].join('\n')
}

/** These receipts have no document, so LEEME.txt tells what the package would have had. */
async function readme(answer: { statusCode: number; rawPayload: Buffer }): Promise<string> {
  expect(answer.statusCode).toBe(200)
  const entries = await unzip(answer.rawPayload)
  return entries.get('LEEME.txt')?.toString() ?? ''
}

/** What a package that a program asks for says of what is in it; nothing when there is none. */
async function packageOf(portal: TestPortal, program: Program, search: object): Promise<string> {
  const asked = await program.call('POST', '/descargas', { body: { ...search, formato: 'xml' } })
  if (asked.statusCode === 422) return ''
  expect(asked.statusCode).toBe(202)
  await work(portal)
  const file = `/descargas/${asked.json().id}/partes/1.zip`
  return readme(await program.call('GET', file))
}

/** The same of a package that somebody asks for by the form. */
async function prepared(portal: TestPortal, browser: Browser, search: string): Promise<string> {
  const asked = await browser.post('/descargas', { busqueda: search, formato: 'xml' })
  if (asked.statusCode === 422) return ''
  expect(asked.statusCode).toBe(303)
  await work(portal)
  return readme(await browser.get(`${asked.headers.location}.zip`))
}

/** The lines of a pasted list of which the answer is that they were found. */
async function foundInList(portal: TestPortal, browser: Browser, lista: string): Promise<string> {
  const form = new FormData()
  form.append('modo', 'lista')
  form.append('lista', lista)
  const request = new Request(ORIGIN, { method: 'POST', body: form })
  const headers = {
    host: new URL(ORIGIN).host,
    origin: ORIGIN,
    cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'content-type': request.headers.get('content-type') ?? '',
  }
  const payload = Buffer.from(await request.arrayBuffer())
  const asked = await portal.app.inject({ method: 'POST', url: '/consultas', headers, payload })
  expect(asked.statusCode).toBe(303)
  return rowsOf((await browser.get(`${asked.headers.location}?ver=found`)).body)
}

const shows = (text: string, { accessKey, number }: Receipt) =>
  text === 'is there' || text.includes(accessKey) || text.includes(number)

interface World {
  portal: TestPortal
  firmId: number
  lead: Accountant
  member: Accountant
  /** All of it was granted. */
  open: Receipt
  /** Each was not, for the reason that is its name. */
  shut: Record<string, Receipt>
}

/** One receipt that a grant covers, and one for each way in which none does. */
async function openWorld(): Promise<World> {
  const portal = await openPortal()
  const { db, clock } = portal
  const { firmId, lead, member } = await openFirm(portal)
  const other = await openFirm(portal, '1790067890001')
  const own = async (name: string, receipt: Receipt, number?: string) => {
    const partyId = await addParty(db, name)
    const { loginId } = await signIn(portal, partyId, name)
    await addReceipts(db, [partyId], [receipt], number)
    return { partyId, firmId, by: loginId }
  }
  const open = aReceipt()
  const maria = await own('María José Paredes', open, mariaWithRuc.id)
  await db
    .insertInto('party_identification')
    .values([
      { number: mariaWithRuc.id, kind: 'ruc', party_id: maria.partyId },
      { number: mariaWithRuc.id.slice(0, 10), kind: 'cedula', party_id: maria.partyId },
    ])
    .execute()
  const reading = {
    kinds: ['invoice' as const],
    from: '2026-11-01' as Day,
    to: '2026-11-30' as Day,
  }
  await grant(portal, maria, { ...reading, recipient: mariaWithRuc.id })

  const shut: Record<string, Receipt> = {
    'of another kind': aReceipt({ kind: 'withholding' }),
    'before the period': aReceipt({ issuedOn: '2026-10-31' as Day }),
    'after the period': aReceipt({ issuedOn: '2026-12-01' as Day }),
  }
  await addReceipts(db, [maria.partyId], Object.values(shut), mariaWithRuc.id)
  shut['by another number of theirs'] = aReceipt()
  await addReceipts(
    db,
    [maria.partyId],
    [shut['by another number of theirs']],
    mariaWithRuc.id.slice(0, 10),
  )
  shut['of somebody who granted nothing'] = aReceipt()
  await own('Pedro Andrade', shut['of somebody who granted nothing'], pedro.id)
  shut['granted to another firm'] = aReceipt()
  const rosa = await own('Rosa Intriago', shut['granted to another firm'])
  await grant(portal, { ...rosa, firmId: other.firmId })
  shut['whose grant has ended'] = aReceipt()
  const ended = await own('Comercial Uno', shut['whose grant has ended'])
  await grant(portal, ended, { endsOn: '2026-11-20' as Day })
  shut['whose grant was taken back'] = aReceipt()
  const gone = await own('Comercial Dos', shut['whose grant was taken back'])
  const id = await grant(portal, gone)
  await transaction(db, (tx) =>
    revokeGrantOf(tx, { id, partyId: gone.partyId, by: gone.by }, clock.now()),
  )
  for (const partyId of [maria, rosa, ended, gone].map((one) => one.partyId)) {
    if (
      await db
        .selectFrom('party_identification')
        .select('number')
        .where('party_id', '=', partyId)
        .executeTakeFirst()
    )
      continue
    const number = `17${String(partyId).padStart(8, '0')}001`
    await db
      .insertInto('party_identification')
      .values({ number, kind: 'ruc', party_id: partyId })
      .execute()
  }
  await pass(portal, member, [ended.partyId, gone.partyId])
  return { portal, firmId, lead, member, open, shut }
}

test('no way shows an accountant what no live grant covers, and each shows what one does', async () => {
  const { portal, lead, open, shut } = await openWorld()
  const all = await prepared(portal, lead.browser, ALL)
  const paths: typeof PATHS = {
    ...PATHS,
    'a prepared package': (browser, { accessKey }) =>
      prepared(portal, browser, `${ALL}&q=${accessKey}`),
    'a prepared package of all': async () => all,
    'a pasted key': (browser, { accessKey }) => foundInList(portal, browser, accessKey),
    'a pasted number': (browser, { number }) => foundInList(portal, browser, number),
  }
  for (const [path, ask] of Object.entries(paths)) {
    expect([path, shows(await ask(lead.browser, open), open)]).toEqual([path, true])
    for (const [reason, receipt] of Object.entries(shut)) {
      const seen = shows(await ask(lead.browser, receipt), receipt)
      expect([path, reason, seen]).toEqual([path, reason, false])
    }
  }
})

test('no way shows a firm’s program what no live grant covers, the feed and webhooks neither', async () => {
  const { portal, firmId, lead, open, shut } = await openWorld()
  const { db, context } = portal
  const ids = await db.selectFrom('receipt').select('id').orderBy('id').execute()
  for (const { id } of ids) {
    await transaction(db, (tx) => noteEventOf(tx, 'kept', id, portal.clock.now()))
  }
  const firm = { id: firmId, clients: null, kinds: [] }
  const program = await giveProgram(portal, firm, [], lead.loginId)
  const webhook = async () => {
    const sent: string[] = []
    const send = async (_url: string, _headers: object, body: string) => {
      sent.push(body)
      return { accepted: true, status: 200, answer: '' }
    }
    const hook = {
      id: 1,
      apiKeyId: program.keyId,
      url: 'https://contadora.example/',
      createdAt: portal.clock.now(),
      status: 'active' as const,
      seq: 0,
      attempts: 0,
      failingSince: null,
      nextAt: portal.clock.now(),
      answer: null,
      calledAt: null,
      acceptedAt: null,
      sealedSecret: seal(context.keys.seal, 'secreto'),
    }
    await callWebhook({ ...context, post: { send } }, hook)
    return sent.join()
  }
  const packed = async (_program: Program, { accessKey }: Receipt) =>
    packageOf(portal, program, { q: accessKey })
  const all = await packageOf(portal, program, {})
  const paths: typeof PROGRAM_PATHS = {
    ...PROGRAM_PATHS,
    'a webhook': webhook,
    'a package by the API': packed,
    'a package of all by the API': async () => all,
  }
  for (const [path, ask] of Object.entries(paths)) {
    expect([path, shows(await ask(program, open), open)]).toEqual([path, true])
    for (const [reason, receipt] of Object.entries(shut)) {
      const seen = shows(await ask(program, receipt), receipt)
      expect([path, reason, seen]).toEqual([path, reason, false])
    }
  }
})

test('no way shows a member a client who was not passed on to them', async () => {
  const { portal, member, open } = await openWorld()
  for (const [path, ask] of Object.entries(PATHS)) {
    expect([path, shows(await ask(member.browser, open), open)]).toEqual([path, false])
  }
  const { party_id } = await portal.db
    .selectFrom('receipt_owner')
    .select('party_id')
    .where('access_key', '=', open.accessKey)
    .executeTakeFirstOrThrow()
  await pass(portal, member, [party_id])
  for (const [path, ask] of Object.entries(PATHS)) {
    expect([path, shows(await ask(member.browser, open), open)]).toEqual([path, true])
  }
})

test('no way shows a customer what is somebody else’s, nor an accountant’s client by their number', async () => {
  const { portal, open } = await openWorld()
  const partyId = await addParty(portal.db, 'Diana Loor')
  const { browser } = await signIn(portal, partyId, 'Diana Loor')
  for (const [path, ask] of Object.entries(PATHS)) {
    expect([path, shows(await ask(browser, open), open)]).toEqual([path, false])
  }
  const asked = await browser.get(`/comprobantes?periodo=rango&ruc=${mariaWithRuc.id}`)
  expect(rowsOf(asked.body)).toBe('')
  for (const page of [
    '/empresas',
    '/empresas/solicitar',
    '/empresas/equipo',
    '/comprobantes/totales',
  ]) {
    expect([page, (await browser.get(page)).statusCode]).toEqual([page, 404])
  }
})

test('counts and sums are those of what is covered', async () => {
  const { portal, firmId, lead, open } = await openWorld()
  const list = await lead.browser.get('/comprobantes?periodo=rango')
  expect(list.body).toContain('1 comprobante')
  const totals = await lead.browser.get('/comprobantes/totales?periodo=rango')
  expect(totals.body).toContain('1 comprobante por $10,00')
  expect(totals.body).toContain('Noviembre 2026')
  expect(rowsOf(list.body)).toContain(open.number)
  const receipts = await portal.db.selectFrom('receipt').select('id').execute()
  const iva = { place: 0, tax: 'iva', rate_code: '4', rate_bp: 1_500 }
  await portal.db
    .insertInto('receipt_tax')
    .values(
      receipts.map(({ id }) => {
        return { receipt_id: id, ...iva, base_cents: 870, amount_cents: 130 }
      }),
    )
    .execute()
  const byRate = await lead.browser.get('/comprobantes/totales?periodo=rango')
  expect(byRate.body).toContain('$8,70')
  expect(byRate.body.match(/\$1,30/g)).toHaveLength(2)
  const program = await giveProgram(
    portal,
    { id: firmId, clients: null, kinds: [] },
    [],
    lead.loginId,
  )
  const { total } = (await program.call('GET', '/comprobantes?impuestos=true')).json()
  expect(total.impuestos.tarifas).toMatchObject([{ comprobantes: 1, base: '8.70', valor: '1.30' }])
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
  expect(await newOf(new Date(loaded - 1))).toEqual(['<strong>1</strong>'])
  expect(await newOf(new Date(loaded))).toBeNull()
})

test('every reading of an accountant is told to who granted it, by person and firm', async () => {
  const { portal, lead, open } = await openWorld()
  await lead.browser.get(`/comprobantes/${open.accessKey}`)
  const reading = await portal.db
    .selectFrom('receipt_reading')
    .innerJoin('access_grant', 'access_grant.id', 'receipt_reading.grant_id')
    .select(['receipt_reading.login_id', 'receipt_reading.action', 'access_grant.party_id'])
    .executeTakeFirstOrThrow()
  expect(reading).toMatchObject({ login_id: lead.loginId, action: 'page' })
  const owner = await portal.db
    .selectFrom('login')
    .innerJoin('session', 'session.login_id', 'login.id')
    .select('session.id')
    .where('login.party_id', '=', reading.party_id)
    .executeTakeFirstOrThrow()
  const browser = portal.browser()
  const { giveSession } = await import('#src/identity/session-guard.ts')
  giveSession(
    {
      server: portal.app,
      setCookie: (name: string, value: string) => browser.cookies.set(name, value),
    } as never,
    owner.id,
  )
  const page = await browser.get(`/comprobantes/${open.accessKey}`)
  expect(page.body).toContain('Gabriela Andrade vio este comprobante')
  expect(page.body).toContain('Andrade &amp; Asociados')
})
