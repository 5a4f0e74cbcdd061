import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { bytesOf, invoice } from '../support/documents.ts'
import { bancoCeiboSigns, signedInvoice } from './documents.ts'
import { canonical, signOddly } from './odd-signer.ts'

const SIGNED = {
  ours: signedInvoice('rsa-sha256'),
  'somebody else’s': signOddly(writeDocument(invoice()), bancoCeiboSigns(), { lineEnd: '\r\n' }),
}

/** Where everything begins and ends that a signature covers. */
function signedParts(text: string): [number, number][] {
  const of = (pattern: RegExp): [number, number] => {
    const found = pattern.exec(text)
    if (found === null) throw new Error(`No ${pattern}`)
    return [found.index, found.index + found[0].length]
  }
  const [start, end] = of(/<ds:Signature .*<\/ds:Signature>/s)
  return [
    [0, start],
    [end, text.length],
    of(/<ds:SignedInfo.*<\/ds:SignedInfo>/s),
    of(/<ds:KeyInfo.*<\/ds:KeyInfo>/s),
    of(/<\w+:SignedProperties.*<\/\w+:SignedProperties>/s),
  ]
}

/** Whether both say the same to a parser: only how it is written down differs. */
function saysTheSame(one: string, other: string): boolean {
  const form = { mode: 'inclusive', withoutSignature: false } as const
  try {
    return canonical(one, '/*', form) === canonical(other, '/*', form)
  } catch {
    return false
  }
}

/** Not before the first sign, which lies outside. */
function inside(from: number, to: number, where: number): number {
  return from + 1 + Math.floor(where * (to - from - 1))
}

const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000)
const changes = fc.oneof(
  fc.record({ remove: fc.constant(1), put: fc.constantFrom(...'aZ09 <>&"\'/=\t\n\r-ñ') }),
  fc.record({ remove: fc.constant(1), put: fc.constant('') }),
  fc.record({
    remove: fc.constant(0),
    put: fc.constantFrom(...'x0 <>&"\n', '<!-- -->', '<a/>', '&#65;'),
  }),
  fc.record({ remove: fc.integer({ min: 2, max: 400 }), put: fc.constant('') }),
)

describe.each(Object.entries(SIGNED))('a signed receipt of %s', (_, signed) => {
  const parts = signedParts(signed)

  it('holds to begin with', () => {
    expect(verifySignature(signed).verified).toBe(true)
  })

  it('does not outlive any change to what is signed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...parts),
        place,
        changes,
        ([from, to], where, { remove, put }) => {
          const at = inside(from, to, where)
          const altered = signed.slice(0, at) + put + signed.slice(Math.min(to, at + remove))
          if (saysTheSame(altered, signed)) return
          expect(verifySignature(altered).verified).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('does not outlive the change of any bit of what is signed', () => {
    const bytes = bytesOf(signed)
    const decoder = new TextDecoder()
    const ranges = parts.map(([from, to]) => [
      Buffer.byteLength(signed.slice(0, from)),
      Buffer.byteLength(signed.slice(0, to)),
    ])
    fc.assert(
      fc.property(
        fc.constantFrom(...ranges),
        place,
        fc.nat(7),
        ([from = 0, to = 0], where, bit) => {
          const altered = bytes.slice()
          const at = inside(from, to, where)
          altered[at] = (altered[at] ?? 0) ^ (1 << bit)
          if (saysTheSame(decoder.decode(altered), signed)) return
          expect(verifySignature(altered).verified).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('never makes the verifier fall, however it is changed', () => {
    fc.assert(
      fc.property(place, changes, (where, { remove, put }) => {
        const at = Math.floor(where * signed.length)
        const altered = signed.slice(0, at) + put + signed.slice(at + remove)
        expect(() => verifySignature(altered)).not.toThrow()
      }),
      { numRuns: 150 },
    )
  })
})
