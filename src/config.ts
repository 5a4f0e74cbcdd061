import path from 'node:path'
import type { Static } from 'typebox'
import Type from 'typebox'
import Value from 'typebox/value'

const Environment = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://[^/]+$' })),
  DATA_DIR: Type.String({ minLength: 1, default: './data' }),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^(sqlite:.+|postgres(ql)?://.+)$' })),
  BANK_POLICY: Type.String({ pattern: '^[a-z0-9-]+$', default: 'amazonas' }),
  ISSUERS: Type.String({ pattern: '^([0-9]{13}(,[0-9]{13})*)?$', default: '' }),
  SESSION_SECRET: Type.String({ minLength: 32 }),
  ENCRYPTION_KEY: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  SMTP_URL: Type.String({ pattern: '^smtps?://.+$' }),
  MAIL_FROM: Type.String({ pattern: '^[^\\r\\n<>]*<?[^@\\s<>]+@[^@\\s<>]+>?$' }),
  TRUST_PROXY: Type.String({ default: '' }),
  TLS_CERT: Type.Optional(Type.String({ minLength: 1 })),
  TLS_KEY: Type.Optional(Type.String({ minLength: 1 })),
  SRI_SERVICE: Type.Union(
    [Type.Literal('simulator'), Type.Literal('test'), Type.Literal('production')],
    { default: 'simulator' },
  ),
  LOG_LEVEL: Type.Union(
    ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'].map((level) =>
      Type.Literal(level),
    ),
    { default: 'info' },
  ),
  ROLE: Type.Union([Type.Literal('all'), Type.Literal('web'), Type.Literal('worker')], {
    default: 'all',
  }),
  METRICS_TOKEN: Type.Optional(Type.String({ minLength: 16 })),
})

/** What each variable has to be, in the words of the message that refuses to start. */
const EXPECTED: Record<keyof Static<typeof Environment>, string> = {
  PORT: 'un puerto entre 0 y 65535',
  HOST: 'la dirección en la que se escucha',
  PUBLIC_URL: 'la dirección pública, como https://portal.banco.example, sin barra final',
  DATA_DIR: 'la carpeta de los datos',
  DATABASE_URL: 'sqlite:<archivo> o postgres://…',
  BANK_POLICY: 'el nombre de una política de src/policy',
  ISSUERS: 'los RUC admitidos, de 13 dígitos, separados por comas, o nada',
  SESSION_SECRET: 'un secreto de 32 caracteres o más',
  ENCRYPTION_KEY: 'una clave de 64 dígitos hexadecimales (openssl rand -hex 32)',
  SMTP_URL: 'el servidor de correo: smtp://usuario:clave@servidor:puerto',
  MAIL_FROM: 'el remitente: Banco <avisos@banco.example>',
  TRUST_PROXY: 'las direcciones de los proxies de confianza, separadas por comas',
  TLS_CERT: 'el archivo del certificado',
  TLS_KEY: 'el archivo de la clave del certificado',
  SRI_SERVICE: 'simulator, test o production',
  LOG_LEVEL: 'silent, fatal, error, warn, info, debug o trace',
  ROLE: 'all, web o worker',
  METRICS_TOKEN: 'un secreto de 16 caracteres o más',
}

/** Everything that is set from outside, checked, with defaults filled in. */
export interface Config {
  port: number
  host: string
  publicUrl: string
  dataDir: string
  databaseUrl: string
  bankPolicy: string
  issuers: readonly string[]
  sessionSecret: string
  encryptionKey: Buffer
  smtpUrl: string
  mailFrom: string
  trustProxy: readonly string[]
  tls: { certFile: string; keyFile: string } | null
  sriService: 'simulator' | 'test' | 'production'
  logLevel: string
  role: 'all' | 'web' | 'worker'
  metricsToken: string | null
}

/** What the command line can do without: it neither listens nor sends. */
const FOR_COMMANDS = { SESSION_SECRET: '-'.repeat(32), SMTP_URL: 'smtp://127.0.0.1:25' }

export type ConfigReading = { ok: true; config: Config } | { ok: false; problems: string[] }

/**
 * Reads the environment once and names every variable that is missing or wrong, not just the first.
 * `command` asks only for what the command line needs.
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  purpose: 'server' | 'command' = 'server',
): ConfigReading {
  const values: Record<string, string> = {
    ...(purpose === 'command' ? FOR_COMMANDS : {}),
    ...pick(environment),
  }
  const completed = Value.Convert(Environment, Value.Default(Environment, values))
  const wrong = new Set<string>()
  for (const error of Value.Errors(Environment, completed)) {
    const missing = 'requiredProperties' in error.params ? error.params.requiredProperties : []
    for (const name of missing) wrong.add(name)
    const name = error.instancePath.split('/')[1]
    if (name) wrong.add(name)
  }
  const problems = [...wrong].map((name) => explain(name, values[name] !== undefined))
  const set = completed as Static<typeof Environment>
  if (Boolean(set.TLS_CERT) !== Boolean(set.TLS_KEY)) {
    problems.push('TLS_CERT y TLS_KEY: van juntas; falta una de las dos.')
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, config: toConfig(set) }
}

/** An empty variable is an unset one: that is what `NAME=` in an environment file means. */
function pick(environment: Record<string, string | undefined>): Record<string, string> {
  const set = Object.keys(EXPECTED).flatMap((name) => {
    const value = environment[name]
    return value ? [[name, value] as const] : []
  })
  return Object.fromEntries(set)
}

/** Never shows the value: it may be a secret typed into the wrong place. */
function explain(name: string, present: boolean): string {
  const expected = EXPECTED[name as keyof typeof EXPECTED]
  return `${name}: ${present ? 'no sirve' : 'falta'}; debe ser ${expected}.`
}

function toConfig(set: Static<typeof Environment>): Config {
  const scheme = set.TLS_CERT ? 'https' : 'http'
  return {
    port: set.PORT,
    host: set.HOST,
    publicUrl: set.PUBLIC_URL ?? `${scheme}://${set.HOST}:${set.PORT}`,
    dataDir: path.resolve(set.DATA_DIR),
    databaseUrl: set.DATABASE_URL ?? `sqlite:${path.resolve(set.DATA_DIR, 'portal.db')}`,
    bankPolicy: set.BANK_POLICY,
    issuers: set.ISSUERS.split(',').filter(Boolean),
    sessionSecret: set.SESSION_SECRET,
    encryptionKey: Buffer.from(set.ENCRYPTION_KEY, 'hex'),
    smtpUrl: set.SMTP_URL,
    mailFrom: set.MAIL_FROM,
    trustProxy: set.TRUST_PROXY.split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
    tls: set.TLS_CERT && set.TLS_KEY ? { certFile: set.TLS_CERT, keyFile: set.TLS_KEY } : null,
    sriService: set.SRI_SERVICE,
    logLevel: set.LOG_LEVEL,
    role: set.ROLE,
    metricsToken: set.METRICS_TOKEN ?? null,
  }
}
