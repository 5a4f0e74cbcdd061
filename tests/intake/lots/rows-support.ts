import { expect } from 'vitest'
import type { Db } from '#src/db/open.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import type { SentFile } from './support.ts'
import { bank, multipart, publish, readLot, sendForm } from './support.ts'

/** The template of a kind of document, as CSV. */
export async function templateOf(browser: Browser, slug: string): Promise<string> {
  const { body, statusCode } = await browser.get(`/interno/lotes/plantillas/${slug}.csv`)
  expect(statusCode).toBe(200)
  return body
}

/** Sends a file of corrected rows, as the form of the lot's page does. */
export async function sendMended(
  portal: TestPortal,
  browser: Browser,
  lot: string,
  file: SentFile,
): Promise<Answer> {
  const { body, type } = multipart([file])
  return sendForm(portal, browser, body, type, `${lot}/correcciones`)
}

/** The example of the template of facturas, with the cédula of one row and its cure. */
export function spoiled(csv: string): { bad: string; good: string } {
  const lines = csv.split('\r\n')
  const [first = ''] = lines.slice(1)
  const cedula = /"(\d{10})"|;(\d{10});|"=""(\d{10})"""/.exec(first)
  const number = cedula?.slice(1).find(Boolean)
  if (!number) throw new Error(`No cédula in ${first}`)
  const last = String((Number(number.at(-1)) + 1) % 10)
  return { bad: csv.replace(number, number.slice(0, -1) + last), good: csv }
}

/** A lot of which the good rows were published and one waits to be corrected. */
export async function publishedWithFault(db: Db) {
  const people = await bank(db)
  const { portal, diego, lucia } = people
  const { bad, good } = spoiled(await templateOf(diego, 'factura'))
  const lot = await readLot(portal, diego, [{ name: 'a.csv', content: bad }], 'factura')
  await publish(portal, diego, lucia, lot)
  return { ...people, bad, good, lot }
}

/** The first cédula among the cells of the second line. */
export function cedulaOf(csv: string): string | undefined {
  const cells = (csv.split('\r\n')[1] ?? '').split(';').map((cell) => cell.replace(/[^0-9]/g, ''))
  return cells.find((cell) => cell.length === 10)
}
