import crypto from 'node:crypto'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { onTestFinished } from 'vitest'
import { buildApp } from '#src/app.ts'
import type { Config } from '#src/config.ts'
import type { Context } from '#src/context.ts'
import type { Db } from '#src/db/open.ts'
import type { House } from '#src/house.ts'
import { furnishHouse, loadPrints } from '#src/house.ts'
import { composeMail } from '#src/outbox/compose-mail.ts'
import type { ComposedMail } from '#src/outbox/mail.ts'
import { NothingToSay } from '#src/outbox/mail.ts'
import { toQueuedMail } from '#src/outbox/mail-store.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { livePolicy } from '#src/policy/live-policy.ts'
import type { Policy } from '#src/policy/policy.ts'
import type { SriService } from '#src/sri/service/sri-service.ts'
import { deriveKeys } from '#src/values/keys.ts'
import { openSqlite, temporaryFolder } from './databases.ts'
import { shareCompilers } from './shared-compilers.ts'

shareCompilers()

export const ORIGIN = 'http://127.0.0.1:3000'
export const START = new Date('2026-11-21T17:00:00.000Z')

/** A clock that stands still until a test moves it. */
export interface Clock {
  now(): Date
  set(time: Date): void
  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): void
}

export function stoppedClock(start: Date = START): Clock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    set: (to) => {
      time = to.getTime()
    },
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      time += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
    },
  }
}

/** A tax authority that nobody reaches. */
const silence = async () =>
  ({ ok: false, failure: { kind: 'unreachable', detail: 'Sin respuesta' } }) as const
const NO_SRI: SriService = {
  send: silence,
  authorization: silence,
  consult: silence,
  close: async () => {},
}

/** A mail that waits in the outbox, as its reader will see it. */
export type WaitingMail = ComposedMail & { reason: string; to: string }

export interface TestPortal {
  app: FastifyInstance
  context: Context
  house: House
  db: Db
  clock: Clock
  /** A browser of its own, with its own cookies. */
  browser(options?: { address?: string; userAgent?: string }): Browser
  /** Every mail queued so far, oldest first. */
  inbox(): Promise<WaitingMail[]>
}

type Options = {
  sri?: SriService
  policy?: Policy
  config?: Partial<Config>
  db?: Db
  start?: Date
}

/** Made once for all tests of a file. */
let prints: ReturnType<typeof loadPrints> | undefined

/** The whole portal on an empty database, without a socket; closed when the test ends. */
export async function openPortal(options: Options = {}): Promise<TestPortal> {
  const db = options.db ?? (await openSqlite())
  const clock = stoppedClock(options.start)
  const context = testContext(db, clock, options)
  prints ??= loadPrints()
  const house = furnishHouse(context, await prints)
  const app = await buildApp(context, house)
  onTestFinished(async () => {
    await app.close()
    await house.close()
  })
  return {
    app,
    context,
    house,
    db,
    clock,
    browser: (as) => openBrowser(app, as),
    inbox: () => readInbox(context, house),
  }
}

export function testContext(db: Db, clock: Clock, options: Options = {}): Context {
  const silent = { info() {}, warn() {}, error() {} }
  const encryptionKey = Buffer.alloc(32, 7)
  const config: Config = {
    port: 3000,
    host: '127.0.0.1',
    publicUrl: ORIGIN,
    dataDir: temporaryFolder(),
    databaseUrl: 'sqlite::memory:',
    bankPolicy: 'amazonas',
    issuers: [],
    sessionSecret: 'a secret of the tests, of no use anywhere else',
    encryptionKey,
    smtpUrl: 'smtp://127.0.0.1:1',
    mailFrom: 'Banco Ceibo <avisos@bancoceibo.example>',
    trustProxy: [],
    tls: null,
    signatureAuthorities: [],
    sriService: 'simulator',
    sriSimulatorUrl: 'http://127.0.0.1:3080',
    logLevel: 'silent',
    role: 'all',
    metricsToken: null,
    bounceSecret: null,
    ...options.config,
  }
  const live = livePolicy(options.policy ?? amazonas, { db, now: clock.now, log: silent })
  return {
    config,
    db,
    policy: live.policy,
    live,
    sri: options.sri ?? NO_SRI,
    keys: deriveKeys(encryptionKey),
    now: clock.now,
    random: crypto.randomBytes,
    log: silent,
  }
}

async function readInbox({ db, keys }: Context, house: House): Promise<WaitingMail[]> {
  const rows = await db.selectFrom('mail').selectAll().orderBy('id').execute()
  const needs = { db, composers: house.composers, sealKey: keys.seal }
  const mails = rows.map(async (row): Promise<WaitingMail[]> => {
    try {
      const composed = await composeMail(needs, { ...toQueuedMail(row), payload: row.payload })
      return [{ ...composed, reason: row.reason, to: row.to_address }]
    } catch (error) {
      // Such a mail is dropped when it is to leave.
      if (error instanceof NothingToSay) return []
      throw error
    }
  })
  return (await Promise.all(mails)).flat()
}

export type Answer = LightMyRequestResponse

/** What a person does with a browser, however it reaches the portal. */
export interface Visitor {
  get(url: string): Promise<SeenPage>
  post(url: string, form?: Form): Promise<SeenPage>
}

export type SeenPage = Pick<Answer, 'statusCode' | 'headers' | 'body'>

/** Keeps cookies as a browser does and sends forms as one does; follows no redirect by itself. */
export interface Browser extends Visitor {
  cookies: Map<string, string>
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, form?: Form, headers?: Record<string, string>): Promise<Answer>
}

export type Form = Record<string, string | readonly string[]>

function openBrowser(
  app: FastifyInstance,
  { address = '203.0.113.7', userAgent = 'Mozilla/5.0 (X11; Linux) Firefox/140.0' } = {},
): Browser {
  const cookies = new Map<string, string>()
  const send = async (
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ) => {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.inject({
      method,
      url,
      remoteAddress: address,
      headers: {
        host: new URL(ORIGIN).host,
        'user-agent': userAgent,
        ...(jar ? { cookie: jar } : {}),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
    for (const cookie of answer.cookies) {
      const gone = cookie.value === '' || (cookie.maxAge ?? 1) <= 0
      if (gone) cookies.delete(cookie.name)
      else cookies.set(cookie.name, cookie.value)
    }
    return answer
  }
  return {
    cookies,
    get: (url, headers = {}) => send('GET', url, headers),
    post: (url, form = {}, headers = {}) =>
      send(
        'POST',
        url,
        { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        encodeForm(form),
      ),
  }
}

export function encodeForm(form: Form): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one]),
  )
  return new URLSearchParams(pairs as [string, string][]).toString()
}
