import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { manyRows, plainCsv } from '#fixtures/intake/rows.ts'
import { manyPeople } from '#fixtures/receipts/many.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { READ_LOT } from '#src/intake/lots/dry-run/read-lot.ts'
import { addLot, lotById } from '#src/intake/lots/lot-store.ts'
import { beginPublishing } from '#src/intake/lots/publish-lot.ts'
import { dayOf } from '#src/values/day.ts'
import { addJob } from '#src/work/job-store.ts'
import { registerEverybody } from '#tests/identity/register-everybody.ts'
import { ceibo, foundBank, KEYS } from '../bank.ts'
import { certify } from '../certify.ts'

/** As many as the rows of the fixtures choose from. */
const PEOPLE = 3_000
const POINTS = ['001', '002']
/** Where the SRI authorises nothing for as long as the establishment is closed there. */
const CLOSED_PLACE = { establecimiento: '002', punto_emision: '001' }
/** The one number that is taken there. */
export const CLOSED_NUMBER = '002-001-1'
/** As the switches of the SRI name it. */
export const CLOSED = `${ceibo.ruc}-${CLOSED_PLACE.establecimiento}`

/** A bank that issues, its customers, and a lot of rows that nobody has read yet. */
export interface World {
  readonly db: Db
  readonly url: string
  readonly dataDir: string
  readonly rows: number
  readonly lotId: number
  /** Who approves what others load. */
  readonly approver: number
}

export async function foundWorld(url: string, folder: string, rows: number): Promise<World> {
  const db = openDb(url)
  await migrate(db)
  await foundBank(db)
  const approver = await certify(db)
  const { names, all } = rowsOfToday(rows)
  const ids = new Set(all.map((row) => row[names.indexOf('identificacion')]))
  await registerEverybody(
    db,
    manyPeople(PEOPLE).filter(({ id }) => ids.has(id)),
  )
  const lotId = await bringLot(db, folder, Buffer.from(plainCsv(names, all)))
  return { db, url, dataDir: folder, rows, lotId, approver }
}

/** Each of them is an invoice; the first of an establishment that is closed. */
function rowsOfToday(count: number): { names: readonly string[]; all: readonly string[][] } {
  const [year, month, day] = dayOf(new Date()).split('-')
  const { names, good } = manyRows({ count, bad: 0, lines: [1] })
  const put = (row: readonly string[], name: string, value: string) =>
    row.with(names.indexOf(name), value)
  const all = good.map((row, at) => {
    const dated = put(row, 'fecha_emision', `${day}/${month}/${year}`)
    if (at === 0) {
      return Object.entries(CLOSED_PLACE).reduce(
        (told, [name, value]) => put(told, name, value),
        dated,
      )
    }
    return put(dated, 'punto_emision', POINTS[at % POINTS.length] ?? '')
  })
  return { names, all }
}

/** A file of rows, as an upload leaves it. */
async function bringLot(db: Db, dataDir: string, bytes: Buffer): Promise<number> {
  const folder = path.join(dataDir, 'lots', 'a')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, '1'), bytes)
  const sha256 = crypto.createHash('sha256').update(bytes).digest('hex')
  const files = [{ name: 'comisiones.csv', bytes: bytes.length, sha256, stored: '1' }]
  return transaction(db, async (tx) => {
    const lot = { kind: 'rows', documentKind: 'invoice', status: 'reading' } as const
    const id = await addLot(tx, { ...lot, folder: 'a', loadedBy: null, files }, new Date())
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint: null, createdBy: null }
    await addJob(tx, job, new Date())
    return id
  })
}

/** Approves the lot once it was read; answers whether it is approved by now. */
export async function approveOnceRead({ db, lotId, approver }: World): Promise<boolean> {
  const lot = await lotById(db, lotId)
  if (lot.status !== 'ready') return lot.status !== 'reading'
  return transaction(db, (tx) => beginPublishing(tx, KEYS, lot, approver, new Date()))
}
