import { expect } from 'vitest'
import type { TestPortal } from '#tests/support/portal.ts'
import { addPerson, lastCode, lastLink, lastMail, MARIA, signIn } from './support.ts'

const NEXT = 'Una frase de otra tarde'
const LAST = 'Otra frase de la noche'

/** Takes María from the first login through lock, recovery, every change and «no fui yo». */
export async function doEverything(portal: TestPortal): Promise<void> {
  await addPerson(portal, MARIA, 'antiguo@correo.example')
  const home = portal.browser()
  await signIn(home, MARIA.number, MARIA.number)
  portal.clock.advance({ minutes: 1 })
  await home.post('/codigo/reenviar')
  const codigo = await lastCode(portal, 'first-code')
  await home.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email, codigo })
  const done = await home.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
  expect(done.headers.location).toBe('/comprobantes')

  const elsewhere = portal.browser({ address: '198.51.100.20' })
  for (let at = 0; at < 3; at += 1) await signIn(elsewhere, MARIA.number, 'No es esta')
  await elsewhere.post(await lastLink(portal, 'unlock'))
  expect((await signIn(elsewhere, MARIA.number, MARIA.password)).statusCode).toBe(303)

  await elsewhere.post('/recuperar', { usuario: MARIA.number })
  const { text } = await lastMail(portal, 'initial-password')
  const initial = /Contraseña inicial: (\S+)/.exec(text)?.[1] ?? ''
  await signIn(elsewhere, MARIA.number, initial)
  await elsewhere.post('/primer-ingreso', { nueva: NEXT })
  await elsewhere.post('/perfil/correo', { correo: 'nuevo@correo.example', contrasena: NEXT })
  portal.clock.advance({ minutes: 1 })
  await elsewhere.post('/perfil/correo/codigo/reenviar')
  await elsewhere.post('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') })
  await elsewhere.post('/perfil/avisos', { avisos: 'daily' })
  await elsewhere.post('/perfil/apariencia', { tema: 'claro', atajos: '1' })
  await elsewhere.post('/perfil/contrasena', { actual: NEXT, nueva: LAST })
  expect((await elsewhere.get('/perfil')).body).toContain('nue&#8226;&#8226;&#8226;@correo.example')
  expect((await home.get('/perfil')).statusCode).toBe(303)

  await signIn(home, MARIA.number, LAST)
  const list = await elsewhere.get('/perfil/sesiones')
  const device = /action="(\/perfil\/equipos\/\d+)"/.exec(list.body)?.[1] ?? ''
  const session = /action="(\/perfil\/sesiones\/[\w-]+)"/.exec(list.body)?.[1] ?? ''
  expect((await elsewhere.post(session)).statusCode).toBe(303)
  expect((await elsewhere.post(device)).statusCode).toBe(303)
  await signIn(home, MARIA.number, LAST)
  await elsewhere.post('/perfil/sesiones')
  await elsewhere.post('/salir')
  await signIn(home, MARIA.number, LAST)
  await portal.browser().post(await lastLink(portal, 'password-changed'))
  expect((await home.get('/perfil')).statusCode).toBe(303)
}
