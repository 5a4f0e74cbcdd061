import { expect } from 'vitest'
import { exportFormats } from '#src/practice/exports/formats.ts'
import { unzip } from '#tests/receipts/support/unzip.ts'
import { type Answer, type Browser, ORIGIN, type TestPortal } from '#tests/support/portal.ts'
import { work } from '../package-support.ts'
import type { Program } from '../programs/support.ts'
import { EVERYBODY, type Known } from './world.ts'

export const ALL = 'periodo=rango'
const EXPORTS = '/comprobantes/exportar'
/** What adds up, and so names no receipt. */
export const SUMS = ['retenciones.xlsx', 'formularios.xlsx']

/** A way to all receipts at once: everything that it shows, as text. */
type ToAll = (browser: Browser) => Promise<string>
/** A way to one receipt: what it shows of it, as text. */
type ToOne = (browser: Browser, receipt: Known) => Promise<string>

/** Only the rows of a list, without the form in which the question stands. */
export function rowsOf(html: string): string {
  return html.match(/<tbody>[\s\S]*<\/tbody>/)?.[0] ?? ''
}

/** A page or a file is of its receipt; whatever else is an answer that names none. */
function found({ statusCode }: Answer): string {
  // Too busy to draw a PDF, it says of a receipt that it found.
  expect([200, 404, 503]).toContain(statusCode)
  return statusCode === 404 ? '' : 'is there'
}

/** Everything that is written in a file, with what is in its entries when it has some. */
async function written({ statusCode, rawPayload }: Answer): Promise<string> {
  expect([200, 404, 409]).toContain(statusCode)
  if (statusCode !== 200) return ''
  if (rawPayload.subarray(0, 2).toString() !== 'PK') return rawPayload.toString('latin1')
  return [...(await unzip(rawPayload))].flat().join('\n')
}

/** Ways that a person has to everything; every format of export is one, those to come too. */
export const WAYS_TO_ALL: Record<string, ToAll> = {
  'the list': async (browser) => (await browser.get(`/comprobantes?${ALL}`)).body,
  'the list in parts': async (browser) =>
    (await browser.get(`/comprobantes?${ALL}`, { 'hx-request': 'true' })).body,
  'the pages of clients': async (browser) => {
    const pages = EVERYBODY.map(async (number) => written(await browser.get(`/empresas/${number}`)))
    return (await Promise.all(pages)).join()
  },
  'the table': async (browser) => (await browser.get(`/comprobantes.csv?${ALL}`)).body,
  'the template of a list': async (browser) => (await browser.get('/consultas/plantilla.csv')).body,
  'a package at once': async (browser) =>
    written(await browser.post(`/comprobantes/descarga?${ALL}`, { todos: '1', formato: 'xml' })),
  ...Object.fromEntries(
    exportFormats
      .filter(({ slug }) => !SUMS.includes(slug))
      .map(({ slug }) => [
        slug,
        async (browser: Browser) => written(await browser.get(`${EXPORTS}/${slug}?${ALL}`)),
      ]),
  ),
}

/** Ways that a person has to one receipt. */
export const WAYS_TO_ONE: Record<string, ToOne> = {
  'a search by key': async (browser, { accessKey }) =>
    rowsOf((await browser.get(`/comprobantes?q=${accessKey}`)).body),
  'a search by number': async (browser, { number }) =>
    rowsOf((await browser.get(`/comprobantes?q=${number}&${ALL}`)).body),
  'its page': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}`)),
  'its PDF': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}.pdf`)),
  'its XML': async (browser, { accessKey }) =>
    found(await browser.get(`/comprobantes/${accessKey}.xml`)),
  'a package of some': async (browser, { accessKey }) =>
    written(await browser.post('/comprobantes/descarga', { clave: accessKey, formato: 'xml' })),
}

/** The same for a program of a firm. */
export const PROGRAM_WAYS_TO_ALL: Record<string, (program: Program) => Promise<string>> = {
  'the list of the API': async (program) => (await program.call('GET', '/comprobantes')).body,
  'the feed': async (program) => (await program.call('GET', '/eventos')).body,
}
export const PROGRAM_WAYS_TO_ONE: Record<
  string,
  (program: Program, receipt: Known) => Promise<string>
> = {
  'a search of the API': async (program, { accessKey }) =>
    (await program.call('GET', `/comprobantes?q=${accessKey}`)).body,
  'one, as JSON': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}`)),
  'its XML by the API': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}.xml`)),
  'its PDF by the API': async (program, { accessKey }) =>
    found(await program.call('GET', `/comprobantes/${accessKey}.pdf`)),
}

/** Has a package made; its address, or null when there is nothing to put into it. */
export async function askPackageOf(
  portal: TestPortal,
  browser: Browser,
  search: string,
): Promise<string | null> {
  const asked = await browser.post('/descargas', { busqueda: search, formato: 'xml' })
  if (asked.statusCode === 422) return null
  expect(asked.statusCode).toBe(303)
  await work(portal)
  return `${asked.headers.location}.zip`
}

/** The same for a program. */
export async function askProgramPackage(
  portal: TestPortal,
  program: Program,
  search: object,
): Promise<string | null> {
  const asked = await program.call('POST', '/descargas', { body: { ...search, formato: 'xml' } })
  if (asked.statusCode === 422) return null
  expect(asked.statusCode).toBe(202)
  await work(portal)
  return `/descargas/${asked.json().id}/partes/1.zip`
}

/** What is in a file at an address, and in none; of a page only its rows. */
export async function fetched(
  from: { get(address: string): Promise<Answer> },
  address: string | null,
): Promise<string> {
  if (address === null) return ''
  const text = await written(await from.get(address))
  return text.startsWith('<!') ? rowsOf(text) : text
}

/** Asks for many at once, as the form does; the address of the answer. */
async function ask(
  portal: TestPortal,
  browser: Browser,
  fields: Record<string, string>,
  file?: string,
): Promise<string> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file !== undefined) form.append('archivo', new Blob([file]), 'lista.csv')
  const request = new Request(ORIGIN, { method: 'POST', body: form })
  const headers = {
    host: new URL(ORIGIN).host,
    origin: ORIGIN,
    cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'content-type': request.headers.get('content-type') ?? '',
  }
  const payload = Buffer.from(await request.arrayBuffer())
  const asked = await portal.app.inject({ method: 'POST', url: '/consultas', headers, payload })
  expect(asked.statusCode).toBe(303)
  return String(asked.headers.location)
}

/** Ways to one receipt by asking for it in a list. */
export function listedWays(portal: TestPortal): Record<string, ToOne> {
  const foundIn = async (browser: Browser, address: string) =>
    rowsOf((await browser.get(`${address}?ver=found`)).body)
  return {
    'a pasted key': async (browser, { accessKey: lista }) =>
      foundIn(browser, await ask(portal, browser, { modo: 'lista', lista })),
    'a pasted number': async (browser, { number: lista }) =>
      foundIn(browser, await ask(portal, browser, { modo: 'lista', lista })),
    'a key in a file': async (browser, { accessKey }) =>
      foundIn(browser, await ask(portal, browser, { modo: 'archivo' }, `${accessKey}\r\n`)),
    'a line that is corrected': async (browser, { accessKey: valor }) => {
      const address = await ask(portal, browser, { modo: 'lista', lista: '001-002-00001865S' })
      const link =
        /href="([^"]*\/lineas\/[^"?]*)/.exec((await browser.get(address)).body)?.[1] ?? ''
      const corrected = await browser.post(link, { valor })
      expect(corrected.statusCode).toBe(303)
      return foundIn(browser, address)
    },
  }
}

/** Asks how much there is of everybody's, by period: the address of the answer. */
export function askAboutAll(portal: TestPortal, browser: Browser): Promise<string> {
  const kinds = ['factura', 'retencion', 'nota-credito'].map((kind) => [`tipo-${kind}`, 'on'])
  return ask(portal, browser, {
    modo: 'periodo',
    desde: '2026-10-01',
    hasta: '2026-12-31',
    rucs: EVERYBODY.join(' '),
    ...Object.fromEntries(kinds),
  })
}

/** Asks for what is pasted, a line each: the address of the answer, and of what the list lacks. */
export function askList(portal: TestPortal, browser: Browser, lista: string): Promise<string> {
  return ask(portal, browser, { modo: 'lista', lista })
}
