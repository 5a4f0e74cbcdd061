import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Proposed } from '#src/identity/staff/approvals/propose.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, MARIA, PEDRO } from '#tests/identity/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { NEW, proposeAddress, toldBy } from './support.ts'

async function bankAddresses({ db }: TestPortal, partyId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('contact')
    .select('value')
    .where('party_id', '=', partyId)
    .where('replaced_at', 'is', null)
    .execute()
  return rows.map(({ value }) => value)
}

async function chainOf({ db }: TestPortal): Promise<string[]> {
  const rows = await db.selectFrom('audit').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action).filter((action) => /^(approval|contact)\./.test(action))
}

const address = (proposed: Proposed) =>
  `/interno/aprobaciones/${proposed.ok ? proposed.id : 'none'}`

eachDatabase((open) => {
  it('does what one proposed once another approves it, and says so to both', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const lucia = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    const proposed = await proposeAddress(portal, lucia, partyId)
    expect(await proposeAddress(portal, lucia, partyId)).toEqual({
      ok: false,
      refusal: 'open-already',
    })

    const list = await eva.browser.get('/interno/aprobaciones')
    for (const text of [MARIA.name, MARIA.email, NEW, 'Lucia Paladines', 'Lo pidió en la agencia'])
      expect(list.body).toContain(text)
    expect(list.body).toMatch(/Aprobaciones <span class="insignia">1</)
    expect((await lucia.browser.get('/interno')).body).not.toContain('class="insignia">1')

    expect(await toldBy(eva.browser, `${address(proposed)}/aprobacion`)).toBe('Aprobada y hecha.')
    expect(await bankAddresses(portal, partyId)).toEqual([NEW])
    expect(await chainOf(portal)).toEqual([
      'approval.proposed',
      'contact.changed',
      'approval.approved',
    ])
    const after = await lucia.browser.get('/interno/aprobaciones')
    expect(after.body).toContain('Aprobada')
    expect(after.body).toContain('Nada espera una decisión')
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
    expect(await proposeAddress(portal, lucia, partyId)).toMatchObject({ ok: true })
  })

  it('shows what was decided, not what the bank holds since', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const ana = await colleague(portal, 'ana', 'administrator')
    const eva = await colleague(portal, 'eva', 'approver')
    const form = { correo: NEW, motivo: 'Lo pidió en la agencia' }
    await ana.browser.post(`/interno/clientes/${partyId}/correo`, form)
    const [proposal = ''] =
      /\/interno\/aprobaciones\/\d+/.exec(
        (await ana.browser.get(`/interno/clientes/${partyId}`)).body,
      ) ?? []
    expect(await toldBy(eva.browser, `${proposal}/aprobacion`)).toBe('Aprobada y hecha.')
    const addresses = async () =>
      [
        ...(await eva.browser.get(proposal)).body.matchAll(/<dt>(Correo[^<]*)<\/dt><dd>([^<]*)/g),
      ].map(([, term, text]) => [term, text])
    const decided = [
      ['Correo que tenía', MARIA.email],
      ['Correo nuevo', NEW],
    ]
    expect(await addresses()).toEqual(decided)
    const later = await proposeAddress(portal, ana, partyId, 'maria.otra@correo.example')
    await toldBy(eva.browser, `${address(later)}/aprobacion`)
    expect(await addresses()).toEqual(decided)
    // One of old does not say what was held: then only what was decided is shown.
    const old = await eva.browser.get(address(later))
    expect(old.body).not.toMatch(/Correo (que tenía|de ahora)/)
    expect(old.body).toContain('maria.otra@correo.example')
  })

  it('lets nobody approve what they proposed, by the page or in the database', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const ana = await colleague(portal, 'ana', 'administrator')
    const proposed = await proposeAddress(portal, ana, partyId)
    const page = await ana.browser.get(address(proposed))
    expect(page.body).not.toContain('/aprobacion"')
    expect(page.body).toContain('/retiro')
    for (const [deed, form] of [
      ['aprobacion', {}],
      ['rechazo', { motivo: 'No' }],
    ] as const) {
      expect(await toldBy(ana.browser, `${address(proposed)}/${deed}`, form)).toContain(
        'La propusiste tú',
      )
    }
    expect(await bankAddresses(portal, partyId)).toEqual([MARIA.email])
    const set = { decided_by: ana.id, decided_at: '2026-11-21T17:00:00.000Z', decision_reason: '' }
    for (const verdict of ['approved', 'refused'] as const) {
      const forged = portal.db.updateTable('approval').set({ ...set, verdict })
      await expect(forged.execute()).rejects.toThrow(/four_eyes|CHECK/)
    }
  })

  it('does it once when two approve at once, or one approves and another refuses', async () => {
    const portal = await openPortal({ db: await open() })
    const lucia = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    const ana = await colleague(portal, 'ana', 'administrator')
    for (const [person, other] of [
      [MARIA, 'aprobacion'],
      [PEDRO, 'rechazo'],
    ] as const) {
      const proposed = await proposeAddress(portal, lucia, await addPerson(portal, person))
      const answers = await Promise.all([
        toldBy(eva.browser, `${address(proposed)}/aprobacion`),
        toldBy(ana.browser, `${address(proposed)}/${other}`, { motivo: 'No' }),
      ])
      const late = answers.filter((text) => text === 'Otra persona ya la decidió.')
      expect([other, answers, late.length]).toEqual([other, answers, 1])
    }
    const decisions = (await chainOf(portal)).filter((action) => /approved|refused/.test(action))
    expect(decisions).toHaveLength(2)
  })

  it('does nothing for who was signed out or lost the role', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const lucia = await colleague(portal, 'lucia', 'loader')
    const auditor = await colleague(portal, 'sofia', 'auditor')
    expect(await proposeAddress(portal, auditor, partyId)).toMatchObject({ refusal: 'signed-out' })
    await portal.db
      .updateTable('session')
      .set({ ended_at: portal.clock.now().toISOString() })
      .where('login_id', '=', lucia.id)
      .execute()
    expect(await proposeAddress(portal, lucia, partyId)).toMatchObject({ refusal: 'signed-out' })
    expect(await chainOf(portal)).toEqual([])
  })

  it('keeps what is proposed unreadable in the table', async () => {
    const portal = await openPortal({ db: await open() })
    const lucia = await colleague(portal, 'lucia', 'loader')
    await proposeAddress(portal, lucia, await addPerson(portal, MARIA))
    const { rows } = await sql<object>`select * from approval`.execute(portal.db)
    expect(JSON.stringify(rows)).not.toContain(NEW)
  })

  it('pages through what was decided, the newest first', async () => {
    const portal = await openPortal({ db: await open() })
    const partyId = await addPerson(portal, MARIA, MARIA.email)
    const lucia = await colleague(portal, 'lucia', 'loader')
    for (let at = 0; at < 23; at += 1) {
      const proposed = await proposeAddress(portal, lucia, partyId, `uno${at}@correo.example`)
      await lucia.browser.post(`${address(proposed)}/retiro`)
      if (at % 2 === 0) portal.clock.advance({ seconds: 1 })
    }
    const seen: string[] = []
    for (let next = '/interno/aprobaciones'; next !== ''; ) {
      const { body } = await lucia.browser.get(next)
      const rows = body.matchAll(/<th scope="row"><a href="\/interno\/aprobaciones\/(\d+)"/g)
      seen.push(...[...rows].map(([, id = '']) => id))
      next = /rel="next" href="([^"#]*)/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, at) => String(23 - at)))
  })
})

it('lets its proposer alone take it back, and wants a reason of who refuses it', async () => {
  const portal = await openPortal()
  const partyId = await addPerson(portal, MARIA, MARIA.email)
  const lucia = await colleague(portal, 'lucia', 'loader')
  const other = await colleague(portal, 'nora', 'loader')
  const eva = await colleague(portal, 'eva', 'approver')
  const proposed = await proposeAddress(portal, lucia, partyId)
  expect(await toldBy(other.browser, `${address(proposed)}/retiro`)).toBe('404')
  expect(await toldBy(other.browser, `${address(proposed)}/aprobacion`)).toBe('403')

  const long = 'No coincide. '.repeat(40)
  for (const motivo of ['  ', long]) {
    const refused = await eva.browser.post(`${address(proposed)}/rechazo`, { motivo })
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('Escribe por qué')
    expect(refused.body).toContain(`value="${motivo}"`)
  }
  expect(await toldBy(lucia.browser, `${address(proposed)}/retiro`)).toBe('La retiraste.')
  expect(await toldBy(eva.browser, `${address(proposed)}/aprobacion`)).toContain('ya la decidió')

  const again = await proposeAddress(portal, lucia, partyId)
  const motivo = 'La firma <no> coincide'
  expect(await toldBy(eva.browser, `${address(again)}/rechazo`, { motivo })).toBe('Rechazada.')
  const page = await lucia.browser.get(address(again))
  expect(page.body).toContain('La firma &lt;no&gt; coincide')
  expect(await bankAddresses(portal, partyId)).toEqual([MARIA.email])
})

it('ends the first login that somebody had begun with the old address', async () => {
  const portal = await openPortal()
  const partyId = await addPerson(portal, MARIA, 'ajeno@correo.example')
  const stranger = portal.browser()
  await stranger.post('/ingresar', { usuario: MARIA.number, contrasena: MARIA.number })
  expect((await stranger.get('/primer-ingreso')).statusCode).toBe(200)
  const lucia = await colleague(portal, 'lucia', 'loader')
  const eva = await colleague(portal, 'eva', 'approver')
  const proposed = await proposeAddress(portal, lucia, partyId)
  await eva.browser.post(`${address(proposed)}/aprobacion`)
  expect((await stranger.get('/primer-ingreso')).statusCode).toBe(303)
})
