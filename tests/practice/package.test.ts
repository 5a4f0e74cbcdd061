import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { askPackage } from '#src/practice/packages/ask-package.ts'
import { forgetPackages } from '#src/practice/packages/forget-packages.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import { ORIGIN, openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, type SignedIn, signInPerson } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { ask, askAndMake, partsOf, stepByStep, work } from './package-support.ts'

const FILES = demoReceipts('2026-11-21' as Day)
const ALL = 'periodo=rango'
const NOVEMBER = 'periodo=rango&desde=2026-11-01&hasta=2026-11-30'

async function aBank(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  await load(portal, FILES)
  return { portal, hers: await signInPerson(portal, maria) }
}

function fetchPart(portal: TestPortal, { browser }: SignedIn, url: string, headers = {}) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return portal.app.inject({
    method: 'HEAD',
    url,
    headers: { host: new URL(ORIGIN).host, cookie, ...headers },
  })
}

const readings = (portal: TestPortal) =>
  portal.db.selectFrom('receipt_reading').select(['action', 'login_id']).execute()

eachDatabase((open) => {
  test('a package holds what the list shows, its lists, and twice the same bytes', async () => {
    const { portal, hers } = await aBank(await open())
    const first = await askAndMake(portal, hers, ALL)
    const answer = await hers.browser.get(`${first}.zip`)
    expect(answer.statusCode).toBe(200)
    const entries = await unzip(answer.rawPayload)
    const owned = await portal.db
      .selectFrom('receipt_owner')
      .select(['access_key', 'status'])
      .where('party_id', '=', hers.partyId)
      .execute()
    const given = owned.filter(({ status }) => status === 'authorized' || status === 'annulled')
    const xml = [...entries].filter(([name]) => name.endsWith('.xml'))
    expect(xml).toHaveLength(given.length)
    for (const [name, bytes] of xml) {
      expect(name).toMatch(/^\d{13}\/\d{4}\/\d\d\/[a-z-]+\/[A-Z][\w-]+\.xml$/)
      expect(FILES.some((file) => Buffer.from(file.xml).equals(bytes))).toBe(true)
      expect(entries.get(name.replace('.xml', '.pdf'))?.subarray(0, 5).toString()).toBe('%PDF-')
    }
    const lists = ['indice.csv', 'indice.xlsx', 'LEEME.txt', 'manifiesto.json']
    expect([...entries.keys()].slice(-4)).toEqual(lists)
    expect(entries.get('indice.csv')?.toString().trimEnd().split('\r\n')).toHaveLength(
      owned.length + 1,
    )
    const manifest = JSON.parse(String(entries.get('manifiesto.json')))
    expect(manifest.totales).toMatchObject({ comprobantes: owned.length, archivos: xml.length * 2 })
    // Each reading is in the log of whoever the receipts are of, once.
    expect(await readings(portal)).toEqual(
      given.map(() => ({ action: 'zip', login_id: hers.loginId })),
    )
    const second = await askAndMake(portal, hers, ALL)
    expect(second).not.toBe(first)
    const again = await hers.browser.get(`${second}.zip`)
    expect(again.rawPayload.equals(answer.rawPayload)).toBe(true)
    expect(again.headers.etag).toBe(answer.headers.etag)
  })

  test('a large one comes in parts that say which they are, none of them short', async () => {
    const { portal, hers } = await aBank(await open())
    const { now } = portal.context
    const asked = { query: ALL, format: 'xml' as const, alsoMerged: false }
    const outcome = await askPackage(portal.context, { ...hers }, asked, now(), {
      partReceipts: 50,
    })
    if (!outcome.ok) throw new Error('refused')
    await work(portal)
    const names = new Set<string>()
    let receipts = 0
    for (const n of [1, 2, 3]) {
      const answer = await hers.browser.get(`/descargas/${outcome.id}.zip?parte=${n}`)
      expect(answer.headers['content-disposition']).toContain(`comprobantes_parte-${n}-de-3.zip`)
      const entries = await unzip(answer.rawPayload)
      const manifest = JSON.parse(String(entries.get(`manifiesto_parte-${n}-de-3.json`)))
      expect(manifest).toMatchObject({ parte: n, partes: 3 })
      expect(String(entries.get(`LEEME_parte-${n}-de-3.txt`))).toContain(`Es la parte ${n} de 3`)
      receipts += manifest.totales.comprobantes
      for (const name of entries.keys()) names.add(name)
    }
    const page = await hers.browser.get(`/descargas/${outcome.id}`)
    expect(page.body).toContain('Parte 3 de 3')
    const { count } = await portal.db
      .selectFrom('receipt_owner')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('party_id', '=', hers.partyId)
      .executeTakeFirstOrThrow()
    expect(receipts).toBe(Number(count))
    expect((await hers.browser.get(`/descargas/${outcome.id}.zip?parte=4`)).statusCode).toBe(404)
  })
})

test('a package whose worker stops after every step has the same parts, and the same bytes', async () => {
  const { portal, hers } = await aBank()
  const { db, now } = portal.context
  const asked = { query: ALL, format: 'xml' as const, alsoMerged: false }
  const begin = async () => {
    const outcome = await askPackage(portal.context, hers, asked, now(), { partReceipts: 4 })
    if (!outcome.ok) throw new Error(outcome.refusal.reason)
    return outcome.id
  }
  const undisturbed = await begin()
  await work(portal)
  const stopped = await begin()
  expect(await stepByStep(portal)).toBeGreaterThan(2)
  const parts = await partsOf(db, stopped)
  expect(parts.length).toBeGreaterThan(2)
  expect(parts).toEqual(await partsOf(db, undisturbed))
})

/** A package of hers and of somebody else's, as if a grant had been there. */
const withAnother = ({ partyId }: SignedIn) =>
  JSON.stringify([...ownScope(partyId), ...ownScope(999_999)])

test('a permission that goes while a package is made stops it, with a sentence and no file', async () => {
  const { portal, hers } = await aBank()
  const begun = await ask(hers, NOVEMBER, 'xml')
  const scope = withAnother(hers)
  await portal.db.updateTable('package').set({ scope }).execute()
  await work(portal)
  const page = await hers.browser.get(begun)
  expect(page.body).toContain('Cambió tu permiso sobre alguno de los contribuyentes')
  expect((await hers.browser.get(`${begun}.zip`)).statusCode).toBe(409)
  expect(await readings(portal)).toEqual([])
  const [mail] = (await portal.inbox()).filter(({ reason }) => reason === 'package-ended')
  expect(mail?.subject).toBe('No pudimos terminar tu descarga')
})

test('a permission that has gone takes finished files with it', async () => {
  const { portal, hers } = await aBank()
  const ready = await askAndMake(portal, hers, NOVEMBER, 'xml')
  const scope = withAnother(hers)
  await portal.db.updateTable('package').set({ scope }).execute()
  const file = await hers.browser.get(`${ready}.zip`)
  expect(file.statusCode).toBe(409)
  expect(file.body).toContain('Ya no tienes permiso para esta descarga')
})

test('a download that broke off is gone on with, and one that is there is not sent again', async () => {
  const { portal, hers } = await aBank()
  const address = `${await askAndMake(portal, hers, NOVEMBER, 'xml')}.zip`
  const { rawPayload: whole, headers } = await hers.browser.get(address)
  const etag = String(headers.etag)
  expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
  const get = (more: Record<string, string>) => hers.browser.get(address, more)
  const middle = await get({ range: 'bytes=100-', 'if-range': etag })
  expect(middle.statusCode).toBe(206)
  expect(middle.headers['content-range']).toBe(`bytes 100-${whole.length - 1}/${whole.length}`)
  expect(middle.rawPayload.equals(whole.subarray(100))).toBe(true)
  const end = await get({ range: 'bytes=-22' })
  expect(end.rawPayload.equals(whole.subarray(-22))).toBe(true)
  for (const range of ['bytes=5-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-', 'bytes=a-b']) {
    expect((await get({ range })).statusCode).toBe(200)
  }
  expect((await get({ range: 'bytes=0-1', 'if-range': '"another"' })).statusCode).toBe(200)
  for (const range of [`bytes=${whole.length}-`, 'bytes=999999999999-', 'bytes=-0']) {
    const beyond = await get({ range })
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([
      416,
      `bytes */${whole.length}`,
    ])
  }
  expect((await get({ 'if-none-match': etag })).statusCode).toBe(304)
  const head = await fetchPart(portal, hers, address)
  expect(head.statusCode).toBe(200)
  expect(head.headers['content-length']).toBe(String(whole.length))
  expect(head.rawPayload).toHaveLength(0)
})

test('a package is nobody else’s, and after seven days nobody’s', async () => {
  const { portal, hers } = await aBank()
  const his = await signInPerson(portal, pedro)
  const address = await askAndMake(portal, hers, NOVEMBER, 'xml')
  const nobodys = await his.browser.get('/descargas/4711')
  for (const url of [address, `${address}.zip`, `${address}/avance`]) {
    const answer = await his.browser.get(url)
    expect(answer.statusCode).toBe(404)
    expect((await portal.browser().get(url)).statusCode).toBe(303)
  }
  expect((await his.browser.get(address)).body).toBe(nobodys.body)
  expect((await his.browser.post(`${address}/cancelacion`)).statusCode).toBe(404)
  expect((await his.browser.get('/descargas')).body).not.toContain(address)
  const folder = path.join(portal.context.config.dataDir, 'packages')
  const forget = () =>
    forgetPackages({ db: portal.db, dataDir: portal.context.config.dataDir }, portal.clock.now())
  await forget()
  expect(fs.readdirSync(folder)).toHaveLength(1)
  portal.clock.advance({ days: 7, minutes: 1 })
  const again = await signInAgain(portal, hers)
  const expired = await again.browser.get(`${address}.zip`)
  expect(expired.statusCode).toBe(409)
  expect(expired.body).toContain('Esta descarga venció')
  await forget()
  expect(fs.readdirSync(folder)).toEqual([])
  expect((await again.browser.get('/descargas')).body).toContain('Venció')
})

/** A session lasts no week. */
async function signInAgain(portal: TestPortal, who: SignedIn): Promise<SignedIn> {
  const expires_at = new Date(portal.clock.now().getTime() + 3_600_000).toISOString()
  const now = portal.clock.now().toISOString()
  const times = { expires_at, created_at: now, seen_at: now }
  await portal.db.updateTable('session').set(times).where('id', '=', who.sessionId).execute()
  const { giveSession } = await import('#src/identity/session-guard.ts')
  const setCookie = (name: string, value: string) => who.browser.cookies.set(name, value)
  giveSession({ server: portal.app, setCookie } as never, who.sessionId)
  return who
}

test('what others under way will still write is no room for another', async () => {
  const { portal, hers } = await aBank()
  const his = await signInPerson(portal, pedro)
  const first = await ask(hers, ALL)
  await portal.db.updateTable('package').set({ receipts: 1e12 }).execute()
  const refused = await his.browser.post('/descargas', { busqueda: ALL, formato: 'xml' })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('ahora no hay tanto espacio')
  expect((await his.browser.get(`/descargas/nueva?${ALL}`)).body).toContain('no hay tanto espacio')
  await hers.browser.post(`${first}/cancelacion`)
  await ask(his, ALL, 'xml')
})

test('asking is told its size first, once for a button pressed twice, and three at a time', async () => {
  const { portal, hers } = await aBank()
  const form = await hers.browser.get(`/descargas/nueva?${NOVEMBER}`)
  expect(form.body).toMatch(/\d+ comprobantes por \$[\d.,]+/)
  expect(form.body).toContain('Hasta 20.000 comprobantes por archivo y 100.000 por descarga')
  const unreadable = await hers.browser.get('/descargas/nueva?periodo=rango&desde=nunca')
  expect(unreadable.statusCode).toBe(303)
  const left = { busqueda: 'periodo=rango&desde=nunca', formato: 'xml' }
  expect((await hers.browser.post('/descargas', left)).headers.location).toBe(
    '/comprobantes?periodo=rango&desde=nunca',
  )
  const first = await ask(hers, NOVEMBER, 'xml')
  expect(await ask(hers, NOVEMBER, 'xml')).toBe(first)
  await ask(hers, NOVEMBER, 'pdf')
  await ask(hers, ALL, 'pdf')
  const fourth = await hers.browser.post('/descargas', { busqueda: ALL, formato: 'xml' })
  expect(fourth.statusCode).toBe(422)
  expect(fourth.body).toContain('Ya estamos preparando 3 descargas tuyas')
  const nothing = await hers.browser.post('/descargas', {
    busqueda: 'periodo=rango&desde=2001-01-01&hasta=2001-01-31',
    formato: 'xml',
  })
  expect(nothing.statusCode).toBe(422)
  expect(nothing.body).toContain('no hay nada que preparar')
  const cancelled = await hers.browser.post(`${first}/cancelacion`)
  expect(cancelled.statusCode).toBe(303)
  await work(portal)
  expect((await hers.browser.get(first)).body).toContain('Cancelada')
  expect((await hers.browser.get(`${first}.zip`)).statusCode).toBe(409)
  const mails = (await portal.inbox()).filter(({ reason }) => reason === 'package-ended')
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Tu descarga está lista',
    'Tu descarga está lista',
  ])
  expect(mails[0]?.text).toContain('/descargas/')
})

describeWithJudge('unzip', 'other programs', () => {
  test('find nothing wrong with the archive, nor with the PDFs inside', async () => {
    const { portal, hers } = await aBank()
    const address = await askAndMake(
      portal,
      hers,
      'periodo=rango&desde=2026-11-10&hasta=2026-11-21',
    )
    const folder = temporaryFolder()
    const file = path.join(folder, 'paquete.zip')
    fs.writeFileSync(file, (await hers.browser.get(`${address}.zip`)).rawPayload)
    expect(runTool('unzip', ['-t', file])).toContain('No errors detected')
    runTool('unzip', ['-q', file, '-d', folder])
    const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const pdfs = names.filter((name) => name.endsWith('.pdf')).slice(0, 3)
    expect(pdfs.length).toBeGreaterThan(0)
    for (const name of pdfs) runTool('qpdf', ['--check', path.join(folder, name)])
  })
})
