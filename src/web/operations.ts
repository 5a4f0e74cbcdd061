import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { isLoopback } from '../values/network.ts'
import type { Area } from './area.ts'
import { NotFound } from './errors/errors.ts'

/**
 * Something that must work before requests are sent here; when it does not it rejects, or answers
 * false or why, in one word.
 */
export type Check = () => Promise<boolean | string> | boolean | string

type Needs = {
  /** By name: `{ database: () => ping(db), migrations: … }`. */
  checks: Readonly<Record<string, Check>>
  registry: Registry
  /** Bearer token that reads `/metrics` from elsewhere; null: only from this machine. */
  metricsToken: string | null
}

const ANSWER_MS_MAX = 2_000
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A registry for this process; `process: false` leaves out memory, event loop and garbage collection. */
export function openMetrics(options: { process?: boolean } = {}): Registry {
  const registry = new Registry()
  if (options.process ?? true) collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * Figures that are asked for when somebody reads `/metrics`, one labelled gauge. While they cannot
 * be had the gauge is absent, rather than old, and the other metrics are there.
 */
export function addGauges(
  registry: Registry,
  name: string,
  help: string,
  read: () => Promise<Record<string, number>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      const figures = await inTime(read()).catch(() => null)
      for (const [state, value] of Object.entries(figures ?? {})) this.set({ state }, value)
    },
  })
}

/** Times every answer by method, route pattern and status. Never by address: that names people. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  })
  app.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    }
    seconds.observe(labels, reply.elapsedTime / 1000)
    done()
  })
}

/** The machine doors: `/healthz` (the process answers), `/readyz` (it can serve), `/metrics`. */
export const operations: Area<Needs> = async (app, { checks, registry, metricsToken }) => {
  const config = { anyHost: true }

  app.get('/healthz', { config }, async (_request, reply) => reply.type('text/plain').send('ok\n'))

  app.get('/readyz', { config }, async (_request, reply) => {
    const names = Object.keys(checks)
    const states = await Promise.all(names.map((name) => stateOf(checks[name])))
    const ready = states.every((state) => state === 'ok')
    const named = Object.fromEntries(names.map((name, at) => [name, states[at]]))
    return reply.code(ready ? 200 : 503).send({ ready, ...named })
  })

  app.get('/metrics', { config }, async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) throw new NotFound()
    return sendMetrics(reply, registry)
  })
}

async function stateOf(check: Check | undefined): Promise<string> {
  try {
    const answer = await inTime(Promise.resolve(check?.()))
    if (typeof answer === 'string') return answer
    return answer === false ? 'failed' : 'ok'
  } catch {
    return 'failed'
  }
}

/** What is asked of elsewhere, or a rejection when that takes too long. */
function inTime<Result>(asked: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No answer in time')), ANSWER_MS_MAX)
    asked.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/**
 * Loopback means the socket itself, not what a proxy says. Behind a proxy on the same machine
 * every request comes from loopback, so a forwarded one needs the token.
 */
function mayReadMetrics(request: FastifyRequest, token: string | null): boolean {
  const given = request.headers.authorization
  if (token && given?.startsWith('Bearer ')) return same(given.slice('Bearer '.length), token)
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded
  return forwarded === undefined && isLoopback(request.socket.remoteAddress ?? '')
}

function same(given: string, expected: string): boolean {
  const left = Buffer.from(given)
  const right = Buffer.from(expected)
  return left.length === right.length && timingSafeEqual(left, right)
}

async function sendMetrics(reply: FastifyReply, registry: Registry): Promise<FastifyReply> {
  return reply.type(registry.contentType).send(await registry.metrics())
}
