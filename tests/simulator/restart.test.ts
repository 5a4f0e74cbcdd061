import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/databases.ts'
import type { Running } from './support.ts'
import {
  answersFor,
  codesOf,
  decided,
  invoiceOf,
  postJson,
  startSimulator,
  stop,
} from './support.ts'

/** A folder, and simulators that hold it one after the other. */
function world() {
  const folder = path.join(temporaryFolder(), 'sri')
  const start = async (...switches: string[]): Promise<Running> => {
    const args = switches.flatMap((one) => ['--switch', one])
    const sri = await startSimulator(['--data', folder, ...args])
    onTestFinished(() => stop(sri))
    return sri
  }
  return { start }
}

it('keeps through a kill -9 what it received, what it decided and what was annulled', async () => {
  const { start } = world()
  const [waiting, refused, fine, annulled] = [invoiceOf(), invoiceOf(), invoiceOf(), invoiceOf()]
  const first = await start('demoraMs=0')
  for (const one of [fine, annulled]) await first.client.send(one.bytes)
  await first.set({ rechazar: '39' })
  await first.client.send(refused.bytes)
  await decided(first, refused.key)
  await postJson(`${first.origin}/anulaciones`, { claveAcceso: annulled.key })
  await first.set({ demoraMs: 3_600_000 })
  await first.client.send(waiting.bytes)
  const before = await answersFor(first, fine.key)
  await stop(first)

  const second = await start()
  expect(await answersFor(second, fine.key)).toEqual(before)
  expect(await answersFor(second, refused.key)).toMatchObject([
    { state: 'NO AUTORIZADO', messages: [{ identifier: '39' }] },
  ])
  expect(await answersFor(second, waiting.key)).toMatchObject([{ state: 'EN PROCESAMIENTO' }])
  expect(codesOf(await second.client.send(waiting.bytes))).toEqual(['70'])
  expect(codesOf(await second.client.send(fine.bytes))).toEqual(['43'])
  expect(await second.client.consult(annulled.key)).toMatchObject({ answer: { state: 'ANULADO' } })
})

it('decides after a kill -9 what was due meanwhile', async () => {
  const { start } = world()
  const one = invoiceOf()
  const first = await start('demoraMs=300')
  await first.client.send(one.bytes)
  await stop(first)
  const second = await start()
  expect(await decided(second, one.key)).toMatchObject([{ state: 'AUTORIZADO' }])
})

it('has everything that it said it received, killed in the middle of many', async () => {
  const { start } = world()
  const first = await start()
  const many = Array.from({ length: 60 }, () => invoiceOf())
  let received = 0
  const answers = await Promise.all(
    many.map(async ({ key, bytes }) => {
      const answered = await first.client.send(bytes)
      received += 1
      if (received === 10) first.child.kill('SIGKILL')
      return { key, said: answered.ok }
    }),
  )
  const said = answers.filter((one) => one.said)
  expect(said.length).toBeGreaterThanOrEqual(10)
  const second = await start()
  for (const { key } of said) expect(await answersFor(second, key)).toHaveLength(1)
})
