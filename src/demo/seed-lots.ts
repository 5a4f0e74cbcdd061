import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { findStaffLogin } from '../identity/login-store.ts'
import { READ_LOT } from '../intake/lots/dry-run/read-lot.ts'
import { lotsFolder } from '../intake/lots/lot-folder.ts'
import { addLot, lotsBefore } from '../intake/lots/lot-store.ts'
import { templateCsv } from '../intake/rows/templates/template-files.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import { dayOf } from '../values/day.ts'
import { addJob } from '../work/job-store.ts'

const LOADER = 'diego.mora'

interface DemoFile {
  name: string
  content: string
}

/** Leaves two lots of the fictitious bank to be read, published or corrected, once. */
export async function seedLots(context: Context): Promise<void> {
  const loader = await findStaffLogin(context.db, LOADER)
  const lots = await lotsBefore(context.db, { beforeId: null, limit: 10 })
  if (!loader || lots.some(({ loadedBy }) => loadedBy !== null)) return
  const lastDay = dayOf(context.now())
  const receipts = [...manyReceipts({ count: 36, people: 9, seed: 47, lastDay })]
  const documents = receipts.map(({ name, xml }) => ({ name, content: xml }))
  const cut = { name: 'cortado.xml', content: documents[0]?.content.slice(0, 400) ?? '' }
  await bring(context, loader.id, null, [...documents, cut])
  // A day that November does not have, in the first of its examples; references of its own, so that
  // the example still loads beside it.
  const rows = templateCsv('invoice')
    .replace(/\d{2}\/\d{2}\/(\d{4})/, '31/11/$1')
    .replaceAll('COM-', 'DEMO-')
  await bring(context, loader.id, 'invoice', [{ name: 'comisiones_noviembre.csv', content: rows }])
}

async function bring(
  { config, db, now, random }: Context,
  loadedBy: number,
  documentKind: DocumentKind | null,
  contents: readonly DemoFile[],
): Promise<void> {
  const folder = random(16).toString('hex')
  const place = path.join(lotsFolder(config.dataDir), folder)
  fs.mkdirSync(place, { recursive: true, mode: 0o700 })
  const files = contents.map(({ name, content }, at) => {
    const stored = String(at + 1)
    fs.writeFileSync(path.join(place, stored), content, { mode: 0o600 })
    const sha256 = crypto.createHash('sha256').update(content).digest('hex')
    return { name, bytes: Buffer.byteLength(content), sha256, stored }
  })
  await transaction(db, async (tx) => {
    const kind = documentKind === null ? 'documents' : 'rows'
    const lot = { kind, documentKind, status: 'reading', folder, loadedBy, files } as const
    const subjectId = await addLot(tx, lot, now())
    const job = { kind: READ_LOT, subjectId, total: null, checkpoint: null, createdBy: loadedBy }
    await addJob(tx, job, now())
  })
}
