import dns from 'node:dns/promises'
import net from 'node:net'
import type { Dispatcher } from 'undici'
import { Agent, buildConnector, request } from 'undici'
import { isLoopback } from '../../values/network.ts'
import { isPublicAddress } from './public-address.ts'

/** What came of a call; `answer` is short, and for people. */
export interface PostOutcome {
  /** Whether the other side said that it has it: any 2xx. */
  readonly accepted: boolean
  /** HTTP status; null when none came. */
  readonly status: number | null
  readonly answer: string
}

interface PostOptions {
  /** This machine may be called, over http too: where the portal itself runs so, to try it out. */
  readonly allowsLoopback: boolean
  /** Until the last byte of the answer; 10 seconds unless told. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 10_000
/** So much of an answer is read, and so many signs of it are kept. */
const ANSWER_BYTES_MAX = 2_048
const ANSWER_SIGNS_MAX = 200

/**
 * Calls addresses that strangers chose. A name is looked up here and the connection goes to the very
 * address that was judged, so that a name which points elsewhere a moment later gains nothing; what
 * is not of the open internet is not called. No redirect is followed, no proxy asked, and certificates
 * are verified.
 */
export class WebhookPost {
  /** Whether this machine may be called. */
  readonly allowsLoopback: boolean
  readonly #options: PostOptions
  readonly #agent: Dispatcher

  constructor(options: PostOptions) {
    this.#options = options
    this.allowsLoopback = options.allowsLoopback
    const deadline = options.deadlineMs ?? DEADLINE_MS
    this.#agent = new Agent({
      allowH2: false,
      pipelining: 0,
      headersTimeout: deadline,
      bodyTimeout: deadline,
      connect: guardedConnector(options, deadline),
    })
  }

  async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<PostOutcome> {
    const problem = addressProblem(url, this.#options)
    if (problem) return { accepted: false, status: null, answer: problem }
    const signal = AbortSignal.timeout(this.#options.deadlineMs ?? DEADLINE_MS)
    try {
      const { statusCode, body: answered } = await request(url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Portal/1' },
        body,
        signal,
      })
      const answer = await beginningOf(answered)
      return { accepted: statusCode >= 200 && statusCode < 300, status: statusCode, answer }
    } catch (error) {
      return { accepted: false, status: null, answer: reasonOf(error) }
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** What is wrong with an address of a webhook, as far as it can be seen from outside; null: nothing. */
export function addressProblem(
  text: string,
  { allowsLoopback }: Pick<PostOptions, 'allowsLoopback'>,
): string | null {
  if (!URL.canParse(text)) return ADDRESS_PROBLEMS.shape
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return ADDRESS_PROBLEMS.credentials
  const local = allowsLoopback && isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:')) {
    return ADDRESS_PROBLEMS.https
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (net.isIP(host) !== 0 && !local && !isPublicAddress(host)) return ADDRESS_PROBLEMS.inside
  return null
}

const ADDRESS_PROBLEMS = {
  shape: 'Escribe una dirección completa, como https://contadora.example/avisos.',
  credentials: 'Quita el usuario y la contraseña de la dirección: la firma ya dice quién llama.',
  https: 'Usa una dirección que empiece con https://.',
  inside: 'Esa dirección no es de internet, y no llamamos a ninguna otra.',
}

class Refused extends Error {
  readonly code = 'REFUSED_ADDRESS'
}

function guardedConnector(options: PostOptions, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false })
  return (asked, callback) => {
    judgedAddress(asked.hostname, options).then(
      (address) => {
        const host = asked.hostname.replace(/^\[|\]$/g, '')
        const named = net.isIP(host) === 0 ? { servername: host } : {}
        connect({ ...asked, ...named, hostname: address }, callback)
      },
      (error: Error) => callback(error, null),
    )
  }
}

/** The address to connect to; one bad address among several is enough to refuse them all. */
async function judgedAddress(hostname: string, { allowsLoopback }: PostOptions): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const found = net.isIP(host) === 0 ? await dns.lookup(host, { all: true }) : [{ address: host }]
  const isGood = (address: string) =>
    isPublicAddress(address) || (allowsLoopback && isLoopback(address))
  const [first] = found
  if (!first || !found.every(({ address }) => isGood(address))) throw new Refused(hostname)
  return first.address
}

/** The rest is not fetched: leaving the loop ends the connection. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  let bytes = Buffer.alloc(0)
  for await (const piece of body) {
    bytes = Buffer.concat([bytes, piece])
    if (bytes.length > ANSWER_BYTES_MAX) break
  }
  const text = bytes.toString('utf8').replaceAll(/[\p{C}\s]+/gu, ' ')
  return text.trim().slice(0, ANSWER_SIGNS_MAX)
}

function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  const known = typeof code === 'string' ? code : String(name)
  if (known === 'REFUSED_ADDRESS') return ADDRESS_PROBLEMS.inside
  if (known === 'TimeoutError' || known.includes('TIMEOUT')) return 'No contestó a tiempo.'
  if (/CERT|TLS|SELF_SIGNED|VERIFY|SSL/.test(known)) {
    return `No se confía en su certificado (${known}).`
  }
  return `No se llegó a la dirección o cortó la conexión (${known}).`
}
