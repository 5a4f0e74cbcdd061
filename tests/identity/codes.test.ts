import crypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transaction } from '#src/db/transaction.ts'
import { codeFingerprint, normalizeCode, randomText } from '#src/identity/codes/one-time-code.ts'
import { addCode, tryCode } from '#src/identity/codes/one-time-code-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addPerson, lastCode, MARIA, STRANGER, signIn } from './support.ts'

const NOW = new Date('2026-11-21T17:00:00.000Z')
const LATER = new Date('2026-11-21T17:05:00.000Z')
const PURPOSE = 'first-login:email'
const KEY = Buffer.alloc(32, 1)

const hashOf = (code: string, session = 's1') => codeFingerprint(KEY, session, PURPOSE, code)

const newCode = (code: string, attempts = 5) => ({
  sessionId: 's1',
  loginId: null,
  partyId: null,
  purpose: PURPOSE as typeof PURPOSE,
  hash: hashOf(code),
  attempts,
  expiresAt: LATER,
})

eachDatabase((open) => {
  it('takes a code once', async () => {
    const db = await open()
    await transaction(db, (tx) => addCode(tx, newCode('ABCDE'), NOW))
    const attempt = () => transaction(db, (tx) => tryCode(tx, 's1', PURPOSE, hashOf('ABCDE'), NOW))
    const tries = await Promise.all([attempt(), attempt(), attempt()])
    expect(tries.filter((tried) => tried.ok)).toHaveLength(1)
  })

  it('counts wrong ones down, also those tried at once, and then compares nothing', async () => {
    const db = await open()
    await transaction(db, (tx) => addCode(tx, newCode('ABCDE'), NOW))
    const attempt = (code: string) =>
      transaction(db, (tx) => tryCode(tx, 's1', PURPOSE, hashOf(code), NOW))
    const tries = await Promise.all(Array.from({ length: 20 }, (_, at) => attempt(`WRON${at}`)))
    const left = tries.flatMap((tried) =>
      !tried.ok && tried.refusal === 'wrong' ? tried.left : [],
    )
    expect(left.toSorted()).toEqual([1, 2, 3, 4])
    expect(await attempt('ABCDE')).toEqual({ ok: false, refusal: 'exhausted' })
  })

  it('ends the former code and lets the next inherit its attempts', async () => {
    const db = await open()
    const attempt = (code: string) =>
      transaction(db, (tx) => tryCode(tx, 's1', PURPOSE, hashOf(code), NOW))
    await transaction(db, (tx) => addCode(tx, newCode('FIRST'), NOW))
    await attempt('WRONG')
    await transaction(db, (tx) => addCode(tx, newCode('NEXTT'), NOW))
    expect(await attempt('FIRST')).toEqual({ ok: false, refusal: 'wrong', left: 3 })
    expect(await attempt('NEXTT')).toEqual({ ok: true })
  })

  it('refuses one that has expired, and says when it did', async () => {
    const db = await open()
    await transaction(db, (tx) => addCode(tx, newCode('ABCDE'), NOW))
    const tried = await transaction(db, (tx) => tryCode(tx, 's1', PURPOSE, hashOf('ABCDE'), LATER))
    expect(tried).toEqual({ ok: false, refusal: 'expired', expiredAt: LATER })
  })

  it('is good in one session and for one purpose', async () => {
    const db = await open()
    await transaction(db, (tx) => addCode(tx, newCode('ABCDE'), NOW))
    await transaction(db, async (tx) => {
      expect((await tryCode(tx, 's2', PURPOSE, hashOf('ABCDE', 's2'), NOW)).ok).toBe(false)
      expect((await tryCode(tx, 's1', 'profile:email', hashOf('ABCDE'), NOW)).ok).toBe(false)
      expect((await tryCode(tx, 's1', PURPOSE, hashOf('ABCDE', 's2'), NOW)).ok).toBe(false)
    })
  })
})

describe('a code', () => {
  it('is the same in any case, with blanks and with hyphens', () => {
    const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...alphabet), { minLength: 5, maxLength: 8 }),
        fc.array(fc.constantFrom('', ' ', '-', '\u00a0'), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        (signs, blanks, lower) => {
          const typed = signs.map((sign, at) => `${blanks[at]}${lower ? sign.toLowerCase() : sign}`)
          expect(normalizeCode(` ${typed.join('')} `)).toBe(signs.join(''))
        },
      ),
    )
  })

  it('uses every sign of its alphabet about as often as any other', () => {
    const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
    const counts = new Map<string, number>()
    for (const sign of randomText(alphabet, 31_000, crypto.randomBytes)) {
      counts.set(sign, (counts.get(sign) ?? 0) + 1)
    }
    expect(counts.size).toBe(31)
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250)
  })
})

describe('the page of the code', () => {
  async function arrive() {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    await browser.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email })
    return { portal, browser }
  }

  it('sends another after 30 seconds, and the former no longer fits', async () => {
    const { portal, browser } = await arrive()
    const first = await lastCode(portal, 'email-code')
    await browser.post('/codigo/reenviar')
    expect((await browser.get('/codigo')).body).toContain(
      'Puedes pedir otro código en 30 segundos.',
    )
    expect(await lastCode(portal, 'email-code')).toBe(first)
    portal.clock.advance({ seconds: 30 })
    await browser.post('/codigo/reenviar')
    const second = await lastCode(portal, 'email-code')
    expect(second).not.toBe(first)
    expect((await browser.get('/codigo')).body).toContain(
      'Enviamos otro código. El anterior ya no sirve.',
    )
    expect((await browser.post('/codigo', { codigo: first })).body).toContain(
      'te quedan 4 intentos',
    )
    expect((await browser.post('/codigo', { codigo: second })).headers.location).toBe(
      '/comprobantes',
    )
  })

  it('ends the way after five wrong ones, asked again or not', async () => {
    const { portal, browser } = await arrive()
    for (let at = 0; at < 3; at += 1) await browser.post('/codigo', { codigo: 'AAAAA' })
    portal.clock.advance({ seconds: 31 })
    await browser.post('/codigo/reenviar')
    expect((await browser.post('/codigo', { codigo: 'AAAAA' })).body).toContain(
      'te queda 1 intento',
    )
    const last = await browser.post('/codigo', { codigo: 'AAAAA' })
    expect(last.body).toContain('Cerramos este ingreso por tu seguridad')
    expect(
      (await browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })).headers
        .location,
    ).toBe('/ingresar')
  })

  it('says when a code expired, and goes on with another', async () => {
    const { portal, browser } = await arrive()
    const code = await lastCode(portal, 'email-code')
    portal.clock.advance({ minutes: 5 })
    const late = await browser.post('/codigo', { codigo: code })
    expect(late.body).toContain('Ese código venció a las 12:05. Pide otro')
    await browser.post('/codigo/reenviar')
    const done = await browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
    expect(done.headers.location).toBe('/comprobantes')
  })

  it('lets the address be changed, and a code for the former one be worth nothing', async () => {
    const { portal, browser } = await arrive()
    const code = await lastCode(portal, 'email-code')
    const form = { nueva: MARIA.password, correo: 'nuevo@correo.example' }
    expect((await browser.get('/primer-ingreso')).body).toContain(`value="${MARIA.email}"`)
    await browser.post('/primer-ingreso', form)
    expect((await browser.post('/codigo', { codigo: code })).statusCode).toBe(422)
    expect((await browser.get('/codigo')).body).toContain('nuevo@correo.example')
  })

  it('is of no use in another browser', async () => {
    const { portal } = await arrive()
    const other = portal.browser()
    await signIn(other, STRANGER, STRANGER)
    await other.post('/primer-ingreso', { nueva: MARIA.password, correo: 'evil@correo.example' })
    const answer = await other.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
    expect(answer.statusCode).toBe(422)
  })
})
