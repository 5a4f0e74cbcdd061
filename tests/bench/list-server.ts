import crypto from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import fastify from 'fastify'
import { buildApp } from '#src/app.ts'
import { readConfig } from '#src/config.ts'
import { openContext } from '#src/context.ts'
import { furnishHouse, loadPrints } from '#src/house.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import { hasReceipts } from '#src/receipts/search/owned-store.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { runInThread } from '#src/work/thread.ts'
import { MEASURED, numberOf } from './crowd.ts'

/**
 * The portal over a prepared database, and beside it what it is measured against: a bare Fastify
 * that sends the same page from memory, and one that renders it from the same data. Started by
 * list.ts as a process of its own; tells its parent where and with which cookies.
 */
const PASSWORD = 'Ceibo de Guayaquil'
const RESOLUTION_MS = 1
/** Of the others, how many sign in as well. */
const CROWD = 50
const hasher = await import('#src/identity/passwords/password-hash.ts')

/** A measured customer, signed in, and the size of the first page. */
export interface Visit {
  receipts: number
  cookie: string
  bytes: number
}

const reading = readConfig({
  ...process.env,
  PORT: '3999',
  SESSION_SECRET: crypto.randomBytes(32).toString('hex'),
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
})
if (!reading.ok) throw new Error(reading.problems.join())
const silent = { info() {}, warn() {}, error() {} }
const context = openContext(reading.config, silent)
const house = furnishHouse(context, await loadPrints())

const last = { layout: '', frame: {} as { body: string }, view: null as never, data: null as never }
const { render, renderNamed } = house.templates
const watched = {
  ...house.templates,
  render: (view: never, data: never) => {
    Object.assign(last, { view, data })
    return render(view, data)
  },
  renderNamed: (name: string, data: unknown) => {
    if (name.startsWith('layouts/')) Object.assign(last, { layout: name, frame: data })
    return renderNamed(name, data)
  },
}
const app = await buildApp(context, { ...house, templates: watched as never })
const base = fastify()
const html = 'text/html; charset=utf-8'

const hash = await new hasher.PasswordHasher(context.keys.password).hash(PASSWORD)
const host = new URL(context.config.publicUrl).host

async function signIn(partyId: number): Promise<string> {
  const at = context.now().toISOString()
  const number = numberOf(partyId)
  await context.db
    .insertInto('login')
    .values({
      party_id: partyId,
      username: number,
      display_name: `CLIENTE ${partyId}`,
      role: 'customer',
      password_hash: hash,
      password_changed_at: at,
      email: `cliente${partyId}@correo.example`,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('party_id').doUpdateSet({ password_hash: hash }))
    .execute()
  const answer = await app.inject({
    method: 'POST',
    url: '/ingresar',
    payload: new URLSearchParams({ usuario: number, contrasena: PASSWORD }).toString(),
    headers: {
      host,
      origin: context.config.publicUrl,
      'content-type': 'application/x-www-form-urlencoded',
    },
  })
  if (answer.statusCode !== 303) throw new Error(`Signing in was answered ${answer.statusCode}`)
  return answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

// Of a database that was kept: the run before signed in from here as well.
await context.db.deleteFrom('throttle').execute()
const visits: Visit[] = []
for (const { partyId, receipts } of MEASURED) {
  if (!(await hasReceipts(context.db, ownScope(partyId), noFilter))) continue
  const cookie = await signIn(partyId)
  const page = await app.inject({ url: '/comprobantes', headers: { host, cookie } })
  if (page.statusCode !== 200) throw new Error(`The list answered ${page.statusCode}`)
  const { layout, frame, view, data } = { ...last }
  const memory = page.body
  base.get(`/memory/${receipts}`, (_, reply) => reply.type(html).send(memory))
  base.get(`/render/${receipts}`, (_, reply) =>
    reply.type(html).send(renderNamed(layout, { ...frame, body: render(view, data) })),
  )
  visits.push({ receipts, cookie, bytes: memory.length })
}

const { people } = await context.db
  .selectFrom('party')
  .select(({ fn }) => fn.max('id').as('people'))
  .executeTakeFirstOrThrow()
const others = people - MEASURED.length
const crowd: string[] = []
for (let at = 0; at < Math.min(CROWD, others); at += 1) {
  crowd.push(await signIn(people - Math.floor((at * others) / CROWD)))
}
if (process.env['BENCH_JOBS']) {
  runInThread(new URL('../../src/job-thread.ts', import.meta.url), context.config, silent)
}
const address = await app.listen({ host: '127.0.0.1', port: 3999 })
const baseAddress = await base.listen({ host: '127.0.0.1', port: 0 })

/** Since it was last asked: processor time, and how long the longest turn of the event loop took. */
export interface Figures {
  cpuMicros: number
  longestBlockMs: number
  rssMb: number
}

const blocks = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
blocks.enable()
let cpu = process.cpuUsage()

function figures(): Figures {
  const { user, system } = process.cpuUsage(cpu)
  const longestBlockMs = Math.max(0, blocks.max / 1e6 - RESOLUTION_MS)
  cpu = process.cpuUsage()
  blocks.reset()
  return { cpuMicros: user + system, longestBlockMs, rssMb: process.memoryUsage().rss / 1_048_576 }
}

process.on('message', () => process.send?.(figures()))
process.on('disconnect', () => process.exit(0))
process.send?.({ address, baseAddress, visits, crowd })
