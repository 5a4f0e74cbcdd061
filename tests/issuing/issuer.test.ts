import { expect, test } from 'vitest'
import { transaction } from '#src/db/transaction.ts'
import { checkIssuer, isPlace } from '#src/issuing/issuer/issuer.ts'
import { issuerById, keepIssuer, keepPoint, pointsOf } from '#src/issuing/issuer/issuer-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { ceibo, foundBank, NOW } from './bank.ts'

const legends = { ...ceibo.legends, largeTaxpayer: 'NAC-GCFOIOC21-00000001-E' }

test('finds nothing wrong with the bank, and says of each field what would be', () => {
  expect(checkIssuer({ ...ceibo, legends })).toEqual([])
  const wrong = checkIssuer({
    ...ceibo,
    ruc: '0990000000002',
    name: ' ',
    tradeName: 'x'.repeat(301),
    address: 'Una\ndirección',
    legends: {
      ...legends,
      specialTaxpayer: '12',
      withholdingAgent: '01',
      largeTaxpayer: '',
      providerRuc: '17',
    },
  })
  expect(wrong.map(({ field }) => field)).toEqual([
    'ruc',
    'name',
    'tradeName',
    'address',
    'specialTaxpayer',
    'withholdingAgent',
    'largeTaxpayer',
    'providerRuc',
  ])
  for (const { message } of wrong) expect(message).toMatch(/^(El|La) .+\.$/)
})

test('knows a place by its three digits twice, none of them all zeros', () => {
  expect(isPlace({ establishment: '001', point: '950' })).toBe(true)
  for (const [establishment, point] of [
    ['1', '001'],
    ['000', '001'],
    ['001', '000'],
    ['001', '0A1'],
  ] as const) {
    expect(isPlace({ establishment, point })).toBe(false)
  }
})

eachDatabase((open) => {
  test('keeps an issuer once, as it was last described', async () => {
    const db = await open()
    const id = await foundBank(db)
    const changed = { ...ceibo, tradeName: null, legends }
    expect(await transaction(db, (tx) => keepIssuer(tx, changed, NOW))).toBe(id)
    expect(await issuerById(db, id)).toEqual({ id, ...changed })
  })

  test('has one default point, the last that was made it', async () => {
    const db = await open()
    const id = await foundBank(db)
    const point = { establishment: '002', point: '001', active: true, isDefault: true }
    await transaction(db, (tx) => keepPoint(tx, id, point))
    const defaults = (await pointsOf(db, id)).filter(({ isDefault }) => isDefault)
    expect(defaults).toEqual([{ ...point, address: 'Av. Amazonas 500, Quito' }])
  })
})
