import crypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCommonPassword } from '#src/identity/passwords/common-passwords.ts'
import { passwordProblem, shownRules } from '#src/identity/passwords/password.ts'
import { NO_PASSWORD, PasswordHasher } from '#src/identity/passwords/password-hash.ts'
import { amazonas } from '#src/policy/amazonas.ts'

const OWN = {
  numbers: ['0912345675', '0912345675001'],
  name: 'María José Paredes',
  email: 'mjparedes.v@correo.example',
  bank: 'Banco Ceibo',
}
const POLICY = amazonas.password

const problem = (password: string) => passwordProblem(POLICY, password, OWN)

describe('a new password', () => {
  it('is taken when it keeps the rules', () => {
    for (const good of [
      'Guacamayo de la montaña',
      'tRenes-y-barcos',
      'ÑandúVerde',
      'Café con leche 7',
      'xK8#mQ2$vL9',
    ]) {
      expect([good, problem(good)]).toEqual([good, null])
    }
  })

  it('is told everything it lacks in one sentence', () => {
    expect(problem('ab1')).toBe(
      'Tu contraseña necesita entre 8 y 64 caracteres, al menos 5 letras y al menos una mayúscula.',
    )
    expect(problem('guacamayos')).toBe('Tu contraseña necesita al menos una mayúscula.')
    expect(problem('')).toBe('Escribe una contraseña nueva.')
    expect(problem(`A${'b'.repeat(64)}`)).toContain('entre 8 y 64 caracteres')
  })

  it('may not hold the number, the name or the address of its owner', () => {
    for (const own of [
      'Hola0912345675',
      'Soy0912345675001X',
      'PAREDES-Andinas',
      'Marìa la bonita',
      'Mjparedes.V secreto',
      'Tengo1712345678aqui',
    ]) {
      expect([own, problem(own)]).toEqual([
        own,
        expect.stringContaining('ser distinta de tu cédula, tu nombre y tu correo.'),
      ])
    }
  })

  it('may not be what everybody tries first', () => {
    for (const common of [
      'Password1',
      'Contraseña2026',
      'P4ssw0rd!',
      'Abcdefgh',
      'Qwertyuiop1',
      'Aaaaaaaa',
      'AbcdAbcd',
      'Ecuador2026*',
      'Bancoceibo1',
      'Abcdef123456',
      'TeQuieroMucho1',
      'Qwerty12345',
    ]) {
      expect([common, isCommonPassword(common, 'Banco Ceibo')]).toEqual([common, true])
    }
  })

  it('follows a stricter bank', () => {
    const strict = { ...POLICY, lengthMax: 20, symbols: false, spaces: false, digitsMin: 1 }
    expect(passwordProblem(strict, 'guayaquilños', OWN)).toBe(
      'Tu contraseña necesita al menos una mayúscula, al menos un número y no llevar tildes, espacios ni signos.',
    )
    expect(passwordProblem(strict, 'Montalvo77andino', OWN)).toBeNull()
    expect(shownRules(strict, null, OWN).map(({ text }) => text)).toEqual([
      'Entre 8 y 20 letras y números',
      'Al menos 5 letras',
      'Al menos una mayúscula',
      'Al menos un número',
      'Sin tildes, espacios ni signos',
      'Distinta de tu cédula y de tu nombre',
    ])
  })

  it('is judged by the browser as by the server, rule for rule', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (password) => {
        const text = password.normalize('NFKC')
        for (const rule of shownRules(POLICY, password, { numbers: [] })) {
          expect(new RegExp(rule.pattern ?? '', 'u').test(text)).toBe(rule.kept)
        }
      }),
    )
  })
})

describe('a stored password', () => {
  const hasher = new PasswordHasher(crypto.randomBytes(32))

  it('says with what it was made, and fits again', async () => {
    const phc = await hasher.hash('Guacamayo de la montaña')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await hasher.verify('Guacamayo de la montaña', phc)).toBe(true)
    expect(await hasher.verify('Guacamayo de la montan\u0303a', phc)).toBe(true)
    expect(await hasher.verify('guacamayo de la montaña', phc)).toBe(false)
    expect(hasher.isDated(phc)).toBe(false)
    expect(hasher.isDated(phc.replace('t=2', 't=1'))).toBe(true)
  })

  it('is worth nothing without the key that is not in the database', async () => {
    const phc = await hasher.hash('Guacamayo de la montaña')
    expect(
      await new PasswordHasher(crypto.randomBytes(32)).verify('Guacamayo de la montaña', phc),
    ).toBe(false)
  })

  it('fits nobody when there is none', async () => {
    for (const phc of [null, NO_PASSWORD, '', '$argon2id$v=19$m=8,t=1,p=1$$']) {
      expect(await hasher.verify('!', phc)).toBe(false)
    }
  })
})
