import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { rideMarkOf } from '#src/policy/ride-mark.ts'
import { checkPackage } from '#src/practice/completeness/check/check-command.ts'
import { askPackage } from '#src/practice/packages/ask-package.ts'
import type { PackageFormat } from '#src/practice/packages/package.ts'
import { createRidePool } from '#src/ride/ride-pool.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, type SignedIn, signInPerson } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { ask, partsOf, stepByStep, work } from './package-support.ts'
import { grant, openFirm } from './support.ts'

const ALL = 'periodo=rango'
const DEMO = demoReceipts('2026-11-21' as Day).slice(0, 40)
/** A name with characters that no face of the RIDE has, and one that only the large subset has. */
const STRANGE = { ...pedro, name: 'ANDRADE 漢字 PEDRO ŁUKASZ (S.A.)' }
const strange = receiptFile(
  invoice({ day: '2026-11-02' as Day, series: '001-002', sequence: 77 }, STRANGE, [services.swift]),
)

async function aBank(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  await load(portal, [...DEMO, strange])
  return { portal, hers: await signInPerson(portal, maria) }
}

async function filesIn(who: Pick<SignedIn, 'browser'>, address: string, part = 1) {
  const answer = await who.browser.get(`${address}.zip?parte=${part}`)
  expect(answer.statusCode).toBe(200)
  return { bytes: answer.rawPayload, entries: await unzip(answer.rawPayload) }
}

const manifestOf = (entries: Map<string, Buffer>) =>
  JSON.parse(String(entries.get('manifiesto.json')))

eachDatabase((open) => {
  test('one PDF of all instead of theirs, named in every list, and the same bytes twice', async () => {
    const { portal, hers } = await aBank(await open())
    const first = await ask(hers, ALL, 'unido')
    await work(portal)
    const { bytes, entries } = await filesIn(hers, first)
    expect([...entries.keys()]).toEqual([
      'comprobantes.pdf',
      'indice.csv',
      'indice.xlsx',
      'LEEME.txt',
      'manifiesto.json',
    ])
    const manifest = manifestOf(entries)
    expect(manifest.formato).toBe('unido')
    expect(manifest.otros[0].ruta).toBe('comprobantes.pdf')
    const pages = manifest.comprobantes.flatMap(
      ({ pagina, falta }: { pagina: number; falta?: string }) => (falta ? [] : [pagina]),
    )
    expect(pages[0]).toBe(1)
    expect(pages).toEqual(pages.toSorted((a: number, b: number) => a - b))
    expect(String(entries.get('LEEME.txt'))).toContain('un marcador por contribuyente')
    expect((await hers.browser.get(first)).body).toContain('Un solo PDF')
    const zip = path.join(temporaryFolder(), 'unido.zip')
    fs.writeFileSync(zip, bytes)
    let found = ''
    const terminal = {
      stdout: { write: (text: string) => (found += text) },
      stderr: { write() {} },
    }
    expect(await checkPackage([zip, '--json'], null, terminal as never)).toBe(0)
    expect(JSON.parse(found)).toMatchObject({ ok: true, missing: [], unknown: [] })
    const again = await ask(hers, ALL, 'unido')
    await work(portal)
    expect((await filesIn(hers, again)).bytes.equals(bytes)).toBe(true)
  })
})

test('the page offers it, says how large it would be, and adds it to the files of each', async () => {
  const { portal, hers } = await aBank()
  const page = (await hers.browser.get('/descargas/nueva?periodo=rango&unido=1')).body
  expect(page).toContain('Un solo PDF')
  expect(page).toMatch(/name="unido" value="1" checked/)
  const answer = await hers.browser.post('/descargas', {
    busqueda: ALL,
    formato: 'ambos',
    unido: '1',
  })
  await work(portal)
  const address = String(answer.headers.location)
  const { entries } = await filesIn(hers, address)
  const names = [...entries.keys()]
  expect(names.filter((name) => name.endsWith('.pdf')).length).toBeGreaterThan(2)
  expect(names).toContain('comprobantes.pdf')
  const shown = (await hers.browser.get(address)).body
  expect(shown).toContain('PDF y XML, y un solo PDF con todos')
  expect(shown).toContain('<input type="hidden" name="unido" value="1">')
})

test('a worker that stops after every step makes the same bytes, in parts that say which they are', async () => {
  const { portal, hers } = await aBank()
  const { db, now, policy } = portal.context
  const asked = { query: ALL, format: 'unido' as PackageFormat, alsoMerged: false }
  const begin = async () => {
    const outcome = await askPackage(portal.context, hers, asked, now(), { partReceipts: 5 })
    if (!outcome.ok) throw new Error(outcome.refusal.reason)
    return outcome.id
  }
  const undisturbed = await begin()
  await work(portal)
  const stopped = await begin()
  const ridePool = createRidePool({ ...rideMarkOf(policy), size: 1 })
  expect(await stepByStep(portal, { ridePool })).toBeGreaterThan(2)
  await ridePool.close()
  const parts = await partsOf(db, stopped)
  expect(parts.length).toBeGreaterThan(1)
  expect(parts).toEqual(await partsOf(db, undisturbed))
  const { entries } = await filesIn(hers, `/descargas/${undisturbed}`, 2)
  const name = `comprobantes_parte-2-de-${parts.length}.pdf`
  expect([...entries.keys()][0]).toBe(name)
  expect(String(entries.get(`LEEME_parte-2-de-${parts.length}.txt`))).toContain(name)
})

describeWithJudge('qpdf', 'another program', () => {
  test('finds the PDF sound, with every page and a bookmark for each taxpayer and receipt', async () => {
    const { portal } = await aBank()
    const { firmId, lead } = await openFirm(portal)
    for (const person of [maria, pedro]) {
      const { id } = (await findPartyByNumber(portal.db, person.id)) ?? { id: 0 }
      await grant(portal, { partyId: id, firmId, by: lead.loginId })
    }
    const answer = await lead.browser.post('/descargas', { busqueda: ALL, formato: 'unido' })
    await work(portal)
    const { entries } = await filesIn(lead, String(answer.headers.location))
    const file = path.join(temporaryFolder(), 'unido.pdf')
    fs.writeFileSync(file, entries.get('comprobantes.pdf') ?? '')
    expect(runTool('qpdf', ['--check', file])).toContain('No syntax or stream encoding errors')
    const found = JSON.parse(
      runTool('qpdf', ['--json', '--json-key=outlines', '--json-key=pages', file]),
    )
    const given = manifestOf(entries).comprobantes.filter((one: { falta?: string }) => !one.falta)
    expect(found.pages.length).toBeGreaterThanOrEqual(given.length)
    const chapters = found.outlines as {
      title: string
      kids: { destpageposfrom1: number; title: string }[]
    }[]
    expect(chapters).toHaveLength(2)
    expect(chapters.map(({ title }) => title).join()).toContain('Paredes')
    const marks = chapters.flatMap(({ kids }) => kids)
    expect(marks.map(({ destpageposfrom1 }) => destpageposfrom1)).toEqual(
      given.map(({ pagina }: { pagina: number }) => pagina),
    )
    expect(marks.some(({ title }) => title === '2026-11-02 Factura 001-002-000000077')).toBe(true)
  })
})
