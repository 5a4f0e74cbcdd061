import type { Issued } from '#fixtures/certificates/certificates.ts'
import { issue } from '#fixtures/certificates/certificates.ts'
import { company, maria, pedro } from '#fixtures/people.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { manyDocuments } from '#fixtures/receipts/many.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import type { SignatureAlgorithm } from '#src/sri/signature/algorithms.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import type { Day } from '#src/values/day.ts'
import { invoice } from '../support/documents.ts'

export const SIGNED_AT = new Date('2026-11-16T18:09:03-05:00')

let ceibo: Issued | undefined

/** What the Banco Ceibo signs with. */
export function bancoCeiboSigns(): Issued {
  ceibo ??= issue()
  return ceibo
}

/** The invoice of the Banco Ceibo, signed and well. */
export function signedInvoice(algorithm: SignatureAlgorithm = 'rsa-sha1', signs?: Issued): string {
  const signer = createSigner(signs ?? bancoCeiboSigns(), algorithm)
  return signer.sign(writeDocument(invoice()), SIGNED_AT)
}

/** One receipt of every kind, as the Banco Ceibo would issue it. */
export function everyKind(): [DocumentKind, ReceiptDocument][] {
  const found = new Map<DocumentKind, ReceiptDocument>()
  for (const document of manyDocuments({ count: 400, people: 20 })) {
    if (!found.has(document.kind)) found.set(document.kind, document)
  }
  const draft = { day: '2026-11-16' as Day, series: '001-001', sequence: 7 }
  const goods = [{ code: 'CHQ', description: 'Chequera «50» & más', quantity: 2 }]
  const note = deliveryNote(
    draft,
    company,
    [maria, pedro].map((to) => ({ to, goods })),
  )
  found.set(note.kind, note)
  return [...found]
}
