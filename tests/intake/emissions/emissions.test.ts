import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { transaction } from '#src/db/transaction.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import { checkDigitHolds } from '#src/sri/access-key.ts'
import { kindFacts } from '#src/sri/kinds.ts'
import type { Day } from '#src/values/day.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague } from '../../identity/staff/support.ts'
import { ceibo, foundBank, NOW } from '../../issuing/bank.ts'
import { BILL, exampleEmissions } from './examples.ts'

/** What is given back of the invoice 001-002-000000001, before its 15 % of IVA. */
function note(reference: string, price: string, changes: object = {}) {
  return {
    tipo: 'nota-credito',
    referencia: reference,
    fecha_emision: '2026-11-20',
    tipo_identificacion: '05',
    identificacion: maria.id,
    razon_social: maria.name,
    tipo_modificado: '01',
    numero_modificado: '001-002-000000001',
    fecha_modificado: '2026-11-16',
    motivo: 'Cobro repetido',
    lineas: [
      { descripcion: 'Transferencia', cantidad: '1', precio_unitario: price, codigo_iva: '4' },
    ],
    ...changes,
  }
}

/** The bank charged María 56.00 and its IVA, 64.40. */
async function chargedBank(db?: TestPortal['db']) {
  const bank = await openBank(db)
  await foundBank(bank.portal.db, { environment: 'production' })
  await register(bank.portal.db, maria)
  const bill = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
  const service = { code: 'SW', description: 'Transferencia', cents: 5_600 }
  await load(bank.portal.db, [invoice(bill, maria, [service])])
  return bank
}

async function openBank(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const page = await ana.post('/interno/claves', {
    nombre: 'Sistema de comisiones',
    permiso: 'issue',
    dias: '30',
  })
  const key = /<code class="clave">([^<]+)</.exec(page.body)?.[1] ?? ''
  const call = (method: 'GET' | 'POST', url: string, payload?: object, bearer = key) =>
    portal.app.inject({
      method,
      url: `/api/v1/emisiones${url}`,
      headers: { host: '127.0.0.1:3000', authorization: `Bearer ${bearer}` },
      ...(payload ? { payload } : {}),
    })
  return { portal, call }
}

eachDatabase((open) => {
  it('numbers what a program asks for, once, and says how it goes', async () => {
    const { portal, call } = await openBank(await open())
    await foundBank(portal.db)
    const first = await call('POST', '', BILL)
    expect(first.statusCode).toBe(201)
    const { clave, numero, estado, mensaje } = first.json()
    expect([numero, estado]).toEqual(['001-001-000000001', 'por-firmar'])
    expect(mensaje).toContain('Espera el certificado de firma de su emisor')
    expect(checkDigitHolds(clave)).toBe(true)
    const again = await call('POST', '', BILL)
    expect([again.statusCode, again.json()]).toEqual([200, first.json()])
    const asked = await call('GET', `/${clave}`)
    expect([asked.statusCode, asked.json()]).toEqual([200, first.json()])
    expect(first.headers['location']).toBe(`/api/v1/emisiones/${clave}`)
  })

  it('issues for the issuer that is named, and asks for one where there are two', async () => {
    const { portal, call } = await openBank(await open())
    await foundBank(portal.db)
    const first = await call('POST', '', BILL)
    const sauce = '1790012346001'
    await foundBank(portal.db, { ruc: sauce })
    // What was asked before stands, though it names nobody.
    expect((await call('POST', '', BILL)).json()).toEqual(first.json())
    const named = (emisor: string) => call('POST', '', { ...BILL, emisor })
    expect((await named(ceibo.ruc)).json()).toEqual(first.json())
    expect((await named(sauce)).statusCode).toBe(409)
    await portal.db
      .updateTable('issuance')
      .set({ state: 'received', next_step: null, next_at: null, spent_at: NOW.toISOString() })
      .execute()
    const { estado, mensaje } = (await named(ceibo.ruc)).json()
    expect([estado, mensaje]).toEqual(['sin-intentos', expect.stringContaining('Se agotaron')])
    const next = { ...BILL, referencia: 'COM-2026-11-000002' }
    const nobody = await call('POST', '', next)
    expect([nobody.statusCode, nobody.json().errores]).toEqual([
      422,
      [
        {
          ...{ linea: null, campo: 'emisor', valor: '', codigo: 'issuer-missing' },
          mensaje: expect.stringContaining(`por cuál. Escribe su RUC: ${ceibo.ruc}`),
        },
      ],
    ])
    const unknown = await call('POST', '', { ...next, emisor: '0999999999001' })
    expect(unknown.json().errores).toMatchObject([
      { campo: 'emisor', valor: '0999999999001', codigo: 'issuer-unknown' },
    ])
    for (const [emisor, numero] of [
      [sauce, '001-001-000000001'],
      [ceibo.ruc, '001-001-000000002'],
    ]) {
      const payload = { ...next, referencia: `${emisor}-1`, emisor }
      const begun = await call('POST', '', payload)
      expect([begun.statusCode, begun.json().numero]).toEqual([201, numero])
      expect(begun.json().clave.slice(10, 23)).toBe(emisor)
      expect((await call('POST', '', payload)).json()).toEqual(begun.json())
    }
  })

  it('gives one number to the same receipt asked for ten times at once', async () => {
    const { portal, call } = await openBank(await open())
    await foundBank(portal.db)
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST', '', BILL)))
    expect(new Set(answers.map((answer) => answer.json().clave)).size).toBe(1)
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1)
    expect(await portal.db.selectFrom('issuance').selectAll().execute()).toHaveLength(1)
  })

  it('refuses another receipt under a reference that is taken', async () => {
    const { portal, call } = await openBank(await open())
    await foundBank(portal.db)
    await call('POST', '', BILL)
    const other = await call('POST', '', { ...BILL, fecha_emision: '2026-11-19' })
    expect(other.statusCode).toBe(409)
    expect(other.json().title).toBe('Esa referencia ya es de otro comprobante')
    expect(await portal.db.selectFrom('issuance').selectAll().execute()).toHaveLength(1)
  })

  it('gives no more back than is left of an invoice, whomever the notes are to', async () => {
    const { portal, call } = await chargedBank(await open())
    expect((await call('POST', '', note('REV-1', '50.00'))).statusCode).toBe(201)
    const toPedro = { identificacion: pedro.id, razon_social: pedro.name }
    for (const changes of [{}, toPedro]) {
      const more = await call('POST', '', note('REV-2', '6.01', changes))
      expect([more.statusCode, more.json().title]).toEqual([
        409,
        'Esa factura no se puede devolver así',
      ])
      for (const said of ['001-002-000000001', '$6,90', '$6,91']) {
        expect(more.json().detail).toContain(said)
      }
    }
    expect((await call('POST', '', note('REV-2', '6.00', toPedro))).statusCode).toBe(201)
    // The same again is the same; an invoice of which nothing is known is the program's affair.
    expect((await call('POST', '', note('REV-1', '50.00'))).statusCode).toBe(200)
    const elsewhere = { numero_modificado: '009-001-000000077' }
    expect((await call('POST', '', note('REV-3', '900.00', elsewhere))).statusCode).toBe(201)
    const rows = portal.db.selectFrom('issuance').select('credited_number').orderBy('id')
    expect((await rows.execute()).map((row) => row.credited_number)).toEqual([
      '001-002-000000001',
      '001-002-000000001',
      '009-001-000000077',
    ])
  })

  it('begins a series behind the receipts of it that another system issued', async () => {
    const { portal, call } = await chargedBank(await open())
    const place = { establecimiento: '001', punto_emision: '002' }
    const numbers = []
    for (const [referencia, at] of [
      ['COM-1', place],
      ['COM-2', place],
      ['COM-3', {}],
    ] as const) {
      numbers.push((await call('POST', '', { ...BILL, ...at, referencia })).json().numero)
    }
    const first = (await call('POST', '', note('REV-1', '1.00', place))).json().numero
    expect([...numbers, first]).toEqual([
      '001-002-000000002',
      '001-002-000000003',
      '001-001-000000001',
      '001-002-000000001',
    ])
    // The other system went on: what it used is passed over, one number after another.
    for (const sequence of [4, 6]) {
      const bill = { day: '2026-11-17' as Day, series: '001-002', sequence }
      await load(portal.db, [invoice(bill, maria, [{ code: 'S', description: 'X', cents: 100 }])])
    }
    for (const [referencia, numero] of [
      ['COM-4', '001-002-000000005'],
      ['COM-5', '001-002-000000007'],
    ]) {
      expect((await call('POST', '', { ...BILL, ...place, referencia })).json().numero).toBe(numero)
    }
    const { browser: ana } = await colleague(portal, 'eva', 'administrator')
    const { ruc } = await portal.db.selectFrom('issuer').select('ruc').executeTakeFirstOrThrow()
    const page = (await ana.get(`/interno/emisor/${ruc}/puntos/001-002`)).body
    expect([page.includes('000000008'), page.includes('Sin empezar')]).toEqual([true, true])
  })

  it('gives nothing back of an invoice that was annulled', async () => {
    const { portal, call } = await chargedBank(await open())
    const { id } = await portal.db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
    await transaction(portal.db, (tx) => annulReceipt(tx, id, portal.clock.now()))
    const refused = await call('POST', '', note('REV-1', '1.00'))
    expect([refused.statusCode, refused.json().title]).toEqual([
      409,
      'Esa factura no se puede devolver así',
    ])
    expect(refused.json().detail).toContain('La factura 001-002-000000001 está anulada')
    expect(await portal.db.selectFrom('issuance').select('id').execute()).toEqual([])
  })

  it('finds what lost its number under the number that it got, by its key and its reference', async () => {
    const { portal, call } = await chargedBank(await open())
    const { browser: diego } = await colleague(portal, 'diego', 'loader')
    const asked = note('REV-1', '56.00')
    const first = (await call('POST', '', asked)).json()
    expect(first.reemplaza).toEqual([])
    const decide = async (clave: string, decision: string) => {
      await portal.db
        .updateTable('issuance')
        .set({ state: 'number-lost', next_step: null, next_at: null })
        .where('access_key', '=', clave)
        .execute()
      const page = await diego.get(`/interno/envios/clave/${clave}`)
      const href = String(page.headers.location)
      expect((await diego.get(href)).body).toContain('por devolver de la factura 001-002-000000001')
      const motivo = 'El número es del sistema anterior'
      const decided = await diego.post(`${href}/decision`, { decision, motivo })
      expect(decided.statusCode).toBe(303)
      return (await diego.get(String(decided.headers.location))).body
    }
    // Twice: each time the note gives back what it gave back before, and not once more.
    await decide(first.clave, 'otro-numero')
    const second = (await call('GET', `/${first.clave}`)).json()
    expect(second).toMatchObject({ numero: '001-001-000000002', reemplaza: [first.clave] })
    await decide(second.clave, 'otro-numero')
    const third = (await call('GET', `/${first.clave}`)).json()
    expect(third).toMatchObject({
      numero: '001-001-000000003',
      estado: 'por-firmar',
      reemplaza: [first.clave, second.clave],
    })
    for (const key of [second.clave, third.clave]) {
      expect((await call('GET', `/${key}`)).json()).toEqual(third)
    }
    const again = await call('POST', '', asked)
    expect([again.statusCode, again.json()]).toEqual([200, third])
    expect(again.headers['location']).toBe(`/api/v1/emisiones/${third.clave}`)
    expect((await call('POST', '', note('REV-2', '1.00'))).statusCode).toBe(409)
    // Closed for good it gives nothing back, and keeps its reference.
    const told = await decide(third.clave, 'cerrar')
    expect(told).toContain('queda otra vez por devolver')
    const closed = await call('POST', '', asked)
    expect([closed.statusCode, closed.json().estado]).toEqual([200, 'cerrado'])
    expect((await call('POST', '', note('REV-2', '56.00'))).statusCode).toBe(201)
  })

  it('lets one of two programs at once give back what is left', async () => {
    const { call } = await chargedBank(await open())
    const answers = await Promise.all(
      ['REV-1', 'REV-2', 'REV-3'].map((reference) => call('POST', '', note(reference, '28.01'))),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
  })
})

it('holds a credit note against the invoice of its own issuer, and not of another with its number', async () => {
  const { portal, call } = await chargedBank()
  const sauce = '1790012346001'
  await foundBank(portal.db, { ruc: sauce, environment: 'production' })
  const more = [sauce, ceibo.ruc].map((emisor) => note(`REV-${emisor}`, '100.00', { emisor }))
  const [other, own] = [await call('POST', '', more[0]), await call('POST', '', more[1])]
  expect(other.statusCode).toBe(201)
  expect([own.statusCode, own.json().detail]).toEqual([409, expect.stringContaining('$64,40')])
})

it('says so while nobody is registered who issues', async () => {
  const { call } = await openBank()
  expect((await call('POST', '', BILL)).json().detail).toContain('Falta el emisor')
})

it('never issues a charge of the bank to a final consumer', async () => {
  const { portal, call } = await openBank()
  await foundBank(portal.db)
  const nobody = {
    ...BILL,
    tipo_identificacion: '07',
    identificacion: '9999999999999',
    razon_social: 'CONSUMIDOR FINAL',
  }
  const refused = await call('POST', '', { ...nobody, cobro_banco: 'SI' })
  expect(refused.statusCode).toBe(422)
  expect(refused.json().errores).toMatchObject([{ campo: 'identificacion', codigo: 'fee-unnamed' }])
  expect((await call('POST', '', { ...BILL, cobro_banco: 'SI' })).statusCode).toBe(201)
  const other = { ...nobody, referencia: 'COM-2026-11-000002' }
  expect((await call('POST', '', other)).statusCode).toBe(201)
  const rows = portal.db.selectFrom('issuance').select('is_fee').orderBy('id')
  expect(await rows.execute()).toEqual([{ is_fee: 1 }, { is_fee: 0 }])
})

it('tells everything that is wrong, and issues nothing', async () => {
  const { portal, call } = await openBank()
  const unable = await call('POST', '', BILL)
  expect([unable.statusCode, unable.json().detail]).toEqual([
    409,
    expect.stringContaining('emisor'),
  ])
  await foundBank(portal.db)
  const wrong = await call('POST', '', { ...BILL, identificacion: '1', fecha_emision: 'ayer' })
  expect(wrong.statusCode).toBe(422)
  expect(wrong.headers['content-type']).toMatch(/^application\/problem\+json/)
  const fields = wrong.json().errores.map(({ campo }: { campo: string }) => campo)
  expect(fields.sort()).toEqual(['fecha_emision', 'identificacion'])
  const shape = await call('POST', '', { ...BILL, lineas: [{ cantidad: 1 }] })
  expect([shape.statusCode, shape.json().campos]).toEqual([400, expect.any(Array)])
  const unknown = await call('POST', '', { ...BILL, sobra: 'x' })
  expect(unknown.statusCode).toBe(400)
  expect(await portal.db.selectFrom('issuance').selectAll().execute()).toEqual([])
})

it('is for programs with a key, and shows nobody what no program asked for', async () => {
  const { call } = await openBank()
  expect((await call('POST', '', BILL, 'portal_nada')).statusCode).toBe(401)
  expect((await call('GET', `/${'1'.repeat(49)}`)).statusCode).toBe(404)
  expect((await call('GET', '/1')).statusCode).toBe(404)
})

it('is described with every kind that it takes, and numbers one of each', async () => {
  const { portal, call } = await openBank()
  const headers = { host: '127.0.0.1:3000' }
  const answer = await portal.app.inject({ url: '/api/v1/openapi.json', headers })
  const { post } = answer.json().paths['/api/v1/emisiones']
  const kinds = post.requestBody.content['application/json'].schema.anyOf
  expect(kinds.map(({ title }: { title: string }) => title)).toEqual([
    'Factura',
    'Liquidación de compra',
    'Nota de crédito',
    'Nota de débito',
    'Guía de remisión',
    'Comprobante de retención',
  ])
  await foundBank(portal.db)
  for (const { kind, emission } of exampleEmissions) {
    const begun = await call('POST', '', emission)
    expect([kind, begun.statusCode, begun.json()]).toMatchObject([
      ...[kind, 201],
      { numero: expect.stringMatching(/-000000001$/), estado: 'por-firmar' },
    ])
    expect(begun.json().clave.slice(8, 10)).toBe(kindFacts(kind).code)
  }
  const begun = await portal.db.selectFrom('issuance').select('kind').orderBy('id').execute()
  expect(begun).toEqual(exampleEmissions.map(({ kind }) => ({ kind })))
})
