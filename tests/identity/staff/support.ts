import type { StaffRole } from '#src/identity/person.ts'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { addStaff } from '#src/identity/staff/people/add-staff.ts'
import { toolsOf } from '#src/identity/tools.ts'
import type { Browser, Clock, SeenPage, TestPortal, Visitor } from '#tests/support/portal.ts'
import { lastMail } from '../support.ts'

export const PASSWORD = 'Colibri en la ventana'

/** Somebody of the bank, with the app on their phone. */
export interface Colleague {
  id: number
  user: string
  /** Of the app, base 32. */
  secret: string
  /** The ten codes they were shown. */
  codes: string[]
  browser: Browser
}

/** Gives somebody an access as the command line does; answers what was mailed to them. */
export async function invite(
  portal: TestPortal,
  user: string,
  role: StaffRole,
): Promise<{ id: number; initial: string }> {
  const name = `${user.charAt(0).toUpperCase()}${user.slice(1)} Paladines`
  const entered = { username: user, name, role, email: `${user}@bancoceibo.example` }
  const tools = toolsOf(portal.context)
  const added = await addStaff(portal.db, tools, 'command-line', entered, portal.clock.now())
  if (!added.ok) throw new Error(JSON.stringify(added))
  return { id: added.loginId, initial: await mailedPassword(portal) }
}

/** The initial password of the last mail, as its reader would copy it. */
export async function mailedPassword(portal: TestPortal): Promise<string> {
  const { text } = await lastMail(portal, 'staff-access')
  const password = /Contraseña inicial: (\S+)/.exec(text)?.[1]
  if (!password) throw new Error(`No password in: ${text}`)
  return password
}

export async function typeIn(browser: Visitor, user: string, password: string): Promise<SeenPage> {
  return browser.post('/interno/ingresar', { usuario: user, contrasena: password })
}

/** The secret on the page that sets up an app. */
export function secretOn(page: SeenPage): string {
  const shown = /<code class="clave">([A-Z2-7 ]+)<\/code>/.exec(page.body)?.[1]
  if (!shown) throw new Error(`No secret on: ${page.statusCode} ${page.body}`)
  return shown.replaceAll(' ', '')
}

/** From the mailed password to the landing page, by the front door. */
export async function enrol(
  portal: { clock: Pick<Clock, 'now'> },
  browser: Visitor,
  user: string,
  initial: string,
  password = PASSWORD,
): Promise<{ secret: string; codes: string[] }> {
  await typeIn(browser, user, initial)
  await browser.post('/interno/contrasena', { nueva: password })
  const secret = secretOn(await browser.get('/interno/segundo-factor'))
  const codigo = totpCode(secret, portal.clock.now())
  const done = await browser.post('/interno/segundo-factor', { codigo })
  if (done.headers.location !== '/interno/perfil/respaldo') throw new Error(done.body)
  const page = await browser.get('/interno/perfil/respaldo')
  const codes = [...page.body.matchAll(/<code>([A-Z2-9]{5}-[A-Z2-9]{5})<\/code>/g)]
  await browser.post('/interno/perfil/respaldo/guardado')
  return { secret, codes: codes.map(([, code = '']) => code) }
}

/** Somebody of the bank who is signed in. */
export async function colleague(
  portal: TestPortal,
  user: string,
  role: StaffRole,
): Promise<Colleague> {
  const { id, initial } = await invite(portal, user, role)
  const browser = portal.browser()
  const { secret, codes } = await enrol(portal, browser, user, initial)
  return { id, user, secret, codes, browser }
}

/** Signs in with password and app; the clock goes on first, so that the code is a new one. */
export async function signInAgain(
  portal: TestPortal,
  browser: Visitor,
  { user, secret }: Pick<Colleague, 'user' | 'secret'>,
): Promise<SeenPage> {
  portal.clock.advance({ seconds: 30 })
  await typeIn(browser, user, PASSWORD)
  return browser.post('/interno/codigo', { codigo: totpCode(secret, portal.clock.now()) })
}
