import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import type { Day } from '#src/values/day.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { ask, work } from './package-support.ts'
import { bill, withholding } from './programs/support.ts'
import { grant, openFirm, pass } from './support.ts'

const RUC = `${maria.id}001`
const PAGE = `/empresas/${maria.id}`

/** María lets a firm read her facturas since October; Pedro lets another. */
async function openWorld(db: TestPortal['db']) {
  const portal = await openPortal({ db })
  const files = [bill(1, maria), bill(2, maria, '2026-10-09'), bill(3, maria, '2026-09-30')]
  await load(portal, [...files, withholding(4, maria), bill(5, pedro)])
  const hers = await signInPerson(portal, maria)
  const [ours, theirs] = [await openFirm(portal), await openFirm(portal, '1790000000028')]
  const by = hers.loginId
  const facturas = { kinds: ['invoice' as const], from: '2026-10-01' as Day }
  await grant(portal, { partyId: hers.partyId, firmId: ours.firmId, by }, facturas)
  const his = (await findPartyByNumber(portal.db, pedro.id))?.id ?? 0
  await grant(portal, { partyId: his, firmId: theirs.firmId, by })
  return { portal, hers, his, ...ours, theirs }
}

/** The words of a part of the page, by its heading. */
function partOf(html: string, title: string): string {
  const section = html.split('<section').find((part) => new RegExp(`<h2[^>]*>${title}`).test(part))
  return (section ?? '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

eachDatabase((open) => {
  it('tells of one client what the access covers, for whom, and what there is by it', async () => {
    const { portal, hers, lead, member } = await openWorld(await open())
    const { body } = await lead.browser.get(PAGE)
    expect(body).toContain(`RUC ${RUC} · Cédula ${maria.id}`)
    const access = partOf(body, 'Acceso')
    for (const words of ['Tipos Facturas', 'Desde el 1 oct 2026', 'Hasta 21 nov 2027']) {
      expect(access).toContain(words)
    }
    expect(access).toMatch(/Lo dio Paredes Villacís María José 21 nov 2026/)
    expect(access).toContain('Gabriela Andrade Dirige la firma')
    expect(access).not.toContain('Luis Cedeño')
    const months = partOf(body, 'Mes a mes')
    expect(months).toMatch(/Mes Factura Todo Noviembre 2026 .*1 \$0,41.* Octubre 2026/)
    expect(months).toMatch(/Octubre 2026 1 factura 1 \$0,41/)
    expect(months).toMatch(/Septiembre 2026 0 0/)
    const last = partOf(body, 'Lo último que llegó')
    expect(last.match(/001-002-\d{9}/g)?.sort()).toEqual(['001-002-000000001', '001-002-000000002'])
    expect(last).not.toContain('Nuevo')
    for (const href of [
      `/comprobantes?ruc=${RUC}`,
      `/consultas/nueva?ruc=${RUC}`,
      `/comprobantes?periodo=rango&amp;desde=2026-10-01&amp;hasta=2026-10-31&amp;ruc=${RUC}`,
    ]) {
      expect(body).toContain(`href="${href}"`)
    }
    expect((await hers.browser.get('/perfil/accesos/lecturas')).body).toContain('Gabriela Andrade')

    // The client passed on, something new, and a package.
    await pass(portal, member, [hers.partyId])
    const here = { previous_login_at: portal.clock.now().toISOString() }
    await portal.db.updateTable('login').set(here).where('id', '=', member.loginId).execute()
    portal.clock.advance({ minutes: 1 })
    await load(portal, [bill(6, maria), withholding(7, maria)])
    const asking = { ...member, partyId: 0, sessionId: '' }
    await ask(asking, `periodo=rango&ruc=${maria.id}`, 'xml')
    await work(portal)
    const theirs = (await member.browser.get(PAGE)).body
    expect(partOf(theirs, 'Acceso')).toContain('Luis Cedeño')
    expect(partOf(theirs, 'Lo último que llegó')).toMatch(/1 nuevo .*001-002-000000006 Nuevo/)
    expect(partOf(theirs, 'Tus descargas')).toContain('XML. 3 comprobantes')
    expect(partOf((await lead.browser.get(PAGE)).body, 'Tus descargas')).toContain('ninguna')
    const batch = (await member.browser.get(`/consultas/nueva?ruc=${maria.id}`)).body
    expect(batch).toMatch(new RegExp(`name="ruc-${RUC}" value="1" checked`))
  })

  it('is there for those of the firm alone who have the client, while the access lasts', async () => {
    const { portal, hers, his, firmId, lead, member, theirs } = await openWorld(await open())
    await grant(portal, { partyId: his, firmId, by: hers.loginId })
    await pass(portal, member, [his])
    const status = async (browser: typeof lead.browser, page = PAGE) =>
      (await browser.get(page)).statusCode
    expect(await status(lead.browser)).toBe(200)
    for (const { browser } of [member, theirs.lead, hers]) expect(await status(browser)).toBe(404)
    expect(await status(lead.browser, '/empresas/1790099999001')).toBe(404)
    const listed = await lead.browser.get(`${PAGE}/comprobantes`)
    expect(listed.headers['location']).toBe(`/comprobantes?ruc=${RUC}`)
    expect(await status(theirs.lead.browser, `${PAGE}/comprobantes`)).toBe(404)
    const revoked_at = portal.clock.now().toISOString()
    await portal.db.updateTable('access_grant').set({ revoked_at }).execute()
    expect(await status(lead.browser)).toBe(404)
  })
})
