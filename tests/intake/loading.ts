import fs from 'node:fs'
import path from 'node:path'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import type { Db } from '#src/db/open.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import type { LoadedItem, LoadTotals } from '#src/intake/load-report.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { temporaryFolder } from '../support/databases.ts'

export const NOW = new Date('2026-11-20T15:00:00.000Z')

/** A finished load, as `--json` tells it. */
export interface Loaded extends LoadTotals {
  items: LoadedItem[]
}

/** Loads paths into a database the way the command does, and holds what it said of each file. */
export async function load(
  db: Db,
  paths: string | readonly string[],
  options: { issuers?: string[]; threads?: number; now?: Date } = {},
): Promise<Loaded> {
  const items: LoadedItem[] = []
  const totals = await loadFiles([paths].flat(), {
    db,
    policy: amazonas,
    keys: { audit: Buffer.alloc(32) },
    issuers: options.issuers ?? [],
    now: () => options.now ?? NOW,
    ...(options.threads ? { threads: options.threads } : {}),
    onItem: (item) => items.push(item),
  })
  return { ...totals, items }
}

/** A new folder with these files, removed when the test ends. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
  }
  return folder
}

/** A folder with one file for each document, named by its access key. */
export function folderOf(...documents: Parameters<typeof receiptFile>[0][]): string {
  const files = documents.map((document) => receiptFile(document))
  return folderWith(Object.fromEntries(files.map(({ name, xml }) => [name, xml])))
}

/** How many rows each table that a load writes has. */
export async function rowCounts(db: Db): Promise<Record<string, number>> {
  const tables = ['receipt', 'receipt_document', 'receipt_owner', 'receipt_conflict'] as const
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const { rows } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    counts[table] = Number(rows)
  }
  return counts
}

/** The code of each refused file, by its name without the folder. */
export function refusalCodes(loaded: Loaded, folder: string): Record<string, string | null> {
  const refused = loaded.items.filter((item) => item.outcome === 'rejected')
  return Object.fromEntries(refused.map(({ name, code }) => [path.relative(folder, name), code]))
}
