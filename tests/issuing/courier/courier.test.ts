import crypto from 'node:crypto'
import { expect, test } from 'vitest'
import { finalConsumer, maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf, ISSUE_DAY } from '#fixtures/receipts/to-issue.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { authorizedFile } from '#src/issuing/courier/authorized-file.ts'
import { correctIssuance } from '#src/issuing/issuance/correct-issuance.ts'
import { eventsOf } from '#src/issuing/issuance/event-store.ts'
import { stoppedIssuances } from '#src/issuing/issuance/issuance-store.ts'
import { QUESTIONS_MAX } from '#src/issuing/states/decide.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { checkDays } from '#src/receipts/checks/check-days.ts'
import { checkReceipts } from '#src/receipts/checks/check-receipts.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import { packDocument } from '#src/receipts/documents/stored-document.ts'
import { keepReceipts } from '#src/receipts/kept/keep-receipts.ts'
import { readyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { withdrawReceipts } from '#src/receipts/kept/withdrawn-store.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeAuthorization, writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { begin, foundBank, KEYS, NEEDS, NOW, request, upTo } from '../bank.ts'
import { openWorks } from '../works.ts'

async function rowsOf(db: Db) {
  return db.selectFrom('issuance').selectAll().orderBy('id').execute()
}

async function statesOf(db: Db): Promise<string[]> {
  return (await rowsOf(db)).map(({ state }) => state)
}

async function storyOf(db: Db, id: number): Promise<string[]> {
  return (await eventsOf(db, id)).map(({ what, code }) => (code ? `${what} ${code}` : what))
}

async function onlyId(db: Db): Promise<number> {
  const row = await db.selectFrom('issuance').select('id').executeTakeFirstOrThrow()
  return row.id
}

async function correct(db: Db, id: number, draft: ReturnType<typeof draftOf> | null, at: Date) {
  return transaction(db, (tx) => correctIssuance(tx, id, draft, NEEDS, at))
}

eachDatabase((open) => {
  test('takes a draft to an authorised receipt, with its owner, its mail and its figures', async () => {
    const db = await open()
    await foundBank(db)
    const { partyId } = await register(db, maria)
    const works = openWorks(db)
    await begin(db, [request('a')])
    await works.round(2)
    const id = await onlyId(db)
    expect(await storyOf(db, id)).toEqual(['numbered', 'ready', 'received', 'authorized'])
    const [row] = await rowsOf(db)
    const receipt = await db.selectFrom('receipt').selectAll().executeTakeFirstOrThrow()
    expect(receipt).toMatchObject({
      access_key: row?.access_key,
      status: 'authorized',
      environment: 'test',
      authorization_number: row?.access_key,
      authorized_at: '2026-11-20T15:00:05.000Z',
      number: '001-001-000000001',
    })
    expect(row).toMatchObject({ receipt_id: receipt.id, next_step: null, claimed_by: null })
    const owner = await db.selectFrom('receipt_owner').select('party_id').executeTakeFirstOrThrow()
    expect(owner.party_id).toBe(partyId)
    const mail = await db.selectFrom('mail').selectAll().executeTakeFirstOrThrow()
    expect(mail).toMatchObject({ to_address: maria.email, receipt_id: receipt.id })
    // What was sent is what the customer gets, character by character.
    const file = (await findDocument(db, receipt.id))?.toString('utf8') ?? ''
    expect(file).toContain(works.sri.sent[0]?.document)
    expect(await checkReceipts(db)).toMatchObject({ documents: [], index: [] })
    expect((await checkDays(db)).problems).toEqual([])
    expect(await db.selectFrom('issuance_document').selectAll().execute()).toEqual([])
    const audit = await db.selectFrom('audit').select(['action', 'detail']).execute()
    expect(audit).toHaveLength(1)
    expect(JSON.parse(audit[0]?.detail ?? '')).toMatchObject({ loaded: 1 })
    expect(await verifyChain(db, KEYS.audit)).toMatchObject({ ok: true })
  })

  test('a document that was damaged on the disk holds up nobody else’s, and waits for a person', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    await begin(db, [request('a'), request('b'), request('c')])
    await works.maker.runOnce()
    const [first, second] = await rowsOf(db)
    const damage = (id: number | undefined) =>
      db
        .updateTable('issuance_document')
        .set({ sha256: '0'.repeat(64) })
        .where('issuance_id', '=', id ?? 0)
        .execute()
    await damage(first?.id)
    await works.courier.runOnce()
    // The SRI has this one: nothing tells any more whether what it authorises is the same.
    await damage(second?.id)
    works.clock.advance({ seconds: 10 })
    await works.round(3, 300)
    expect(await statesOf(db)).toEqual(['faulty', 'received', 'authorized'])
    expect(works.sri.sent).toHaveLength(2)
    const [unsent, sent] = await rowsOf(db)
    expect(unsent).toMatchObject({ next_step: null, sends: 0, spent_at: null })
    expect(unsent?.answer).toContain('se firma de nuevo')
    expect(sent).toMatchObject({ next_step: null, claimed_by: null, sends: 1, questions: 0 })
    expect(sent?.answer).toContain('de una copia de seguridad')
    expect(sent?.spent_at).not.toBeNull()
    expect(await correct(db, unsent?.id ?? 0, null, works.clock.now())).toBeNull()
    await works.round(2)
    expect(await statesOf(db)).toEqual(['authorized', 'received', 'authorized'])
  })

  test('asks no more for a key whose answers cannot be noted than for any other', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.looks = 9
    await begin(db, [request('a')])
    await works.round()
    // Each claim lapsed with nothing written down.
    await db.updateTable('issuance').set({ questions: QUESTIONS_MAX }).execute()
    works.clock.advance({ seconds: 10 })
    await works.round(3, 300)
    expect(works.sri.asked).toEqual([])
    const [row] = await rowsOf(db)
    expect(row).toMatchObject({ state: 'received', next_step: null, next_at: null })
    expect(row).toMatchObject({ claimed_by: null, questions: QUESTIONS_MAX })
    expect(row?.answer).toContain('no se pudo guardar')
    expect((await storyOf(db, row?.id ?? 0)).at(-1)).toBe('spent')
  })

  test('what was issued is not withdrawn: the SRI has it', async () => {
    const db = await open()
    await foundBank(db)
    await begin(db, [request('a')])
    await openWorks(db).round(2)
    const { id } = await db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
    expect(await transaction(db, (tx) => withdrawReceipts(tx, [id], new Date()))).toEqual([])
    expect(await db.selectFrom('receipt').select('id').execute()).toEqual([{ id }])
  })

  test('finds the receipt that somebody loaded from a file before the answer came', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    await begin(db, [request('a')])
    await works.round()
    const [row] = await rowsOf(db)
    const text = works.sri.sent[0]?.document ?? ''
    const file = writeAuthorization({
      document: text,
      number: row?.access_key ?? '',
      authorizedAt: '2026-11-20T10:00:05-05:00',
      environment: 'test',
    })
    // Another form of the very same answer, as the SRI's portal may hand it out.
    const loaded = Buffer.from(file.replace('<mensajes></mensajes>', '<mensajes/>\n'))
    const reading = readReceipt(loaded)
    if (!reading.ok) throw new Error(reading.refusal.message)
    const ready = readyReceipt(reading.receipt, loaded, 'a.xml', (one) => packDocument(one, null))
    await transaction(db, (tx) => keepReceipts(tx, [ready], { policy: amazonas }, NOW))
    works.clock.advance({ seconds: 10 })
    await works.round()
    const { id } = await db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
    expect(await rowsOf(db)).toMatchObject([{ state: 'authorized', receipt_id: id }])
  })

  test('one that cannot be written holds up no other', { timeout: 120_000 }, async () => {
    const db = await open()
    await foundBank(db)
    const at = NOW.toISOString()
    const lot = { month: '2026-11', sequence: 1, kind: 'rows', status: 'published' } as const
    const { id: lotId } = await db
      .insertInto('lot')
      .values({ ...lot, loaded_at: at, files: 1, size: 1 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const works = openWorks(db, {
      follow: async (_tx, places) => {
        if (places.some(({ n }) => n === 2)) throw new Error('cannot be written')
      },
    })
    await begin(
      db,
      upTo(3).map((n) => ({ ...request(`lot:${n}`), lot: { lotId, n } })),
    )
    await works.round()
    works.clock.advance({ seconds: 10 })
    await expect(works.courier.runOnce()).rejects.toThrow('cannot be written')
    expect(await statesOf(db)).toEqual(['authorized', 'received', 'authorized'])
    expect(await db.selectFrom('receipt').select('id').execute()).toHaveLength(2)
  })

  test('carries many at once, within its limit, each sent once', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db, { slots: 5 })
    await begin(
      db,
      upTo(60).map((n) => request(`s:${n}`, draftOf(n % 2 ? maria : pedro))),
    )
    await works.round(3)
    expect(new Set(await statesOf(db))).toEqual(new Set(['authorized']))
    expect(works.sri.sent).toHaveLength(60)
    expect(new Set(works.sri.sent.map(({ key }) => key)).size).toBe(60)
    expect(works.sri.busiest).toBeLessThanOrEqual(5)
    expect(works.sri.busiest).toBeGreaterThan(1)
    expect(await db.selectFrom('receipt').select('id').execute()).toHaveLength(60)
  })

  test('asks again while the SRI works on it, and adds nothing to the story for it', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.looks = 4
    await begin(db, [request('a')])
    await works.round(12, 60)
    expect(await storyOf(db, await onlyId(db))).toEqual([
      'numbered',
      'ready',
      'received',
      'registered',
      'authorized',
    ])
    expect(works.sri.sent).toHaveLength(1)
  })

  test('keeps key and number of what is returned, and sends it again once it is corrected', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.judge = (document) => (document.includes('Certificado') ? null : { returned: '35' })
    await begin(db, [request('a')])
    await works.round(5, 3_600)
    expect(works.sri.sent).toHaveLength(1)
    const [row] = await rowsOf(db)
    expect(row).toMatchObject({ state: 'returned', answer_code: '35', next_step: null })
    expect(row?.answer).toContain('«DICHO POR EL SRI: en el campo X»')
    expect(await stoppedIssuances(db, 'returned', { afterId: 0, limit: 10 })).toHaveLength(1)
    const id = await onlyId(db)
    expect(await correct(db, id, null, works.clock.now())).toMatchObject({ code: 'unchanged' })
    expect(await correct(db, id, draftOf(), works.clock.now())).toMatchObject({ code: 'unchanged' })
    const other = draftOf(maria, [services.certificate])
    expect(await correct(db, id, other, works.clock.now())).toBeNull()
    expect(await correct(db, id, other, works.clock.now())).toMatchObject({
      code: 'not-correctable',
    })
    await works.round(3)
    const [after] = await rowsOf(db)
    expect(after).toMatchObject({ state: 'authorized', edition: 2, sequence: 1 })
    expect(after?.access_key).toBe(row?.access_key)
    expect(await storyOf(db, id)).toEqual([
      'numbered',
      'ready',
      'returned 35',
      'corrected',
      'ready',
      'received',
      'authorized',
    ])
  })

  test('does not take an old NO AUTORIZADO for the answer to what was corrected', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.looks = 3
    works.sri.judge = (document) => (document.includes('Certificado') ? null : { refused: '52' })
    await begin(db, [request('a')])
    await works.round(3)
    expect(await statesOf(db)).toEqual(['unauthorized'])
    const id = await onlyId(db)
    const draft = draftOf(maria, [services.certificate])
    expect(await correct(db, id, draft, works.clock.now())).toBeNull()
    await works.round(8, 60)
    expect(await statesOf(db)).toEqual(['authorized'])
    expect(works.sri.sent).toHaveLength(2)
  })

  test('holds the third bad send of a key back until the next day', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.judge = () => ({ returned: '52' })
    await begin(db, [request('a')])
    const id = await onlyId(db)
    const corrections = [services.certificate, services.statement, services.chequebook]
    await works.round()
    for (const service of corrections) {
      await correct(db, id, draftOf(maria, [service]), works.clock.now())
      await works.round(3, 1_800)
    }
    expect(works.sri.sent).toHaveLength(2)
    expect(await statesOf(db)).toEqual(['ready'])
    works.clock.advance({ hours: 24 })
    works.sri.judge = () => null
    await works.round(2)
    expect(works.sri.sent).toHaveLength(3)
    expect(await statesOf(db)).toEqual(['authorized'])
  })

  test('sends the same bytes again after 50 and after no answer, never while the SRI has it', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    let left = 2
    works.sri.judge = () => {
      left -= 1
      return left < 0 ? null : { returned: '50' }
    }
    await begin(db, [request('a')])
    await works.round(8, 120)
    expect(await statesOf(db)).toEqual(['authorized'])
    expect(works.sri.sent).toHaveLength(3)
    expect(new Set(works.sri.sent.map(({ document }) => document)).size).toBe(1)
  })

  test('takes a NO AUTORIZADO after which it sent again for past, for as long as the SRI lists it', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    const refusals: (string | undefined)[] = ['50', '90']
    works.sri.judge = () => {
      const refused = refusals.shift()
      works.sri.unlisted = refused === undefined ? 0 : 5
      return refused === undefined ? null : { refused }
    }
    await begin(db, [request('a')])
    await works.round(20, 100)
    // The 50 is sent again once, and so is, a day later, what the limit held back.
    expect(works.sri.sent).toHaveLength(2)
    await works.round(12, 4 * 3_600)
    expect(works.sri.sent).toHaveLength(3)
    expect(await statesOf(db)).toEqual(['authorized'])
    expect(new Set(works.sri.sent.map(({ document }) => document)).size).toBe(1)
  })

  test('after a lost answer it asks first, and finds what it had sent', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.faults = (asked) => (asked === 'send' ? { kind: 'timeout', after: true } : null)
    await begin(db, [request('a')])
    await works.round(3, 60)
    expect(works.sri.sent).toHaveLength(1)
    expect(await storyOf(db, await onlyId(db))).toEqual([
      'numbered',
      'ready',
      'unanswered timeout',
      'authorized',
    ])
  })

  test('a request that never arrived is made again', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    let lost = 1
    works.sri.faults = (asked) => {
      if (asked === 'ask' || lost === 0) return null
      lost -= 1
      return { kind: 'timeout' }
    }
    await begin(db, [request('a')])
    await works.round(5, 60)
    expect(await statesOf(db)).toEqual(['authorized'])
    expect(works.sri.sent).toHaveLength(1)
  })

  test('keeps what was found of a signature when it was made, and finds nothing out itself', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    await begin(db, [request('a'), request('b')])
    await works.maker.runOnce()
    // Of one that was made before anybody kept what was found.
    await db
      .updateTable('issuance_document')
      .set({ verdict: null })
      .where('issuance_id', 'in', (eb) =>
        eb.selectFrom('issuance').select('id').where('source', '=', 'b'),
      )
      .execute()
    await works.round(3)
    const rows = db.selectFrom('receipt').select(['signature_code', 'signer_name'])
    expect(await rows.orderBy('access_key').execute()).toEqual([
      { signature_code: 'verified', signer_name: 'BANCO CEIBO' },
      { signature_code: null, signer_name: null },
    ])
  })

  test('what is authorised with other bytes is not published, and waits for staff', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.tamper = (document) => document.replace('interbancaria', 'internacional')
    await begin(db, [request('a')])
    await works.round(4, 3_600)
    const [row] = await rowsOf(db)
    expect(row).toMatchObject({ state: 'different', next_step: null, receipt_id: null })
    expect(await db.selectFrom('receipt').select('id').execute()).toEqual([])
    expect(await correct(db, row?.id ?? 0, null, works.clock.now())).toMatchObject({
      code: 'not-correctable',
    })
  })

  test('never takes a new number or key when the SRI has the number under another key', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    await begin(db, [request('a')])
    const [row] = await rowsOf(db)
    const stranger = `${row?.access_key.slice(0, 39)}000000001${row?.access_key.slice(48)}`
    await works.sri.send(Buffer.from(`<claveAcceso>${stranger}</claveAcceso>`))
    await works.round(40, 600)
    expect(await rowsOf(db)).toMatchObject([
      { state: 'number-lost', answer_code: null, access_key: row?.access_key, sequence: 1 },
    ])
    expect(works.sri.sent).toHaveLength(2)
  })

  test('finds its own faults before the SRI does', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    await begin(db, [
      request('too much', draftOf(finalConsumer, [services.abroad, services.swift])),
      request('good', draftOf(finalConsumer)),
      request('tomorrow', draftOf(maria, [services.transfer], { day: '2026-11-21' as never })),
    ])
    await works.round(2)
    expect(await statesOf(db)).toEqual(['faulty', 'authorized', 'faulty'])
    const [first, , third] = await rowsOf(db)
    expect(first?.answer).toContain('50')
    expect(third).toMatchObject({ answer_code: 'document', refusals: 0 })
    expect(works.sri.sent).toHaveLength(1)
    // It was never sent, so that another day, and with it another key, harms nobody.
    expect(await correct(db, third?.id ?? 0, draftOf(), works.clock.now())).toBeNull()
    await works.round(2)
    expect(await statesOf(db)).toEqual(['faulty', 'authorized', 'authorized'])
    expect(works.sri.sent[1]?.key.slice(30, 39)).toBe('000000003')
  })

  test('sends nothing whose signature does not hold, and signs it anew when asked', async () => {
    const db = await open()
    await foundBank(db)
    const broken = openWorks(db, { secret: 'broken' })
    await begin(db, [request('a')])
    await broken.round(2)
    expect(await rowsOf(db)).toMatchObject([{ state: 'faulty', answer_code: 'signature' }])
    expect(broken.sri.sent).toEqual([])
    expect(await correct(db, await onlyId(db), null, broken.clock.now())).toBeNull()
    const works = openWorks(db)
    await works.round(3)
    expect(await statesOf(db)).toEqual(['authorized'])
  })

  test('a document returned for its date gets another day and key, and keeps its number', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    works.sri.judge = (document) => (document.includes('19/11/2026') ? { returned: '65' } : null)
    const before = draftOf(maria, [services.transfer], { day: '2026-11-19' as never })
    await begin(db, [request('a', before)])
    await works.round()
    const id = await onlyId(db)
    const [row] = await rowsOf(db)
    expect(row).toMatchObject({ state: 'returned', answer_code: '65' })
    expect(await correct(db, id, draftOf(), works.clock.now())).toBeNull()
    await works.round(2)
    const [after] = await rowsOf(db)
    expect(after).toMatchObject({ state: 'authorized', sequence: 1 })
    expect(after?.access_key.slice(0, 8)).toBe('20112026')
    const corrected = (await eventsOf(db, id)).find(({ what }) => what === 'corrected')
    expect(corrected?.text).toContain(row?.access_key)
  })
})

test('says nothing of the signature of a document that is not the one that was verified', () => {
  const bill = invoice({ day: ISSUE_DAY, series: '001-001', sequence: 1 }, maria, [
    services.transfer,
  ])
  const signed = Buffer.from(`${XML_DECLARATION}\n${writeDocument(bill)}`)
  const key = bill.content.infoTributaria?.claveAcceso ?? ''
  const authorization = {
    state: 'AUTORIZADO',
    number: key,
    authorizedAt: '2026-11-20T10:00:00-05:00',
    environment: 'PRUEBAS',
    document: signed.toString('utf8'),
    messages: [],
  }
  const verdict = {
    code: 'verified',
    fault: null,
    signerName: 'X',
    signerRuc: null,
    signedAt: null,
  }
  const told = (bytes: Buffer) => {
    const sha256 = crypto.createHash('sha256').update(bytes).digest('hex')
    const pack = (file: Uint8Array) => packDocument(file, null)
    return authorizedFile(key, { signed, known: { sha256, verdict } }, authorization, pack)
      .signature
  }
  expect(told(signed)).toEqual(verdict)
  expect(told(Buffer.concat([signed, Buffer.from(' ')]))).toBeNull()
})
