import path from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { company, maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { runLoad } from '#src/intake/command/load-command.ts'
import { duration, ProgressBar } from '#src/intake/command/progress-bar.ts'
import type { LoadedItem } from '#src/intake/load-report.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import type { Day } from '#src/values/day.ts'
import { openSqlite } from '../support/databases.ts'
import { folderWith, load, NOW, rowCounts } from './loading.ts'

const KEY = Buffer.alloc(32)

async function run(db: Db, ...args: string[]) {
  const written = { out: '', err: '' }
  const needs = {
    db,
    policy: amazonas,
    config: { issuers: [], signatureAuthorities: [] },
    keys: { audit: KEY },
    now: () => NOW,
  }
  const exit = await runLoad(args, needs, {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  })
  return { exit, ...written }
}

const demo = demoReceipts('2026-11-20' as Day)
const named = (files: readonly { name: string; xml: string }[]) =>
  Object.fromEntries(files.map(({ name, xml }) => [name, xml]))

test('prints one object, complete and nothing else, with --json', async () => {
  const db = await openSqlite()
  const [first, second] = demo
  const folder = folderWith({
    'a.xml': first?.xml ?? '',
    'b/repetido.xml': first?.xml ?? '',
    'c.pdf': '%PDF-1.7',
    'd.xml': second?.xml ?? '',
  })
  const { exit, out } = await run(db, folder, '--json')
  const report = JSON.parse(out)
  expect(exit).toBe(1)
  expect(Object.keys(report).sort()).toEqual(
    ['badSignatures', 'duplicated', 'items', 'loaded', 'rejected', 'seconds', 'warnings'].sort(),
  )
  expect(report).toMatchObject({ loaded: 2, duplicated: 1, rejected: 1, warnings: 0 })
  expect(report.seconds).toBeGreaterThan(0)
  const items: LoadedItem[] = report.items
  expect(items.map((item) => [path.relative(folder, item.name), item.outcome])).toEqual([
    ['a.xml', 'loaded'],
    ['b/repetido.xml', 'duplicated'],
    ['c.pdf', 'rejected'],
    ['d.xml', 'loaded'],
  ])
  for (const item of items) {
    const fields = ['name', 'outcome', 'claveAcceso', 'code', 'message', 'warnings', 'badSignature']
    expect(Object.keys(item)).toEqual(fields)
  }
  expect(items[0]?.claveAcceso).toBe(first?.name.slice(0, 49))
})

test('prints an object even when there is nothing to load', async () => {
  const { exit, out } = await run(await openSqlite(), folderWith({}), '--json')
  expect(exit).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ loaded: 0, duplicated: 0, rejected: 0, items: [] })
})

test('tells people each refused file with its reason, and the sums', async () => {
  const db = await openSqlite()
  const folder = folderWith({ 'a.xml': demo[0]?.xml ?? '', 'foto.xml': 'GIF89a' })
  const { exit, out } = await run(db, folder)
  expect(exit).toBe(1)
  expect(out).toContain(`Rechazado  ${path.join(folder, 'foto.xml')}`)
  expect(out).toContain('[not-xml]')
  expect(out).toContain('1 cargados, 0 que ya estaban, 1 rechazados')
})

test('ends with 0 when all is in, 2 when it was asked wrongly', async () => {
  const db = await openSqlite()
  const folder = folderWith({ 'a.xml': demo[0]?.xml ?? '' })
  expect((await run(db, folder)).exit).toBe(0)
  expect((await run(db, folder)).exit).toBe(0)
  const without = await run(db)
  expect([without.exit, without.out]).toEqual([2, ''])
  expect(without.err).toContain('Uso: npm run portal -- load')
  const unknown = await run(db, folder, '--fuerza')
  expect([unknown.exit, unknown.out]).toEqual([2, ''])
  expect(unknown.err).toContain('--fuerza')
  const help = await run(db, '--help')
  expect([help.exit, help.err]).toEqual([0, ''])
  expect(help.out).toContain('--json')
})

test('takes the whole demo: every kind, each to its owner', async () => {
  const db = await openSqlite()
  const loaded = await load(db, folderWith(named(demo)))
  expect(loaded).toMatchObject({ loaded: demo.length, rejected: 0, warnings: 0 })
  const kinds = await db.selectFrom('receipt').select('kind').distinct().execute()
  expect(kinds.length).toBe(6)
  for (const person of [maria, pedro, company]) {
    const owned = await db
      .selectFrom('receipt_owner')
      .innerJoin('party_identification as id', 'id.party_id', 'receipt_owner.party_id')
      .select('receipt_id')
      .where('id.number', '=', person.id)
      .execute()
    expect(owned.length).toBeGreaterThan(person === maria ? 110 : 10)
  }
  expect(demoReceipts('2026-11-20' as Day)).toEqual(demo)
})

test('loads the same with threads as without, in the order of the files', async () => {
  const db = await openSqlite()
  const files = [...manyReceipts({ count: 1_200, people: 300 })]
  const folder = folderWith({ ...named(files), 'z.txt': 'nada' })
  const { items, loaded } = await load(db, folder, { threads: 2 })
  expect(loaded).toBe(1_200)
  const names = items.map((item) => item.name)
  expect(names).toEqual([...names].sort())
  expect(await rowCounts(db)).toMatchObject({ receipt: 1_200, receipt_owner: 1_200 })
  expect(await load(db, folder, { threads: 1 })).toMatchObject({ loaded: 0, duplicated: 1_200 })
})

test('refuses alone a file that the database will not take', async () => {
  const db = await openSqlite()
  const files = demo.slice(0, 9)
  const victim = files[4]?.name.slice(0, 49) ?? ''
  await sql`create trigger refuse before insert on receipt when new.access_key = ${sql.lit(victim)}
    begin select raise(abort, 'no'); end`.execute(db)
  const loaded = await load(db, folderWith(named(files)))
  expect(loaded).toMatchObject({ loaded: 8, rejected: 1 })
  const refused = loaded.items.find((item) => item.outcome === 'rejected')
  expect(refused).toMatchObject({ claveAcceso: victim, code: 'not-stored' })
  expect(await rowCounts(db)).toMatchObject({ receipt: 8, receipt_document: 8 })
})

test('names a file by the document, not by its own name', async () => {
  const db = await openSqlite()
  const [document] = demo
  const { items } = await load(db, folderWith({ 'cualquiera.txt': document?.xml ?? '' }))
  expect(items[0]).toMatchObject({ outcome: 'loaded', claveAcceso: document?.name.slice(0, 49) })
})

test('draws a bar on a terminal and plain lines elsewhere', () => {
  let time = 0
  const drawn = { terminal: '', pipe: '' }
  const terminal = { isTTY: true, columns: 90, write: (text: string) => (drawn.terminal += text) }
  const bar = new ProgressBar(terminal, 10_000, () => time)
  const line = new ProgressBar({ write: (text: string) => (drawn.pipe += text) }, null, () => time)
  for (time of [1_000, 1_010, 2_000]) {
    bar.show(time * 2)
    line.show(time * 2)
  }
  time = 7_000
  line.show(9_000)
  expect(drawn.terminal.split('\r').length).toBe(3)
  expect(drawn.terminal).toContain('4.000 de 10.000 archivos · 2.000 por segundo · faltan 3 s')
  expect(drawn.pipe).toBe('9.000 archivos · 1.286 por segundo\n')
  expect([duration(61.2), duration(0.4)]).toEqual(['1 min 2 s', '1 s'])
})
