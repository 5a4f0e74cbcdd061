import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { expect, it } from 'vitest'
import { record, verifyChain } from '#src/audit/audit-store.ts'
import { backUp } from '#src/backoffice/back-up.ts'
import { restore } from '#src/backoffice/restore.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { eachDatabase, openSqlite, temporaryFolder } from '#tests/support/databases.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const key = crypto.randomBytes(32)

/** A party with a login, a chain of three rows and a dictionary with every byte value. */
async function furnish(db: Db): Promise<void> {
  const at = NOW.toISOString()
  await transaction(db, async (tx) => {
    await tx.insertInto('party').values({ name: 'María «Ñ» 😀', created_at: at }).execute()
    await tx
      .insertInto('party_identification')
      .values({ number: '0102030400', kind: 'cedula', party_id: 1 })
      .execute()
    await tx
      .insertInto('document_dictionary')
      .values({
        id: 1,
        bytes: Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
        created_at: at,
      })
      .execute()
    for (const subject of ['a', 'b', 'c']) {
      await record(tx, key, { actor: 'system', action: 'staff.enabled', subject }, NOW)
    }
  })
}

async function lastEntry(db: Db) {
  return db
    .selectFrom('audit')
    .select(['actor', 'action', 'detail'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** A backup whose lines were tampered with, each as JSON. */
function tampered(file: string, change: (lines: string[]) => string[]): string {
  const lines = zlib.zstdDecompressSync(fs.readFileSync(file)).toString().trimEnd().split('\n')
  const other = path.join(path.dirname(file), 'tampered.backup')
  fs.writeFileSync(other, zlib.zstdCompressSync(`${change(lines).join('\n')}\n`))
  return other
}

eachDatabase((open) => {
  it('restores on the other database what was backed up here', async () => {
    const source = await open()
    await furnish(source)
    const file = path.join(temporaryFolder(), 'copy.backup')
    const saved = await backUp(source, file, key, NOW)
    const target = await openSqlite()
    expect(await restore(target, file, key, NOW)).toEqual({ ok: true, rows: saved })
    expect(saved).toMatchObject({ party: 1, audit: 3, document_dictionary: 1, receipt: 0 })
    expect(await verifyChain(target, key)).toMatchObject({ ok: true, count: 4 })
    expect(await lastEntry(target)).toEqual({
      actor: 'command-line',
      action: 'database.restored',
      detail: JSON.stringify({ madeAt: NOW.toISOString(), rows: 7 }),
    })
    const row = await target.selectFrom('document_dictionary').selectAll().executeTakeFirstOrThrow()
    expect([...row.bytes]).toEqual(Array.from({ length: 256 }, (_, i) => i))
  })

  it('goes on numbering behind what was restored', async () => {
    const source = await openSqlite()
    await furnish(source)
    const file = path.join(temporaryFolder(), 'copy.backup')
    await backUp(source, file, key, NOW)
    const target = await open()
    expect(await restore(target, file, key, NOW)).toMatchObject({ ok: true })
    const party = { name: 'Pedro', created_at: NOW.toISOString() }
    const added = await target
      .insertInto('party')
      .values(party)
      .returning('id')
      .executeTakeFirstOrThrow()
    expect(added.id).toBe(2)
  })

  it('refuses a database that is in use, a cut file and a file of another kind', async () => {
    const full = await openSqlite()
    await furnish(full)
    const folder = temporaryFolder()
    const file = path.join(folder, 'copy.backup')
    await backUp(full, file, key, NOW)
    expect(await restore(full, file, key, NOW)).toEqual({ ok: false, refusal: 'not-empty' })

    const empty = await open()
    const otherKey = crypto.randomBytes(32)
    expect(await restore(empty, file, otherKey, NOW)).toEqual({ ok: false, refusal: 'other-key' })
    const bytes = fs.readFileSync(file)
    fs.writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * 0.7)))
    expect(await restore(empty, file, key, NOW)).toMatchObject({ ok: false })
    fs.writeFileSync(file, 'esto no es un respaldo')
    expect(await restore(empty, file, key, NOW)).toEqual({ ok: false, refusal: 'not-a-backup' })
    expect(await empty.selectFrom('party').selectAll().execute()).toEqual([])
  })

  it('refuses lines that no backup has, and leaves the database empty', async () => {
    const full = await openSqlite()
    await furnish(full)
    const file = path.join(temporaryFolder(), 'copy.backup')
    await backUp(full, file, key, NOW)
    const empty = await open()
    const header = (lines: string[]) => lines[0] ?? ''
    const rowAt = (lines: string[]) => lines.findIndex((line) => line.startsWith('{"row"'))
    const after = (line: string) => (lines: string[]) => [header(lines), line, ...lines.slice(1)]
    const changed = (to: (row: string) => string) => (lines: string[]) =>
      lines.map((line, at) => (at === rowAt(lines) ? to(line) : line))
    const cases: [string, (lines: string[]) => string[]][] = [
      ['not-a-backup', () => ['7']],
      ['not-a-backup', () => ['null']],
      ['not-a-backup', (lines) => lines.slice(1)],
      ['not-a-backup', () => ['{"format":"portal-backup","version":1}']],
      ['cut', after('7')],
      ['cut', after('null')],
      ['cut', after('{"row":["before its table"]}')],
      ['cut', after('{"row":7}')],
      ['cut', after('{"table":"party","columns":7}')],
      ['cut', after('{"table":"sqlite_master","columns":["name"]}')],
      ['cut', after('{"end":true,"rows":null}')],
      ['cut', (lines) => [header(lines), ...lines]],
      ['cut', (lines) => lines.slice(0, -1)],
      ['cut', changed(() => '{"row":[]}')],
      ['cut', changed((row) => row.replace('[', '[{"base64":7},'))],
      ['cut', changed((row) => row.replaceAll(/"[^"]*"(?=[,\]])/g, 'null'))],
      ['cut', (lines) => lines.filter((_, at) => at !== rowAt(lines))],
      ['cut', (lines) => lines.map((line) => line.replace('María', 'Marta'))],
    ]
    for (const [refusal, change] of cases) {
      const restored = await restore(empty, tampered(file, change), key, NOW)
      expect([String(change), restored]).toEqual([String(change), { ok: false, refusal }])
    }
    expect(await empty.selectFrom('audit').selectAll().execute()).toEqual([])
    expect(await restore(empty, file, key, NOW)).toMatchObject({ ok: true })
  })
})
