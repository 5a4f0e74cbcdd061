import crypto from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { baseDictionary } from '#src/receipts/documents/base-dictionary.ts'
import {
  createPacker,
  packDocument,
  unpackDocument,
} from '#src/receipts/documents/stored-document.ts'

const receipts = [...manyReceipts({ count: 40, people: 9 })].map(({ xml }) => Buffer.from(xml))

it.each([[null], [baseDictionary]])('packs many files as it packs one', (dictionary) => {
  const pack = createPacker(dictionary)
  const packed = receipts.map(pack)
  expect(packed).toEqual(receipts.map((file) => packDocument(file, dictionary)))
})

it('packs files of any content and length, one after another, so that each opens by itself', () => {
  const pack = createPacker(baseDictionary)
  const noise = fc.nat(200_000).map((length) => crypto.randomBytes(length))
  const file = fc.oneof(noise, fc.constantFrom(...receipts), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(fc.array(file, { maxLength: 6 }), (files) => {
      const packed = files.map(pack)
      for (const [at, one] of packed.entries()) {
        const original = files[at] ?? Buffer.alloc(0)
        expect(unpackDocument(one, baseDictionary).equals(original)).toBe(true)
      }
    }),
  )
})
