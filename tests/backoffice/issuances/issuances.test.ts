import crypto from 'node:crypto'
import { expect, test } from 'vitest'
import { pedro } from '#fixtures/people.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { SENDS_MAX } from '#src/issuing/states/decide.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { begin, ceibo, KEYS, request } from '#tests/issuing/bank.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { fieldsOf, issueOne, issuingBank, rowOf } from './support.ts'

const NAME = 'c-infoFactura-razonSocialComprador'

async function auditOf(db: Db, subject: string) {
  const rows = await db
    .selectFrom('audit')
    .select(['action', 'detail'])
    .where('subject', '=', subject)
    .orderBy('id')
    .execute()
  return rows.map(({ action, detail }) => ({ action, ...JSON.parse(detail) }))
}

eachDatabase((open) => {
  test('lists what is on its way by state, kind and place, with what comes next', async () => {
    const bank = await issuingBank(await open())
    const { diego, sri, db } = bank
    sri.judge = () => ({ returned: '35' })
    await issueOne(bank, 'bad', 1)
    sri.judge = () => null
    sri.looks = 9
    await issueOne(bank, 'slow', 2)
    await begin(db, [
      request(
        'far',
        draftOf(pedro, undefined, { series: { establishment: '002', issuePoint: '001' } }),
      ),
    ])
    const { body: all } = await diego.get('/interno/envios')
    for (const words of ['001-001-000000001', '001-001-000000002', '002-001-000000001']) {
      expect(all).toContain(words)
    }
    expect(all).toContain('Corrígelo; conserva su clave y su número.')
    expect(all).toContain('<strong>35</strong>')
    expect(all).toMatch(/Todos <span class="tenue">3<\/span>/)
    expect(all).toMatch(/Esperan a alguien <span class="tenue">1<\/span>/)
    expect(all).toMatch(/en \d+ s/)
    const { body: returned } = await diego.get('/interno/envios?estado=devuelto')
    expect(returned).toContain('001-001-000000001')
    expect(returned).not.toContain('001-001-000000002')
    const { body: place } = await diego.get('/interno/envios?establecimiento=002')
    expect(place).toContain('002-001-000000001')
    expect(place).not.toContain('001-001-000000001')
    const { body: none } = await diego.get('/interno/envios?tipo=retencion')
    expect(none).toContain('Ninguno está en este caso')
    const lost = await diego.get('/interno/envios?lote=2020-01-0001')
    expect(lost.statusCode).toBe(422)
    const { body: part } = await diego.get('/interno/envios', {
      'hx-request-type': 'partial',
      'hx-request': 'true',
    })
    expect(part).not.toContain('<nav class="lateral"')
    const { body: csv } = await diego.post('/interno/envios/numeros.csv')
    expect(csv.trim().split('\n')).toHaveLength(4)
    expect(await auditOf(db, 'issuances')).toMatchObject([{ action: 'numbers.exported' }])
  })

  test('waits for a person once the tries of a key are used up, and goes on when one says so', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, lucia, sri, works } = bank
    // What never arrives is no try of the key.
    sri.faults = () => ({ kind: 'unreachable' })
    const id = await issueOne(bank, 'one', 2)
    expect(await rowOf(db, id)).toMatchObject({ state: 'ready', sends: 0 })
    sri.faults = () => null
    sri.judge = () => ({ returned: '50' })
    works.clock.advance({ hours: 24 })
    await works.round(SENDS_MAX + 5, 2_200)
    expect(sri.sent).toHaveLength(SENDS_MAX)
    const { body: list } = await diego.get('/interno/envios?estado=sin-intentos')
    expect(list).toContain('001-001-000000001')
    expect(list).toContain('Se agotaron los intentos con esta clave')
    expect(list).toContain('El SRI tuvo un error propio.')
    expect(list).not.toContain('se envía otra vez')
    const { body: csv } = await diego.post('/interno/envios/numeros.csv')
    expect(csv).toContain('Sin más intentos')
    expect(csv).toContain(ceibo.ruc)
    expect((await diego.get('/interno/envios?emisor=0999999999001')).body).toContain(
      'Ninguno está en este caso',
    )
    for (const group of ['Todos', 'Esperan a alguien', 'Sin más intentos']) {
      expect(list).toContain(`${group} <span class="tenue">1</span>`)
    }
    expect((await diego.get('/interno')).body).toContain('se quedó sin más intentos en el SRI')
    const address = `/interno/envios/${id}`
    const { body: page } = await diego.get(address)
    expect(page).toContain('20 de 20')
    expect(page).toContain('Con esta clave van 20 envíos y 0 preguntas.')
    expect((await lucia.get(address)).body).not.toContain('Seguir intentando')
    sri.judge = () => null
    expect((await diego.post(`${address}/intentos`)).headers.location).toBe(address)
    await works.round(3)
    expect((await rowOf(db, id)).state).toBe('authorized')
    expect(new Set(sri.sent.map(({ document }) => document)).size).toBe(1)
    expect((await auditOf(db, `issuance:${id}`)).map(({ action }) => action)).toEqual([
      'issuance.resumed',
    ])
    await diego.post(`${address}/intentos`)
    expect((await diego.get(address)).body).toContain('ya no espera más intentos')
  })

  test('goes on page by page, by key, through more than one page', async () => {
    const bank = await issuingBank(await open())
    const { db, diego } = bank
    await begin(
      db,
      Array.from({ length: 60 }, (_, at) => request(`n${at}`)),
    )
    const { body } = await diego.get('/interno/envios')
    const next = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(body).toContain('001-001-000000050')
    expect(body).not.toContain('001-001-000000051')
    const { body: second } = await diego.get(next)
    expect(second).toContain('001-001-000000051')
    expect(second).toContain('001-001-000000060')
    expect(second).not.toContain('rel="next"')
    const { body: narrowed } = await diego.get('/interno/envios?estado=por-firmar&tipo=factura')
    expect(narrowed).toContain('001-001-000000050')
  })

  test('corrects what the SRI returned: key and number kept, told in the story and in the chain', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, works } = bank
    sri.judge = (document) => (document.includes('PERFECTA') ? null : { returned: '35' })
    const id = await issueOne(bank)
    const before = await rowOf(db, id)
    expect(before.state).toBe('returned')
    const address = `/interno/envios/${id}/correccion`
    const { body } = await diego.get(address)
    const fields = fieldsOf(body)
    expect(fields[NAME]).toMatch(/PAREDES/)
    const unchanged = await diego.post(address, fields)
    expect(unchanged.statusCode).toBe(422)
    expect(unchanged.body).toContain('Nada cambió')
    const wrong = await diego.post(address, { ...fields, [NAME]: 'X'.repeat(301) })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('demasiado largo')
    expect(wrong.body).toContain('X'.repeat(301))
    expect((await rowOf(db, id)).edition).toBe(1)
    const done = await diego.post(address, { ...fields, [NAME]: 'PAREDES PERFECTA' })
    expect(done.headers.location).toBe(`/interno/envios/${id}`)
    await works.round(3)
    const after = await rowOf(db, id)
    expect(after).toMatchObject({ state: 'authorized', access_key: before.access_key, edition: 2 })
    const { body: page } = await diego.get(`/interno/envios/${id}`)
    expect(page).toContain('Corregido por una persona')
    expect(page).toContain('«PAREDES PERFECTA»')
    const [entry] = await auditOf(db, `issuance:${id}`)
    expect(entry).toMatchObject({
      action: 'issuance.corrected',
      fields: 'infoFactura.razonSocialComprador',
      edition: 2,
    })
    expect(entry.before).not.toBe(entry.after)
    const { body: story } = await diego.get(`/interno/comprobantes/${before.access_key}`)
    expect(story).toContain('Corregido por una persona')
    expect(await verifyChain(db, KEYS.audit)).toMatchObject({ ok: true })
  })

  test('tells the second of two who correct at once, and sends nothing again that is on its way', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, works, portal } = bank
    sri.judge = () => ({ returned: '52' })
    const id = await issueOne(bank)
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const address = `/interno/envios/${id}/correccion`
    const fields = fieldsOf((await ana.get(address)).body)
    await diego.post(address, { ...fields, [NAME]: 'UNA' })
    const moving = await ana.post(address, { ...fields, [NAME]: 'OTRA' })
    expect(moving.statusCode).toBe(303)
    expect((await ana.get(String(moving.headers.location))).body).toContain('Mientras tanto cambió')
    works.clock.advance({ seconds: 10 })
    await works.round(2)
    expect((await rowOf(db, id)).state).toBe('returned')
    const late = await ana.post(address, { ...fields, [NAME]: 'OTRA' })
    expect(late.statusCode).toBe(422)
    expect(late.body).toContain('Mientras tanto cambió')
    expect(late.body).toContain('value="OTRA"')
    expect(JSON.parse((await rowOf(db, id)).draft).document.content.infoFactura).toMatchObject({
      razonSocialComprador: 'UNA',
    })
    await diego.post(`/interno/envios/${id}/reenvio`, { edicion: '1' })
    expect((await rowOf(db, id)).state).toBe('returned')
  })

  test('sends again what was mended elsewhere', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, works } = bank
    sri.judge = () => ({ returned: '2' })
    const id = await issueOne(bank)
    sri.judge = () => null
    const { body } = await diego.get(`/interno/envios/${id}`)
    expect(body).toContain('Arréglalo en el portal del SRI')
    await diego.post(`/interno/envios/${id}/reenvio`, { edicion: '1' })
    await works.round(3)
    expect((await rowOf(db, id)).state).toBe('authorized')
    expect(await auditOf(db, `issuance:${id}`)).toMatchObject([{ action: 'issuance.repeated' }])
  })

  test('gives what lost its number another one, and keeps the lost one explained', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, works } = bank
    const [first, second] = [await issueOne(bank, 'a', 0), await issueOne(bank, 'b', 0)]
    await db
      .updateTable('issuance')
      .set({ state: 'number-lost', next_step: null, next_at: null })
      .where('id', 'in', [first, second])
      .execute()
    const short = await diego.post(`/interno/envios/${first}/decision`, { motivo: 'no' })
    expect(short.statusCode).toBe(422)
    expect(short.body).toContain('Escribe por qué')
    const reason = 'Lo tiene la factura del sistema anterior'
    const done = await diego.post(`/interno/envios/${first}/decision`, {
      decision: 'otro-numero',
      motivo: reason,
    })
    const id = Number(String(done.headers.location).split('/').at(-1))
    await works.round(3)
    expect(await rowOf(db, id)).toMatchObject({ state: 'authorized', sequence: 3, lot_id: null })
    const twice = await diego.post(`/interno/envios/${first}/decision`, { motivo: reason })
    expect(twice.statusCode).toBe(422)
    await diego.post(`/interno/envios/${second}/decision`, { decision: 'cerrar', motivo: reason })
    const { body: left } = await diego.get('/interno/envios')
    expect(left).toContain('Nada espera')
    const { body: closed } = await diego.get('/interno/envios?estado=cerrado')
    expect(closed).toContain('001-001-000000001')
    const { body: csv } = await diego.post('/interno/envios/numeros.csv')
    expect(csv).toContain(reason)
    expect(csv.trim().split('\n')).toHaveLength(3)
    expect(sri.sent.map(({ key }) => key.slice(30, 39))).toEqual(['000000003'])
    expect((await auditOf(db, `issuance:${first}`))[0]).toMatchObject({
      action: 'issuance.reissued',
      sha256: crypto.createHash('sha256').update(reason).digest('hex'),
    })
  })

  test('closes for good what shall never be issued, once, and says why of its number', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, lucia, works } = bank
    sri.judge = () => ({ returned: '35' })
    const id = await issueOne(bank)
    const address = `/interno/envios/${id}/cierre`
    const motivo = 'El cliente anuló la compra antes de facturar'
    expect((await lucia.post(address, { edicion: '1', motivo })).statusCode).toBe(403)
    const short = await diego.post(address, { edicion: '1', motivo: 'no' })
    expect([short.statusCode, short.body]).toEqual([
      422,
      expect.stringContaining('Escribe por qué'),
    ])
    await diego.post(address, { edicion: '9', motivo })
    expect((await rowOf(db, id)).closed_at).toBeNull()
    expect((await diego.post(address, { edicion: '1', motivo })).statusCode).toBe(303)
    const closed = await rowOf(db, id)
    await diego.post(address, { edicion: '1', motivo })
    await diego.post(`/interno/envios/${id}/reenvio`, { edicion: '1' })
    await diego.post(`/interno/envios/${id}/correccion`, { edicion: '1', [NAME]: 'PAREDES JUAN' })
    expect((await diego.get(`/interno/envios/${id}/correccion`)).statusCode).toBe(404)
    await works.round(2)
    expect(await rowOf(db, id)).toEqual(closed)
    expect((await diego.get('/interno/envios')).body).toContain('Nada espera')
    expect((await diego.post('/interno/envios/numeros.csv')).body).toContain(motivo)
    expect((await auditOf(db, `issuance:${id}`)).map(({ action }) => action)).toEqual([
      'issuance.closed',
    ])
  })

  test('takes the document that the SRI has under our key only when two people say so', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, lucia, sri } = bank
    sri.tamper = (document) => document.replace('PAREDES', 'PAREDEZ')
    const id = await issueOne(bank, 'one', 3)
    expect((await rowOf(db, id)).state).toBe('different')
    expect(await db.selectFrom('receipt').select('id').execute()).toEqual([])
    const address = `/interno/envios/${id}/comparacion`
    const { body } = await diego.get(address)
    expect(body).toContain('PAREDEZ')
    const sha256 = /name="sha256" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? ''
    expect((await diego.post(address, { sha256, motivo: '' })).statusCode).toBe(422)
    const stale = await diego.post(address, { sha256: '0'.repeat(64), motivo: 'Vale el del SRI' })
    expect(stale.body).toContain('otro documento que el que viste')
    await diego.post(address, { sha256, motivo: 'El SRI lo corrigió a pedido' })
    const { body: approvals } = await lucia.get('/interno/aprobaciones')
    expect(approvals).toContain('PAREDEZ')
    const proposal = /aprobaciones\/(\d+)\/aprobacion"/.exec(approvals)?.[1]
    await diego.post(`/interno/aprobaciones/${proposal}/aprobacion`)
    expect((await rowOf(db, id)).state).toBe('different')
    await lucia.post(`/interno/aprobaciones/${proposal}/aprobacion`)
    const row = await rowOf(db, id)
    expect(row.state).toBe('authorized')
    const file = (await findDocument(db, row.receipt_id ?? 0))?.toString('utf8')
    expect(file).toContain('PAREDEZ')
    expect(await verifyChain(db, KEYS.audit)).toMatchObject({ ok: true })
  })

  test('keeps the evidence of an outage: list, page, file with its fingerprint in the chain', async () => {
    const bank = await issuingBank(await open())
    const { db, diego, sri, works } = bank
    expect((await diego.get('/interno/envios/caidas')).body).toContain('El SRI siempre respondió')
    sri.faults = () => ({ kind: 'unreachable' })
    for (const source of ['a', 'b', 'c', 'd']) await issueOne(bank, source, 1)
    works.clock.advance({ minutes: 5 })
    await works.round(2, 300)
    const { body: list } = await diego.get('/interno/envios')
    expect(list).toContain('La recepción del SRI no responde desde')
    expect((await diego.get('/interno/envios/caidas')).body).toContain('Sigue')
    sri.faults = () => null
    works.clock.advance({ minutes: 30 })
    await works.round(2, 600)
    const { body } = await diego.get('/interno/envios/caidas/1')
    const sha256 = /SHA-256 del informe<\/dt><dd class="clave">([0-9a-f]{64})/.exec(body)?.[1]
    expect(body).toMatch(/\/interno\/envios\/clave\/\d{49}/)
    const { body: csv } = await diego.post('/interno/envios/caidas/1/informe.csv')
    expect(csv).toContain(String(sha256))
    expect(csv).toContain('recepcion')
    expect(await auditOf(db, 'outage:1')).toEqual([{ action: 'outage.exported', sha256 }])
  })
})
