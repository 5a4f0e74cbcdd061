import { buffer } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { company, maria, pedro, rosa } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { openJobWorker } from '#src/jobs.ts'
import { sriTxt } from '#src/practice/exports/sri-txt.ts'
import { forgetQueries } from '#src/practice/queries/forget-queries.ts'
import { verdictFacts } from '#src/practice/queries/verdict.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import { checkDigit } from '#src/sri/access-key.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { factsIn, inBatches } from '../support/facts.ts'
import { grant, openFirm } from '../support/firm.ts'

const files = demoReceipts('2026-11-20' as Day)
const read = files.map(({ xml }) => {
  const reading = readReceipt(Buffer.from(xml))
  if (!reading.ok) throw new Error(reading.refusal.message)
  const { accessKey, summary } = reading.receipt
  return { accessKey, xml, ...summary, to: summary.recipients.map(({ id }) => id) }
})
const of = (id: string, kind = 'invoice') =>
  read.filter((one) => one.to.includes(id) && one.kind === kind)
const keyOf = (id: string, kind = 'invoice') => of(id, kind)[0]?.accessKey ?? ''
const DAY_MS = 86_400_000
const STRANGE = '0111202601099000000000120019990000000011234567815'

/** A key that is right, of a kind, and of no receipt. */
function withoutReceipt(code: string): string {
  const body = `${STRANGE.slice(0, 8)}${code}${STRANGE.slice(10, 48)}`
  return `${body}${checkDigit(body)}`
}

async function openPractice() {
  const portal = await openPortal()
  await load(portal, files)
  const firm = await openFirm(portal, company)
  return { portal, firm }
}

type Practice = Awaited<ReturnType<typeof openPractice>>

async function ask({ portal, firm }: Practice, fields: Record<string, string>, file?: Buffer) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file) form.append('archivo', new Blob([new Uint8Array(file)]), 'reporte.txt')
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: form })
  const payload = Buffer.from(await request.arrayBuffer())
  const type = request.headers.get('content-type') ?? ''
  const jar = [...firm.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { host: new URL(ORIGIN).host, origin: ORIGIN, cookie: jar, 'content-type': type }
  return portal.app.inject({ method: 'POST', url: '/consultas', headers, payload })
}

async function verdictsOf({ portal }: Practice) {
  const rows = await portal.db
    .selectFrom('batch_line')
    .select(['value', 'verdict', 'line_row'])
    .where('verdict', '!=', 'missing')
    .orderBy('query_id', 'desc')
    .orderBy('n')
    .execute()
  return rows.map(({ verdict }) => verdict)
}

it('answers each line of a list, and tells no stranger from nobody', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, maria, { kinds: 'invoice' })
  await grant(portal, firm, rosa, { ends: '2026-10-31' })
  const annulled = of(maria.id)[2]
  const { id } = await portal.db
    .selectFrom('receipt')
    .select('id')
    .where('access_key', '=', annulled?.accessKey ?? '')
    .executeTakeFirstOrThrow()
  await transaction(portal.db, (tx) => annulReceipt(tx, id, portal.clock.now()))
  const answer = await ask(practice, {
    modo: 'lista',
    lista: [
      keyOf(maria.id),
      keyOf(maria.id, 'withholding'),
      keyOf(pedro.id),
      STRANGE,
      of(maria.id)[1]?.number ?? '',
      '001-002-00001865S',
      keyOf(maria.id),
      annulled?.accessKey,
    ].join('\n'),
  })
  expect(answer.statusCode).toBe(303)
  expect((await verdictsOf(practice)).slice(0, 8)).toEqual([
    'found',
    'unknown',
    'unknown',
    'unknown',
    'found',
    'bad',
    'bad',
    'annulled',
  ])
  const page = await firm.browser.get(answer.headers.location ?? '')
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('3 comprobantes encontrados de 8 líneas')
  const { says: said } = verdictFacts('annulled')
  const its = await firm.browser.get(`${answer.headers.location}?ver=annulled`)
  expect(its.body.match(/\/comprobantes\/\d{49}(?=">)/g)).toEqual([
    `/comprobantes/${annulled?.accessKey}`,
  ])
  expect(its.body).toContain(said)
  const csv = await firm.browser.get(`${answer.headers.location}.csv`)
  const row = csv.body.split('\r\n').find((line) => line.includes('Anulado'))
  for (const text of [annulled?.accessKey, annulled?.number, said]) expect(row).toContain(text)
  expect(page.body).toContain('¿Quisiste decir 001-002-000018655?')
  expect(page.body).toContain('No es del banco o no tienes permiso')
  expect(page.body).not.toContain(pedro.name)
})

it('answers of a client’s receipt that no grant covers as of one that does not exist', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, maria, { kinds: 'invoice' })
  await grant(portal, firm, pedro, { ends: '2026-10-31' })
  const strange = { withholding: withoutReceipt('07'), invoice: withoutReceipt('01') }
  const [there, ended] = [of(maria.id, 'withholding')[0], of(pedro.id)[0]]
  // Of bare keys nothing is told: neither that one is hers, nor that the other is nobody's.
  const bare = [there?.accessKey ?? '', strange.withholding]
  await ask(practice, { modo: 'lista', lista: bare.join('\n') })
  expect(await verdictsOf(practice)).toEqual(['unknown', 'unknown'])
  await portal.db.deleteFrom('batch_line').execute()
  // Where the list names whose it is, the grants of that client decide, whatever there is.
  const lines = [
    { ...factsIn(there?.xml ?? ''), client: { taxId: maria.id, name: '' } },
    { ...factsIn(ended?.xml ?? ''), client: { taxId: pedro.id, name: '' } },
  ]
  const report = [
    ...lines,
    ...lines.map((one, at) => {
      return { ...one, accessKey: at === 0 ? strange.withholding : strange.invoice }
    }),
  ]
  await ask(practice, { modo: 'archivo' }, await buffer(sriTxt(inBatches(report))))
  const verdicts = ['no-permission', 'expired', 'no-permission', 'expired']
  expect(await verdictsOf(practice)).toEqual(verdicts)
})

it('tells of a key that the firm might read once, and not of one that came after the end', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  const [newest] = of(pedro.id)
  const oldest = of(pedro.id).at(-1)
  const days = [newest, oldest].map((one) => one?.issuedOn ?? '').sort()
  expect(days[0]).not.toBe(days[1])
  await grant(portal, firm, pedro, { ends: days[0] ?? '' })
  const [first, second] = [newest, oldest].toSorted((a, b) =>
    (a?.issuedOn ?? '') < (b?.issuedOn ?? '') ? -1 : 1,
  )
  const lista = [first?.accessKey, second?.accessKey].join('\n')
  await ask(practice, { modo: 'lista', lista })
  expect(await verdictsOf(practice)).toEqual(['expired', 'unknown'])
})

it('says which grant has ended, and hides what was found once it is revoked', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, pedro, { ends: '2026-10-31' })
  const id = await grant(portal, firm, maria)
  const asked = [keyOf(pedro.id), keyOf(maria.id)].join('\n')
  const answer = await ask(practice, { modo: 'lista', lista: asked })
  expect(await verdictsOf(practice)).toEqual(['expired', 'found'])
  const path = answer.headers.location ?? ''
  const amount = of(maria.id)[0]?.number ?? ''
  expect((await firm.browser.get(path)).body).toContain(amount)
  await portal.db
    .updateTable('access_grant')
    .set({ revoked_at: portal.clock.now().toISOString() })
    .where('id', '=', id)
    .execute()
  for (const end of ['', '.csv']) {
    expect((await firm.browser.get(`${path}${end}`)).body).not.toContain(amount)
  }
})

it('tells a member of a client, even of an access that ended, only once they have the client', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await portal.db.updateTable('firm_member').set({ is_lead: 0 }).execute()
  await grant(portal, firm, pedro, { ends: '2026-10-31' })
  await grant(portal, firm, maria, { kinds: 'withholding' })
  const parties = [pedro, maria].map(({ id }) => of(id)[0])
  const lines = parties.map((one, at) => {
    const client = { taxId: [pedro, maria][at]?.id ?? '', name: '' }
    return factsIn(one?.xml ?? '', { client })
  })
  const report = await buffer(sriTxt(inBatches(lines)))
  const told = async () => {
    await portal.db.deleteFrom('batch_line').execute()
    await ask(practice, { modo: 'archivo' }, report)
    const ofList = await verdictsOf(practice)
    await portal.db.deleteFrom('batch_line').execute()
    const days = { desde: '2026-10-01', hasta: '2026-10-31', 'tipo-factura': '1' }
    await ask(practice, { modo: 'periodo', ...days, rucs: `${pedro.id} ${maria.id}` })
    return [...ofList, ...(await verdictsOf(practice))]
  }
  expect(await told()).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  for (const { id } of [pedro, maria]) {
    const party = await findPartyByNumber(portal.db, id)
    const passed = { login_id: firm.loginId, party_id: party?.id ?? 0, given_by: firm.loginId }
    const at = portal.clock.now().toISOString()
    await portal.db
      .insertInto('member_client')
      .values({ ...passed, given_at: at })
      .execute()
  }
  expect(await told()).toEqual(['expired', 'no-permission', 'expired', 'no-permission'])
})

it('tells nothing of numbers that are tried one after another, but of what may be seen', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, pedro, { ends: '2026-10-31' })
  await ask(practice, { modo: 'lista', lista: of(pedro.id)[0]?.number ?? '' })
  expect(await verdictsOf(practice)).toEqual(['unknown'])
})

it('compares the report of the SRI and says what the list lacks', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, maria)
  const month = of(maria.id).filter(({ issuedOn }) => issuedOn.startsWith('2026-10'))
  const [left, ...given] = month
  expect(given.length).toBeGreaterThan(0)
  const report = sriTxt(inBatches(given.map(({ xml }) => factsIn(xml))))
  const answer = await ask(practice, { modo: 'archivo' }, await buffer(report))
  expect(await verdictsOf(practice)).toEqual(given.map(() => 'found'))
  const page = await firm.browser.get(`${answer.headers.location}?ver=missing`)
  expect(page.body).toContain(left?.number)
  // Another was issued to her RUC: it is the same client's.
  expect(page.body).toContain('2 que faltan en tu lista')
  const csv = await firm.browser.get(`${answer.headers.location}.csv`)
  expect(csv.body).toContain('Falta en tu lista')
  expect(csv.body).toContain(left?.accessKey)
  expect((await firm.browser.get(`${answer.headers.location}.xlsx`)).statusCode).toBe(200)
})

it('knows that a receipt of a client is not here, where all of the client is seen', async () => {
  const practice = await openPractice()
  await grant(practice.portal, practice.firm, company)
  const [one] = of(company.id)
  const facts = factsIn(one?.xml ?? '', { client: { taxId: company.id, name: '' } })
  const report = await buffer(sriTxt(inBatches([{ ...facts, accessKey: STRANGE }])))
  await ask(practice, { modo: 'archivo' }, report)
  expect(await verdictsOf(practice)).toEqual(['not-here'])
})

it('adds up a period for each company, a line each', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  const granted = await grant(portal, firm, company)
  await grant(portal, firm, pedro, { ends: '2026-10-31' })
  const answer = await ask(practice, {
    modo: 'periodo',
    desde: '2026-10-01',
    hasta: '2026-10-31',
    'tipo-factura': '1',
    rucs: `${company.id} ${pedro.id}, ${maria.id}`,
  })
  expect(await verdictsOf(practice)).toEqual(['found', 'expired', 'unknown'])
  const page = await firm.browser.get(answer.headers.location ?? '')
  expect(page.body).toContain('ruc=0999999990001')
  // Who was only asked for and not shown did not see theirs read.
  const uses = await portal.db.selectFrom('grant_use').select(['grant_id', 'way']).execute()
  expect(uses).toEqual([{ grant_id: granted, way: 'batch' }])
  // What was found goes into one download: of the same client, days and kinds, and of nobody else.
  const link = /href="(\/descargas\/nueva\?[^"]+)"/.exec(page.body)?.[1] ?? ''
  expect(new URLSearchParams(link.replaceAll('&amp;', '&').split('?')[1]).toString()).toBe(
    'periodo=rango&desde=2026-10-01&hasta=2026-10-31&tipo=factura&ruc=0999999990001',
  )
  const prepare = await firm.browser.get(link.replaceAll('&amp;', '&'))
  expect(prepare.statusCode).toBe(200)
  expect(prepare.body).toContain('Preparar una descarga')
})

it('says of a client that was merged into another what it found', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, company)
  const answer = await ask(practice, {
    modo: 'periodo',
    desde: '2026-10-01',
    hasta: '2026-10-31',
    'tipo-factura': '1',
    rucs: company.id,
  })
  const { party_id: stays } = await portal.db
    .selectFrom('party_identification')
    .select('party_id')
    .where('number', '=', company.id)
    .executeTakeFirstOrThrow()
  const { party_id: goes } = await portal.db
    .selectFrom('party_identification')
    .select('party_id')
    .where('number', '=', rosa.id)
    .executeTakeFirstOrThrow()
  await portal.db.updateTable('batch_line').set({ party_id: goes }).execute()
  const address = answer.headers.location ?? ''
  expect((await firm.browser.get(address)).body).toContain('Permiso vencido')
  await portal.db.updateTable('party').set({ merged_into: stays }).where('id', '=', goes).execute()
  expect((await firm.browser.get(address)).body).not.toContain('Permiso vencido')
})

it('answers a short query that its process did not come to answer, and once what is answered', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, maria)
  const [first] = of(maria.id)
  const answer = await ask(practice, { modo: 'lista', lista: first?.accessKey ?? '' })
  const lines = () => portal.db.selectFrom('batch_line').selectAll().orderBy('n').execute()
  const answered = await lines()
  expect(answered.some(({ verdict }) => verdict === 'missing')).toBe(true)
  const worker = openJobWorker(portal.context)
  await worker.runOnce()
  expect(await lines()).toEqual(answered)
  // As if killed before the first answer.
  await portal.db.deleteFrom('batch_line').where('verdict', '=', 'missing').execute()
  await portal.db
    .updateTable('batch_line')
    .set({ verdict: null, receipt_key: null, party_id: null, issued_on: null })
    .execute()
  await portal.db.updateTable('batch_query').set({ answered_at: null }).execute()
  await portal.db.updateTable('job').set({ status: 'waiting', ended_at: null }).execute()
  await worker.runOnce()
  await worker.stop()
  expect((await lines()).map(({ n, verdict }) => [n, verdict])).toEqual(
    answered.map(({ n, verdict }) => [n, verdict]),
  )
  expect((await firm.browser.get(answer.headers.location ?? '')).body).not.toContain(
    'Todavía la estamos',
  )
})

it('is forgotten with its answer after a year, and not before', async () => {
  const practice = await openPractice()
  const { portal } = practice
  await ask(practice, { modo: 'lista', lista: STRANGE })
  const left = () => portal.db.selectFrom('batch_query').select('id').execute()
  const asked = portal.context.now().getTime()
  await forgetQueries(portal.db, new Date(asked + 364 * DAY_MS))
  expect(await left()).toHaveLength(1)
  await forgetQueries(portal.db, new Date(asked + 366 * DAY_MS))
  expect(await left()).toEqual([])
  expect(await portal.db.selectFrom('batch_line').select('n').execute()).toEqual([])
})

it('is its owner’s alone, for accountants only, and refuses what is no list', async () => {
  const practice = await openPractice()
  const answer = await ask(practice, { modo: 'lista', lista: STRANGE })
  const customer = await signInPerson(practice.portal, maria)
  for (const path of ['/consultas', '/consultas/nueva', answer.headers.location ?? '']) {
    expect((await customer.browser.get(path)).statusCode).toBe(404)
  }
  const refused = await ask(practice, { modo: 'lista', lista: ' ' })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('Pega al menos uno')
  const dates = { modo: 'periodo', desde: '2026-10-31', hasta: '2026-10-01', rucs: company.id }
  expect((await ask(practice, dates)).body).toContain('no puede ser anterior')
  for (const kind of [{}, { 'tipo-nada': '1' }]) {
    const ofNoKind = await ask(practice, { ...dates, hasta: '2026-10-31', ...kind })
    expect(ofNoKind.statusCode).toBe(422)
    expect(ofNoKind.body).toContain('Elige al menos un tipo de comprobante')
    expect(ofNoKind.body).toContain(`>${company.id}</textarea>`)
  }
})

it('leaves a long file to a job, and answers it all', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  await grant(portal, firm, maria)
  const mine = of(maria.id).map(({ accessKey }) => accessKey)
  const others = Array.from(
    { length: 2_500 },
    (_, n) => `001-009-${String(n + 1).padStart(9, '0')}`,
  )
  const answer = await ask(
    practice,
    { modo: 'archivo' },
    Buffer.from([...mine, ...others].join('\n')),
  )
  expect((await firm.browser.get(answer.headers.location ?? '')).body).toContain(
    'Todavía la estamos',
  )
  const worker = openJobWorker(portal.context)
  await worker.runOnce()
  const page = await firm.browser.get(answer.headers.location ?? '')
  expect(page.body).toContain(`${mine.length} comprobantes encontrados de`)
  expect(page.body).toContain('2.500 que no son del banco o no tienes permiso')
})
