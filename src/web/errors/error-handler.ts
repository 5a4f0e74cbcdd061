import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { writeFailureOf } from '../../db/write-state.ts'
import type { Brand, Link } from '../pages/brand.ts'
import { isHtmx, wantsPart } from '../pages/page.ts'
import { escapeHtml } from '../pages/render.ts'
import { signInAddress } from '../pages/return-path.ts'
import { view } from '../pages/view.ts'
import { allowedMethods, watchRoutes } from '../safety/allowed-methods.ts'
import type { Words } from './errors.ts'
import { NotFound, SignInRequired, Unavailable, WebError } from './errors.ts'

type ErrorPage = {
  words: Words
  reference: string | null
  retry: string | null
  home: Link
  phone: string
}

const errorPage = view<ErrorPage>('shared/error', { part: 'shared/_error' })

/** What the framework refuses by itself, said in Spanish. */
const FRAMEWORK_WORDS: Record<number, Words> = {
  400: {
    title: 'No pudimos leer lo que enviaste',
    text: 'Llegó incompleto o alterado. Vuelve a abrir la página e inténtalo de nuevo.',
  },
  405: {
    title: 'Esa dirección no se usa así',
    text: 'Vuelve a la página anterior y usa sus botones o enlaces.',
  },
  413: {
    title: 'Lo que enviaste es demasiado grande',
    text: 'No guardamos nada. Envía menos datos o divide el archivo en partes.',
  },
  414: {
    title: 'La dirección es demasiado larga',
    text: 'Copia de nuevo el enlace o busca otra vez desde el portal.',
  },
  415: {
    title: 'No leemos ese tipo de envío',
    text: 'Usa el formulario de la página; acepta solo los formatos que indica.',
  },
}

const SURPRISE_ON_READING: Words = {
  title: 'Algo falló de nuestro lado',
  text: 'No perdiste nada: solo no pudimos mostrarte la página. Espera un momento e inténtalo de nuevo.',
}

/** After a write nobody can promise that nothing was done: the failure may come after the commit. */
const SURPRISE_ON_WRITING: Words = {
  title: 'Algo falló de nuestro lado',
  text: 'Antes de repetirlo, revisa si tu cambio ya quedó guardado.',
}

/** The disk is full, or can only be read. */
const NOT_SAVED: Words = {
  title: 'Por ahora no podemos guardar nada',
  text: 'No guardamos lo que enviaste. Lo que ya está se puede seguir viendo; inténtalo de nuevo en unos minutos.',
}
/** The same where only a look was asked for, which is shown once it is noted. */
const NOT_NOTED: Words = {
  title: 'Por ahora no podemos anotar lecturas',
  text: 'No pudimos anotar tu lectura, y sin eso no la mostramos. Inténtalo de nuevo en unos minutos.',
}
const NOT_SAVED_RETRY_SECONDS = 60

/**
 * One home for every error: a WebError speaks its own words, the framework's refusals speak
 * ours, and a surprise is logged whole under the reference code that its page shows.
 */
export function handleErrors(app: FastifyInstance, brand: Pick<Brand, 'phone'>): void {
  watchRoutes(app)
  app.setErrorHandler<FastifyError | undefined>((thrown, request, reply) => {
    const known = judgeError(thrown, request, reply)
    if (known instanceof SignInRequired) return askToSignIn(request, reply, known)
    return answer(request, reply, known, brand.phone)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = allowedMethods(app, request)
    if (methods.length === 0) return answer(request, reply, new NotFound(), brand.phone)
    reply.header('allow', methods.join(', '))
    return answer(request, reply, framework(405), brand.phone)
  })
}

/** What an error is to whoever asked, once it is noted; null for a surprise. */
export function judgeError(
  thrown: FastifyError | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): WebError | null {
  // Anything can be thrown, also nothing.
  const error = thrown ?? new Error('something threw undefined')
  forgetAnswer(reply)
  const known = toWebError(error, request)
  if (known instanceof SignInRequired) return known
  const unwritable = writeFailureOf(error)
  if (unwritable) request.log.error({ err: error, unwritable }, 'not saved')
  else if (known === null) request.log.error({ err: error }, 'surprise')
  else request.log.info({ code: known.code, cause: codeOf(error) }, 'refused')
  return known
}

/** What a surprise says of itself. */
export function surpriseWords(request: FastifyRequest): Words {
  return isReading(request) ? SURPRISE_ON_READING : SURPRISE_ON_WRITING
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function toWebError(error: Partial<FastifyError>, request: FastifyRequest): WebError | null {
  if (error instanceof WebError) return error
  const code = codeOf(error)
  // A forged, foreign or stale token is nobody's business but the sign-in page's.
  if (code.startsWith('FAST_JWT') || code.startsWith('FST_JWT')) return new SignInRequired()
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return new Unavailable()
  if (writeFailureOf(error)) {
    return new Unavailable(NOT_SAVED_RETRY_SECONDS, isReading(request) ? NOT_NOTED : NOT_SAVED)
  }
  // A malformed key in the path is an address that does not exist.
  if (error.validation && error.validationContext === 'params') return new NotFound()
  const status = error.statusCode ?? 500
  if (!code.startsWith('FST_') || status < 400 || status >= 500) return null
  request.log.debug({ code, validation: error.validation?.map(({ keyword }) => keyword) }, 'input')
  return framework(status)
}

function codeOf(error: Partial<FastifyError>): string {
  return typeof error.code === 'string' ? error.code : ''
}

function framework(status: number): WebError {
  const words = FRAMEWORK_WORDS[status]
  if (words) return new WebError(status, `HTTP_${status}`, words)
  return new WebError(400, 'HTTP_400', FRAMEWORK_WORDS[400] ?? SURPRISE_ON_READING)
}

/** Headers a handler had set for the answer that now will not come. */
function forgetAnswer(reply: FastifyReply): void {
  for (const name of ['content-disposition', 'content-encoding', 'etag', 'last-modified']) {
    reply.removeHeader(name)
  }
  reply.header('cache-control', 'no-store')
}

function askToSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SignInRequired,
): FastifyReply {
  if (isHtmx(request)) {
    // fetch would follow a redirect and put the sign-in page inside the table.
    const from = request.headers['hx-current-url']
    const path = typeof from === 'string' ? from : '/'
    const address = signInAddress(request.section.signIn, path, error.expired)
    return reply.code(401).header('hx-redirect', address).send()
  }
  const from = request.method === 'GET' ? request.url : '/'
  return reply.redirect(signInAddress(request.section.signIn, from, error.expired), 303)
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  error: WebError | null,
  phone: string,
): FastifyReply {
  const words = error?.words ?? surpriseWords(request)
  const status = error?.statusCode ?? 500
  if (error?.retryAfterSeconds) reply.header('retry-after', error.retryAfterSeconds)
  const retry = status >= 500 && isReading(request) ? request.url : null
  const reference = status >= 500 ? request.id : null
  try {
    const page = { words, reference, retry, home: request.section.home, phone }
    if (wantsPart(request)) return reply.page(errorPage, page, { title: words.title, status })
    const layout = request.visitor ? 'error' : 'plain'
    return reply.page(errorPage, page, { title: words.title, status, layout })
  } catch (failure) {
    // The page of errors must not fail into the framework's own, which would say everything.
    request.log.error({ err: failure }, 'error page')
    return reply.code(status).type('text/html; charset=utf-8').send(bare(words, reference))
  }
}

/** The least a page can be, for when templates themselves are what failed. */
export function bare(words: Words, reference: string | null): string {
  const code = reference ? ` Código: ${escapeHtml(reference)}` : ''
  return `<!DOCTYPE html><html lang="es-EC"><meta charset="utf-8"><title>${escapeHtml(words.title)}</title><h1>${escapeHtml(words.title)}</h1><p>${escapeHtml(words.text)}${code}</p></html>`
}
