import fc from 'fast-check'
import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { keyOf, taxInfoOf } from '#fixtures/receipts/draft.ts'
import type { ChargedService } from '#fixtures/receipts/invoice.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { creditableOf } from '#src/issuing/credit-notes/creditable.ts'
import type { CreditWish } from '#src/issuing/credit-notes/draft-credit-note.ts'
import { draftCreditNote } from '#src/issuing/credit-notes/draft-credit-note.ts'
import { checkDocument } from '#src/sri/check.ts'
import type { DocumentOf } from '#src/sri/documents/document.ts'
import { completeDraft } from '#src/sri/draft.ts'
import type { Day } from '#src/values/day.ts'
import { cents, parseAmount } from '#src/values/money.ts'

const SERVICES: ChargedService[] = [
  { code: 'TRX', description: 'Transferencia al exterior', cents: 5_600 },
  { code: 'CAJ', description: 'Retiro en cajero de otro banco', cents: 37, quantity: 3 },
  { code: 'SEG', description: 'Seguro de desgravamen', cents: 1_250, untaxed: true },
]
const BILL = { day: '2026-11-16' as Day, series: '001-002', sequence: 4_711 }
const NOTE = { day: '2026-11-20' as Day, series: '001-002', sequence: 12 }

const WISH: CreditWish = {
  issuedOn: NOTE.day,
  reason: 'Cobro repetido por error',
  email: maria.email,
  amounts: 'all',
}

/** The whole note as it would be issued. */
function noteOf(
  bill: DocumentOf<'invoice'>,
  before: readonly DocumentOf<'credit-note'>[],
  amounts: CreditWish['amounts'],
): DocumentOf<'credit-note'> {
  const drafted = draftCreditNote(bill, before, { ...WISH, amounts })
  if (!drafted.ok) throw new Error(drafted.refusal)
  const issuer = { dirEstablecimiento: 'Malecón', obligadoContabilidad: 'SI' }
  const note = completeDraft(drafted.draft, taxInfoOf('credit-note', NOTE), issuer)
  return note as DocumentOf<'credit-note'>
}

function totalOf(note: DocumentOf<'credit-note'>): number {
  return parseAmount(note.content.infoNotaCredito?.valorModificacion ?? '') ?? Number.NaN
}

it('gives a whole invoice back line by line, as the SRI would have it', () => {
  const bill = invoice(BILL, maria, SERVICES)
  const note = noteOf(bill, [], 'all')
  expect(checkDocument(note, { today: NOTE.day })).toEqual([])
  const info = note.content.infoNotaCredito
  expect(info?.valorModificacion).toBe(bill.content.infoFactura?.importeTotal)
  expect(info?.numDocModificado).toBe('001-002-000004711')
  expect(info?.fechaEmisionDocSustento).toBe('16/11/2026')
  expect(note.content.detalles?.map(({ cantidad }) => cantidad)).toEqual(
    bill.content.detalles?.map(({ cantidad }) => cantidad),
  )
  expect(note.content.infoTributaria?.claveAcceso).toBe(keyOf('credit-note', NOTE))
})

it('gives back to the cent what was charged, in whatever parts', () => {
  const service = fc.record({
    code: fc.constantFrom('A', 'B'),
    description: fc.constantFrom('Comisión', 'Interés'),
    cents: fc.integer({ min: 1, max: 50_000 }),
    quantity: fc.integer({ min: 1, max: 4 }),
    untaxed: fc.boolean(),
  })
  const bills = fc.array(service, { minLength: 1, maxLength: 5 })
  const cuts = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }))
  fc.assert(
    fc.property(bills, cuts, (services, wishes) => {
      const bill = invoice(BILL, maria, services)
      const charged = parseAmount(bill.content.infoFactura?.importeTotal ?? '') ?? 0
      const notes: DocumentOf<'credit-note'>[] = []
      const give = (amounts: CreditWish['amounts']) => {
        const note = noteOf(bill, notes, amounts)
        expect(checkDocument(note, { today: NOTE.day })).toEqual([])
        notes.push(note)
      }
      for (const wish of wishes) {
        const left = creditableOf(bill, notes)
        if (!left.ok) break
        const parts = left.lines.map(({ leftCents }, at) => {
          return [at, cents(Math.floor(leftCents * (wish[at] ?? 0)))] as const
        })
        if (parts.some(([, amount]) => amount > 0)) give(new Map(parts))
      }
      if (creditableOf(bill, notes).ok) give('all')
      const back = notes.reduce((sum, note) => sum + totalOf(note), 0)
      expect(back).toBe(charged)
      expect(creditableOf(bill, notes)).toEqual({ ok: false, refusal: 'nothing-left' })
    }),
    { numRuns: 200 },
  )
})

it('gives no more back than is left of a line, and says how much that is', () => {
  const bill = invoice(BILL, maria, SERVICES)
  const first = noteOf(bill, [], new Map([[0, cents(5_000)]]))
  const drafted = draftCreditNote(bill, [first], { ...WISH, amounts: new Map([[0, cents(601)]]) })
  expect(drafted).toEqual({ ok: false, refusal: 'too-much', at: 0, left: 600 })
})

it('takes off what others gave back in words of their own', () => {
  const bill = invoice(BILL, maria, SERVICES)
  const note = noteOf(bill, [], new Map([[0, cents(5_600)]]))
  const [line] = note.content.detalles ?? []
  if (line) line.descripcion = 'Devolución acordada por teléfono'
  const left = creditableOf(bill, [note])
  expect(left.ok && left.lines[0]?.leftCents).toBe(0)
})

it('gives nothing back to nobody, nor when nothing is chosen, nor of taxes that it does not know', () => {
  const bill = invoice(BILL, maria, SERVICES)
  const nothing = draftCreditNote(bill, [], { ...WISH, amounts: new Map() })
  expect(nothing).toEqual({ ok: false, refusal: 'nothing-chosen' })
  const nobody = structuredClone(bill)
  if (nobody.content.infoFactura)
    nobody.content.infoFactura.identificacionComprador = '9999999999999'
  expect(creditableOf(nobody, [])).toEqual({ ok: false, refusal: 'final-consumer' })
  const iced = structuredClone(bill)
  iced.content.detalles?.[0]?.impuestos?.push({
    codigo: '3',
    codigoPorcentaje: '3011',
    valor: '1.00',
  })
  expect(creditableOf(iced, [])).toEqual({ ok: false, refusal: 'other-taxes' })
})
