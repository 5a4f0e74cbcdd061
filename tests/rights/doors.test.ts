import { expect, it } from 'vitest'
import { MARIA } from '#tests/identity/support.ts'
import type { Program } from '#tests/practice/programs/support.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { ORIGIN } from '#tests/support/portal.ts'
import type { Asker, Outcome } from './doors.ts'
import { answersOf, ROUTES } from './doors.ts'
import { openPeople } from './people.ts'

type Ask = (method: string, address: string) => Promise<Answer>

/** What addresses are filled in with: it names nothing, so that whoever enters finds nothing. */
const NOTHING: Readonly<Record<string, string>> = {
  ':id': '999999',
  ':clave': '9'.repeat(49),
  ':ruc': '0926687856',
  ':aviso': '999999',
  ':token': 'T'.repeat(22),
  ':mes': '2019-01',
  ':formato': 'lista',
  ':archivo': 'nada.svg',
  ':tema': 'nada',
  ':parte': '1',
  ':n': '1',
  '*': 'nada',
}

/** After this there is nobody left to ask. */
const LAST = 'POST /salir'

function routesOf({ app }: TestPortal): string[] {
  return app.knownRoutes
    .filter(({ method, url }) => method !== 'HEAD' && !/^\/interno(\/|$|\.)/.test(url))
    .map(({ method, url }) => `${method} ${url}`)
}

function addressOf(url: string): string {
  const plain = url.replace(/\(\^[^)]*\)/g, '')
  return plain.replace(/:[a-z]+|\*/g, (name) => NOTHING[name] ?? `(${name}?)`)
}

const FORM = {
  // The right password: wrong ones would lock the login long before the table ends.
  contrasena: MARIA.password,
  actual: MARIA.password,
  nombre: 'Otro nombre',
  vence: '2027-01-31',
}

const byBrowser = ({ app }: TestPortal, browser: Browser): Ask => {
  return async (method, address) => {
    if (method === 'GET') return browser.get(address)
    if (method === 'POST' && !address.startsWith('/api/')) return browser.post(address, FORM)
    // No form of a browser's does these; a script might.
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { host: new URL(ORIGIN).host, origin: ORIGIN, cookie }
    return app.inject({ method: method as 'PUT', url: address, headers })
  }
}
/** A program asks for pages too, without a cookie; to the mail server's door it brings no JSON. */
const byProgram = (portal: TestPortal, { call }: Program): Ask => {
  return (method, address) => {
    const [, path] = /^\/api\/v1(\/.*)/.exec(address) ?? []
    if (!path) return byBrowser(portal, portal.browser())(method, address)
    const sends = method !== 'GET' && path !== '/rebotes'
    return call(method as 'GET', path, sends ? { body: {} } : {})
  }
}

async function outcomeOf(ask: Ask, route: string): Promise<Outcome> {
  const [method = '', url = ''] = route.split(' ')
  const { statusCode, headers } = await ask(method, addressOf(url))
  expect(statusCode, route).toBeLessThan(500)
  if (statusCode === 401 || statusCode === 403 || statusCode === 404) return statusCode
  const asked = statusCode === 303 && /^(\/interno)?\/ingresar(\?|$)/.test(String(headers.location))
  return asked ? 'sign in' : 'in'
}

it('opens each door outside the staff’s area to whom the table says, and to nobody else', {
  timeout: 120_000,
}, async () => {
  const { portal, staff, maria, firm, programs } = await openPeople()
  expect(routesOf(portal).sort()).toEqual(Object.keys(ROUTES).sort())
  const askers: Record<Asker, Ask> = {
    nobody: byBrowser(portal, portal.browser()),
    customer: byBrowser(portal, maria),
    lead: byBrowser(portal, firm.lead.browser),
    member: byBrowser(portal, firm.member.browser),
    staff: byBrowser(portal, staff.loader.browser),
    firmKey: byProgram(portal, programs.ours),
    bankKey: byProgram(portal, programs.bank),
  }
  const last = ([route]: [string, unknown]) => Number(route === LAST)
  for (const [route, kind] of Object.entries(ROUTES).sort((a, b) => last(a) - last(b))) {
    const found: Record<string, Outcome> = {}
    for (const [who, ask] of Object.entries(askers)) found[who] = await outcomeOf(ask, route)
    expect([route, found]).toEqual([route, answersOf(kind)])
  }
})
