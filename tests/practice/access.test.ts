import { expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { ACCESS_CODES } from '#src/identity/throttles/limits.ts'
import { announceEnding } from '#src/practice/grants/announce-ending.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addParty, addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import type { SignedIn } from '#tests/receipts/support/signed-in.ts'
import { signIn } from '#tests/receipts/support/signed-in.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { FIRM_RUC, openFirm } from './support.ts'

const FORM = {
  ruc: FIRM_RUC,
  identificacion: '',
  tipo: ['factura'],
  desde: '2026-11-01',
  hasta: '',
  vence: '2026-12-31',
  solicitud: '',
}

async function openBank(start?: Date) {
  const portal = await openPortal(start ? { start } : {})
  const firm = await openFirm(portal)
  const partyId = await addParty(portal.db, 'María José Paredes')
  await portal.db
    .insertInto('party_identification')
    .values({ number: maria.id, kind: 'cedula', party_id: partyId })
    .execute()
  const receipt = aReceipt()
  await addReceipts(portal.db, [partyId], [receipt], maria.id)
  const hers = await signIn(portal, partyId, 'María José Paredes')
  return { portal, ...firm, hers, receipt }
}

/** The code of the last mail that brought one. */
async function lastCode(portal: TestPortal): Promise<string> {
  const mail = (await portal.inbox()).findLast(({ reason }) => reason === 'access-code')
  return /Código temporal: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
}

async function give(portal: TestPortal, hers: SignedIn, form: Partial<typeof FORM> = {}) {
  const asked = await hers.browser.post('/perfil/accesos', { ...FORM, ...form })
  expect(asked.headers.location).toBe('/perfil/accesos/codigo')
  return hers.browser.post('/perfil/accesos/codigo', { codigo: await lastCode(portal) })
}

/** What the page lists of a firm's requests. */
function asked(html: string): string {
  return /<ul class="pila">[\s\S]*?<\/ul>/.exec(html)?.[0] ?? ''
}

async function reasonsTo(portal: TestPortal, address: RegExp): Promise<string[]> {
  return (await portal.inbox()).filter(({ to }) => address.test(to)).map(({ reason }) => reason)
}

test('the bank sees who gave a firm access, and their names as they are read', async () => {
  const { portal, hers } = await openBank()
  await portal.db.updateTable('party').set({ name: 'PAREDES VILLACÍS MARÍA JOSÉ' }).execute()
  await give(portal, hers)
  const { browser } = await colleague(portal, 'tomas', 'auditor')
  const list = await browser.get('/interno/contadores')
  const [firm = ''] = /\/interno\/contadores\/\d+/.exec(list.body) ?? []
  const { body } = await browser.get(firm)
  expect(body).toContain('Paredes Villacís María José')
  expect(body).not.toContain('PAREDES')
})

test('a customer gives a firm access with a code, renews it and takes it back, and all are told', async () => {
  const { portal, lead, hers, receipt } = await openBank()
  const page = `/comprobantes/${receipt.accessKey}`
  await hers.browser.post('/perfil/accesos', FORM)
  expect((await lead.browser.get(page)).statusCode).toBe(404)
  const wrong = await hers.browser.post('/perfil/accesos/codigo', { codigo: 'ZZZZZ' })
  expect(wrong.statusCode).toBe(422)
  expect((await lead.browser.get(page)).statusCode).toBe(404)

  const mail = (await portal.inbox()).find(({ reason }) => reason === 'access-code')
  expect(mail?.text).toContain('dar a Andrade')
  const code = await lastCode(portal)
  const given = await hers.browser.post('/perfil/accesos/codigo', { codigo: code })
  expect(given.statusCode).toBe(303)
  expect((await lead.browser.get(page)).statusCode).toBe(200)
  const again = await hers.browser.post('/perfil/accesos/codigo', { codigo: code })
  expect(again.headers.location).toBe('/perfil/accesos/nuevo')
  expect(await portal.db.selectFrom('access_grant').select('id').execute()).toHaveLength(1)

  const { id } = await portal.db.selectFrom('access_grant').selectAll().executeTakeFirstOrThrow()
  const list = await hers.browser.get('/perfil/accesos')
  expect(list.body).toContain('Hasta el 31 dic 2026')
  expect(list.body).toContain('Facturas')
  const late = await hers.browser.post(`/perfil/accesos/${id}/renovacion`, { vence: '2020-01-01' })
  expect(late.statusCode).toBe(422)
  await hers.browser.post(`/perfil/accesos/${id}/renovacion`, { vence: '2027-06-30' })
  expect((await hers.browser.get('/perfil/accesos')).body).toContain('Hasta el 30 jun 2027')

  await hers.browser.post(`/perfil/accesos/${id}/retiro`)
  expect((await lead.browser.get(page)).statusCode).toBe(404)
  expect((await hers.browser.get('/perfil/accesos')).body).toContain('Retirado')
  const dead = await hers.browser.post(`/perfil/accesos/${id}/renovacion`, { vence: '2027-06-30' })
  expect(dead.statusCode).toBe(404)

  expect(await reasonsTo(portal, /^cliente/)).toEqual([
    'access-code',
    'access-granted',
    'access-renewed',
    'access-revoked',
  ])
  expect(await reasonsTo(portal, /^lead/)).toEqual(['client-gained', 'client-lost'])
})

test('a code lets in the firm that it was sent for, and none that was asked for without a code', async () => {
  const { portal, firmId, hers } = await openBank()
  const { firmId: otherId } = await openFirm(portal, '1790000000028')
  const ask = (ruc: string) => hers.browser.post('/perfil/accesos', { ...FORM, ruc })
  for (let codes = 0; codes < ACCESS_CODES.max; codes += 1) await ask(FIRM_RUC)
  const refused = await ask('1790000000028')
  expect(refused.statusCode).toBe(422)
  const codigo = await lastCode(portal)
  const given = await hers.browser.post('/perfil/accesos/codigo', { codigo })
  expect(given.headers.location).toBe('/perfil/accesos')
  const grants = await portal.db.selectFrom('access_grant').select('firm_id').execute()
  expect(grants).toEqual([{ firm_id: firmId }])
  expect(otherId).not.toBe(firmId)
})

test('a customer may give as many accesses in a session as they have codes for', async () => {
  const { portal, hers } = await openBank()
  const several = portal.context.policy.code.attemptsMax + 1
  for (let times = 0; times < several; times += 1) {
    expect((await give(portal, hers)).headers.location).toBe('/perfil/accesos')
  }
  const grants = await portal.db.selectFrom('access_grant').select('id').execute()
  expect(grants).toHaveLength(several)
})

test('an access ends by itself, is told apart from one that was taken back, and its end is announced once', async () => {
  // Nine in the evening of the last day in Guayaquil.
  const { portal, lead, hers, receipt } = await openBank(new Date('2026-11-22T02:00:00.000Z'))
  await give(portal, hers, { vence: '2026-11-21' })
  for (let times = 0; times < 2; times += 1) {
    await announceEnding(portal.db, portal.context, portal.clock.now())
  }
  expect((await reasonsTo(portal, /./)).filter((reason) => reason.endsWith('-ending'))).toEqual([
    'access-ending',
    'client-ending',
  ])
  // Both of them have been at it until now.
  const page = `/comprobantes/${receipt.accessKey}`
  await portal.db.updateTable('session').set({ seen_at: '2026-11-22T04:58:00.000Z' }).execute()
  portal.clock.set(new Date('2026-11-22T04:59:59.000Z'))
  expect((await lead.browser.get(page)).statusCode).toBe(200)
  portal.clock.set(new Date('2026-11-22T05:00:00.000Z'))
  expect((await lead.browser.get(page)).statusCode).toBe(404)
  expect((await hers.browser.get('/perfil/accesos')).body).toContain('Terminó')
  const { id } = await portal.db.selectFrom('access_grant').select('id').executeTakeFirstOrThrow()
  const late = await hers.browser.post(`/perfil/accesos/${id}/renovacion`, { vence: '2027-06-30' })
  expect(late.statusCode).toBe(404)
})

test('an accountant asks by number, learns nothing of whose it is, and the customer approves with a code', async () => {
  const { portal, lead, hers, receipt } = await openBank()
  const motivo = 'Llevo su contabilidad desde enero'
  const answers = []
  for (const numero of [maria.id, '0959999909', '1790099999001']) {
    answers.push(await lead.browser.post('/empresas/solicitar', { numero, motivo }))
  }
  const told = answers.map(({ statusCode, headers }) => [statusCode, headers.location])
  expect(new Set(told.map(String)).size).toBeLessThanOrEqual(2)
  expect(told[0]).toEqual(told[2])
  expect(await reasonsTo(portal, /^cliente/)).toEqual(['access-asked'])

  const waiting = await hers.browser.get('/perfil/accesos')
  expect(waiting.body).toContain('Te piden acceso')
  const id = /nuevo\?solicitud=(\d+)/.exec(waiting.body)?.[1] ?? ''
  expect((await hers.browser.get(`/perfil/accesos/nuevo?solicitud=${id}`)).body).toContain(motivo)
  await give(portal, hers, { solicitud: id })
  expect((await lead.browser.get(`/comprobantes/${receipt.accessKey}`)).statusCode).toBe(200)
  expect((await lead.browser.get('/empresas/solicitar')).body).toContain('Te dio acceso')
  expect((await hers.browser.get('/perfil/accesos')).body).not.toContain('Te piden acceso')
})

test('a refusal looks to the firm like no answer', async () => {
  const { portal, lead, hers } = await openBank()
  await lead.browser.post('/empresas/solicitar', {
    numero: maria.id,
    motivo: 'Para la declaración',
  })
  const before = asked((await lead.browser.get('/empresas/solicitar')).body)
  const { id } = await portal.db.selectFrom('access_request').select('id').executeTakeFirstOrThrow()
  await hers.browser.post(`/perfil/accesos/solicitudes/${id}/rechazo`)
  expect((await hers.browser.get('/perfil/accesos')).body).not.toContain('Te piden acceso')
  expect(asked((await lead.browser.get('/empresas/solicitar')).body)).toBe(before)
  expect(before).toContain('Espera respuesta')
  expect((await hers.browser.get(`/perfil/accesos/nuevo?solicitud=${id}`)).statusCode).toBe(404)
})

test('nobody changes an access or answers a request that is somebody else’s', async () => {
  const { portal, lead, hers, receipt } = await openBank()
  await give(portal, hers)
  await lead.browser.post('/empresas/solicitar', {
    numero: maria.id,
    motivo: 'Para la declaración',
  })
  const diana = await signIn(portal, await addParty(portal.db, 'Diana Loor'), 'Diana Loor')
  for (const attacker of [diana.browser, lead.browser]) {
    for (const deed of ['1/retiro', '1/renovacion', 'solicitudes/1/rechazo']) {
      const answer = await attacker.post(`/perfil/accesos/${deed}`, { vence: '2027-01-01' })
      expect([deed, answer.statusCode]).toEqual([deed, 404])
    }
  }
  expect((await lead.browser.get(`/comprobantes/${receipt.accessKey}`)).statusCode).toBe(200)
  const forged = await diana.browser.post('/perfil/accesos', { ...FORM, identificacion: maria.id })
  expect(forged.statusCode).toBe(422)
})

test('a lead brings somebody in, passes clients on to them and takes the access away', async () => {
  const { portal, lead, hers, receipt, member } = await openBank()
  await give(portal, hers)
  const ana = { nombre: 'Ana Ruiz', usuario: 'anaruiz', correo: 'ana@firma.example' }
  expect((await member.browser.post('/empresas/equipo', ana)).statusCode).toBe(404)
  const added = await lead.browser.post('/empresas/equipo', ana)
  expect(added.statusCode).toBe(303)
  const mail = (await portal.inbox()).at(-1)
  const password = /Contraseña inicial: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
  const theirs = portal.browser()
  const entered = await theirs.post('/ingresar', { usuario: 'anaruiz', contrasena: password })
  expect(entered.statusCode).toBe(303)
  const chosen = await theirs.post(String(entered.headers.location), { nueva: 'Una Clave Buena 9' })
  expect(chosen.statusCode).toBe(303)
  const page = `/comprobantes/${receipt.accessKey}`
  expect((await theirs.get(page)).statusCode).toBe(404)
  await lead.browser.post(`${added.headers.location}/clientes`, { cliente: String(hers.partyId) })
  expect((await theirs.get(page)).statusCode).toBe(200)
  expect((await theirs.get('/perfil')).statusCode).toBe(200)
  await lead.browser.post(`${added.headers.location}/retiro`)
  expect((await theirs.get(page)).statusCode).toBe(303)
  const back = await theirs.post('/ingresar', {
    usuario: 'anaruiz',
    contrasena: 'Una Clave Buena 9',
  })
  expect(back.statusCode).toBe(422)
})
