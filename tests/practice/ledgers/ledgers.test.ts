import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { LeftOut } from '#src/practice/annexes/left-out.ts'
import { factsOf } from '#src/practice/facts/read-facts.ts'
import type { ReceiptFacts } from '#src/practice/facts/receipt-facts.ts'
import { journal } from '#src/practice/ledgers/journal.ts'
import { type Ledger, writeLedger } from '#src/practice/ledgers/ledger.ts'
import { vendorBills } from '#src/practice/ledgers/vendor-bills.ts'
import { withholdingLedger } from '#src/practice/ledgers/withholding-ledger.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { arbitraryDocument, kindsAndVersions } from '../../sri/support/arbitrary-document.ts'
import { believable, factsInFiles, inBatches, textOf } from '../support/facts.ts'

const all = factsInFiles(demoReceipts('2026-11-20' as Day))
const ofKind = (kind: ReceiptFacts['kind']) => all.find((one) => one.kind === kind) as ReceiptFacts

async function written<Row>(ledger: Ledger<Row>, facts: readonly ReceiptFacts[]) {
  const leftOut = new LeftOut()
  const text = await textOf(writeLedger(ledger, inBatches(facts), leftOut))
  return { lines: text.split(/\r?\n/).slice(0, -1), leftOut: leftOut.sentences() }
}

describe('a journal', () => {
  const any = fc.constantFrom(...kindsAndVersions).chain(([kind, version]) =>
    fc
      .record({
        document: arbitraryDocument(kind, version),
        total: fc.integer({ min: 0, max: 1_000_000 }),
      })
      .map(({ document, total }): ReceiptFacts => {
        const made = { ...ofKind('invoice'), kind, document: factsOf(document) }
        return believable({ ...made, totalCents: cents(total) })
      }),
  )

  it('is balanced for every receipt, and never below zero', () => {
    fc.assert(
      fc.property(any, (facts) => {
        const rows = journal.rowsOf(facts)
        const debit = rows.reduce((so, row) => so + row.debit, 0)
        expect(debit).toBe(rows.reduce((so, row) => so + row.credit, 0))
        for (const row of rows) {
          expect(Math.min(row.debit, row.credit)).toBe(0)
          expect(Math.max(row.debit, row.credit)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('owes what the factura says, in columns that a program reads', async () => {
    const one = ofKind('invoice')
    const { lines } = await written(journal, [one])
    expect(lines[0]).toBe(
      '"fecha","diario","referencia","cuenta","identificacion","tercero","descripcion","debe","haber","clave_acceso","empresa"',
    )
    const total = ((one.totalCents ?? 0) / 100).toFixed(2)
    expect(lines.at(-1)).toContain(`"CUENTAS_POR_PAGAR","${one.issuerRuc}"`)
    expect(lines.at(-1)).toContain(`"Total",0.00,${total},"${one.accessKey}"`)
  })

  it('turns around for a nota de crédito, and has no place for a guía', async () => {
    const note = ofKind('credit-note')
    const rows = journal.rowsOf(note)
    expect(rows.at(-1)).toMatchObject({ account: 'CUENTAS_POR_PAGAR', debit: note.totalCents })
    const { lines, leftOut } = await written(journal, [ofKind('delivery-note')])
    expect(lines).toHaveLength(1)
    expect(leftOut.join()).toContain('No incluye 1 comprobante sin lugar en este formato')
  })
})

describe('bills of a vendor', () => {
  it('have their heading in the first line, and a line for each thing bought', async () => {
    const one = all.find(
      ({ kind, document }) => kind === 'invoice' && (document?.lines.length ?? 0) > 1,
    ) as ReceiptFacts
    const { lines } = await written(vendorBills, [one])
    expect(lines).toHaveLength(1 + (one.document?.lines.length ?? 0))
    expect(lines[1]).toMatch(
      new RegExp(`^"in_invoice","${one.issuerRuc}",.*"${one.number}","${one.issuedOn}","01",`),
    )
    expect(lines[1]).toContain('"IVA 15"')
    expect(lines[2]?.startsWith(',,,,,,,,,')).toBe(true)
  })

  it('takes a nota de crédito as a refund of the factura it names', async () => {
    const note = ofKind('credit-note')
    const { lines } = await written(vendorBills, [note])
    expect(lines[1]).toContain('"in_refund"')
    expect(lines[1]).toContain(`"${note.document?.modified?.number}"`)
  })

  it('computes nothing that somebody else wrote', async () => {
    const one = ofKind('invoice')
    const { lines } = await written(vendorBills, [{ ...one, issuerName: '=1+1' }])
    expect(lines[1]).toContain(`"'=1+1"`)
  })
})

it('withholdings received name the sale in fifteen digits, with a decimal comma', async () => {
  const one = ofKind('withholding')
  const { lines } = await written(withholdingLedger, [one])
  const [line] = one.document?.withheld ?? []
  expect(lines[1]).toContain(`"${line?.support.number?.replaceAll('-', '')}"`)
  expect(lines[1]).toContain(((line?.amountCents ?? 0) / 100).toFixed(2).replace('.', ','))
})
