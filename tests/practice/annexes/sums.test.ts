import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { addUpForms } from '#src/practice/annexes/form-totals.ts'
import { summarizeWithheld } from '#src/practice/annexes/withholding-summary.ts'
import type { ReceiptFacts, WithheldFacts } from '#src/practice/facts/receipt-facts.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { factsInFiles, inBatches } from '../support/facts.ts'

const all = factsInFiles(demoReceipts('2026-11-20' as Day))
const withholding = all.find(({ kind }) => kind === 'withholding') as ReceiptFacts

function withheld(
  ...lines: [tax: 'renta' | 'iva', code: string, bp: number, base: number, sum: number][]
) {
  const support = { code: '01', number: '001-002-000000009', issuedOn: null }
  const document = withholding.document as NonNullable<ReceiptFacts['document']>
  return {
    ...withholding,
    document: {
      ...document,
      withheld: lines.map(([tax, rateCode, rateBp, base, sum]): WithheldFacts => {
        return { tax, rateCode, rateBp, baseCents: cents(base), amountCents: cents(sum), support }
      }),
    },
  }
}

it('adds withholdings up by month, code and percentage, and counts a receipt once a code', async () => {
  const { sums, leftOut } = await summarizeWithheld(
    inBatches([
      withheld(['renta', '312', 175, 10_000, 175], ['renta', '312', 175, 20_000, 350]),
      withheld(['renta', '312', 200, 10_000, 200], ['iva', '1', 3000, 1_500, 450]),
      { ...withheld(['renta', '312', 175, 10_000, 175]), status: 'annulled' },
    ]),
  )
  expect(
    sums.map(({ code, rateBp, receipts, base, amount }) => [code, rateBp, receipts, base, amount]),
  ).toEqual([
    ['1', 3000, 1, 1_500, 450],
    ['312', 175, 1, 30_000, 525],
    ['312', 200, 1, 10_000, 200],
  ])
  expect(sums[1]?.concept).toBe('Compra de bienes muebles corporales')
  expect(leftOut.sentences()).toHaveLength(1)
})

it('puts withheld IVA into 609 and into the box of its percentage, and says what is not confirmed', async () => {
  const { totals } = await addUpForms(
    inBatches([
      withheld(
        ['iva', '9', 1000, 1_000, 100],
        ['iva', '10', 2000, 1_000, 200],
        ['iva', '1', 3000, 1_000, 300],
        ['iva', '11', 5000, 1_000, 500],
        ['iva', '2', 7000, 1_000, 700],
        ['iva', '3', 10_000, 1_000, 1_000],
        ['renta', '312', 175, 10_000, 175],
        ['renta', '323B1', 200, 10_000, 200],
        ['iva', '77', 4200, 1_000, 420],
      ),
    ]),
  )
  const boxes = totals.map(({ form, box, amount, isConfirmed }) => [form, box, amount, isConfirmed])
  expect(boxes).toEqual([
    ['103', '312', 175, true],
    ['103', '323', 200, false],
    ['104', '609', 3_220, true],
    ['104', '721', 100, true],
    ['104', '723', 200, true],
    ['104', '725', 300, true],
    ['104', '727', 500, true],
    ['104', '729', 700, true],
    ['104', '731', 1_000, true],
    ['104', null, 420, false],
  ])
  expect(totals[1]?.note).toContain('No confirmado: el código 323B1')
})

it('adds purchases up by what they are to the IVA; a nota de crédito takes away', async () => {
  const bought = all.filter(({ kind }) => ['invoice', 'credit-note', 'debit-note'].includes(kind))
  const { totals, leftOut } = await addUpForms(inBatches(all))
  const purchases = totals.filter(({ concept }) => concept.startsWith('Compras'))
  const sum = purchases.reduce((so, { base, amount }) => so + base + amount, 0)
  const ice = bought
    .flatMap(({ document }) => document?.taxes ?? [])
    .filter(({ tax }) => tax !== 'iva')
    .reduce((so, { amountCents }) => so + amountCents, 0)
  const expected = bought.reduce(
    (so, { kind, totalCents }) => so + (totalCents ?? 0) * (kind === 'credit-note' ? -1 : 1),
    0,
  )
  expect(sum + ice).toBe(expected)
  expect(purchases.every(({ isConfirmed, box }) => !isConfirmed && box === null)).toBe(true)
  expect(leftOut.sentences().join()).toContain('(liquidaciones)')
})
