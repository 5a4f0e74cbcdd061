import { expect, it } from 'vitest'
import type { Purpose } from '#src/config.ts'
import { readConfig } from '#src/config.ts'

const REQUIRED = {
  SESSION_SECRET: 's'.repeat(32),
  ENCRYPTION_KEY: 'ab'.repeat(32),
  SMTP_URL: 'smtp://user:secret@mail.example:587',
  MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
}

function problemsOf(environment: Record<string, string | undefined>, purpose?: Purpose): string[] {
  const reading = readConfig(environment, purpose)
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
  ['TLS_CERT', import.meta.filename],
  ['SIGNATURE_AUTHORITIES', import.meta.filename],
  ['BANK_POLICY', 'nobodys'],
  ['SMTP_URL', 'smtp://'],
  ['SMTP_URL', 'smtp://user:100%@mail.example'],
  ['SMTP_URL', 'smtp://mail.example:99999'],
  ['MAIL_FROM', 'avisos@localhost'],
  ['MAIL_FROM', 'Banco <a@banco.example>, Otro <b@banco.example>'],
  ['TRUST_PROXY', 'proxy.banco.example'],
  ['TRUST_PROXY', '10.0.0.1, 10.0.0.0/33'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['PUBLIC_URL', 'http://portal.banco.example'],
  ['PUBLIC_URL', 'https://portal.banco.example?x'],
  ['PUBLIC_URL', 'https://somebody@portal.banco.example'],
  ['DATABASE_URL', 'postgres://portal:p#ss@db.banco.example/portal'],
  ['SRI_SIMULATOR_URL', '127.0.0.1:3080'],
  ['SRI_SIMULATOR_URL', 'http://127.0.0.1:99999'],
])('refuses %s=%s', (name, value) => {
  const [problem = ''] = problemsOf({ ...REQUIRED, [name]: value })
  expect(problem).toContain(name)
})

it('never repeats a value: it may be a secret in the wrong place', () => {
  const reading = readConfig({ ...REQUIRED, PORT: 'hunter2-secret' })
  expect(JSON.stringify(reading)).not.toContain('hunter2')
})

it('lists what will not serve together with what is missing', () => {
  const problems = problemsOf({
    ...REQUIRED,
    SESSION_SECRET: '',
    HOST: '0.0.0.0',
    BANK_POLICY: 'nobodys',
    MAIL_FROM: 'nobody',
    TRUST_PROXY: 'x',
    TLS_CERT: '/nowhere/cert.pem',
    TLS_KEY: '/nowhere/key.pem',
  })
  expect(problems).toEqual([
    'BANK_POLICY',
    'MAIL_FROM',
    'PUBLIC_URL',
    'SESSION_SECRET',
    'TLS_CERT',
    'TLS_KEY',
    'TRUST_PROXY',
  ])
})

it('refuses files that are no certificate and key', () => {
  const file = import.meta.filename
  const problems = problemsOf({ ...REQUIRED, TLS_CERT: file, TLS_KEY: file })
  expect(problems).toEqual(['TLS_CERT y TLS_KEY'])
})

it.each([
  ['0.0.0.0', undefined, ['PUBLIC_URL']],
  ['192.0.2.7', '', ['PUBLIC_URL']],
  ['0.0.0.0', 'https://portal.banco.example', ['TLS_CERT o TRUST_PROXY']],
  ['0.0.0.0', 'http://127.0.0.1:3000', []],
  ['127.0.0.1', 'http://192.0.2.7:3000', ['PUBLIC_URL']],
  ['::1', undefined, []],
  ['localhost', undefined, []],
])('listening on %s, known as %s', (HOST, PUBLIC_URL, problems) => {
  expect(problemsOf({ ...REQUIRED, SRI_SERVICE: 'production', HOST, PUBLIC_URL })).toEqual(problems)
})

it.each([
  [{}, ['TLS_CERT o TRUST_PROXY']],
  [{ PUBLIC_URL: 'https://localhost:3000' }, ['TLS_CERT o TRUST_PROXY']],
  [{ TRUST_PROXY: '127.0.0.1' }, []],
  [{ TRUST_PROXY: 'x' }, ['TRUST_PROXY']],
  [{ ROLE: 'web', TRUST_PROXY: '10.0.0.0/8' }, []],
  [{ ROLE: 'worker' }, []],
])('known by https, with %j', (environment, problems) => {
  const PUBLIC_URL = 'https://portal.banco.example'
  const SRI_SERVICE = 'production'
  expect(problemsOf({ ...REQUIRED, SRI_SERVICE, PUBLIC_URL, ...environment })).toEqual(problems)
})

it.each([
  ['https://portal.banco.example', 'simulator', ['SRI_SERVICE']],
  ['https://portal.banco.example', undefined, ['SRI_SERVICE']],
  ['https://portal.banco.example', 'test', []],
  ['https://localhost:3000', 'simulator', []],
  [undefined, undefined, []],
])('known as %s, rehearses against %s', (PUBLIC_URL, SRI_SERVICE, problems) => {
  const set = { ...REQUIRED, TRUST_PROXY: '127.0.0.1', PUBLIC_URL, SRI_SERVICE }
  expect(problemsOf(set)).toEqual(problems)
})

it('knows the address people type as browsers write it', () => {
  const publicUrl = (environment: Record<string, string>) => {
    const set = { ...REQUIRED, SRI_SERVICE: 'test', TRUST_PROXY: '127.0.0.1', ...environment }
    const reading = readConfig(set)
    return reading.ok && reading.config.publicUrl
  }
  expect(publicUrl({ PUBLIC_URL: 'https://Portal.Banco.example:443' })).toBe(
    'https://portal.banco.example',
  )
  expect(publicUrl({ HOST: '::1', PORT: '80' })).toBe('http://[::1]')
})

it('takes addresses and networks of proxies', () => {
  const reading = readConfig({ ...REQUIRED, TRUST_PROXY: '10.0.0.0/8, ::1,,192.0.2.1' })
  expect(reading).toMatchObject({ config: { trustProxy: ['10.0.0.0/8', '::1', '192.0.2.1'] } })
})

it('asks the command line only for what it needs, and does not look at the rest', () => {
  const { ENCRYPTION_KEY } = REQUIRED
  const rest = { PORT: 'x', MAIL_FROM: 'x', TLS_CERT: 'x', HOST: '0.0.0.0' }
  expect(readConfig({ ...rest }, 'data')).toMatchObject({ ok: true, config: { port: 3000 } })
  expect(readConfig({ ...rest, ENCRYPTION_KEY }, 'keys').ok).toBe(true)
  const poor = { DATABASE_URL: 'x', BANK_POLICY: 'x' }
  expect(problemsOf(poor, 'keys')).toEqual(['BANK_POLICY', 'DATABASE_URL', 'ENCRYPTION_KEY'])
})

it('never works with a key that somebody could know', () => {
  const keys = [readConfig({}, 'data'), readConfig({}, 'data')].map(
    (reading) => reading.ok && reading.config.encryptionKey.toString('hex'),
  )
  expect(new Set(keys).size).toBe(2)
})
