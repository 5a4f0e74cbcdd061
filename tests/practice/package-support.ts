import { expect } from 'vitest'
import { openJobWorker } from '#src/jobs.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import type { SignedIn } from '../receipts/support/signed-in.ts'

/** Does all the long work that waits, as the thread of a running portal would. */
export async function work({ context }: Pick<TestPortal, 'context'>): Promise<void> {
  const worker = openJobWorker(context)
  await worker.runOnce()
  await worker.stop()
}

/** Asks for a package by the form; answers its address. */
export async function ask(
  { browser }: SignedIn,
  busqueda: string,
  formato = 'ambos',
): Promise<string> {
  const answer = await browser.post('/descargas', { busqueda, formato })
  expect(answer.statusCode).toBe(303)
  return String(answer.headers.location)
}

/** Asks for a package and has it made; answers its address. */
export async function askAndMake(
  portal: TestPortal,
  who: SignedIn,
  busqueda: string,
  formato = 'ambos',
): Promise<string> {
  const address = await ask(who, busqueda, formato)
  await work(portal)
  return address
}
