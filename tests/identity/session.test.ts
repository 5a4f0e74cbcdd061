import crypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { MARIA, PEDRO, STRANGER, signIn, signUp } from './support.ts'

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function forge(header: object, payload: object, key: Buffer | string, hash = 'sha256'): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${crypto.createHmac(hash, key).update(input).digest('base64url')}`
}

function keyOf(secret: string): Buffer {
  return Buffer.from(crypto.hkdfSync('sha256', secret, 'portal', 'session-token', 32))
}

describe('a session', () => {
  it('ends at sign-out, in every tab, and says good-bye', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const token = browser.cookies.get('sesion') ?? ''
    const otherTab = portal.browser()
    otherTab.cookies.set('sesion', token)
    expect((await otherTab.get('/perfil')).statusCode).toBe(200)
    const answer = await browser.post('/salir')
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/ingresar'])
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"')
    expect((await browser.get('/ingresar')).body).toContain('Cerraste tu sesión. Hasta pronto.')
    expect((await otherTab.get('/perfil')).headers.location).toBe('/ingresar?volver=%2Fperfil')
  })

  it('is not kept by caches, so Back shows nothing', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    expect((await browser.get('/perfil')).headers['cache-control']).toBe('no-store')
  })

  it('ends after 15 minutes without use, and leads back with the filters', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    portal.clock.advance({ minutes: 14 })
    expect((await browser.get('/perfil')).statusCode).toBe(200)
    portal.clock.advance({ minutes: 14 })
    expect((await browser.post('/sesion/seguir')).statusCode).toBe(204)
    portal.clock.advance({ minutes: 15 })
    const place = '/comprobantes?q=luz&tipo=factura&tipo=retencion'
    const answer = await browser.get(place)
    const address = new URL(answer.headers.location ?? '', ORIGIN)
    expect(address.searchParams.get('volver')).toBe(place)
    const page = await browser.get(`${address.pathname}${address.search}`)
    expect(page.body).toContain('Tu sesión se cerró por inactividad')
    const volver = /name="volver" value="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&')
    const back = await browser.post('/ingresar', {
      usuario: MARIA.number,
      contrasena: MARIA.password,
      volver: volver ?? '',
    })
    expect(back.headers.location).toBe(place)
  })

  it('ends after 8 hours however much it is used', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    for (let at = 0; at < 47; at += 1) {
      portal.clock.advance({ minutes: 10 })
      expect((await browser.post('/sesion/seguir')).statusCode).toBe(204)
    }
    portal.clock.advance({ minutes: 10 })
    expect((await browser.get('/perfil')).headers.location).toContain('motivo=inactividad')
  })

  it('does not come back to life when the clock is set back, nor live on when it jumps', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const start = portal.clock.now()
    portal.clock.advance({ hours: 1 })
    expect((await browser.get('/perfil')).statusCode).toBe(303)
    portal.clock.set(start)
    expect((await browser.get('/perfil')).statusCode).toBe(303)
  })

  it('is another after signing in than the one before it', async () => {
    const portal = await openPortal()
    const browser = portal.browser()
    await signIn(browser, STRANGER, STRANGER)
    const planted = browser.cookies.get('sesion') ?? ''
    await signUp(portal)
    await signIn(browser, MARIA.number, MARIA.password)
    expect(browser.cookies.get('sesion')).not.toBe(planted)
    const attacker = portal.browser()
    attacker.cookies.set('sesion', planted)
    expect((await attacker.get('/perfil')).statusCode).toBe(303)
    expect((await attacker.get('/primer-ingreso')).statusCode).toBe(303)
  })

  it('writes that it was used at most once a minute', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const seen = async () =>
      (
        await portal.db
          .selectFrom('session')
          .select('seen_at')
          .where('scope', '=', 'full')
          .executeTakeFirstOrThrow()
      ).seen_at
    const before = await seen()
    portal.clock.advance({ seconds: 59 })
    await browser.get('/perfil')
    expect(await seen()).toBe(before)
    portal.clock.advance({ seconds: 1 })
    await browser.get('/perfil')
    expect(await seen()).not.toBe(before)
  })

  it('has a cookie that scripts cannot read and other hosts cannot set', async () => {
    const portal = await openPortal({
      config: { publicUrl: 'https://portal.bancoceibo.example', host: '0.0.0.0' },
    })
    const answer = await portal.app.inject({
      method: 'POST',
      url: '/ingresar',
      headers: {
        host: 'portal.bancoceibo.example',
        origin: 'https://portal.bancoceibo.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: `usuario=${STRANGER}&contrasena=${STRANGER}`,
    })
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-sesion=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it('is not opened by a forged token, of whatever kind, and never with a 500', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const genuine = browser.cookies.get('sesion') ?? ''
    const claims = JSON.parse(Buffer.from(genuine.split('.')[1] ?? '', 'base64url').toString())
    const key = keyOf(portal.context.config.sessionSecret)
    const hs256 = { alg: 'HS256', typ: 'JWT' }
    const without = (name: string) =>
      Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
    const forged: Record<string, string> = {
      none: `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
      unsigned: `${genuine.split('.').slice(0, 2).join('.')}.`,
      'another key': forge(hs256, claims, crypto.randomBytes(32)),
      'empty key': forge(hs256, claims, ''),
      'the secret itself': forge(hs256, claims, portal.context.config.sessionSecret),
      hs512: forge({ alg: 'HS512', typ: 'JWT' }, claims, key, 'sha512'),
      'changed claims': genuine.replace(
        /\.[^.]+\./,
        `.${encode({ ...claims, exp: claims.exp + 1 })}.`,
      ),
      'another audience': forge(hs256, { ...claims, aud: 'elsewhere' }, key),
      'another issuer': forge(hs256, { ...claims, iss: 'https://evil.example' }, key),
      'no exp': forge(hs256, without('exp'), key),
      'no jti': forge(hs256, without('jti'), key),
      'exp as text': forge(hs256, { ...claims, exp: '9999999999' }, key),
      'past exp': forge(hs256, { ...claims, exp: 1 }, key),
      'future nbf': forge(hs256, { ...claims, nbf: 9_999_999_999 }, key),
      crit: forge({ ...hs256, crit: ['b64'] }, claims, key),
      'jti as object': forge(hs256, { ...claims, jti: { $ne: null } }, key),
      'unknown session': forge(hs256, { ...claims, jti: 'A'.repeat(32) }, key),
      'no token': 'a.b.c',
      rubbish: 'x'.repeat(3_000),
    }
    for (const [kind, token] of Object.entries(forged)) {
      const attacker = portal.browser()
      attacker.cookies.set('sesion', token)
      const answer = await attacker.get('/perfil')
      expect([kind, answer.statusCode]).toEqual([kind, 303])
      expect(answer.headers.location).toMatch(/^\/ingresar/)
    }
    expect((await browser.get('/perfil')).statusCode).toBe(200)
  })

  it('goes on when the secret is changed, as long as the old one stands behind it', async () => {
    const former = 'f'.repeat(40)
    const next = 'n'.repeat(40)
    const before = await openPortal({ config: { sessionSecret: former } })
    const browser = await signUp(before)
    const token = browser.cookies.get('sesion') ?? ''
    for (const [sessionSecret, status] of [
      [`${next},${former}`, 200],
      [next, 303],
    ] as const) {
      const after = await openPortal({ db: before.db, config: { sessionSecret } })
      const same = after.browser()
      same.cookies.set('sesion', token)
      expect((await same.get('/perfil')).statusCode).toBe(status)
    }
  })

  it('never lands on another site', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const tricks = [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/%0d%0aLocation: x',
      'javascript:alert(1)',
      ' //evil.example',
      '/\t/evil.example',
      'http:evil.example',
      '/ingresar?volver=/x',
      '/salir',
    ]
    for (const volver of tricks) {
      const answer = await portal
        .browser()
        .post('/ingresar', { usuario: MARIA.number, contrasena: MARIA.password, volver })
      const landing = new URL(answer.headers.location ?? '', ORIGIN)
      expect([volver, answer.statusCode, landing.origin]).toEqual([volver, 303, ORIGIN])
      const page = await portal.browser().get(`/ingresar?${new URLSearchParams({ volver })}`)
      expect(page.body).not.toContain('evil.example"')
    }
  })

  it('is refused to a form of another site', async () => {
    const portal = await openPortal()
    const answer = await portal
      .browser()
      .post(
        '/ingresar',
        { usuario: MARIA.number, contrasena: 'x' },
        { origin: 'https://evil.example' },
      )
    expect(answer.statusCode).toBe(403)
  })

  it('of somebody else cannot be closed', async () => {
    const portal = await openPortal()
    const maria = await signUp(portal)
    const pedro = await signUp(portal, PEDRO)
    const rows = await portal.db
      .selectFrom('session')
      .select(['id', 'login_id'])
      .where('scope', '=', 'full')
      .orderBy('created_at')
      .execute()
    for (const { id } of rows) await pedro.post(`/perfil/sesiones/${id}`)
    expect((await maria.get('/perfil')).statusCode).toBe(200)
    expect((await pedro.get('/perfil')).statusCode).toBe(303)
  })
})
