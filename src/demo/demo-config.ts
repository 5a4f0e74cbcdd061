import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { ConfigReading } from '../config.ts'
import { readConfig } from '../config.ts'

const FOLDER = './data/demo'

/**
 * The configuration of the demo: a folder of its own with secrets made there the first time, so
 * that no known secret is ever used and a second start finds its data. PORT, HOST and DATA_DIR are
 * taken from the environment.
 */
export function demoConfig(environment: Record<string, string | undefined>): ConfigReading {
  const dataDir = environment['DATA_DIR'] || FOLDER
  return readConfig({
    PORT: environment['PORT'],
    HOST: environment['HOST'],
    PUBLIC_URL: environment['PUBLIC_URL'],
    DATABASE_URL: environment['DATABASE_URL'],
    DATA_DIR: dataDir,
    ...secretsOf(dataDir),
    SMTP_URL: environment['SMTP_URL'] || 'smtp://127.0.0.1:25',
    MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
    LOG_LEVEL: environment['LOG_LEVEL'] || 'warn',
  })
}

function secretsOf(dataDir: string): { SESSION_SECRET: string; ENCRYPTION_KEY: string } {
  const file = path.join(dataDir, 'demo-secrets.json')
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'))
  const secrets = {
    SESSION_SECRET: crypto.randomBytes(32).toString('hex'),
    ENCRYPTION_KEY: crypto.randomBytes(32).toString('hex'),
  }
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  fs.writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
