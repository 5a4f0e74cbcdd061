import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { transaction } from '#src/db/transaction.ts'
import { makeLink } from '#src/identity/notify.ts'
import { openSession } from '#tests/receipts/support/signed-in.ts'
import { colleague } from '../../identity/staff/support.ts'
import { addFirm, openFirm } from '../programs/support.ts'

const FORM = { nombre: 'Sistema contable', dias: '90', redes: '' }

async function openLead() {
  const world = await openFirm()
  const { browser } = await openSession(world.portal, { loginId: world.leadId, partyId: null })
  return { ...world, lead: browser }
}

function textOf(body: string): string {
  const text = /<code class="clave">([^<]+)</.exec(body)?.[1]
  if (!text) throw new Error(`No key on: ${body}`)
  return text
}

it('gives a program what its lead may, or less, shows it once, and takes it away at once', async () => {
  const { portal, lead, parties } = await openLead()
  const page = await lead.post('/empresas/claves', {
    ...FORM,
    alcance: 'algunos',
    cliente: [String(parties.pedro), String(parties.rosa)],
    tipo: ['factura'],
  })
  const text = textOf(page.body)
  const call = async () => {
    const headers = { host: '127.0.0.1:3000', authorization: `Bearer ${text}` }
    return portal.app.inject({ url: '/api/v1/comprobantes', headers })
  }
  const { comprobantes } = (await call()).json()
  expect(comprobantes.map(({ numero }: { numero: string }) => numero)).toEqual([
    '001-002-000000002',
  ])
  const row = await portal.db.selectFrom('api_key').selectAll().executeTakeFirstOrThrow()
  // Rosa granted nothing: she is no client, whoever asks for her.
  expect(row).toMatchObject({ rights: '["read"]', clients: `[${parties.pedro}]`, kinds: 'invoice' })
  const list = await lead.get('/empresas/claves')
  expect(list.body).toContain('Sistema contable')
  expect(list.body + (await lead.get(`/empresas/claves/${row.id}`)).body).not.toContain(text)
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  expect((await ana.get('/interno/claves')).body).toContain('de una firma de contadores')
  expect((await lead.post(`/empresas/claves/${row.id}/anulacion`)).statusCode).toBe(303)
  expect((await call()).statusCode).toBe(401)
})

it('says what is wrong with a form and keeps what was typed', async () => {
  const { lead } = await openLead()
  const wrong = { nombre: '', dias: '0', redes: 'casa', alcance: 'algunos' }
  const page = await lead.post('/empresas/claves', wrong)
  expect(page.statusCode).toBe(422)
  for (const sentence of [
    'Escribe para qué es',
    'de 1 a 730',
    'No entendemos casa',
    'Elige al menos un cliente',
  ]) {
    expect(page.body).toContain(sentence)
  }
  for (const typed of ['value="0"', 'value="casa"', 'value="algunos" checked']) {
    expect(page.body).toContain(typed)
  }
})

it('refuses a kind that it does not know, which left out would make a key for all of them', async () => {
  const { portal, lead } = await openLead()
  const page = await lead.post('/empresas/claves', {
    ...FORM,
    alcance: 'todos',
    tipo: ['factura', 'facturas'],
  })
  expect(page.statusCode).toBe(422)
  expect(page.body).toContain('No conocemos uno de los tipos que llegaron')
  expect(page.body).toContain('value="factura" checked')
  expect(await portal.db.selectFrom('api_key').select('id').execute()).toEqual([])
})

it('ends for good with «no fui yo»: the login that opens again brings back no key made before', async () => {
  const { portal, leadId, program, lead } = await openLead()
  const ours = await program()
  const { app, db, clock, context } = portal
  const token = await transaction(db, (tx) => {
    const until = new Date(clock.now().getTime() + 86_400_000)
    return makeLink(tx, app.identity.tools, leadId, 'freeze', until, clock.now())
  })
  expect((await ours.call('GET', '/limites')).statusCode).toBe(200)
  const closed = await portal.browser().post(`/no-fui-yo/${token}`)
  expect(closed.body).toContain('Anulamos la clave que dio a programas de tu firma')
  expect((await ours.call('GET', '/limites')).statusCode).toBe(401)
  expect((await lead.get('/empresas/claves')).statusCode).toBe(303)
  // The bank opens it again, as it does after talking to its owner.
  await db.updateTable('login').set({ frozen_at: null }).where('id', '=', leadId).execute()
  expect((await ours.call('GET', '/limites')).statusCode).toBe(401)
  expect((await (await program()).call('GET', '/limites')).statusCode).toBe(200)
  const mail = (await portal.inbox()).find(({ reason }) => reason === 'keys-revoked')
  expect(mail?.text).toContain('crea claves nuevas para tus programas')
  const noted = await db
    .selectFrom('audit')
    .select('subject')
    .where('action', '=', 'api-key.revoked')
    .execute()
  expect(noted).toEqual([{ subject: `api-key:${ours.keyId}` }])
  expect((await verifyChain(db, context.keys.audit)).ok).toBe(true)
})

it('is there for nobody but who leads the firm: not for its members, customers or other firms', async () => {
  const { portal, leadId, firmId, program, lead } = await openLead()
  const { keyId } = await program()
  const other = await addFirm(portal, '1790000000028', 'otra')
  const { browser: stranger } = await openSession(portal, { loginId: other.leadId, partyId: null })
  for (const address of [`/empresas/claves/${keyId}/anulacion`]) {
    expect((await stranger.post(address)).statusCode).toBe(404)
  }
  expect((await stranger.get(`/empresas/claves/${keyId}`)).statusCode).toBe(404)
  expect((await lead.get(`/empresas/claves/${keyId}`)).statusCode).toBe(200)
  await portal.db
    .updateTable('firm_member')
    .set({ is_lead: 0 })
    .where('login_id', '=', leadId)
    .where('firm_id', '=', firmId)
    .execute()
  expect((await lead.get('/empresas/claves')).statusCode).toBe(404)
  expect((await lead.post('/empresas/claves', { ...FORM, alcance: 'todos' })).statusCode).toBe(404)
})
