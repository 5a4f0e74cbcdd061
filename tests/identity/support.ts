import { addCustomer } from '#src/identity/parties/add-customer.ts'
import type { Answer, Browser, TestPortal, WaitingMail } from '#tests/support/portal.ts'

/** Invented people; the cédulas are well formed and nobody's. */
export const MARIA = {
  number: '0912345675',
  name: 'María José Paredes',
  email: 'maria.paredes@correo.example',
  password: 'Guacamayo de la montaña',
}

export const PEDRO = {
  number: '1710034065',
  name: 'Pedro Andrade',
  email: 'pedro@correo.example',
  password: 'Colibri en el techo',
}

/** Well formed, and no customer's. */
export const STRANGER = '0926687856'

type SomeBody = { number: string; name: string; email: string; password: string }

/** Makes somebody a customer; with `onFile` the bank holds that address of theirs. */
export async function addPerson(
  portal: TestPortal,
  person: SomeBody,
  onFile?: string,
): Promise<number> {
  const { db, context, clock } = portal
  const customer = {
    number: person.number,
    name: person.name,
    ...(onFile ? { email: onFile } : {}),
  }
  const added = await addCustomer(db, customer, context.policy, clock.now())
  if (!added.ok) throw new Error(added.message)
  return added.partyId
}

/** The last mail of a reason, which must be there. */
export async function lastMail(portal: TestPortal, reason: string): Promise<WaitingMail> {
  const mail = (await portal.inbox()).findLast((one) => one.reason === reason)
  if (!mail) throw new Error(`No mail of reason ${reason}`)
  return mail
}

/** The code of a mail, as its reader would copy it. */
export async function lastCode(portal: TestPortal, reason: string): Promise<string> {
  const { text } = await lastMail(portal, reason)
  const code = /Código temporal: (\S+)/.exec(text)?.[1]
  if (!code) throw new Error(`No code in: ${text}`)
  return code
}

export async function lastLink(portal: TestPortal, reason: string): Promise<string> {
  const { text } = await lastMail(portal, reason)
  const path = /https?:\/\/[^/\s]+(\/(?:desbloquear|no-fui-yo)\/\S+)/.exec(text)?.[1]
  if (!path) throw new Error(`No link in: ${text}`)
  return path
}

export async function signIn(browser: Browser, user: string, password: string): Promise<Answer> {
  return browser.post('/ingresar', { usuario: user, contrasena: password })
}

/** Takes a customer the bank holds no address of through the first login; answers the last answer. */
export async function firstLogin(
  portal: TestPortal,
  browser: Browser,
  person: SomeBody,
): Promise<Answer> {
  await signIn(browser, person.number, person.number)
  await browser.post('/primer-ingreso', { nueva: person.password, correo: person.email })
  return browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
}

/** A signed-in browser of a new customer, through the front door. */
export async function signUp(portal: TestPortal, person: SomeBody = MARIA): Promise<Browser> {
  await addPerson(portal, person)
  const browser = portal.browser()
  const answer = await firstLogin(portal, browser, person)
  if (answer.statusCode !== 303) throw new Error(`First login answered ${answer.statusCode}`)
  return browser
}

/** A page without what must differ: times and tokens. */
export function comparable(answer: Answer): string {
  return answer.body
    .replaceAll(/datetime="[^"]*"/g, 'datetime')
    .replaceAll(/data-(countdown|wait)="\d+"/g, 'data-$1')
}
