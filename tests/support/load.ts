import fs from 'node:fs'
import path from 'node:path'
import type { ReceiptFile } from '#fixtures/receipts/authorized.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import type { LoadedItem } from '#src/intake/load-report.ts'
import { temporaryFolder } from './databases.ts'
import type { TestPortal } from './portal.ts'

/** Loads files as the command line does, and fails when one is refused. */
export async function loadReceipts(
  portal: Pick<TestPortal, 'context'>,
  files: readonly ReceiptFile[],
): Promise<LoadedItem[]> {
  const folder = temporaryFolder()
  for (const { name, xml } of files) fs.writeFileSync(path.join(folder, name), xml)
  const { db, keys, policy, now } = portal.context
  const items: LoadedItem[] = []
  const needs = { db, keys, policy, issuers: [], now }
  await loadFiles([folder], { ...needs, onItem: (item) => items.push(item) })
  const refused = items.filter((item) => item.outcome === 'rejected')
  if (refused.length > 0) throw new Error(JSON.stringify(refused))
  return items
}
