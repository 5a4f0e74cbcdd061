import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addPerson, lastCode, lastLink, lastMail, MARIA, PEDRO, signIn, signUp } from './support.ts'

const NEXT = 'Una frase de otra tarde'

eachDatabase((open) => {
  it('takes somebody from the first login through lock, recovery and every change', async () => {
    const portal = await openPortal({ db: await open() })
    await addPerson(portal, MARIA, 'antiguo@correo.example')
    const home = portal.browser()
    await signIn(home, MARIA.number, MARIA.number)
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
    await elsewhere.post('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') })
    await elsewhere.post('/perfil/avisos', { avisos: 'daily' })
    await elsewhere.post('/perfil/apariencia', { tema: 'claro', atajos: '1' })
    expect((await elsewhere.get('/perfil')).body).toContain('nue•••@correo.example')
    await elsewhere.post('/perfil/sesiones')
    await elsewhere.post('/salir')
    expect((await home.get('/perfil')).statusCode).toBe(303)
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('lets one of many finish at once', async () => {
    const portal = await openPortal({ db: await open() })
    await signUp(portal, PEDRO)
    await addPerson(portal, MARIA)
    const browsers = [1, 2, 3].map((at) => portal.browser({ address: `198.51.${at}.1` }))
    const codes: string[] = []
    for (const browser of browsers) {
      await signIn(browser, MARIA.number, MARIA.number)
      await browser.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email })
      codes.push(await lastCode(portal, 'email-code'))
    }
    const tries = browsers.map((browser, at) =>
      browser.post('/codigo', { codigo: codes[at] ?? '' }),
    )
    await Promise.all(tries)
    const pages = await Promise.all(browsers.map((browser) => browser.get('/perfil')))
    expect(pages.filter((page) => page.statusCode === 200)).toHaveLength(1)
    const logins = await portal.db.selectFrom('login').select('id').execute()
    expect(logins).toHaveLength(2)
  })
})
