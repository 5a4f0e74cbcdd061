import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeServerDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { liveThrough, type Ordeal } from './live-through.ts'
import { isAboutClosed } from './stopped.ts'

const SERVER = process.env['TEST_DATABASE_URL'] ?? ''
const SHORT = { rows: 60, kills: 3, patienceMs: 1_500, seed: 20_261_130 }

describe('rows whose SRI fails and whose worker is killed: one number, one receipt, one mail', () => {
  const survive = async (database: Ordeal['database'], folder: string) => {
    const { problems, stopped } = await liveThrough({ ...SHORT, database, folder })
    expect(problems).toEqual([])
    // What the SRI refused waited for a person, with its reason; one of them surely.
    expect(stopped.filter(isAboutClosed)).toMatchObject([
      { says: expect.stringMatching(/^El SRI tiene clausurado este establecimiento\./) },
    ])
    for (const { code, says } of stopped) {
      expect([code, says]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)])
    }
  }

  test('on SQLite', { timeout: 300_000 }, async () => {
    const folder = temporaryFolder()
    await survive(`sqlite:${path.join(folder, 'portal.db')}`, folder)
  })

  test('on a PostgreSQL server', { timeout: 300_000 }, async (context) => {
    if (!SERVER) context.skip('TEST_DATABASE_URL names no server, and PGlite lives in one process')
    await survive(await makeServerDatabase(SERVER), temporaryFolder())
  })
})
