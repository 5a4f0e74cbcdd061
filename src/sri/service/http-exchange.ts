import { Readable } from 'node:stream'
import { Agent, type Dispatcher, request } from 'undici'
import { failed } from './read-answers.ts'
import type { ServiceFailure } from './sri-service.ts'

export interface ExchangeLimits {
  /** Until a connection stands, in milliseconds. */
  readonly connectMs: number
  /** From the first byte of the request to the last of the answer, in milliseconds. */
  readonly answerMs: number
  readonly answerBytesMax: number
}

type Exchanged =
  | { readonly ok: true; readonly status: number; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly failure: ServiceFailure }

/** An idle connection is ended by us, before whatever stands between forgets it without a word. */
const IDLE_MS = 4_000

/**
 * Posts SOAP messages over HTTP and brings the answer back within limits of time and size.
 * Certificates are verified against the authorities of this machine and not pinned: the SRI
 * changes them. Redirects are answers like any other: nobody follows them.
 */
export class HttpExchange {
  readonly #limits: ExchangeLimits
  readonly #kept: Dispatcher
  readonly #single: Dispatcher
  #closing: Promise<unknown> | undefined

  constructor(limits: ExchangeLimits) {
    this.#limits = limits
    const { connectMs, answerMs } = limits
    const common = {
      allowH2: false,
      connect: { timeout: connectMs },
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    }
    this.#kept = new Agent({ ...common, keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS })
    this.#single = new Agent({ ...common, pipelining: 0 })
  }

  /**
   * Sends once, over a connection that nobody else uses: when it breaks, what was sent may have
   * arrived, and it is for the caller to ask.
   */
  async sendOnce(url: string, message: string): Promise<Exchanged> {
    const written = new Written()
    try {
      return await this.#post(url, message, this.#single, written)
    } catch (error) {
      return this.#failure(error, written)
    }
  }

  /**
   * Asks a question over a connection that may have served before. One that the other side ended
   * as we wrote says nothing of the service, so the question is put a second time.
   */
  async ask(url: string, message: string): Promise<Exchanged> {
    const written = new Written()
    try {
      return await this.#post(url, message, this.#kept, written)
    } catch (error) {
      // What becomes of the second time is told by itself: nothing of it was written yet.
      if (BROKEN_CONNECTION.has(codeOf(error))) return this.sendOnce(url, message)
      return this.#failure(error, written)
    }
  }

  /** Lets what is under way end; may be called again. */
  async close(): Promise<void> {
    this.#closing ??= Promise.all([this.#kept.close(), this.#single.close()])
    await this.#closing
  }

  async #post(
    url: string,
    message: string,
    dispatcher: Dispatcher,
    written: Written,
  ): Promise<Exchanged> {
    const deadline = new AbortController()
    // Time limits between two pieces are not enough: an answer that drips would never end.
    const limit = this.#limits.connectMs + this.#limits.answerMs
    const timer = setTimeout(() => deadline.abort(new DeadlinePassed()), limit)
    try {
      const { statusCode, body } = await request(url, {
        dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          accept: 'text/xml',
          soapaction: '""',
          'content-length': String(Buffer.byteLength(message)),
        },
        body: written.note(message),
        signal: deadline.signal,
      })
      const bytes = await this.#read(body)
      if (bytes === null) return failed('too-large', 'La respuesta es más grande que cualquiera.')
      return { ok: true, status: statusCode, bytes }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Null when it is more than the limit; the rest is not fetched. */
  async #read(body: AsyncIterable<Buffer>): Promise<Buffer | null> {
    const pieces: Buffer[] = []
    let length = 0
    for await (const piece of body) {
      length += piece.length
      // Leaving the loop ends the connection.
      if (length > this.#limits.answerBytesMax) return null
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  }

  #failure(
    error: unknown,
    written: Written,
  ): { readonly ok: false; readonly failure: ServiceFailure } {
    const code = codeOf(error)
    if (TIMEOUTS.has(code)) {
      const { connectMs, answerMs } = this.#limits
      return failed(
        'timeout',
        `No contestó en ${(connectMs + answerMs) / 1000} segundos (${code}).`,
      )
    }
    if (code.startsWith('HPE_')) return failed('http', `No contestó en HTTP (${code}).`)
    if (!written.begun && /CERT|TLS|SELF_SIGNED|VERIFY|SSL/.test(code)) {
      return failed('unreachable', `No se confía en su certificado (${code}).`)
    }
    if (!written.begun && NEVER_SENT.has(code))
      return failed('unreachable', `No se llegó a él (${code}).`)
    // What was written before it broke may have arrived.
    return failed('cut', `Cortó la conexión antes de contestar (${code}).`)
  }
}

/** Whether anything of a request was handed to a connection that stood: then it may have arrived. */
class Written {
  begun = false

  /** The message, which whoever writes it takes only once the connection stands. */
  note(message: string): Readable {
    return Readable.from(this.#take(message), { objectMode: false })
  }

  *#take(message: string): Generator<Buffer> {
    this.begun = true
    yield Buffer.from(message)
  }
}

class DeadlinePassed extends Error {
  readonly code = 'DEADLINE'
}

/** The other side ended the connection before the end of an answer. */
const BROKEN_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** No connection ever stood, if nothing was written; one that stood may break in the same way. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
])

const TIMEOUTS = new Set([
  'DEADLINE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'sin código'
}
