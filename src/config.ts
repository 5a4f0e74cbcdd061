import crypto from 'node:crypto'
import path from 'node:path'
import type { Static } from 'typebox'
import Type from 'typebox'
import Value from 'typebox/value'
import { isTlsPair, readPems, SERVES, splitList } from './config-checks.ts'
import { isLoopback } from './values/network.ts'

const Environment = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://[^/?#@\\s]+$' })),
  DATA_DIR: Type.String({ minLength: 1, default: './data' }),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^(sqlite:.+|postgres(ql)?://.+)$' })),
  BANK_POLICY: Type.String({ pattern: '^[a-z0-9-]+$', default: 'amazonas' }),
  ISSUERS: Type.String({ pattern: '^([0-9]{13}(,[0-9]{13})*)?$', default: '' }),
  SESSION_SECRET: Type.String({ minLength: 32 }),
  ENCRYPTION_KEY: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  SMTP_URL: Type.String({ pattern: '^smtps?://.+$' }),
  MAIL_FROM: Type.String({ pattern: '^[^\\r\\n]+$' }),
  TRUST_PROXY: Type.String({ default: '' }),
  TLS_CERT: Type.Optional(Type.String({ minLength: 1 })),
  TLS_KEY: Type.Optional(Type.String({ minLength: 1 })),
  SIGNATURE_AUTHORITIES: Type.Optional(Type.String({ minLength: 1 })),
  SRI_SERVICE: Type.Union(
    [Type.Literal('simulator'), Type.Literal('test'), Type.Literal('production')],
    { default: 'simulator' },
  ),
  SRI_SIMULATOR_URL: Type.String({
    pattern: '^https?://[^/?#@\\s]+$',
    default: 'http://127.0.0.1:3080',
  }),
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
  BOUNCE_SECRET: Type.Optional(Type.String({ minLength: 32 })),
})

/** What each variable has to be, in the words of the message that refuses to start. */
const EXPECTED: Record<keyof Static<typeof Environment>, string> = {
  PORT: 'un puerto entre 0 y 65535',
  HOST: 'la dirección en la que se escucha',
  PUBLIC_URL: 'la dirección pública, como https://portal.banco.example, sin barra final',
  DATA_DIR: 'la carpeta de los datos',
  DATABASE_URL: 'sqlite:<archivo> o postgres://…',
  BANK_POLICY: 'el nombre de una política de src/policy que cumpla el mínimo',
  ISSUERS: 'los RUC admitidos, de 13 dígitos, separados por comas, o nada',
  SESSION_SECRET: 'un secreto de 32 caracteres o más',
  ENCRYPTION_KEY: 'una clave de 64 dígitos hexadecimales (openssl rand -hex 32)',
  SMTP_URL: 'el servidor de correo: smtp://usuario:clave@servidor:puerto',
  MAIL_FROM: 'el remitente: Banco <avisos@banco.example>',
  TRUST_PROXY: 'las direcciones o redes (10.0.0.0/8) de los proxies de confianza, con comas',
  TLS_CERT: 'un archivo que se pueda leer, con el certificado',
  TLS_KEY: 'un archivo que se pueda leer, con la clave del certificado',
  SIGNATURE_AUTHORITIES: 'un archivo con los certificados de las autoridades, en PEM',
  SRI_SERVICE: 'simulator, test o production',
  SRI_SIMULATOR_URL: 'la dirección del simulador, como http://127.0.0.1:3080, sin barra final',
  LOG_LEVEL: 'silent, fatal, error, warn, info, debug o trace',
  ROLE: 'all, web o worker',
  METRICS_TOKEN: 'un secreto de 16 caracteres o más',
  BOUNCE_SECRET: 'un secreto de 32 caracteres o más, con el que firma el servidor de correo',
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
  /** Certificates in PEM, from which those of signers must come; none: that is not asked. */
  signatureAuthorities: readonly string[]
  sriService: 'simulator' | 'test' | 'production'
  sriSimulatorUrl: string
  logLevel: string
  role: 'all' | 'web' | 'worker'
  metricsToken: string | null
  bounceSecret: string | null
}

type Variable = keyof typeof EXPECTED

/**
 * Who reads the environment: the `server` needs all of it; a command of the command line only the
 * `data` it works on, or the `keys` to them too, because it writes or checks what is signed.
 */
export type Purpose = 'server' | 'data' | 'keys'

const OF_DATA: readonly Variable[] = [
  'DATA_DIR',
  'DATABASE_URL',
  'BANK_POLICY',
  'ISSUERS',
  'SIGNATURE_AUTHORITIES',
  'LOG_LEVEL',
]

export type ConfigReading = { ok: true; config: Config } | { ok: false; problems: string[] }

/**
 * Reads the environment once and names every variable that is missing or wrong, not just the first.
 * Commands neither listen nor send, so what that takes is not even looked at; a key that nobody
 * needs is drawn by lot, never a known one.
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  purpose: Purpose = 'server',
): ConfigReading {
  const given = pick(environment, purpose)
  const values: Record<string, string> = { ...spareFor(purpose), ...given }
  const completed = Value.Convert(Environment, Value.Default(Environment, values))
  const wrong = new Set<string>()
  for (const error of Value.Errors(Environment, completed)) {
    const missing = 'requiredProperties' in error.params ? error.params.requiredProperties : []
    for (const name of missing) wrong.add(name)
    const name = error.instancePath.split('/')[1]
    if (name) wrong.add(name)
  }
  for (const [name, serves] of Object.entries(SERVES)) {
    const value = given[name]
    if (value !== undefined && !serves(value)) wrong.add(name)
  }
  const problems = [...wrong].map((name) => explain(name, values[name] !== undefined))
  const set = completed as Static<typeof Environment>
  if (purpose === 'server') problems.push(...contradictions(set, wrong))
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, config: toConfig(set) }
}

function spareFor(purpose: Purpose): Record<string, string> {
  if (purpose === 'server') return {}
  const secret = () => crypto.randomBytes(32).toString('hex')
  return {
    SESSION_SECRET: secret(),
    ...(purpose === 'data' ? { ENCRYPTION_KEY: secret() } : {}),
    SMTP_URL: 'smtp://127.0.0.1:25',
    MAIL_FROM: 'nadie@portal.invalid',
  }
}

/** What is right by itself and wrong together; of variables that are `wrong` already, nothing. */
function contradictions(set: Static<typeof Environment>, wrong: ReadonlySet<string>): string[] {
  const { HOST, PUBLIC_URL, ROLE, SRI_SERVICE, TLS_CERT, TLS_KEY, TRUST_PROXY } = set
  const problems: string[] = []
  const fine = (...names: Variable[]) => !names.some((name) => wrong.has(name))
  if (Boolean(TLS_CERT) !== Boolean(TLS_KEY)) {
    problems.push('TLS_CERT y TLS_KEY: van juntas; falta una de las dos.')
  } else if (TLS_CERT && TLS_KEY && fine('TLS_CERT', 'TLS_KEY') && !isTlsPair(TLS_CERT, TLS_KEY)) {
    problems.push('TLS_CERT y TLS_KEY: no son un certificado y su clave, en PEM.')
  }
  if (!fine('HOST', 'PUBLIC_URL')) return problems
  if (!PUBLIC_URL) {
    if (!isLoopback(HOST)) {
      problems.push(
        `PUBLIC_URL: falta, porque HOST no es solo esta máquina; ${EXPECTED.PUBLIC_URL}.`,
      )
    }
    return problems
  }
  const { protocol, hostname } = new URL(PUBLIC_URL)
  if (protocol !== 'https:' && (TLS_CERT || !isLoopback(hostname))) {
    problems.push('PUBLIC_URL: debe empezar con https://; sin él solo se atiende a esta máquina.')
  }
  // Nobody may take for authorised what a rehearsal authorised.
  if (SRI_SERVICE === 'simulator' && fine('SRI_SERVICE') && !isLoopback(hostname)) {
    problems.push(
      'SRI_SERVICE: el simulador es para ensayar en esta máquina; un portal público necesita test o production.',
    )
  }
  // Every visitor of an unknown proxy would share its address, and with it their limits.
  if (protocol === 'https:' && !TLS_CERT && !TRUST_PROXY && ROLE !== 'worker') {
    problems.push(
      'TLS_CERT o TRUST_PROXY: falta una; https necesita un certificado aquí o la dirección del proxy que lo tiene (127.0.0.1 si está en esta máquina).',
    )
  }
  return problems
}

/** An empty variable is an unset one: that is what `NAME=` in an environment file means. */
function pick(
  environment: Record<string, string | undefined>,
  purpose: Purpose,
): Record<string, string> {
  const names: Record<Purpose, readonly string[]> = {
    server: Object.keys(EXPECTED),
    data: OF_DATA,
    keys: [...OF_DATA, 'ENCRYPTION_KEY'],
  }
  const set = names[purpose].flatMap((name) => {
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
  const host = set.HOST.includes(':') ? `[${set.HOST}]` : set.HOST
  return {
    port: set.PORT,
    host: set.HOST,
    publicUrl: new URL(set.PUBLIC_URL ?? `${scheme}://${host}:${set.PORT}`).origin,
    dataDir: path.resolve(set.DATA_DIR),
    databaseUrl: set.DATABASE_URL ?? `sqlite:${path.resolve(set.DATA_DIR, 'portal.db')}`,
    bankPolicy: set.BANK_POLICY,
    issuers: splitList(set.ISSUERS),
    sessionSecret: set.SESSION_SECRET,
    encryptionKey: Buffer.from(set.ENCRYPTION_KEY, 'hex'),
    smtpUrl: set.SMTP_URL,
    mailFrom: set.MAIL_FROM,
    trustProxy: splitList(set.TRUST_PROXY),
    tls: set.TLS_CERT && set.TLS_KEY ? { certFile: set.TLS_CERT, keyFile: set.TLS_KEY } : null,
    signatureAuthorities: set.SIGNATURE_AUTHORITIES ? readPems(set.SIGNATURE_AUTHORITIES) : [],
    sriService: set.SRI_SERVICE,
    sriSimulatorUrl: new URL(set.SRI_SIMULATOR_URL).origin,
    logLevel: set.LOG_LEVEL,
    role: set.ROLE,
    metricsToken: set.METRICS_TOKEN ?? null,
    bounceSecret: set.BOUNCE_SECRET ?? null,
  }
}
