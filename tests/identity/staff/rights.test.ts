import { expect, it } from 'vitest'
import type { StaffRole } from '#src/identity/person.ts'
import { STAFF_ROLES } from '#src/identity/person.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { MARIA, signUp } from '../support.ts'
import { colleague, invite, PASSWORD, typeIn } from './support.ts'

const ALL = STAFF_ROLES
const LOADER = ['loader'] as const
const ADMINISTRATOR = ['administrator'] as const
const DECIDERS = ['approver', 'administrator'] as const
const PROPOSERS = ['loader', 'administrator'] as const
const HELPERS = ['loader', 'administrator'] as const
const SUPERVISORS = ['approver', 'auditor', 'administrator'] as const
const READERS = ['auditor', 'administrator'] as const
const WATCHERS = ['loader', 'auditor', 'administrator'] as const

/**
 * Who may use each route of the staff's area. A route that is not here fails the test: whoever adds
 * one says who may use it, in these words and not in those of the product.
 */
const MATRIX: Readonly<Record<string, readonly StaffRole[]>> = {
  'GET /interno': ALL,
  'GET /interno/*': ALL,
  'GET /interno/cifras/:grafico.csv': ALL,
  'GET /interno/salud': WATCHERS,
  'GET /interno/perfil': ALL,
  'GET /interno/perfil/contrasena': ALL,
  'POST /interno/perfil/contrasena': ALL,
  'POST /interno/perfil/sesiones': ALL,
  'POST /interno/perfil/sesiones/:id': ALL,
  'GET /interno/perfil/segundo-factor': ALL,
  'POST /interno/perfil/segundo-factor': ALL,
  'GET /interno/perfil/segundo-factor/nuevo': ALL,
  'POST /interno/perfil/segundo-factor/nuevo': ALL,
  'GET /interno/perfil/respaldo': ALL,
  'POST /interno/perfil/respaldo': ALL,
  'POST /interno/perfil/respaldo/guardado': ALL,
  'GET /interno/perfil/llaves': ALL,
  'POST /interno/perfil/llaves': ALL,
  'GET /interno/perfil/llaves/nueva': ALL,
  'POST /interno/perfil/llaves/nueva': ALL,
  'GET /interno/perfil/llaves/:id': ALL,
  'POST /interno/perfil/llaves/:id/eliminacion': ALL,
  'GET /interno/comprobantes': ALL,
  'GET /interno/comprobantes/apartados': ALL,
  'GET /interno/comprobantes/apartados/:id(^[0-9]+).xml': ALL,
  'GET /interno/comprobantes/:clave(^[0-9]+$)': ALL,
  'GET /interno/comprobantes/:clave(^[0-9]+).pdf': ALL,
  'GET /interno/comprobantes/:clave(^[0-9]+).xml': ALL,
  'GET /interno/comprobantes/:clave/anulacion': PROPOSERS,
  'POST /interno/comprobantes/:clave/anulacion': PROPOSERS,
  'GET /interno/comprobantes/:clave/nota-de-credito': PROPOSERS,
  'POST /interno/comprobantes/:clave/nota-de-credito': PROPOSERS,
  'GET /interno/anulaciones': ALL,
  'GET /interno/envios': ALL,
  'GET /interno/envios/numeros.csv': ALL,
  'GET /interno/envios/clave/:clave': ALL,
  'GET /interno/envios/:id(^[0-9]+$)': ALL,
  'GET /interno/envios/:id(^[0-9]+).xml': ALL,
  'GET /interno/envios/:id(^[0-9]+).pdf': ALL,
  'GET /interno/envios/:id(^[0-9]+$)/correccion': PROPOSERS,
  'POST /interno/envios/:id(^[0-9]+$)/correccion': PROPOSERS,
  'POST /interno/envios/:id(^[0-9]+$)/reenvio': PROPOSERS,
  'POST /interno/envios/:id(^[0-9]+$)/decision': PROPOSERS,
  'POST /interno/envios/:id(^[0-9]+$)/cierre': PROPOSERS,
  'GET /interno/envios/:id(^[0-9]+$)/comparacion': ALL,
  'POST /interno/envios/:id(^[0-9]+$)/comparacion': PROPOSERS,
  'GET /interno/envios/caidas': ALL,
  'GET /interno/envios/caidas/:id(^[0-9]+$)': ALL,
  'POST /interno/envios/caidas/:id(^[0-9]+$)/informe.csv': ALL,
  'GET /interno/lotes': ALL,
  'GET /interno/lotes/nuevo': LOADER,
  'POST /interno/lotes': LOADER,
  'GET /interno/lotes/:numero': ALL,
  'GET /interno/lotes/:numero/avance': ALL,
  'GET /interno/lotes/:numero/alcance/:alcance': ALL,
  'GET /interno/lotes/:numero/errores.csv': ALL,
  'GET /interno/lotes/:numero/filas/:n(^[0-9]{1,9}).pdf': ALL,
  'GET /interno/lotes/:numero/filas/:n': ALL,
  'POST /interno/lotes/:numero/filas/:n': LOADER,
  'POST /interno/lotes/:numero/correcciones': LOADER,
  'GET /interno/lotes/plantillas': ALL,
  'GET /interno/lotes/plantillas/:tipo(^[a-z-]+$)': ALL,
  'GET /interno/lotes/plantillas/:tipo(^[a-z-]+).csv': ALL,
  'GET /interno/lotes/plantillas/:tipo(^[a-z-]+).xlsx': ALL,
  'POST /interno/lotes/:numero/publicacion': LOADER,
  'POST /interno/lotes/:numero/retiro': LOADER,
  'POST /interno/lotes/:numero/pausa': LOADER,
  'POST /interno/lotes/:numero/reanudacion': LOADER,
  'POST /interno/lotes/:numero/cancelacion': LOADER,
  'POST /interno/lotes/:numero/descarte': LOADER,
  'POST /interno/lotes/:numero/emision': LOADER,
  'GET /interno/lotes/:numero/recorrido/:paso': ALL,
  'POST /interno/lotes/:numero/recorrido/:paso/descarga': ALL,
  'GET /interno/correos': ALL,
  'GET /interno/correos/muertos': ALL,
  'POST /interno/correos/:id/reenvio': HELPERS,
  'POST /interno/correos/muertos/:id/revision': HELPERS,
  'GET /interno/entregas': ALL,
  'GET /interno/entregas/:dia/:paso': ALL,
  'POST /interno/entregas/:dia/:paso/descarga': ALL,
  'GET /interno/aprobaciones': ALL,
  'GET /interno/aprobaciones/:id': ALL,
  'POST /interno/aprobaciones/:id/aprobacion': DECIDERS,
  'POST /interno/aprobaciones/:id/rechazo': DECIDERS,
  'POST /interno/aprobaciones/:id/retiro': PROPOSERS,
  'GET /interno/clientes': ALL,
  'GET /interno/clientes/:id': ALL,
  'POST /interno/clientes/:id/ventana': HELPERS,
  'POST /interno/clientes/:id/acceso': HELPERS,
  'POST /interno/clientes/:id/desbloqueo': HELPERS,
  'POST /interno/clientes/:id/reapertura': HELPERS,
  'POST /interno/clientes/:id/correo': PROPOSERS,
  'GET /interno/clientes/:id/vista': DECIDERS,
  'POST /interno/clientes/:id/vista': DECIDERS,
  'POST /interno/clientes/vista/fin': DECIDERS,
  'GET /interno/clientes/carga': HELPERS,
  'POST /interno/clientes/carga': HELPERS,
  'GET /interno/clientes/carga/:id': ALL,
  'POST /interno/clientes/carga/:id/confirmacion': HELPERS,
  'POST /interno/clientes/carga/:id/ventanas': HELPERS,
  'POST /interno/clientes/carga/:id/correos': HELPERS,
  'GET /interno/clientes/:id/union': PROPOSERS,
  'POST /interno/clientes/:id/union': PROPOSERS,
  'GET /interno/contadores': ALL,
  'GET /interno/contadores/:id': ALL,
  'GET /interno/contadores/nueva': ADMINISTRATOR,
  'POST /interno/contadores': ADMINISTRATOR,
  'GET /interno/usuarios': ADMINISTRATOR,
  'POST /interno/usuarios': ADMINISTRATOR,
  'GET /interno/usuarios/nuevo': ADMINISTRATOR,
  'GET /interno/usuarios/:id': ADMINISTRATOR,
  'POST /interno/usuarios/:id/rol': ADMINISTRATOR,
  'POST /interno/usuarios/:id/desbloqueo': ADMINISTRATOR,
  'POST /interno/usuarios/:id/restablecimiento': ADMINISTRATOR,
  'POST /interno/usuarios/:id/desactivacion': ADMINISTRATOR,
  'POST /interno/usuarios/:id/activacion': ADMINISTRATOR,
  'GET /interno/claves': ADMINISTRATOR,
  'POST /interno/claves': ADMINISTRATOR,
  'GET /interno/claves/:id': ADMINISTRATOR,
  'GET /interno/claves/nueva': ADMINISTRATOR,
  'POST /interno/claves/:id/anulacion': ADMINISTRATOR,
  'GET /interno/firma': SUPERVISORS,
  'POST /interno/firma': ADMINISTRATOR,
  'GET /interno/firma/nueva': ADMINISTRATOR,
  'GET /interno/emisor': SUPERVISORS,
  'POST /interno/emisor': ADMINISTRATOR,
  'GET /interno/emisor/nuevo': ADMINISTRATOR,
  'GET /interno/emisor/:ruc': SUPERVISORS,
  'GET /interno/emisor/:ruc/datos': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/datos': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/establecimientos': ADMINISTRATOR,
  'GET /interno/emisor/:ruc/establecimientos/nuevo': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/puntos': ADMINISTRATOR,
  'GET /interno/emisor/:ruc/puntos/nuevo': ADMINISTRATOR,
  'GET /interno/emisor/:ruc/puntos/:punto': SUPERVISORS,
  'POST /interno/emisor/:ruc/puntos/:punto/uso': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/puntos/:punto/desuso': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/puntos/:punto/preferencia': ADMINISTRATOR,
  'POST /interno/emisor/:ruc/puntos/:punto/numeros': ADMINISTRATOR,
  'GET /interno/parametros': SUPERVISORS,
  'GET /interno/parametros/:parametro': SUPERVISORS,
  'GET /interno/parametros/:parametro/muestra': ADMINISTRATOR,
  'POST /interno/parametros/:parametro': ADMINISTRATOR,
  'POST /interno/parametros/logo': ADMINISTRATOR,
  'POST /interno/parametros/:parametro/regreso': ADMINISTRATOR,
  'GET /interno/parametros/vista-previa/:id': SUPERVISORS,
  'GET /interno/parametros/vista-previa/:id/logo': SUPERVISORS,
  'GET /interno/auditoria': READERS,
  'POST /interno/auditoria.csv': READERS,
  'GET /interno/auditoria/cadena': READERS,
}

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

it('lets in nobody who has not signed in whole, and no customer', async () => {
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
  const people = { nobody: portal.browser(), customer, half, mailed, unenrolled }
  for (const [who, browser] of Object.entries(people)) {
    for (const route of Object.keys(MATRIX)) {
      expect([who, route, await outcomeOf(browser, route)]).toEqual([who, route, 'sign in'])
    }
  }
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
