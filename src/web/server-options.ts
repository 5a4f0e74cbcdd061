import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyHttpOptions,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from 'fastify'
import { bare } from './errors/error-handler.ts'
import { referenceMaker } from './errors/reference.ts'
import { RequestLog } from './request-log.ts'

type Needs = {
  /** Addresses or networks of proxies that may speak for a visitor; none: nobody may. */
  trustProxy: readonly string[]
  /** Strong random bytes. */
  random: (length: number) => Buffer
  /** How to log, for a logger of its own; silence unless told. */
  logger?: FastifyServerOptions['logger']
  /** A logger that is already there, instead. */
  loggerInstance?: FastifyBaseLogger
  tls?: { cert: Buffer; key: Buffer }
}

/** Bytes a form may have; routes that take files say their own. */
const FORM_BYTES_MAX = 16_384

const UNREADABLE = {
  title: 'No pudimos leer esa dirección',
  text: 'Copia de nuevo el enlace o vuelve a entrar desde la página de inicio.',
}

/** The longest that anything may take to come in, and with it a large upload on a slow line. */
const REQUEST_MILLISECONDS_MAX = 1_800_000

/**
 * How the server treats its connections. Left alone, Fastify waits for ever on a slow body and
 * answers half-read requests with English JSON. A route that takes or gives much sets its own
 * `handlerTimeout`, which counts from the first byte: when it runs out, the connection is cut.
 */
export function serverOptions(needs: Needs): FastifyHttpOptions<Server> {
  const { trustProxy, random, logger, loggerInstance, tls } = needs
  const connections = {
    headersTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  }
  const listener = tls
    ? { https: { ...connections, ...tls, minVersion: 'TLSv1.2' } }
    : { http: connections }
  return {
    ...listener,
    requestTimeout: REQUEST_MILLISECONDS_MAX,
    connectionTimeout: 20_000,
    keepAliveTimeout: 5_000,
    handlerTimeout: 10_000,
    bodyLimit: FORM_BYTES_MAX,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100, ignoreTrailingSlash: true },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    ...(loggerInstance ? { loggerInstance } : { logger: logger ?? false }),
    logController: new RequestLog(),
    genReqId: referenceMaker(random),
    requestIdHeader: false,
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerBrokenConnection,
  }
}

/** Addresses that cannot even be decoded reach no route, no hook and no error handler. */
function answerUnreadable(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply
    .code(error.statusCode ?? 400)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    .send(bare(UNREADABLE, null))
}

/** Bytes that are no HTTP, or came too slowly: a status line and the end. */
function answerBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : oversized(error)
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function oversized(error: NodeJS.ErrnoException): string {
  return error.code === 'HPE_HEADER_OVERFLOW'
    ? '431 Request Header Fields Too Large'
    : '400 Bad Request'
}
