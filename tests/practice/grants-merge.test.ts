import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { markMerged, moveAccess, moveNumbers } from '#src/backoffice/customers/merge/merge-store.ts'
import { lockFor } from '#src/db/lock.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { moveGrants } from '#src/practice/grants/move-grants-store.ts'
import { moveReceipts } from '#src/receipts/kept/move-receipts-store.ts'
import { addParty } from '#tests/receipts/support/receipt-rows.ts'
import { load, signIn } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { ask, work } from './package-support.ts'
import { bill } from './programs/support.ts'
import { FIRM_RUC, openFirm } from './support.ts'

const FORM = { ruc: FIRM_RUC, identificacion: '', tipo: ['factura'], vence: '2026-12-31' }

eachDatabase((open) => {
  it('gives the access of the customer that stays, when two are made one at that moment', async () => {
    const portal = await openPortal({ db: await open() })
    const { db } = portal
    await openFirm(portal)
    const goes = await addParty(db, 'María José Paredes')
    const stays = await addParty(db, 'M. J. Paredes')
    await db
      .insertInto('party_identification')
      .values({ number: maria.id, kind: 'cedula', party_id: goes })
      .execute()
    const hers = await signIn(portal, goes, 'María José Paredes')
    await hers.browser.post('/perfil/accesos', { ...FORM, desde: '', hasta: '', solicitud: '' })
    const mail = (await portal.inbox()).findLast(({ reason }) => reason === 'access-code')
    const codigo = /Código temporal: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''

    let given: ReturnType<typeof hers.browser.post> | undefined
    await transaction(db, async (tx) => {
      await lockFor(tx, 'merging')
      // Asked in the middle of it: who she is was looked up before, and is no longer so after.
      given = hers.browser.post('/perfil/accesos/codigo', { codigo })
      await pause(150)
      await moveNumbers(tx, goes, stays)
      await moveAccess(tx, goes, stays)
      await moveGrants(tx, goes, stays)
      await markMerged(tx, goes, stays)
    })
    expect((await given)?.headers.location).toBe('/perfil/accesos')
    const grants = await db.selectFrom('access_grant').select('party_id').execute()
    expect(grants).toEqual([{ party_id: stays }])
  })

  it('prepares what was asked for at that moment, of the customer that stays', async () => {
    const portal = await openPortal({ db: await open() })
    const { db } = portal
    await load(portal, [bill(1, maria)])
    const goes = (await findPartyByNumber(db, maria.id))?.id ?? 0
    const stays = await addParty(db, 'M. J. Paredes')
    const hers = await signIn(portal, goes, 'María José Paredes')

    let asked: Promise<string> | undefined
    await transaction(db, async (tx) => {
      await lockFor(tx, 'merging')
      asked = ask(hers, 'periodo=rango', 'xml')
      await pause(150)
      await moveNumbers(tx, goes, stays)
      await moveAccess(tx, goes, stays)
      await moveReceipts(tx, goes, stays)
      await moveGrants(tx, goes, stays)
      await markMerged(tx, goes, stays)
    })
    await asked
    await work(portal)
    const packages = await db.selectFrom('package').select(['status', 'scope']).execute()
    expect(packages.map(({ status }) => status)).toEqual(['ready'])
    expect(JSON.parse(packages[0]?.scope ?? '')).toMatchObject([{ partyId: stays }])
  })
})
