import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { keyOf } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Tx } from '#src/db/transaction.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import type { Staff } from '#src/identity/person.ts'
import { askAnnulment } from '#src/issuing/annulments/ask-annulment.ts'
import { followAnnulments } from '#src/issuing/annulments/follow-annulments.ts'
import { draftCreditNote } from '#src/issuing/credit-notes/draft-credit-note.ts'
import { stopNotesOf } from '#src/issuing/credit-notes/stop-notes.ts'
import { beginIssuances } from '#src/issuing/issuance/begin-issuances.ts'
import { SENDS_MAX } from '#src/issuing/states/decide.ts'
import { checkReceipts } from '#src/receipts/checks/check-receipts.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import type { SriService } from '#src/sri/service/sri-service.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague } from '../../identity/staff/support.ts'
import { grant, openFirm, pass } from '../../practice/support.ts'
import { load, register } from '../../receipts/alert-world.ts'
import { openSession } from '../../receipts/support/signed-in.ts'
import { begin, foundBank, NEEDS, request } from '../bank.ts'
import { openWorks } from '../works.ts'

const BILL = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
const KEY = keyOf('invoice', BILL)
const ADDRESS = `/interno/comprobantes/${KEY}/anulacion`
const SERVICES = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]

/** What the SRI says of every key, until told otherwise. */
function sayer(state: string): {
  say(next: string | null): void
  sri: Pick<SriService, 'consult'>
} {
  let said: string | null = state
  return {
    say: (next) => {
      said = next
    },
    sri: {
      consult: async (accessKey) =>
        said === null
          ? { ok: false, failure: { kind: 'timeout', detail: 'No contestó' } }
          : { ok: true, answer: { accessKey, state: said, refused: false, messages: [] } },
    },
  }
}

/** What is given back of the invoice, before its IVA. */
function noteOf(amount: number) {
  const wish = {
    ...{ issuedOn: '2026-11-20' as Day, reason: 'Devolución', email: null },
    amounts: new Map([[0, cents(amount)]]),
  }
  const drafted = draftCreditNote(invoice(BILL, maria, SERVICES), [], wish)
  if (!drafted.ok) throw new Error(drafted.refusal)
  return { ...drafted.draft, series: null }
}

async function openWorld(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  const owner = await register(portal.db, maria)
  await load(portal.db, [invoice(BILL, maria, SERVICES)])
  const { browser: rosa } = await colleague(portal, 'rosa', 'loader')
  const follow = (sri: Pick<SriService, 'consult'>) =>
    followAnnulments({ ...portal.context, sri, now: portal.clock.now })
  const statusOf = async () => {
    const query = portal.db.selectFrom('receipt').select('status')
    return (await query.executeTakeFirstOrThrow()).status
  }
  return { portal, owner, rosa, follow, statusOf }
}

/** What is said of annulling on its page, in the list, and among what came last of a client. */
async function saidTo(who: Browser, ...addresses: string[]): Promise<string[]> {
  const said = [`/comprobantes/${KEY}`, '/comprobantes?periodo=rango', ...addresses].map(
    async (address) => {
      const { body } = await who.get(address)
      expect(body).toContain('001-002-000000001')
      const badges = /class="(?:insignia|estado|bajo)[^"]*">(?:<svg.*?<\/svg>)?([^<]*anul[^<]*)</gi
      return [...body.matchAll(badges)].map(([, text]) => text).join()
    },
  )
  return Promise.all(said)
}

/** The SRI has annulled the invoice. */
async function annul(tx: Tx, now: Date): Promise<void> {
  const { id } = await tx
    .selectFrom('receipt')
    .select('id')
    .where('access_key', '=', KEY)
    .executeTakeFirstOrThrow()
  await annulReceipt(tx, id, now)
  await stopNotesOf(tx, id, now)
}

/** The announcement of the receipt has left, so María has a copy. */
async function mailLeft({ db }: TestPortal): Promise<void> {
  await db
    .updateTable('mail')
    .set({ status: 'sent' })
    .where('reason', '=', 'receipt-alert')
    .execute()
}

eachDatabase((open) => {
  it('follows an annulment to its end, and then says so everywhere and to who has a copy', async () => {
    const { portal, owner, rosa, follow, statusOf } = await openWorld(await open())
    await mailLeft(portal)
    const { browser: hers } = await openSession(portal, owner)
    const { firmId, lead } = await openFirm(portal)
    await grant(portal, { partyId: owner.partyId, firmId, by: owner.loginId })
    const said = async () => [
      ...(await saidTo(hers)),
      ...(await saidTo(lead.browser, `/empresas/${maria.id}`)),
    ]
    const form = await rosa.get(ADDRESS)
    expect(form.body).toContain('lunes, 7 de diciembre de 2026')
    const asked = await rosa.post(ADDRESS, { motivo: 'Se cobró dos veces' })
    expect(asked.statusCode).toBe(303)
    const { say, sri } = sayer('AUTORIZADO')
    await follow(sri)
    expect(await statusOf()).toBe('authorized')
    expect(await said()).toEqual(['', '', '', '', ''])
    say('PENDIENTE DE ANULAR')
    portal.clock.advance({ minutes: 11 })
    await follow(sri)
    expect((await rosa.get('/interno/anulaciones')).body).toContain('Pendiente de anular')
    const page = (await rosa.get(`/interno/comprobantes/${KEY}`)).body
    expect(page).toMatch(/class="insignia espera">.*Pendiente de anular/)
    expect(page).not.toContain('/anulacion"')
    expect(new Set(await said())).toEqual(new Set(['Pendiente de anular']))
    say('ANULADO')
    portal.clock.advance({ minutes: 11 })
    await follow(sri)
    expect(await statusOf()).toBe('annulled')
    expect(await said()).toEqual(['Anulada', 'Anulado', 'Anulada', 'Anulado', 'Anulado'])
    const told = (await portal.inbox()).filter(({ reason }) => reason === 'receipt-annulled')
    expect(told.map(({ to, subject }) => [to, subject])).toEqual([
      [maria.email, 'Anulado: Factura 001-002-000000001 por $64,40'],
    ])
    expect(told[0]?.attachments).toEqual([])
    expect(told[0]?.text).toContain('La factura que tienes se anuló en el SRI')
    expect((await rosa.get(`/interno/comprobantes/${KEY}`)).body).toContain('Anulado')
    const days = await portal.db.selectFrom('receipt_day').selectAll().execute()
    expect(days.map(({ status, receipts, cents }) => [status, receipts, cents])).toEqual([
      ['annulled', 1, 6_440],
    ])
    const { index, documents } = await checkReceipts(portal.db)
    expect([...index, ...documents]).toEqual([])
    portal.clock.advance({ days: 2 })
    await follow(sri)
    expect(
      (await portal.inbox()).filter(({ reason }) => reason === 'receipt-annulled'),
    ).toHaveLength(1)
  })

  it('tells the accountants who fetched a copy, and no one whose access has ended', async () => {
    const { portal, rosa, follow } = await openWorld(await open())
    const { db, clock } = portal
    const owner = await findPartyByNumber(db, maria.id)
    const partyId = owner?.id ?? 0
    const ours = await openFirm(portal)
    const theirs = await openFirm(portal, '1790012346001')
    for (const { firmId, lead } of [ours, theirs]) {
      await grant(portal, { partyId, firmId, by: lead.loginId })
    }
    await pass(portal, ours.member, [partyId])
    for (const { browser } of [ours.lead, theirs.lead]) {
      expect((await browser.get(`/comprobantes/${KEY}.xml`)).statusCode).toBe(200)
    }
    // Who only looked has no copy.
    expect((await ours.member.browser.get(`/comprobantes/${KEY}`)).statusCode).toBe(200)
    await db
      .updateTable('access_grant')
      .set({ revoked_at: clock.now().toISOString() })
      .where('firm_id', '=', theirs.firmId)
      .execute()
    await rosa.post(ADDRESS, { motivo: 'Se cobró dos veces' })
    await follow(sayer('ANULADO').sri)
    const { email } = await db
      .selectFrom('login')
      .select('email')
      .where('id', '=', ours.lead.loginId)
      .executeTakeFirstOrThrow()
    const told = (await portal.inbox()).filter(({ subject }) => subject.startsWith('Anulado'))
    expect(told.map(({ to, subject }) => [to, subject])).toEqual([
      [email, 'Anulado: Factura 001-002-000000001'],
    ])
    expect(told[0]?.text).toContain('Factura 001-002-000000001, por $64,40, de Paredes')
    expect(told[0]?.text).toContain(`/comprobantes/${KEY}`)
  })

  it('takes no silence, no unknown word and no refused question for an answer', async () => {
    const { portal, rosa, follow, statusOf } = await openWorld(await open())
    await rosa.post(ADDRESS, { motivo: 'Se cobró dos veces' })
    const { say, sri } = sayer('ANULADA?')
    for (const said of ['ANULADA?', null, '', 'NO AUTORIZADO']) {
      say(said)
      await follow(sri)
      portal.clock.advance({ minutes: 11 })
      expect(await statusOf()).toBe('authorized')
    }
    const { state, ended_at } = await portal.db
      .selectFrom('annulment')
      .select(['state', 'ended_at'])
      .executeTakeFirstOrThrow()
    expect([state, ended_at]).toEqual(['asked', null])
  })

  it('sends no credit note of an invoice that was annulled while the note was under way', async () => {
    const { portal, rosa, follow } = await openWorld(await open())
    const { db, clock } = portal
    await foundBank(db, { environment: 'production' })
    const works = openWorks(db, { start: clock.now() })
    // Nobody knows of the first whether it arrived; the second has not left.
    works.sri.faults = (asked) => (asked === 'send' ? { kind: 'timeout' } : null)
    await begin(db, [request('lost', noteOf(100)), request('last', noteOf(50))])
    await works.round(1)
    // One of them has no more tries.
    await db
      .updateTable('issuance')
      .set({ sends: SENDS_MAX })
      .where('source', '=', 'last')
      .execute()
    await begin(db, [request('ready', noteOf(200))])
    await rosa.post(ADDRESS, { motivo: 'Se cobró dos veces' })
    await follow(sayer('ANULADO').sri)
    await works.round(3, 60)
    expect(works.sri.sent).toEqual([])
    const notes = await db
      .selectFrom('issuance')
      .select(['id', 'state', 'next_step', 'answer'])
      .orderBy('source')
      .execute()
    expect(notes).toHaveLength(3)
    for (const { id, state, next_step, answer } of notes) {
      expect([state, next_step]).toEqual(['faulty', null])
      expect(answer).toContain('La factura 001-002-000000001 se anuló mientras esta nota')
      await rosa.post(`/interno/envios/${id}/reenvio`)
      const { body } = await rosa.get(`/interno/envios/${id}`)
      expect(body).toContain('está anulada y ya no hay nada que devolver de ella')
    }
    await works.round(3, 60)
    expect(works.sri.sent).toEqual([])
    // Nor does one go on that was given up on before its invoice was looked at.
    const [first] = notes
    await db
      .updateTable('issuance')
      .set({ state: 'ready', spent_at: clock.now().toISOString() })
      .where('id', '=', first?.id ?? 0)
      .execute()
    await rosa.post(`/interno/envios/${first?.id}/intentos`)
    const { body } = await rosa.get(`/interno/envios/${first?.id}`)
    expect(body).toContain('está anulada y ya no hay nada que devolver de ella')
    expect(body).toContain('Cerrar sin emitir')
    await works.round(1)
    expect(works.sri.sent).toEqual([])
  })

  it('holds back the note of an invoice that is annulled as the answer is written down', async () => {
    const { portal } = await openWorld(await open())
    const { db, clock } = portal
    await foundBank(db, { environment: 'production' })
    let isAnnulled = false
    const works = openWorks(db, {
      start: clock.now(),
      // Another answer is written first; that of the note waits for it.
      follow: async (tx) => {
        if (isAnnulled) return
        isAnnulled = true
        await pause(100)
        await annul(tx, clock.now())
      },
    })
    works.sri.faults = () => ({ kind: 'unreachable' })
    await begin(db, [request('other', draftOf()), request('note', noteOf(100))])
    await works.round(1)
    const { state } = await db
      .selectFrom('issuance')
      .select('state')
      .where('source', '=', 'note')
      .executeTakeFirstOrThrow()
    expect([isAnnulled, state]).toEqual([true, 'faulty'])
  })

  it('stops the note that gets its number while its invoice is annulled', async () => {
    const { portal } = await openWorld(await open())
    const { db, clock } = portal
    await foundBank(db, { environment: 'production' })
    const [begun, both] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const numbering = transaction(db, async (tx) => {
      await beginIssuances(tx, [request('note', noteOf(100))], NEEDS, clock.now())
      begun.resolve()
      await both.promise
    })
    await begun.promise
    const annulling = transaction(db, (tx) => annul(tx, clock.now()))
    // It would be through by then if it did not wait.
    await Promise.race([annulling, pause(200)])
    both.resolve()
    await Promise.all([numbering, annulling])
    expect(await db.selectFrom('issuance').select('state').execute()).toEqual([{ state: 'faulty' }])
  })

  it('stops no note while another invoice with the number of the annulled one stands', async () => {
    const { portal } = await openWorld(await open())
    const { db, clock } = portal
    await foundBank(db, { environment: 'production' })
    await load(db, [invoice({ ...BILL, day: '2026-11-17' as Day }, maria, SERVICES)])
    await begin(db, [request('note', noteOf(100))])
    await transaction(db, (tx) => annul(tx, clock.now()))
    expect(await db.selectFrom('issuance').select('state').execute()).toEqual([
      { state: 'numbered' },
    ])
  })

  it('looks again, when it is asked for, at how the receipt stands', async () => {
    const { portal } = await openWorld(await open())
    const { db, clock, context } = portal
    const { id } = await db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
    // As the form showed it.
    const shown = {
      ...({ id, accessKey: KEY, kind: 'invoice', status: 'authorized' } as const),
      ...{ issuedOn: BILL.day, recipientNumber: maria.id },
    }
    await transaction(db, (tx) => annulReceipt(tx, id, clock.now()))
    // Rosa, as her request came.
    const { id: sessionId, login_id: loginId } = await db
      .selectFrom('session')
      .innerJoin('login', 'login.id', 'session.login_id')
      .select(['session.id', 'session.login_id'])
      .where('login.username', '=', 'rosa')
      .where('session.ended_at', 'is', null)
      .executeTakeFirstOrThrow()
    const actor = { loginId, sessionId } as Staff
    const asked = await askAnnulment(db, context.keys, actor, shown, 'Doble', clock.now())
    expect(asked).toEqual({ ok: false, refusal: 'not-authorized' })
    expect(await db.selectFrom('annulment').selectAll().execute()).toEqual([])
  })

  it('lets one annulment be under way, whoever asks twice or at once', async () => {
    const { portal, rosa } = await openWorld(await open())
    const form = { motivo: 'Se cobró dos veces' }
    const answers = await Promise.all([rosa.post(ADDRESS, form), rosa.post(ADDRESS, form)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 422])
    const again = await rosa.post(ADDRESS, form)
    expect(again.body).toContain('Su anulación ya está en curso')
    expect(await portal.db.selectFrom('annulment').selectAll().execute()).toHaveLength(1)
  })
})

it('says when it is too late, or why something is missing, and keeps what was typed', async () => {
  const { portal, rosa } = await openWorld()
  const without = await rosa.post(ADDRESS, { motivo: ' ' })
  expect(without.statusCode).toBe(422)
  expect(without.body).toContain('Escribe por qué se anula')
  portal.clock.set(new Date('2026-12-08T04:59:00.000Z'))
  const { browser: luis } = await colleague(portal, 'luis', 'loader')
  expect((await luis.get(ADDRESS)).body).toContain('hoy es el último día')
  portal.clock.set(new Date('2026-12-08T05:00:00.000Z'))
  const late = await luis.post(ADDRESS, { motivo: 'Tarde' })
  expect(late.body).toContain('El plazo para anularlo ya cerró')
})

it('tells an end that did not come: the other side refused, or nobody asked in time', async () => {
  const { portal, rosa, follow } = await openWorld()
  await rosa.post(ADDRESS, { motivo: 'Se cobró dos veces' })
  const { say, sri } = sayer('PENDIENTE DE ANULAR')
  await follow(sri)
  say('AUTORIZADO')
  portal.clock.advance({ minutes: 11 })
  await follow(sri)
  expect((await rosa.get('/interno/anulaciones')).body).toContain('Anulación no aceptada')
  await rosa.post(ADDRESS, { motivo: 'Otra vez' })
  await follow(sri)
  portal.clock.set(new Date('2026-12-11T17:00:00.000Z'))
  await follow(sri)
  const states = await portal.db.selectFrom('annulment').select('state').orderBy('id').execute()
  expect(states.map(({ state }) => state)).toEqual(['refused', 'lapsed'])
})
