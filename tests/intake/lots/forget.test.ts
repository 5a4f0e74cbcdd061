import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { forgetLotFiles } from '#src/intake/lots/forget-lot-files.ts'
import { dayOf } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { lotFolders, readLot, work } from './support.ts'

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

eachDatabase((open) => {
  it('deletes the files of a lot so many days after it was done with, and no receipt', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: diego } = await colleague(portal, 'diego', 'loader')
    const { browser: lucia } = await colleague(portal, 'lucia', 'approver')
    const lot = await readLot(portal, diego, FILES)
    await diego.post(`${lot}/publicacion`, { motivo: 'Fin de mes' })
    const [, id = ''] =
      /action="\/interno\/aprobaciones\/(\d+)\/aprobacion"/.exec(
        (await lucia.get('/interno/aprobaciones')).body,
      ) ?? []
    await lucia.post(`/interno/aprobaciones/${id}/aprobacion`)
    await work(portal)
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
})
