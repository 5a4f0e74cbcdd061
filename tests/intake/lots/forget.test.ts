import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { forgetLotFiles } from '#src/intake/lots/forget-lot-files.ts'
import { releaseFolders } from '#src/intake/lots/lot-folder-store.ts'
import { moveLot } from '#src/intake/lots/lot-store.ts'
import { dayOf } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { cedulaOf, publishedWithFault, sendMended } from './rows-support.ts'
import { lotFolders, publish, readLot, work } from './support.ts'

const FILES = demoReceipts(dayOf(START)).map(({ name, xml }) => ({ name, content: xml }))

function forget({ context, db, clock }: TestPortal) {
  const { config, policy } = context
  return forgetLotFiles({ db, dataDir: config.dataDir }, policy.retention, clock.now())
}

/** A folder of the lots' as old as that. */
function leave({ context, clock }: TestPortal, name: string, hours: number): void {
  const folder = path.join(context.config.dataDir, 'lots', name)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, '1'), 'a medias')
  const at = new Date(clock.now().getTime() - hours * 3_600_000)
  fs.utimesSync(folder, at, at)
}

/** A lot of rows that is published, and the file that corrects its bad row. */
async function publishedRows(db: Db) {
  const { portal, diego, bad, good, lot } = await publishedWithFault(db)
  const { body } = await diego.post(`${lot}/errores.csv`)
  const mended = { name: 'b.csv', content: body.replace(cedulaOf(bad) ?? '', cedulaOf(good) ?? '') }
  return { portal, lot, mended }
}

eachDatabase((open) => {
  it('deletes the files of a lot so many days after it was done with, and no receipt', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: diego } = await colleague(portal, 'diego', 'loader')
    const { browser: lucia } = await colleague(portal, 'lucia', 'approver')
    const lot = await readLot(portal, diego, FILES)
    await publish(portal, diego, lucia, lot)
    portal.clock.advance({ days: 60 })
    const { browser: dalia } = await colleague(portal, 'dalia', 'loader')
    const young = await readLot(portal, dalia, FILES.slice(0, 1))
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 0 })
    expect(lotFolders(portal)).toHaveLength(2)
    portal.clock.advance({ days: 31 })
    expect(await forget(portal)).toEqual({ kept: 1, orphans: 0 })
    expect(lotFolders(portal)).toHaveLength(1)
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 0 })

    const { browser: dina } = await colleague(portal, 'dina', 'loader')
    expect((await dina.get(lot)).statusCode).toBe(200)
    expect(await portal.db.selectFrom('receipt').select('id').execute()).not.toEqual([])
    // Neither published nor discarded: somebody may still want to.
    expect((await dina.get(young)).body).toContain('Descartar')
  })

  it('deletes what an upload left that was killed a day ago, and nothing else', async () => {
    const portal = await openPortal({ db: await open() })
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 0 })
    const [old, young] = ['a'.repeat(32), 'b'.repeat(32)]
    leave(portal, old, 25)
    leave(portal, young, 23)
    leave(portal, 'apuntes', 2_000)
    const { browser: diego } = await colleague(portal, 'diego', 'loader')
    await readLot(portal, diego, FILES.slice(0, 1))
    const own = lotFolders(portal).filter((name) => ![old, young, 'apuntes'].includes(name))
    for (const name of own) leave(portal, name, 48)
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 1 })
    expect(lotFolders(portal).sort()).toEqual([...own, young, 'apuntes'].sort())
  })

  it('counts from the last publication of a lot that was corrected', async () => {
    const { portal, lot, mended } = await publishedRows(await open())
    portal.clock.advance({ days: 80 })
    const { browser: dora } = await colleague(portal, 'dora', 'loader')
    const { browser: lia } = await colleague(portal, 'lia', 'approver')
    await sendMended(portal, dora, lot, mended)
    await work(portal)
    await publish(portal, dora, lia, lot)
    portal.clock.advance({ days: 80 })
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 0 })
    portal.clock.advance({ days: 11 })
    expect(await forget(portal)).toEqual({ kept: 1, orphans: 0 })
    expect(lotFolders(portal)).toEqual([])
  })

  it('takes no folder from a lot that somebody corrects at that moment', async () => {
    const { portal, lot, mended } = await publishedRows(await open())
    portal.clock.advance({ days: 91 })
    const { browser: dora } = await colleague(portal, 'dora', 'loader')
    const { db } = portal
    // The correction has the lot in its hands when the files of old lots are to go.
    let forgetting: Promise<unknown> = Promise.resolve()
    await transaction(db, async (tx) => {
      const id = (await tx.selectFrom('lot').select('id').executeTakeFirstOrThrow()).id
      await moveLot(tx, id, ['published'], 'reading')
      forgetting = forget(portal)
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    expect(await forgetting).toEqual({ kept: 0, orphans: 0 })
    await transaction(db, async (tx) => {
      const id = (await tx.selectFrom('lot').select('id').executeTakeFirstOrThrow()).id
      await moveLot(tx, id, ['reading'], 'published')
    })
    expect(lotFolders(portal)).toHaveLength(1)
    expect((await sendMended(portal, dora, lot, mended)).headers.location).toBe(lot)
    expect((await dora.get(lot)).body).not.toContain('ya no está como lo veías')
  })

  it('takes a lot its folder before its files, so that a kill leaves nothing for ever', async () => {
    const { portal } = await publishedRows(await open())
    portal.clock.advance({ days: 91 })
    const [name = ''] = lotFolders(portal)
    const before = new Date(portal.clock.now().getTime() - 90 * 86_400_000)
    // Killed right behind the commit.
    expect(await transaction(portal.db, (tx) => releaseFolders(tx, before, 9))).toEqual([name])
    expect(lotFolders(portal)).toEqual([name])
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 1 })
    expect(lotFolders(portal)).toEqual([])
  })

  it('deletes a corrected file of which no lot knows, a day later, and no other', async () => {
    const { portal, lot, mended } = await publishedRows(await open())
    const { browser: dora } = await colleague(portal, 'dora', 'loader')
    await sendMended(portal, dora, lot, mended)
    const [name = ''] = lotFolders(portal)
    const folder = path.join(portal.context.config.dataDir, 'lots', name)
    const known = fs.readdirSync(folder)
    expect(known).toHaveLength(2)
    const [cut, arriving] = [`${'c'.repeat(32)}-1`, `${'d'.repeat(32)}-1`]
    for (const file of [...known, cut, arriving, 'apuntes.txt']) {
      const whole = path.join(folder, file)
      if (!known.includes(file)) fs.writeFileSync(whole, 'a medias')
      const hours = file === arriving ? 23 : 25
      const at = new Date(portal.clock.now().getTime() - hours * 3_600_000)
      fs.utimesSync(whole, at, at)
    }
    expect(await forget(portal)).toEqual({ kept: 0, orphans: 1 })
    expect(fs.readdirSync(folder).sort()).toEqual([...known, arriving, 'apuntes.txt'].sort())
  })

  it('says that the lot moved when its files go while a corrected one comes', async () => {
    const { portal, lot, mended } = await publishedRows(await open())
    const { browser: dora } = await colleague(portal, 'dora', 'loader')
    const [name = ''] = lotFolders(portal)
    fs.rmSync(path.join(portal.context.config.dataDir, 'lots', name), { recursive: true })
    const answer = await sendMended(portal, dora, lot, mended)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, lot])
    const notice = decodeURIComponent(decodeURIComponent(String(answer.headers['set-cookie'])))
    expect(notice).toContain('El lote ya no está como lo veías')
  })
})
