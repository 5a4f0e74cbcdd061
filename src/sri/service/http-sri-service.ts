import { CircuitBreaker } from './circuit-breaker.ts'
import { type ExchangeLimits, HttpExchange } from './http-exchange.ts'
import { type Operation, operations } from './operations.ts'
import { failed, readAuthorization, readConsulted, readReception } from './read-answers.ts'
import type { Answered, SriService } from './sri-service.ts'
import { writeRequest } from './write-soap.ts'

export interface ServiceLimits extends ExchangeLimits {
  /** So many failures in a row, and a service is left alone. */
  readonly failuresMax: number
  /** For how long, in milliseconds. */
  readonly pauseMs: number
}

const LIMITS: ServiceLimits = {
  connectMs: 5_000,
  answerMs: 20_000,
  // A document is 320 KB at most, and a key may have several answers, each with its own.
  answerBytesMax: 8 * 1024 * 1024,
  failuresMax: 5,
  pauseMs: 60_000,
}

interface HttpSriOptions {
  /** Of `sriAddress`. */
  readonly address: string
  readonly now: () => Date
  readonly limits?: Partial<ServiceLimits>
}

/** The SRI's web services over HTTP: of each, whether it is down is kept apart. */
export function httpSriService({ address, now, limits }: HttpSriOptions): SriService {
  const set = { ...LIMITS, ...limits }
  const exchange = new HttpExchange(set)
  const doors = {
    send: new CircuitBreaker(set),
    authorization: new CircuitBreaker(set),
    consult: new CircuitBreaker(set),
  }
  const ask = async <T>(
    name: keyof typeof doors,
    value: string,
    read: (bytes: Uint8Array) => Answered<T>,
  ): Promise<Answered<T>> => {
    const door = doors[name]
    if (!door.enter(now())) {
      const seconds = Math.ceil(door.waitMs(now()) / 1000)
      return failed('circuit-open', `No se le pregunta: falló seguido; en ${seconds} s se prueba.`)
    }
    const operation = operations[name]
    let answered: Answered<T> | undefined
    try {
      answered = await exchangeWith(exchange, address, operation, value, read)
    } finally {
      // Whatever happens the outcome is told: who waits for it would wait for ever.
      if (answered?.ok) door.answered()
      else door.failed(now())
    }
    if (answered.ok) return answered
    const { kind, detail } = answered.failure
    return failed(kind, `${operation.service}: ${detail}`)
  }
  return {
    send: (signed) => ask('send', Buffer.from(signed).toString('base64'), readReception),
    authorization: (key) => ask('authorization', key, (bytes) => readAuthorization(bytes, key)),
    consult: (key) => ask('consult', key, (bytes) => readConsulted(bytes, key)),
    close: () => exchange.close(),
  }
}

async function exchangeWith<T>(
  exchange: HttpExchange,
  address: string,
  operation: Operation,
  value: string,
  read: (bytes: Uint8Array) => Answered<T>,
): Promise<Answered<T>> {
  const url = `${address}/${operation.service}`
  const message = writeRequest(operation, value)
  const repeatable = operation !== operations.send
  const came = repeatable ? await exchange.ask(url, message) : await exchange.sendOnce(url, message)
  if (!came.ok) return came
  const answered = came.bytes.length === 0 && came.status !== 200 ? null : read(came.bytes)
  if (came.status === 200 && answered !== null) return answered
  // A fault comes with 500 and says more than the number does.
  if (answered?.ok === false && answered.failure.kind === 'fault') return answered
  return failed('http', `Contestó ${came.status}${REDIRECTS.has(came.status) ? REDIRECT : ''}.`)
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const REDIRECT = ', una redirección, que no se sigue'
