import { expect, it } from 'vitest'
import { company, maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { grant, openFirm } from '../support/firm.ts'

const files = demoReceipts('2026-11-20' as Day)
const keysOf = (id: string) =>
  files.flatMap(({ xml }) => {
    const reading = readReceipt(Buffer.from(xml))
    if (!reading.ok) return []
    const { accessKey, summary } = reading.receipt
    const theirs = summary.kind === 'invoice' && summary.recipients.some((one) => one.id === id)
    return theirs ? [{ key: accessKey, number: summary.number }] : []
  })

async function openPractice(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  await load(portal, files)
  const firm = await openFirm(portal, company)
  await grant(portal, firm, maria, { kinds: 'invoice' })
  return { portal, firm }
}

type Practice = Awaited<ReturnType<typeof openPractice>>

async function ask({ portal, firm }: Practice, fields: Record<string, string>, file?: Buffer) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file) form.append('archivo', new Blob([new Uint8Array(file)]), 'lista.csv')
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: form })
  const payload = Buffer.from(await request.arrayBuffer())
  const cookie = [...firm.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const type = request.headers.get('content-type') ?? ''
  const headers = { host: new URL(ORIGIN).host, origin: ORIGIN, cookie, 'content-type': type }
  const answer = await portal.app.inject({ method: 'POST', url: '/consultas', headers, payload })
  return String(answer.headers.location)
}

const lines = ({ portal }: Practice) =>
  portal.db
    .selectFrom('batch_line')
    .select(['n', 'value', 'verdict'])
    .where('verdict', '<>', 'missing')
    .orderBy('n')
    .execute()

const verdicts = async (practice: Practice) => (await lines(practice)).map(({ verdict }) => verdict)

/** The links of an answer by which its lines are corrected. */
const linksIn = (html: string) =>
  [...html.matchAll(/href="(\/consultas\/\d+\/lineas\/[^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  )

eachDatabase((open) => {
  it('corrects one line by its link, and leaves the answers to the others as they were', async () => {
    const practice = await openPractice(await open())
    const { portal, firm } = practice
    const [first, second] = keysOf(maria.id)
    const lista = [first?.key, '001-002-00001865S', '001-009-000000001'].join('\n')
    const address = await ask(practice, { modo: 'lista', lista })
    expect(await verdicts(practice)).toEqual(['found', 'bad', 'unknown'])
    const missing = await portal.db
      .selectFrom('batch_line')
      .select('receipt_key')
      .where('verdict', '=', 'missing')
      .execute()
    expect(missing.map(({ receipt_key }) => receipt_key)).toContain(second?.key)
    const page = await firm.browser.get(`${address}?ver=bad`)
    const [link = ''] = linksIn(page.body)
    expect(linksIn((await firm.browser.get(address)).body)).toHaveLength(2)

    const form = await firm.browser.get(link)
    expect(form.body).toContain('value="001-002-00001865S"')
    expect(form.body).toContain('El número tiene una letra.')
    const wrong = await firm.browser.post(link, { valor: '001-002-X' })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('value="001-002-X"')
    const same = await firm.browser.post(link, { valor: first?.key ?? '' })
    expect(same.statusCode).toBe(422)
    expect(same.body).toContain('Ya está en la fila 1.')
    const two = await firm.browser.post(link, { valor: `${second?.key} 001-009-000000002` })
    expect(two.body).toContain('Escribe aquí una sola clave')
    const before = await lines(practice)

    const right = await firm.browser.post(link, { valor: second?.key ?? '' })
    expect(right.headers.location).toBe(`${address}?ver=bad`)
    const after = await lines(practice)
    expect(after.map(({ verdict }) => verdict)).toEqual(['found', 'found', 'unknown'])
    expect([after[0], after[2]]).toEqual([before[0], before[2]])
    const still = await portal.db
      .selectFrom('batch_line')
      .select('n')
      .where('verdict', '=', 'missing')
      .where('receipt_key', '=', second?.key ?? '')
      .execute()
    expect(still).toEqual([])
    const shown = await firm.browser.get(address)
    expect(shown.body).toContain('2 comprobantes encontrados de 3 líneas')
    // Asked twice at once, or from an old page: what is found stays.
    const again = await firm.browser.post(link, { valor: '001-009-000000003' })
    expect(again.statusCode).toBe(303)
    expect(await lines(practice)).toEqual(after)
  })

  it('lets one of two lines that are corrected to the same at once have it', async () => {
    const practice = await openPractice(await open())
    const { firm } = practice
    const [wanted] = keysOf(maria.id)
    const lista = ['001-002-00001865S', '001-002-00001866S'].join('\n')
    const address = await ask(practice, { modo: 'lista', lista })
    const links = linksIn((await firm.browser.get(address)).body)
    expect(links).toHaveLength(2)
    const answers = await Promise.all(
      links.map((link) => firm.browser.post(link, { valor: wanted?.key ?? '' })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 422])
    expect((await verdicts(practice)).toSorted()).toEqual(['bad', 'found'])
  })
})

it('finds by a number that several receipts may have, each once, and again by another', async () => {
  const practice = await openPractice()
  const { firm } = practice
  const address = await ask(practice, { modo: 'lista', lista: '001-009-000000001' })
  const [link = ''] = linksIn((await firm.browser.get(address)).body)
  await firm.browser.post(link, { valor: '001-009-000000002' })
  expect(await verdicts(practice)).toEqual(['unknown'])
  await firm.browser.post(link, { valor: keysOf(maria.id)[0]?.number ?? '' })
  expect(await verdicts(practice)).toEqual(['found'])
})

it('corrects the number of a client in a query by period', async () => {
  const practice = await openPractice()
  const { firm } = practice
  const days = { desde: '2026-10-01', hasta: '2026-11-30' }
  const kinds = Object.fromEntries(documentKinds.map(({ slug }) => [`tipo-${slug}`, '1']))
  const period = { modo: 'periodo', ...days, ...kinds }
  const wrong = `${maria.id.slice(0, 9)}${(Number(maria.id[9]) + 1) % 10}`
  const address = await ask(practice, { ...period, rucs: `${wrong} ${pedro.id}` })
  const [link = ''] = linksIn((await firm.browser.get(address)).body)
  const refused = await firm.browser.post(link, { valor: '¿1?' })
  expect(refused.body).toContain('Ese no es un RUC ni una cédula')
  await firm.browser.post(link, { valor: maria.id })
  expect(await verdicts(practice)).toEqual(['found', 'unknown'])
})

it('lets nobody else correct it, nor a line that needs none', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  const lista = [keysOf(maria.id)[0]?.key, '001-009-000000001'].join('\n')
  const address = await ask(practice, { modo: 'lista', lista })
  const before = await lines(practice)
  const { browser } = await signInPerson(portal, maria)
  const other = await openFirmOf(practice)
  for (const stranger of [browser, other.browser]) {
    expect((await stranger.get(`${address}/lineas/20`)).statusCode).toBe(404)
    const posted = await stranger.post(`${address}/lineas/20`, { valor: '001-009-000000002' })
    expect(posted.statusCode).toBe(404)
  }
  const found = await firm.browser.post(`${address}/lineas/10`, { valor: '001-009-000000002' })
  expect(found.statusCode).toBe(303)
  expect(await lines(practice)).toEqual(before)
})

/** Another accountant of another firm. */
async function openFirmOf({ portal }: Practice) {
  const who = await signInPerson(portal, pedro)
  const at = portal.clock.now().toISOString()
  await portal.db
    .updateTable('login')
    .set({ party_id: null, role: 'accountant' })
    .where('id', '=', who.loginId)
    .execute()
  await portal.db
    .updateTable('session')
    .set({ party_id: null })
    .where('id', '=', who.sessionId)
    .execute()
  const { id } = await portal.db
    .insertInto('firm')
    .values({ ruc: '1790000008002', name: 'Otra', created_by: who.loginId, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await portal.db
    .insertInto('firm_member')
    .values({
      login_id: who.loginId,
      firm_id: id,
      is_lead: 1,
      added_by: who.loginId,
      added_at: at,
    })
    .execute()
  return who
}

it('gives a template that is found line by line when it is sent as it is', async () => {
  const practice = await openPractice()
  const { portal, firm } = practice
  const template = await firm.browser.get('/consultas/plantilla.csv')
  expect(template.headers['content-disposition']).toContain('plantilla-de-consulta.csv')
  await ask(practice, { modo: 'archivo' }, template.rawPayload)
  expect(await verdicts(practice)).toEqual(['found', 'found'])
  const readings = await portal.db.selectFrom('receipt_reading').select('action').execute()
  expect(readings).toEqual([{ action: 'csv' }, { action: 'csv' }])
  await portal.db.deleteFrom('batch_line').execute()
  await portal.db
    .updateTable('access_grant')
    .set({ revoked_at: portal.clock.now().toISOString() })
    .execute()
  // Who sees nothing yet is given one that can be read all the same.
  const blank = await firm.browser.get('/consultas/plantilla.csv')
  await ask(practice, { modo: 'archivo' }, blank.rawPayload)
  expect(await verdicts(practice)).toEqual(['unknown', 'unknown'])
  const customer = await signInPerson(portal, maria)
  expect((await customer.browser.get('/consultas/plantilla.csv')).statusCode).toBe(404)
})
