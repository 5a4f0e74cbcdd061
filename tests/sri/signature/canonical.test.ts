import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCanonical } from '#src/sri/signature/canonical/canonical-text.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { arbitraryDocument, kindsAndVersions } from '../support/arbitrary-document.ts'
import { invoice } from '../support/documents.ts'
import { bancoCeiboSigns, SIGNED_AT, signedInvoice } from './documents.ts'
import { canonical } from './odd-signer.ts'

const form = { mode: 'inclusive', withoutSignature: false } as const

function canonicalOrNull(text: string): string | null {
  try {
    return canonical(text, '/*', form)
  } catch {
    return null
  }
}

/** Before and after the end of every tag: where a piece is an attribute, and where it is content. */
function borders(text: string): number[] {
  return [...text.matchAll(/>/g)].flatMap(({ index }) => [index, index + 1])
}

/** Each stands somewhere in some XML, and C14N writes it otherwise, or nowhere like this. */
const PIECES = [
  ...["'", '"', '>', '<', '&', '\t', '\n', '\r', ' ', '/', '='],
  ...['&gt;', '&lt;', '&amp;', '&quot;', '&apos;', '&#65;', '&#xD;', '&#x9;'],
  ...['<a/>', '<a></a>', '<a ></a >', '<b a="1"></b>', "<b a='1'></b>", '<b  a="1"></b>'],
  ...['<b z="1" a="2"></b>', '<b a="1" z="2"></b>', '<b a="&gt;"></b>', '<b a=">"></b>'],
  ...[
    '<b a="x\ty"></b>',
    '<b a="&#x9;"></b>',
    '<b a="&quot;&amp;&lt;"></b>',
    '<b xml:lang="es"></b>',
  ],
  ...['<b xmlns="urn:x"></b>', '<x:b xmlns:x="urn:x"></x:b>', '<b xmlns:x="urn:x"></b>'],
  ...['<b xmlns:ds="http://www.w3.org/2000/09/xmldsig#"></b>', '<b xmlns=""></b>'],
  ...['<!-- x -->', '<![CDATA[x]]>', '<?x y?>', ']]>', '😀', 'ñ', ' a="1"', ' xmlns:x="urn:x"'],
]

describe('text that is taken for its own canonical form', () => {
  it('is all that we write and sign', () => {
    const signer = createSigner(bancoCeiboSigns(), 'rsa-sha1')
    for (const [kind, version] of kindsAndVersions) {
      fc.assert(
        fc.property(arbitraryDocument(kind, version, { complete: true }), (document) => {
          const xml = writeDocument(document)
          const signed = signer.sign(xml, SIGNED_AT)
          expect(isCanonical(xml) && isCanonical(signed)).toBe(true)
          expect(canonicalOrNull(signed)).toBe(signed)
        }),
        { numRuns: 5 },
      )
    }
  })

  it('is what a real canonicaliser makes of it, whatever stands in it', () => {
    const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000)
    const texts = [writeDocument(invoice()), signedInvoice(), '<a></a>', '<a b="1">x</a>']
    let taken = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(place, fc.constantFrom(...PIECES)), { minLength: 1, maxLength: 3 }),
        (text, pieces) => {
          const altered = pieces.reduce((now, [where, piece]) => {
            const at = borders(now)[Math.floor(where * borders(now).length)] ?? 0
            return now.slice(0, at) + piece + now.slice(at)
          }, text)
          const real = canonicalOrNull(altered)
          // What is not well-formed never comes this far.
          if (real === null || !isCanonical(altered)) return
          taken += 1
          expect(altered).toBe(real)
        },
      ),
      { numRuns: 3000 },
    )
    expect(taken).toBeGreaterThan(50)
  })

  it.each([
    '<a/>',
    "<a b='1'></a>",
    '<a c="1" b="2"></a>',
    '<a b="1" b:c="2"></a>',
    '<a>></a>',
    '<a xmlns="x"></a>',
  ])('is not %s', (text) => expect(isCanonical(text)).toBe(false))
})
