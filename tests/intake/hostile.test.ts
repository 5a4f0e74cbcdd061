import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { Day } from '#src/values/day.ts'
import { openSqlite } from '../support/databases.ts'
import { folderWith, load, refusalCodes, rowCounts } from './loading.ts'
import type { RawEntry } from './zip-bytes.ts'
import { zipBytes } from './zip-bytes.ts'

const good = (sequence: number) =>
  receiptFile(
    invoice({ day: '2026-11-16' as Day, series: '001-002', sequence }, maria, [services.transfer]),
  )

const plain = good(1).xml
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Every refusal is a code and a Spanish sentence, never the words of a program. */
function expectSentences(items: readonly { outcome: string; message: string | null }[]): void {
  for (const { outcome, message } of items) {
    if (outcome !== 'rejected') continue
    expect(message).toMatch(/^[A-ZÁÉÍÓÚ«].{20,}\.$/)
    expect(message).not.toMatch(/Error|undefined|\bat\b .*:\d|node:|\.ts\b/)
  }
}

const hostileXml: [string, string | Uint8Array, string][] = [
  ['a DTD', plain.replace('?>', '?><!DOCTYPE autorizacion>'), 'doctype'],
  [
    'entities that multiply',
    plain.replace('?>', '?><!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]>'),
    'doctype',
  ],
  [
    'a DTD in the inner document',
    plain.replace('<factura', '<!DOCTYPE factura><factura'),
    'doctype',
  ],
  ['an entity of its own', plain.replace('MARÍA', '&mar;'), 'unknown-entity'],
  ['too many levels', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`, 'too-deep'],
  ['bytes that are no UTF-8', latin1(plain), 'not-utf8'],
  ['UTF-16', Buffer.from(`\ufeff${plain}`, 'utf16le'), 'is-utf16'],
  ['an encoding nobody uses', plain.replace('UTF-8', 'UTF-7'), 'unsupported-encoding'],
  ['a control character', plain.replace('MARÍA', 'MAR\u0001A'), 'control-character'],
  ['a PDF', '%PDF-1.7\n…', 'is-pdf'],
  ['a web page', '<html><body>Acceso denegado</body></html>', 'is-html'],
  ['a ZIP under another name', zipBytes([{ name: 'a.xml', content: plain }]), 'is-zip'],
  ['an image', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'not-xml'],
  ['nothing', '', 'empty'],
  ['a cut file', plain.slice(0, 900), 'truncated'],
  ['some other XML', '<?xml version="1.0"?><pedido/>', 'unknown-document'],
  ['320 KB', plain.padEnd(327_680, ' '), 'too-large'],
  [
    'a document twice',
    plain.replace('</infoFactura>', '</infoFactura><infoFactura/>'),
    'repeated-element',
  ],
]

test('refuses each hostile file with its own code and takes the rest', async () => {
  const db = await openSqlite()
  const files = Object.fromEntries(hostileXml.map(([, content], at) => [`${at}.xml`, content]))
  const folder = folderWith({ ...files, 'z-bueno.xml': good(2).xml })
  const loaded = await load(db, folder)
  const expected = Object.fromEntries(hostileXml.map(([, , code], at) => [`${at}.xml`, code]))
  expect(refusalCodes(loaded, folder)).toEqual(expected)
  expect(loaded).toMatchObject({ loaded: 1, rejected: hostileXml.length })
  expectSentences(loaded.items)
  expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_document: 1 })
})

test('takes a file of just under 320 KB', async () => {
  const db = await openSqlite()
  const folder = folderWith({ 'a.xml': plain.padEnd(327_679 - 20, ' ') })
  expect(await load(db, folder)).toMatchObject({ loaded: 1, rejected: 0 })
})

const file = (name: string, content: string | Uint8Array = good(3).xml): RawEntry => {
  return { name, content }
}

const hostileEntries: [RawEntry, string][] = [
  [file('../fuera.xml'), 'zip-name'],
  [file('/etc/absoluto.xml'), 'zip-name'],
  [file('C:\\windows.xml'), 'zip-name'],
  [file('con\u0000nulo.xml'), 'zip-name'],
  [{ ...file('enlace.xml', '/etc/passwd'), mode: 0o120777 }, 'zip-link'],
  [{ ...file('secreto.xml'), flags: 0x801 }, 'zip-encrypted'],
  [{ ...file('raro.xml'), method: 12 }, 'zip-method'],
  [file('otro.zip', zipBytes([file('a.xml')])), 'zip-nested'],
  [file('disfrazado.xml', zipBytes([file('a.xml')])), 'is-zip'],
  [file('grande.xml', Buffer.alloc(400_000, 32)), 'too-large'],
  [{ ...file('miente-menos.xml'), says: { size: 100 } }, 'zip-entry-lies'],
  [{ ...file('miente-mas.xml'), says: { size: 9_000 } }, 'zip-entry-lies'],
  [{ ...file('bomba.xml', Buffer.alloc(5_000_000, 32)), says: { size: 2_000 } }, 'zip-entry-lies'],
  [{ ...file('suma.xml'), says: { crc32: 1 } }, 'zip-checksum'],
  [{ ...file('roto.xml'), packed: Buffer.from('no es deflate') }, 'zip-entry-lies'],
]

test('refuses each hostile entry of a ZIP and takes the rest of it', async () => {
  const db = await openSqlite()
  const leftovers = [file('__MACOSX/._a.xml', 'x'), file('.DS_Store', 'x'), file('Thumbs.db', 'x')]
  const entries = [...hostileEntries.map(([entry]) => entry), ...leftovers, file('b/bueno.xml')]
  const folder = folderWith({ 'lote.zip': zipBytes([file('a/', ''), ...entries]) })
  const loaded = await load(db, path.join(folder, 'lote.zip'))
  expect(loaded.items.map((item) => item.code)).toEqual([
    ...hostileEntries.map(([, code]) => code),
    null,
  ])
  expect(loaded.items.at(-1)?.name).toBe(path.join(folder, 'lote.zip/b/bueno.xml'))
  expectSentences(loaded.items)
  expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_document: 1 })
  expect(fs.readdirSync(folder)).toEqual(['lote.zip'])
})

test('refuses a whole ZIP that is damaged or means harm, and takes the others', async () => {
  const db = await openSqlite()
  const honest = zipBytes([file('a.xml', good(4).xml)])
  const shared = zipBytes([file('a.xml'), { ...file('b.xml'), says: { offset: 0 } }])
  const spaces = Buffer.alloc(327_000, 32)
  const packed = zlib.deflateRawSync(spaces)
  const bomb = Array.from({ length: 200 }, (_, at) => ({ ...file(`${at}.xml`, spaces), packed }))
  const folder = folderWith({
    'bomba.zip': zipBytes(bomb),
    'cortado.zip': honest.subarray(0, honest.length - 30),
    'encimado.zip': shared,
    'falso.zip': 'PK no es',
    'muchos.zip': manyEntries(50_001),
    'vacio.zip': '',
    'z-bueno.zip': honest,
  })
  const loaded = await load(db, folder)
  expect(refusalCodes(loaded, folder)).toEqual({
    'bomba.zip': 'zip-bomb',
    'cortado.zip': 'zip-damaged',
    'encimado.zip': 'zip-overlap',
    'falso.zip': 'zip-damaged',
    'muchos.zip': 'zip-too-many',
    'vacio.zip': 'zip-damaged',
  })
  expect(loaded.loaded).toBe(1)
  expectSentences(loaded.items)
})

function manyEntries(count: number): Buffer {
  return zipBytes(
    Array.from({ length: count }, (_, at) => ({ name: `${at}`, content: '', method: 0 })),
  )
}

test('opens folders in folders and entries in folders of a ZIP, thousands of them', async () => {
  const db = await openSqlite()
  const entries = Array.from({ length: 3_000 }, (_, at) => {
    return { name: `a/b/${at % 40}/${at}.xml`, content: '<pedido/>', method: 0 }
  })
  const folder = folderWith({
    'uno/dos/tres/a.xml': good(5).xml,
    'uno/lote.zip': zipBytes([...entries, file('hondo/hondo/b.xml', good(6).xml)]),
  })
  const loaded = await load(db, folder)
  expect(loaded).toMatchObject({ loaded: 2, rejected: 3_000 })
})

test('names what cannot be found, read or followed', async () => {
  const db = await openSqlite()
  const folder = folderWith({ 'a.xml': good(7).xml, 'b.xml': good(8).xml })
  fs.symlinkSync(path.join(folder, 'a.xml'), path.join(folder, 'enlace.xml'))
  fs.symlinkSync(folder, path.join(folder, 'vuelta'))
  const loaded = await load(db, [folder, path.join(folder, 'no-existe'), '/dev/null'])
  expect(refusalCodes(loaded, folder)).toEqual({
    'enlace.xml': 'link',
    vuelta: 'link',
    'no-existe': 'not-found',
    [path.relative(folder, '/dev/null')]: 'not-a-file',
  })
  expect(loaded.loaded).toBe(2)
  expectSentences(loaded.items)
})
