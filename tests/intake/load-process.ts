import { openDb } from '#src/db/open.ts'
import { runLoad } from '#src/intake/command/load-command.ts'
import { amazonas } from '#src/policy/amazonas.ts'

/** The load command in a process of its own, to be killed: `load-process.ts <database> <path>…`. */
const [database = '', ...paths] = process.argv.slice(2)
const db = openDb(database)
const needs = {
  db,
  policy: amazonas,
  config: { issuers: [], signatureAuthorities: [] },
  keys: { audit: Buffer.alloc(32) },
  now: () => new Date('2026-11-20T15:00:00.000Z'),
}
const streams = { stdout: process.stdout, stderr: process.stderr }
process.exitCode = await runLoad([...paths, '--json'], needs, streams)
await db.destroy()
