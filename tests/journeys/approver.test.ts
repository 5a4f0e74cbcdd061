import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import type { StaffRole } from '#src/identity/person.ts'
import { approve, enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { addPerson, MARIA } from '#tests/identity/support.ts'
import { bill } from '#tests/intake/lots/journey-support.ts'
import type { SentFile } from '#tests/intake/lots/support.ts'
import { work } from '#tests/intake/lots/support.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

/** Somebody who proposes: their forms are sent, and their pages are not looked at. */
async function proposer(portal: LivePortal, user: string, role: StaffRole) {
  const { page } = await visit(chromium)
  await enrol(portal, page, portal.url, user, role)
  const send = async (address: string, sent: object): Promise<string> => {
    const headers = { origin: portal.url }
    const url = portal.url + address
    const answer = await page.request.post(url, { ...sent, headers, maxRedirects: 0 })
    expect([address, answer.status()]).toEqual([address, 303])
    return answer.headers()['location'] ?? ''
  }
  return {
    post: (address: string, form: Record<string, string> = {}) => send(address, { form }),
    upload: (address: string, files: readonly SentFile[]) => {
      const multipart = new FormData()
      for (const { name, content } of files)
        multipart.append('archivo', new Blob([String(content)]), name)
      return send(address, { multipart })
    },
  }
}

async function refuse(page: Page, words: string, reason: string): Promise<void> {
  const proposal = page.locator('article', { hasText: words })
  await proposal.locator('summary:has-text("Rechazar")').click()
  await proposal.locator('input[name="motivo"]').fill(reason)
  await proposal.locator('button:has-text("Rechazar")').click()
  await page.locator('.aviso.ok:has-text("Rechazada")').waitFor()
}

it.each([true, false])(
  'lets an approver decide on lots, parameters and first logins in bulk, JavaScript %s',
  { timeout: 180_000 },
  async (javaScriptEnabled) => {
    const portal = await openLivePortal()
    const { url, db } = portal
    await addPerson(portal, { ...MARIA, number: maria.id })
    const diego = await proposer(portal, 'diego', 'loader')
    const ana = await proposer(portal, 'ana', 'administrator')
    const { page, complaints } = await visit(chromium, { javaScriptEnabled })
    keepSent(page)
    const faults: string[] = []
    const look = async (name: string) => {
      // Whatever looks for faults is a script itself.
      if (!javaScriptEnabled) return
      faults.push(...(await faultsOf(page, `aprobador-${name}`)))
      await page.setViewportSize({ width: 1280, height: 900 })
    }
    const owned = async () =>
      (await db.selectFrom('receipt_owner').select('party_id').execute()).length
    await enrol(portal, page, url, 'lucia', 'approver')
    await page.click('button:has-text("Ya los guardé")')

    // A lot is published, and what was published is taken back; whoever decides can propose neither.
    const lot = await diego.upload('/interno/lotes', [bill(1, maria), bill(2, maria)])
    await work(portal)
    await diego.post(`${lot}/publicacion`, { motivo: 'Fin de mes' })
    await page.click('nav.lateral a:has-text("Aprobaciones")')
    await look('lote')
    await approve(page, url)
    await work(portal)
    expect(await owned()).toBe(2)
    await page.goto(url + lot)
    await page.locator('#lote .encabezado .insignia:has-text("Publicado")').waitFor()
    expect(await page.locator('#lote form[method="post"][action$="/retiro"]').count()).toBe(0)
    await diego.post(`${lot}/retiro`, { motivo: 'Son del mes que viene' })
    await approve(page, url)
    await work(portal)
    expect(await owned()).toBe(0)
    await page.goto(url + lot)
    await page.locator('#lote .encabezado .insignia:has-text("Retirado")').waitFor()

    // One rule of the policy is changed, another stays as it was.
    const motivo = 'La marca nueva del banco'
    await ana.post('/interno/parametros/lema', { valor: 'Cerca de ti desde 1921', motivo })
    await ana.post('/interno/parametros/color', { valor: '#7a1fa2', motivo })
    await page.goto(`${url}/interno/aprobaciones`)
    await refuse(page, '#7a1fa2', 'El comité aún no la aprobó')
    await approve(page, url)
    await page.goto(`${url}/interno/parametros`)
    const rules = await page.textContent('main')
    expect(rules).toContain('Cerca de ti desde 1921')
    expect(rules).not.toContain('#7a1fa2')

    // The first logins of all in a file are opened at once.
    const content = 'Identificación;Nombre;Correo\r\n0926687856;Jo Torre;jo@correo.example\r\n'
    const load = await diego.upload('/interno/clientes/carga', [{ name: 'clientes.csv', content }])
    await diego.post(`${load}/confirmacion`)
    await db.deleteFrom('first_login_window').execute()
    await diego.post(`${load}/ventanas`, { motivo: 'Base de la agencia norte' })
    await page.goto(`${url}/interno/aprobaciones`)
    await look('ventanas')
    await approve(page, url)
    await look('decididas')
    expect(await db.selectFrom('first_login_window').selectAll().execute()).toHaveLength(1)
    expect(faults).toEqual([])
    expect(complaints).toEqual([])
  },
)
