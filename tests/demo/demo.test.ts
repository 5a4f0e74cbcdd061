import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { demoConfig } from '#src/demo/demo-config.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { finish, freePort, portal, start, whenReady } from '#tests/support/processes.ts'

/** What a machine of production has in its environment. */
const PRODUCTION = {
  DATABASE_URL: 'postgres://portal@db.banco.example/portal',
  SMTP_URL: 'smtps://mail.banco.example',
  MAIL_FROM: 'Banco <avisos@banco.example>',
  PUBLIC_URL: 'https://portal.banco.example',
  SESSION_SECRET: 'of production, of production, of production',
  ENCRYPTION_KEY: 'ab'.repeat(32),
  BANK_POLICY: 'nobodys',
  ROLE: 'web',
}

it('looks at nothing of production but where to listen', () => {
  const DATA_DIR = path.join(temporaryFolder(), 'new')
  const reading = demoConfig({ ...PRODUCTION, DATA_DIR, PORT: '3456', HOST: '0.0.0.0' })
  expect(reading).toMatchObject({
    ok: true,
    config: {
      port: 3456,
      host: '0.0.0.0',
      publicUrl: 'http://127.0.0.1:3456',
      databaseUrl: `sqlite:${path.join(DATA_DIR, 'portal.db')}`,
      smtpUrl: 'smtp://127.0.0.1:25',
      role: 'all',
    },
  })
  const { config } = reading as Extract<typeof reading, { ok: true }>
  expect(config.sessionSecret).not.toBe(PRODUCTION.SESSION_SECRET)
  expect(config.encryptionKey.toString('hex')).not.toBe(PRODUCTION.ENCRYPTION_KEY)
  expect(demoConfig({ DATA_DIR })).toMatchObject({
    config: { sessionSecret: config.sessionSecret, publicUrl: 'http://127.0.0.1:3000' },
  })
})

it('takes a folder that is new, empty or its own, and no other', () => {
  const folder = temporaryFolder()
  expect(demoConfig({ DATA_DIR: folder }).ok).toBe(true)
  expect(demoConfig({ DATA_DIR: folder }).ok).toBe(true)
  const production = temporaryFolder()
  fs.writeFileSync(path.join(production, 'portal.db'), 'years of receipts')
  expect(demoConfig({ DATA_DIR: production })).toEqual({
    ok: false,
    problems: [expect.stringContaining('datos que no son de la demostración')],
  })
  expect(fs.readdirSync(production)).toEqual(['portal.db'])
})

it('does not forget what is of somebody else, nor what a running demo is using', async () => {
  const production = temporaryFolder()
  const file = path.join(production, 'portal.db')
  fs.writeFileSync(file, 'years of receipts')
  const foreign = await portal(['demo', '--reset'], { DATA_DIR: production })
  expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining(production)])
  const command = await portal(['verify', '--demo'], { DATA_DIR: production })
  expect(command.code).toBe(2)

  const own = temporaryFolder()
  expect(demoConfig({ DATA_DIR: own }).ok).toBe(true)
  fs.writeFileSync(path.join(own, 'portal.db'), 'a demo that runs')
  const other = net.createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as net.AddressInfo
  const taken = await portal(['demo', '--reset'], { DATA_DIR: own, PORT: String(port) })
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(`^demo: el puerto ${port} ya está ocupado[^\n]*\n$`),
  })
  expect(fs.readFileSync(path.join(own, 'portal.db'), 'utf8')).toBe('a demo that runs')
  expect(fs.readFileSync(file, 'utf8')).toBe('years of receipts')
})

it('runs beside production, starts anew when told, and ends well', {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder()
  const database = path.join(folder, 'production.db')
  fs.writeFileSync(database, 'years of receipts')
  const DATA_DIR = path.join(folder, 'demo')
  for (const args of [['demo'], ['demo', '--reset']]) {
    const port = await freePort()
    const environment = { ...PRODUCTION, DATABASE_URL: `sqlite:${database}`, DATA_DIR }
    const child = start('src/cli.ts', args, { ...environment, PORT: String(port) })
    const ended = finish(child)
    const url = `http://127.0.0.1:${port}`
    await whenReady(url)
    expect((await fetch(`${url}/demo/buzon`)).status).toBe(200)
    const codes = await (await fetch(`${url}/demo/codigos`)).text()
    expect(codes).toMatch(/diego\.mora[\s\S]*<code>\d{6}<\/code>/)
    child.kill('SIGTERM')
    const run = await ended
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toContain(url)
    expect(run.stdout).toContain('comprobantes cargados')
    expect(run.stdout).toMatch(
      /ana\.vera {3}contraseña [A-Z2-9]{14}\n +clave de su aplicación [A-Z2-7]{32}\n/,
    )
  }
  expect(fs.readFileSync(database, 'utf8')).toBe('years of receipts')
})
