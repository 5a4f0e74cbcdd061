import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { openContext } from '#src/context.ts'
import { findLot } from '#src/intake/lots/lot-store.ts'
import { startPortal } from '#src/start.ts'
import { dayOf } from '#src/values/day.ts'
import { openSqlite, temporaryFolder } from '#tests/support/databases.ts'
import { openPortal, stoppedClock, testContext } from '#tests/support/portal.ts'
import { freePort } from '#tests/support/processes.ts'
import { colleague } from '../../identity/staff/support.ts'
import { upload } from './support.ts'

it('is read by the thread of a running portal, which ends with the portal', {
  timeout: 60_000,
}, async () => {
  const dataDir = temporaryFolder()
  const { config } = testContext(await openSqlite(), stoppedClock(), { config: { dataDir } })
  const port = await freePort()
  const own = { ...config, port, databaseUrl: `sqlite:${dataDir}/portal.db` }
  const log = pino({ level: 'silent' })
  const context = openContext(own, log)
  const running = await startPortal(context, { logger: log })
  // A second way in to the same data, through which Diego uploads.
  const portal = await openPortal({ db: openContext(own, log).db, config: { dataDir } })
  const { browser } = await colleague(portal, 'diego', 'loader')
  const files = demoReceipts(dayOf(portal.clock.now()))
    .slice(0, 5)
    .map(({ name, xml }) => ({ name, content: xml }))
  const { location } = (await upload(portal, browser, files)).headers
  const [, month = '', sequence] = /(\d{4}-\d{2})-(\d+)$/.exec(String(location)) ?? []
  for (let looks = 0; looks < 300; looks += 1) {
    const lot = await findLot(portal.db, { month, sequence: Number(sequence) })
    if (lot?.status === 'ready') break
    await pause(100)
  }
  const lot = await findLot(portal.db, { month, sequence: Number(sequence) })
  expect(lot?.summary?.outcomes).toEqual({ new: 5 })
  await running.stop()
})
