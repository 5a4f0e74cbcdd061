import fs from 'node:fs'
import path from 'node:path'
import type { ConfigReading } from '../config.ts'
import { readConfig } from '../config.ts'
import { isLoopback } from '../values/network.ts'
import { plainLine } from '../values/terminal-text.ts'
import { demoSecrets, SECRETS_FILE } from './demo-secrets.ts'

export const demoHelp = `Un banco ficticio con personas, comprobantes y un buzón que muestra cada correo.

Uso: npm run demo -- [RUTA…] [--reset]

  RUTA     carga además esos XML, carpetas o ZIP
  --reset  empieza de nuevo, sin lo que se hizo en la demostración anterior
  --help   muestra esta ayuda

Usa PORT, HOST, LOG_LEVEL y, si está vacía o ya es de una demostración, la carpeta DATA_DIR.
`

const FOLDER = './data/demo'

/**
 * The configuration of the demo: a folder of its own, with secrets made there the first time, so
 * that no known secret is ever used and a second start finds its data. From the environment come
 * only PORT, HOST, LOG_LEVEL and DATA_DIR; a database, a mail server or an address that production
 * uses are not looked at. A folder with anything else in it is refused: the demo forgets its data.
 */
export function demoConfig(environment: Record<string, string | undefined>): ConfigReading {
  const dataDir = path.resolve(environment['DATA_DIR'] || FOLDER)
  if (!isForDemo(dataDir)) {
    const problem = `DATA_DIR: ${plainLine(dataDir)} tiene datos que no son de la demostración; usa una vacía.`
    return { ok: false, problems: [problem] }
  }
  const { PORT: port, HOST: host } = environment
  const { SESSION_SECRET, ENCRYPTION_KEY } = demoSecrets(dataDir)
  // Whatever it listens on, it is shown on this machine only.
  const everywhere = host && !isLoopback(host)
  return readConfig({
    PORT: port,
    HOST: host,
    PUBLIC_URL: everywhere ? `http://127.0.0.1:${port || 3000}` : undefined,
    DATA_DIR: dataDir,
    SESSION_SECRET,
    ENCRYPTION_KEY,
    SMTP_URL: 'smtp://127.0.0.1:25',
    MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
    LOG_LEVEL: environment['LOG_LEVEL'] || 'warn',
  })
}

/** New, empty, or one that an earlier demo made. */
function isForDemo(dataDir: string): boolean {
  if (!fs.existsSync(dataDir)) return true
  const names = fs.readdirSync(dataDir)
  return names.length === 0 || names.includes(SECRETS_FILE)
}
