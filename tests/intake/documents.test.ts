import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { transaction } from '#src/db/transaction.ts'
import { baseDictionary } from '#src/receipts/documents/base-dictionary.ts'
import { trainDictionary } from '#src/receipts/documents/dictionary-training.ts'
import {
  addDictionary,
  findDocument,
  newestDictionary,
} from '#src/receipts/documents/document-store.ts'
import {
  DamagedDocument,
  dictionaryOf,
  packDocument,
  unpackDocument,
} from '#src/receipts/documents/stored-document.ts'
import { eachDatabase, openSqlite } from '../support/databases.ts'
import { folderWith, load, NOW } from './loading.ts'

const receipts = (count: number, seed: number) =>
  [...manyReceipts({ count, people: 2_000, seed })].map(({ xml }) => Buffer.from(xml))

test('packs any bytes and gives back the same', () => {
  const dictionaries = [null, baseDictionary, dictionaryOf(trainDictionary(receipts(40, 1), 9_000))]
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.constantFrom(...dictionaries),
      (bytes, d) => {
        expect(Buffer.from(bytes).equals(unpackDocument(packDocument(bytes, d), d))).toBe(true)
      },
    ),
  )
})

test('notices every change of a stored document', () => {
  const [file = Buffer.alloc(0)] = receipts(1, 2)
  const stored = packDocument(file, baseDictionary)
  fc.assert(
    fc.property(fc.nat(stored.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(stored.bytes)
      bytes[at] = (bytes[at] ?? 0) ^ flip
      let read: Buffer | null = null
      try {
        read = unpackDocument({ ...stored, bytes }, baseDictionary)
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedDocument)
      }
      if (read) expect(read.equals(file)).toBe(true)
    }),
  )
  expect(() => unpackDocument(stored, null)).toThrow(DamagedDocument)
  expect(() => unpackDocument({ ...stored, size: 3 }, baseDictionary)).toThrow(DamagedDocument)
})

test('learns what documents share and nothing that only one says', () => {
  const samples = receipts(80, 3)
  const dictionary = dictionaryOf(trainDictionary(samples, 12_000))
  expect(dictionary.bytes.length).toBeLessThanOrEqual(12_000)
  expect(dictionaryOf(trainDictionary(samples, 12_000)).id).toBe(dictionary.id)
  const others = receipts(40, 4)
  const size = (of: typeof dictionary | null) =>
    others.reduce((sum, file) => sum + packDocument(file, of).bytes.length, 0)
  expect(size(dictionary)).toBeLessThan(size(baseDictionary) / 2)
  expect(size(baseDictionary)).toBeLessThan(size(null))
  const secret = Buffer.from(
    samples[0]
      ?.toString()
      .replace(/(<razonSocialComprador>)[^<]*/, '$1NOMBRE QUE NADIE MÁS TIENE') ?? '',
  )
  const text = Buffer.from(trainDictionary([secret, ...samples.slice(1)], 12_000)).toString()
  expect(text).not.toContain('NADIE MÁS')
})

test('learns from the first large load and keeps what it learnt', async () => {
  const db = await openSqlite()
  const named = (seed: number) =>
    folderWith(
      Object.fromEntries(
        [...manyReceipts({ count: 70, people: 50, seed })].map(({ name, xml }) => [name, xml]),
      ),
    )
  await load(db, named(5), { threads: 1 })
  const learnt = await newestDictionary(db)
  expect(learnt?.id).not.toBe(baseDictionary.id)
  await load(db, named(6), { threads: 1, now: new Date(NOW.getTime() + 60_000) })
  expect((await newestDictionary(db))?.id).toBe(learnt?.id)
  const used = await db.selectFrom('receipt_document').select('dictionary_id').distinct().execute()
  expect(used).toEqual([{ dictionary_id: learnt?.id }])
})

eachDatabase((open) => {
  test('reads documents of every dictionary and says when one is damaged', async () => {
    const db = await open()
    const [one, two] = [...manyReceipts({ count: 2, people: 2, seed: 7 })]
    await load(db, folderWith({ 'a.xml': one?.xml ?? '' }))
    const other = dictionaryOf(trainDictionary(receipts(40, 8), 8_000))
    await transaction(db, (tx) => addDictionary(tx, other, new Date(NOW.getTime() + 1_000)))
    await transaction(db, (tx) => addDictionary(tx, other, NOW))
    await load(db, folderWith({ 'b.xml': two?.xml ?? '' }))
    const rows = await db.selectFrom('receipt_document').selectAll().orderBy('receipt_id').execute()
    expect(rows.map((row) => row.dictionary_id)).toEqual([baseDictionary.id, other.id])
    const [first = 0, second = 0] = rows.map((row) => row.receipt_id)
    expect((await findDocument(db, first))?.toString()).toBe(one?.xml)
    expect((await findDocument(db, second))?.toString()).toBe(two?.xml)
    expect(await findDocument(db, 999_999)).toBeNull()
    await db
      .updateTable('receipt_document')
      .set({ sha256: '0'.repeat(64) })
      .execute()
    await expect(findDocument(db, first)).rejects.toThrow(DamagedDocument)
  })
})
