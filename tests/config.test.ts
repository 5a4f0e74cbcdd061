import { expect, it } from 'vitest'
import { readConfig } from '#src/config.ts'

const REQUIRED = {
  SESSION_SECRET: 's'.repeat(32),
  ENCRYPTION_KEY: 'ab'.repeat(32),
  SMTP_URL: 'smtp://user:secret@mail.example:587',
  MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
}

function problemsOf(environment: Record<string, string | undefined>): string[] {
  const reading = readConfig(environment)
  return reading.ok ? [] : reading.problems.map((problem) => problem.split(':')[0] ?? '').sort()
}

it('fills in what has a default', () => {
  const reading = readConfig(REQUIRED)
  expect(reading).toMatchObject({
    ok: true,
    config: {
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      bankPolicy: 'amazonas',
      issuers: [],
      role: 'all',
      tls: null,
    },
  })
})

it('names everything that is missing at once', () => {
  expect(problemsOf({})).toEqual(['ENCRYPTION_KEY', 'MAIL_FROM', 'SESSION_SECRET', 'SMTP_URL'])
})

it('takes an empty variable for an unset one', () => {
  expect(problemsOf({ ...REQUIRED, PORT: '', SMTP_URL: '' })).toEqual(['SMTP_URL'])
})

it.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['PUBLIC_URL', 'portal.banco.example'],
  ['PUBLIC_URL', 'https://portal.banco.example/ruta'],
  ['DATABASE_URL', 'mysql://x'],
  ['ISSUERS', '099000000001'],
  ['SESSION_SECRET', 'short'],
  ['ENCRYPTION_KEY', 'not hexadecimal'],
  ['MAIL_FROM', 'avisos@banco.example\r\nBcc: x@y.example'],
  ['ROLE', 'boss'],
  ['LOG_LEVEL', 'loud'],
  ['TLS_CERT', '/only/one/of/two.pem'],
])('refuses %s=%s', (name, value) => {
  const [problem = ''] = problemsOf({ ...REQUIRED, [name]: value })
  expect(problem).toContain(name)
})

it('never repeats a value: it may be a secret in the wrong place', () => {
  const reading = readConfig({ ...REQUIRED, PORT: 'hunter2-secret' })
  expect(JSON.stringify(reading)).not.toContain('hunter2')
})

it('asks the command line only for what it needs', () => {
  const { ENCRYPTION_KEY, MAIL_FROM } = REQUIRED
  expect(readConfig({ ENCRYPTION_KEY, MAIL_FROM }, 'command').ok).toBe(true)
})
