import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { addChange } from '#src/policy/parameters/change-store.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { portal, SECRETS, serve } from '#tests/support/processes.ts'

const MOTTO = 'Otro lema, sin reinicio'

/** What two people agreed on, as the process that heard the second of them wrote it. */
async function agree(db: Db, now: Date): Promise<void> {
  const { id: login } = await db.selectFrom('login').select('id').executeTakeFirstOrThrow()
  const approval = {
    kind: 'parameter.change',
    subject: 'parameter:brand.motto',
    payload: '',
    proposed_by: login,
    proposed_at: now.toISOString(),
    reason: 'De prueba',
  }
  await transaction(db, async (tx) => {
    const { id } = await tx
      .insertInto('approval')
      .values(approval)
      .returning('id')
      .executeTakeFirstOrThrow()
    await addChange(tx, { name: 'brand.motto', value: MOTTO, from: now, approvalId: id })
  })
}

async function untilSeen(url: string): Promise<string> {
  for (;;) {
    const page = await (await fetch(`${url}/ingresar`)).text()
    if (page.includes(MOTTO)) return page
    await pause(500)
  }
}

it('reaches every process that runs, and each that starts', { timeout: 120_000 }, async () => {
  const here = { DATA_DIR: temporaryFolder() }
  const added = await portal(
    ['user', 'add', '--role', 'administrator', '--user', 'ana', '--name', 'Ana Mora'].concat([
      '--email',
      'ana@bancoceibo.example',
    ]),
    { ...SECRETS, ...here },
  )
  expect(added.code).toBe(0)
  const one = await serve({ ...here, ROLE: 'web' })
  const other = await serve({ ...here, ROLE: 'all' })
  const db = openDb(`sqlite:${path.join(here.DATA_DIR, 'portal.db')}`)
  await agree(db, new Date())
  await db.destroy()
  for (const { url } of [one, other]) expect(await untilSeen(url)).toContain(MOTTO)
  const late = await serve({ ...here, ROLE: 'web' })
  expect(await (await fetch(`${late.url}/ingresar`)).text()).toContain(MOTTO)
})
