import { expect, it } from 'vitest'
import { STAFF_ROLES } from '#src/identity/person.ts'
import { FOUR_EYES } from '#src/identity/staff/rights.ts'
import { openFirm } from '#tests/practice/support.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { MARIA, signUp } from '../support.ts'
import { MATRIX } from './matrix.ts'
import { colleague, invite, PASSWORD, typeIn } from './support.ts'

/** The way in: for nobody in particular, and for who has gone half of it. */
const WAY_IN = [
  'GET /interno/ingresar',
  'POST /interno/ingresar',
  'GET /interno/contrasena',
  'POST /interno/contrasena',
  'GET /interno/segundo-factor',
  'POST /interno/segundo-factor',
  'GET /interno/codigo',
  'POST /interno/codigo',
  'POST /interno/codigo/llave',
  'POST /interno/codigo/llave/opciones',
]

function staffRoutes({ app }: TestPortal): string[] {
  return app.knownRoutes
    .filter(({ method, url }) => method !== 'HEAD' && /^\/interno(\/|$|\.)/.test(url))
    .map(({ method, url }) => `${method} ${url}`)
}

async function ask(browser: Browser, route: string) {
  const [method, url = ''] = route.split(' ')
  const address = addressOf(url)
  // The right password: wrong ones would lock the login long before the table ends.
  const form = { contrasena: PASSWORD, actual: PASSWORD }
  return method === 'GET' ? browser.get(address) : browser.post(address, form)
}

function addressOf(url: string): string {
  const numbers = {
    ':id': '999999',
    ':numero': '2026-11-9999',
    ':alcance': 'mail',
    ':grafico': 'sri',
    ':parametro': 'lema',
    ':ruc': '0990000000001',
    ':punto': '001-001',
    '*': 'nada',
  }
  const plain = url.replace(/:n\(.*\)/, '1').replace(/:id\([^)]*\)/, '999999')
  return Object.entries(numbers).reduce((text, [name, value]) => text.replace(name, value), plain)
}

const SIGN_IN = /^\/interno\/ingresar(\?|$)/

/** `in`: whatever the route then says, short of failing, it was open to this browser. */
async function outcomeOf(browser: Browser, route: string): Promise<'in' | 'forbidden' | 'sign in'> {
  const answer = await ask(browser, route)
  expect(answer.statusCode, route).toBeLessThan(500)
  if (answer.statusCode === 403) return 'forbidden'
  const asked = answer.statusCode === 303 && SIGN_IN.test(String(answer.headers.location))
  return asked ? 'sign in' : 'in'
}

it('has every route of the area in the table, and no others', async () => {
  const portal = await openPortal()
  expect(staffRoutes(portal).sort()).toEqual([...Object.keys(MATRIX), ...WAY_IN].sort())
})

it.each(STAFF_ROLES)('lets the role %s do what the table says and nothing else', async (role) => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'diego', role)
  for (const [route, roles] of Object.entries(MATRIX)) {
    const wanted = roles.includes(role) ? 'in' : 'forbidden'
    expect([route, await outcomeOf(browser, route)]).toEqual([route, wanted])
  }
})

it('lets in nobody who has not signed in whole, no customer and no accountant', async () => {
  const portal = await openPortal()
  const customer = await signUp(portal, MARIA)
  await colleague(portal, 'diego', 'administrator')
  const half = portal.browser()
  await typeIn(half, 'diego', PASSWORD)
  expect((await half.get('/interno/codigo')).statusCode).toBe(200)
  const { initial } = await invite(portal, 'elena', 'administrator')
  const mailed = portal.browser()
  await typeIn(mailed, 'elena', initial)
  expect((await mailed.get('/interno/contrasena')).statusCode).toBe(200)
  const unenrolled = portal.browser()
  const { initial: other } = await invite(portal, 'felipe', 'administrator')
  await typeIn(unenrolled, 'felipe', other)
  await unenrolled.post('/interno/contrasena', { nueva: PASSWORD })
  expect((await unenrolled.get('/interno/segundo-factor')).statusCode).toBe(200)
  const { lead } = await openFirm(portal)
  const accountant = lead.browser
  const people = { nobody: portal.browser(), customer, accountant, half, mailed, unenrolled }
  for (const [who, browser] of Object.entries(people)) {
    for (const route of Object.keys(MATRIX)) {
      expect([who, route, await outcomeOf(browser, route)]).toEqual([who, route, 'sign in'])
    }
  }
})

it('prints what each role may do and what takes two people, for who gives the roles', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'ana', 'administrator')
  expect((await browser.get('/interno/usuarios')).body).toContain('href="/interno/roles"')
  const { body } = await browser.get('/interno/roles')
  const rows = [...body.matchAll(/<th scope="row">([^<]+)(.*?)<\/tr>/gs)].map(
    ([, what = '', row = '']) => {
      const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)]
      return [what, cells.map(([, cell = '']) => cell.replace(/<[^>]+>/g, ''))] as const
    },
  )
  const said = new Map(rows)
  expect(said.get('Cargar lotes, corregirlos, pausarlos, descartarlos y emitirlos')).toEqual([
    'Sí',
    'No',
    'No',
    'No',
  ])
  expect(said.get('Decidir sobre lo que propuso otra persona')).toEqual(['No', 'Sí', 'No', 'Sí'])
  expect(said.get('Leer, comprobar y descargar la auditoría')).toEqual(['No', 'No', 'Sí', 'Sí'])
  // An auditor changes nothing but what is their own.
  const auditors = rows.filter(([, may]) => may.length === 4 && may[2] === 'Sí')
  const changes = auditors.filter(([what]) => !/^(Ver|Leer|Buscar)\b/.test(what))
  expect(changes.map(([what]) => what)).toEqual([
    'Cuidar su contraseña, su segundo factor y sus sesiones',
  ])
  expect(said.get('Publicar un lote')).toEqual(['Carga', 'Aprobación y Administración'])
  const pairs = rows.filter(([, may]) => may.length === 2)
  expect(pairs).toHaveLength(Object.keys(FOUR_EYES).length)
})

it('shows in the navigation only what the role may open', async () => {
  const portal = await openPortal()
  const places = [
    '/interno',
    '/interno/lotes',
    '/interno/comprobantes',
    '/interno/envios',
    '/interno/anulaciones',
    '/interno/correos',
    '/interno/entregas',
    '/interno/clientes',
    '/interno/contadores',
    '/interno/aprobaciones',
    '/interno/usuarios',
    '/interno/claves',
    '/interno/firma',
    '/interno/emisor',
    '/interno/parametros',
    '/interno/auditoria',
    '/interno/salud',
  ]
  for (const role of STAFF_ROLES) {
    const { browser } = await colleague(portal, role, role)
    const page = await browser.get('/interno')
    const nav = /<nav class="lateral"[\s\S]*?<\/nav>/.exec(page.body)?.[0] ?? ''
    const links = [...nav.matchAll(/<li><a href="([^"]+)"/g)].map(([, href]) => href)
    const open = places.filter((place) => MATRIX[`GET ${place}`]?.includes(role))
    expect([role, links]).toEqual([role, open])
    const refused = await browser.get('/interno/usuarios/nuevo')
    if (role !== 'administrator') {
      expect(refused.body).toContain('No tienes permiso para ver esto')
      expect(refused.body).toContain('href="/interno">Ir al inicio')
    }
  }
})
