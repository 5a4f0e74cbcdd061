import { reports } from '#fixtures/outbox/reports.ts'
import { maria as mariaOfFixtures } from '#fixtures/people.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import { MARIA, signIn } from '#tests/identity/support.ts'
import { BILL } from '#tests/intake/emissions/examples.ts'
import { bill, billOf, follow } from '#tests/intake/lots/journey-support.ts'
import { spoiled, templateOf } from '#tests/intake/lots/rows-support.ts'
import { multipart, publish, readLot, sendForm, work } from '#tests/intake/lots/support.ts'
import { begin, ceibo, request } from '#tests/issuing/bank.ts'
import { handIn, messageIdNamed } from '#tests/outbox/bounces/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import type { People } from './people.ts'

export const REASON = 'Lo pidió en la agencia norte'
const owner = { ...mariaOfFixtures, id: MARIA.number }

/** One of each thing that an address can name; the number or the key by which it does. */
export type Objects = Awaited<ReturnType<typeof makeObjects>>

/** Makes one of each, by the front door wherever there is one. */
export async function makeObjects(people: People) {
  const bank = await bankObjects(people)
  return {
    ...bank,
    ...(await customerObjects(people)),
    ...(await firmObjects(people)),
    ...(await programObjects(people)),
    ...(await staffObjects(people)),
    ...(await issuingObjects(people)),
  }
}

/** The newest row of a table. */
export async function newest({ db }: TestPortal, table: keyof typeof IDS): Promise<number> {
  const { id } = await db
    .selectFrom(table)
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return id
}

const IDS = {
  access_request: 0,
  api_key: 0,
  approval: 0,
  batch_query: 0,
  customer_load: 0,
  dead_address: 0,
  device: 0,
  issuance: 0,
  mail: 0,
  outage: 0,
  package: 0,
  passkey: 0,
  receipt_conflict: 0,
  saved_search: 0,
  webhook: 0,
}

/** A lot that was published and whose mail came back, one of rows with a fault, a file put aside. */
async function bankObjects({ portal, staff }: People) {
  const { db } = portal
  const [diego, lucia] = [staff.loader.browser, staff.approver.browser]
  const files = [bill(1, owner), { name: 'nota.xml', content: '<hola/>' }]
  const lot = await readLot(portal, diego, files)
  await publish(portal, diego, lucia, lot)
  // The same receipt in other bytes, as a program of before would have loaded it.
  await load(db, [billOf(1, owner)], portal.clock.now(), { time: '11:00:00' })
  const { bad } = spoiled(await templateOf(diego, 'factura'))
  const rows = await readLot(portal, diego, [{ name: 'a.csv', content: bad }], 'factura')
  await db
    .updateTable('mail')
    .set({ status: 'sent' })
    .where('reason', '=', 'receipt-alert')
    .execute()
  const mail = await db
    .selectFrom('mail')
    .select(['id', 'to_address'])
    .where('reason', '=', 'receipt-alert')
    .executeTakeFirstOrThrow()
  const back = { messageId: messageIdNamed(portal, mail.id), address: mail.to_address }
  await handIn(portal, reports.postfix(back))
  await follow(portal)
  const { access_key } = await db
    .selectFrom('receipt')
    .select('access_key')
    .executeTakeFirstOrThrow()
  const { n } = await db.selectFrom('lot_draft').select('n').executeTakeFirstOrThrow()
  return {
    lot: lot.split('/').at(-1) ?? '',
    rows: rows.split('/').at(-1) ?? '',
    row: n,
    receipt: access_key,
    aside: await newest(portal, 'receipt_conflict'),
    mail: mail.id,
    dead: await newest(portal, 'dead_address'),
  }
}

async function customerObjects({ portal, maria, otherFirm, firm }: People) {
  const { db } = portal
  const elsewhere = portal.browser({ address: '198.51.100.7', userAgent: 'Safari' })
  await signIn(elsewhere, MARIA.number, MARIA.password)
  const sessions = await db
    .selectFrom('session')
    .select('id')
    .where('login_id', '=', maria.loginId)
    .where('user_agent', '=', 'Safari')
    .executeTakeFirstOrThrow()
  await maria.post('/busquedas', { nombre: 'Del mes', busqueda: 'periodo=este-mes' })
  await maria.post('/descargas', { busqueda: 'periodo=rango', formato: 'xml' })
  await work(portal)
  const asking = { numero: MARIA.number, motivo: REASON }
  await otherFirm.lead.browser.post('/empresas/solicitar', asking)
  return {
    session: sessions.id,
    device: await newest(portal, 'device'),
    search: await newest(portal, 'saved_search'),
    package: await newest(portal, 'package'),
    grant: firm.grantId,
    otherGrant: otherFirm.grantId,
    request: await newest(portal, 'access_request'),
  }
}

async function firmObjects(people: People) {
  const { portal, firm } = people
  const { lead, member } = firm
  const list = { modo: 'lista', lista: '001-002-00001865S' }
  await sendFields(people, lead.browser, '/consultas', list)
  return {
    query: await newest(portal, 'batch_query'),
    line: 1,
    member: member.loginId,
    firmId: firm.firmId,
    cedula: MARIA.number,
  }
}

/** Sends a form with a file, or one that could have one, as a browser does. */
export async function sendFields(
  { portal }: Pick<People, 'portal'>,
  browser: Browser,
  url: string,
  fields: Readonly<Record<string, string>>,
  file?: Buffer | string,
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file !== undefined) form.append('archivo', new Blob([new Uint8Array(Buffer.from(file))]), 'a')
  const filled = new Request('http://127.0.0.1/', { method: 'POST', body: form })
  const type = filled.headers.get('content-type') ?? ''
  return sendForm(portal, browser, Buffer.from(await filled.arrayBuffer()), type, url)
}

async function programObjects({ portal, programs }: People) {
  const url = 'http://127.0.0.1:9/avisos'
  const hook = async () =>
    Number((await programs.ours.call('POST', '/webhooks', { body: { url } })).json().id)
  const asked = await programs.ours.call('POST', '/descargas', { body: { formato: 'xml' } })
  await work(portal)
  const emission = await programs.bank.call('POST', '/emisiones', { body: BILL })
  return {
    key: programs.ours.keyId,
    secondKey: programs.second.keyId,
    otherKey: programs.other.keyId,
    bankKey: programs.bank.keyId,
    webhook: await hook(),
    leadsHook: await hook(),
    programPackage: Number(asked.json().id),
    emission: String(emission.json().clave),
  }
}

async function staffObjects(people: People) {
  const { portal, staff, maria } = people
  const { db, clock } = portal
  const [diego, ana] = [staff.loader, staff.administrator]
  const at = clock.now().toISOString()
  const key = { credential_id: 'x', public_key: 'x', counter: 0, transports: '', created_at: at }
  await db
    .insertInto('passkey')
    .values({ ...key, login_id: diego.id, name: 'Llave azul' })
    .execute()
  await loadCustomers(portal, diego.browser)
  const own = await db
    .selectFrom('session')
    .select('id')
    .where('login_id', '=', diego.id)
    .executeTakeFirstOrThrow()
  const load = await newest(portal, 'customer_load')
  const contact = { correo: 'maria.nueva@correo.example', motivo: REASON }
  await diego.browser.post(`/interno/clientes/${maria.partyId}/correo`, contact)
  const proposal = await newest(portal, 'approval')
  const slogan = { valor: 'Tu banco de siempre', motivo: REASON }
  await ana.browser.post('/interno/parametros/lema', slogan)
  const parameterChange = await newest(portal, 'approval')
  await sendFields(people, ana.browser, '/interno/parametros/logo', { motivo: REASON }, LOGO)
  return {
    passkey: await newest(portal, 'passkey'),
    staffSession: own.id,
    load,
    party: maria.partyId,
    proposal,
    parameterChange,
    logoChange: await newest(portal, 'approval'),
    colleague: staff.auditor.id,
    ruc: ceibo.ruc,
    point: '001-002',
  }
}

export const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#7a1fa2"/></svg>'

/** Uploads a file of one new customer. */
export function loadCustomers(portal: TestPortal, browser: Browser, number = '1300123450') {
  const content = `Identificación;Nombre;Correo\r\n${number};Jo Torre;jo@correo.example\r\n`
  const { body, type } = multipart([{ name: 'clientes.csv', content }])
  return sendForm(portal, browser, body, type, '/interno/clientes/carga')
}

/** A document that the SRI returned, one of which it holds another, and an outage. */
async function issuingObjects({ portal, sri, works }: People) {
  const { db } = portal
  const issue = async (source: string, rounds: number) => {
    await begin(db, [request(source, draftOf())])
    await works.round(rounds)
    return newest(portal, 'issuance')
  }
  sri.judge = () => ({ returned: '35' })
  const returned = await issue('returned', 1)
  sri.judge = () => null
  sri.tamper = (document) => document.replace('PAREDES', 'PAREDEZ')
  const different = await issue('different', 3)
  sri.tamper = (document) => document
  sri.faults = () => ({ kind: 'unreachable' })
  for (const source of ['a', 'b', 'c', 'd']) await issue(source, 1)
  works.clock.advance({ minutes: 5 })
  await works.round(2, 300)
  sri.faults = () => null
  const { access_key } = await db
    .selectFrom('issuance')
    .select('access_key')
    .where('id', '=', returned)
    .executeTakeFirstOrThrow()
  return { returned, different, outage: await newest(portal, 'outage'), issuanceKey: access_key }
}
