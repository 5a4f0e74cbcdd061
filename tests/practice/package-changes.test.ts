import fs from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { maria, pedro, rosa } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { markMerged, moveAccess, moveNumbers } from '#src/backoffice/customers/merge/merge-store.ts'
import { lockFor } from '#src/db/lock.ts'
import { transaction } from '#src/db/transaction.ts'
import { moveGrants } from '#src/practice/grants/move-grants-store.ts'
import { askPackage } from '#src/practice/packages/ask-package.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import { moveReceipts } from '#src/receipts/kept/move-receipts-store.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, type SignedIn, signInPerson } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { ask, stepByStep, work } from './package-support.ts'
import { bill } from './programs/support.ts'
import { grant, openFirm } from './support/firm.ts'

async function begin(portal: TestPortal, who: SignedIn, query: string, partReceipts: number) {
  const asked = { query, format: 'xml' as const, alsoMerged: false }
  const { context } = portal
  const outcome = await askPackage(context, who, asked, context.now(), { partReceipts })
  if (!outcome.ok) throw new Error(outcome.refusal.reason)
  return outcome.id
}

async function partOf({ browser }: SignedIn, id: number, n: number): Promise<Map<string, Buffer>> {
  const answer = await browser.get(`/descargas/${id}.zip?parte=${n}`)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return unzip(answer.rawPayload)
}

const xmlIn = (entries: Map<string, Buffer>) =>
  [...entries.keys()].filter((name) => name.endsWith('.xml'))

/** All that is kept of one party is another's from now on, as when the bank finds out that they are one. */
async function merge({ db }: TestPortal, from: number, to: number): Promise<void> {
  await transaction(db, async (tx) => {
    await lockFor(tx, 'merging')
    await moveNumbers(tx, from, to)
    await moveAccess(tx, from, to)
    await moveReceipts(tx, from, to)
    await moveGrants(tx, from, to)
    await markMerged(tx, from, to)
  })
}

test('two receipts of one number and day have names of their own, also in two parts of a package', async () => {
  const portal = await openPortal()
  const draft = { day: '2026-11-16' as Day, series: '001-002', sequence: 7 }
  const files = ['00000001', '00000002', '00000003'].map((numericCode) =>
    receiptFile(invoice({ ...draft, numericCode }, maria, [services.transfer])),
  )
  await load(portal, files)
  const hers = await signInPerson(portal, maria)
  const id = await begin(portal, hers, 'periodo=rango', 1)
  await stepByStep(portal)
  const names = new Set<string>()
  for (const n of [1, 2, 3]) for (const name of xmlIn(await partOf(hers, id, n))) names.add(name)
  expect(names.size).toBe(3)
})

eachDatabase((open) => {
  test('a package says what came and what went while it was made, also when that is as many', async () => {
    const portal = await openPortal({ db: await open() })
    await load(portal, [
      bill(1, maria, '2026-11-10'),
      bill(2, maria, '2026-11-11'),
      bill(3, maria, '2026-11-12'),
    ])
    const hers = await signInPerson(portal, maria)
    const id = await begin(portal, hers, 'periodo=rango&estado=autorizado', 1)
    const [first] = await portal.db
      .selectFrom('receipt')
      .select('id')
      .orderBy('issued_on')
      .execute()
    await stepByStep(portal, {
      between: async (turn) => {
        if (turn !== 1) return
        await transaction(portal.db, (tx) => annulReceipt(tx, first?.id ?? 0, portal.clock.now()))
        await load(portal, [bill(4, maria, '2026-11-09')])
      },
    })
    const last = await partOf(hers, id, 3)
    const readme = String(last.get('LEEME_parte-3-de-3.txt'))
    expect(readme).toContain('llegó 1 comprobante más y se retiró 1 de los de aquí')
    expect(JSON.parse(String(last.get('manifiesto_parte-3-de-3.json'))).cambios).toBe(2)
    const again = await begin(portal, hers, 'periodo=rango&estado=autorizado', 1)
    await stepByStep(portal)
    const whole = await partOf(hers, again, 3)
    expect(String(whole.get('LEEME_parte-3-de-3.txt'))).not.toContain('Mientras lo preparábamos')
  })

  test('a package follows its taxpayer into another: what is finished stays, what is begun begins anew', async () => {
    const portal = await openPortal({ db: await open() })
    await load(portal, [bill(1, maria), bill(2, pedro), bill(3, pedro), bill(4, rosa)])
    const firm = await openFirm(portal, rosa)
    for (const person of [maria, pedro]) await grant(portal, firm, person)
    const partyOf = async (number: string) => {
      const rows = portal.db.selectFrom('party_identification').select('party_id')
      return (await rows.where('number', '=', number).executeTakeFirstOrThrow()).party_id
    }
    const [goes, stays] = [await partyOf(pedro.id), await partyOf(maria.id)]
    const ready = await begin(portal, firm, 'periodo=rango', 9)
    await stepByStep(portal)
    const begun = await begin(portal, firm, 'periodo=rango', 1)
    await stepByStep(portal, {
      between: async (turn) => {
        if (turn === 2) await merge(portal, goes, stays)
      },
    })
    expect(xmlIn(await partOf(firm, ready, 1))).toHaveLength(3)
    const names: string[] = []
    for (const n of [1, 2, 3]) names.push(...xmlIn(await partOf(firm, begun, n)))
    expect(new Set(names).size).toBe(3)
    expect(new Set(names.map((name) => name.split('/')[0])).size).toBe(1)
  })
})

test('a receipt that two clients have goes once into a download of all, which says so', async () => {
  const portal = await openPortal()
  const draft = { day: '2026-11-16' as Day, series: '001-002', sequence: 9 }
  const goods = [{ code: 'CH', description: 'Chequera', quantity: 1 }]
  const note = deliveryNote(
    draft,
    rosa,
    [maria, pedro].map((to) => ({ to, goods })),
  )
  await load(portal, [receiptFile(note), bill(4, rosa)])
  const firm = await openFirm(portal, rosa)
  for (const person of [maria, pedro]) await grant(portal, firm, person)
  const form = { todos: '1', formato: 'xml' }
  const answer = await firm.browser.post('/comprobantes/descarga?periodo=rango', form)
  const entries = await unzip(answer.rawPayload)
  expect(xmlIn(entries)).toHaveLength(1)
  const readme = String(entries.get('LEEME.txt'))
  expect(readme).toContain('Aquí hay 1 comprobante ')
  expect(readme).toContain('es de dos clientes, y está una')
  // Both see that theirs was read.
  const readings = await portal.db.selectFrom('receipt_reading').select('grant_id').execute()
  expect(new Set(readings.map(({ grant_id }) => grant_id)).size).toBe(2)
})

/** As if the disk had so much left. */
function leave(bytes: number): void {
  const stats = { bavail: bytes / 4_096, bsize: 4_096 } as Awaited<ReturnType<typeof fs.statfs>>
  const spy = vi.spyOn(fs, 'statfs').mockResolvedValue(stats)
  onTestFinished(() => spy.mockRestore())
}

test('a package for which there is no room is refused, and one that would fill the disk is ended', async () => {
  const portal = await openPortal()
  await load(portal, [bill(1, maria)])
  const hers = await signInPerson(portal, maria)
  leave(512 * 1_024 ** 2 + 8_192)
  const refused = await hers.browser.post('/descargas', {
    busqueda: 'periodo=rango',
    formato: 'ambos',
  })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('ahora no hay tanto espacio')
  expect((await hers.browser.get('/descargas/nueva?periodo=rango')).body).toContain(
    'no hay tanto espacio',
  )
  const begun = await ask(hers, 'periodo=rango', 'xml')
  // Pressed twice: there is no room for a second, and none is wanted.
  leave(512 * 1_024 ** 2 + 1_024)
  expect(await ask(hers, 'periodo=rango', 'xml')).toBe(begun)
  leave(512 * 1_024 ** 2 - 8_192)
  await work(portal)
  expect((await hers.browser.get(begun)).body).toContain('Se acabó el espacio del portal')
  const [mail] = (await portal.inbox()).filter(({ reason }) => reason === 'package-ended')
  expect(mail?.text).toContain('Se acabó el espacio')
})
