import { expect, test } from 'vitest'
import { showIssuances } from '#src/backoffice/issuances/issuances-command.ts'
import { retryIssuances } from '#src/backoffice/issuances/retry-command.ts'
import { openSqlite } from '#tests/support/databases.ts'
import { issueOne, issuingBank, rowOf } from './support.ts'

/** Runs a command; what it printed, and how it ended. */
async function run(work: (terminal: Terminal) => Promise<number>) {
  let [out, err] = ['', '']
  const write = (keep: (text: string) => void) => ({ write: keep })
  const code = await work({
    stdout: write((text) => {
      out += text
    }),
    stderr: write((text) => {
      err += text
    }),
  })
  return { code, out, err }
}

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

test('counts and lists what is on its way, and sends again what stands still', async () => {
  const bank = await issuingBank(await openSqlite())
  const { db, sri, works, portal } = bank
  sri.judge = () => ({ returned: '2' })
  const id = await issueOne(bank, 'shut', 1)
  sri.judge = () => ({ returned: '35' })
  const bad = await issueOne(bank, 'bad', 1)
  const { access_key: key } = await rowOf(db, id)
  const show = (...args: string[]) => run((terminal) => showIssuances(args, { db }, terminal))
  expect((await show()).out).toMatch(/devuelto +2/)
  const listed = await show('--state', 'devuelto')
  expect(listed.out).toContain(`${key}  Factura 001-001-000000001: Devuelto por el SRI. 2 `)
  const json = JSON.parse((await show('--state', 'devuelto', '--json')).out)
  expect(json.issuances).toMatchObject([{ accessKey: key, answerCode: '2' }, { answerCode: '35' }])
  expect((await show('--state', 'nada')).code).toBe(1)
  expect((await show('--lot', '2020-01-0001')).err).toContain('No hay un lote')
  sri.judge = () => null
  const retry = (...args: string[]) =>
    run((terminal) => retryIssuances(args, portal.context, terminal))
  const done = await retry('--state', 'devuelto')
  expect(done).toMatchObject({ code: 1, out: 'Se envían otra vez: 1.\n' })
  // What is wrong with the document itself would come back again, and lock its key.
  expect(done.err).toContain('Nada cambió')
  await works.round(3)
  expect((await rowOf(db, id)).state).toBe('authorized')
  expect((await rowOf(db, bad)).state).toBe('returned')
  await expect(retry()).rejects.toThrow('Nombra las claves')
  expect((await retry('1'.repeat(49))).err).toContain('No hay un envío')
  const { actor } = await db
    .selectFrom('audit')
    .select('actor')
    .where('action', '=', 'issuance.repeated')
    .executeTakeFirstOrThrow()
  expect(actor).toBe('command-line')
})
