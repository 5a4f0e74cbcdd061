import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Forbidden, WebError } from '../errors/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers under any Host: probes come by address. Only for routes without a person. */
    anyHost?: boolean
    /** The route is a machine's, which signs what it sends: no page is to prove anything. */
    provesItself?: boolean
  }
}

type Sites = {
  /** Where people reach the portal. */
  publicUrl: URL
  /** Other values of Host it answers to: `localhost:3000`. */
  otherHosts: readonly string[]
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** `none` is a person's own doing (reload, bookmark); no page of another site can cause it. */
const OWN_FETCH_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses, before any route runs: a Host that is not ours (421), as links and redirects would
 * follow it; two of them or a whole address in the request line (400), where a proxy and we could
 * read different ones; and a write that does not prove to come from our own pages (403).
 */
export function requireSameOrigin(app: FastifyInstance, sites: Sites): void {
  const hosts = new Set([sites.publicUrl.host, ...sites.otherHosts])
  const origins = new Set([...hosts].map((host) => `${sites.publicUrl.protocol}//${host}`))
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusal(request, hosts, origins) ?? undefined)
  })
}

function refusal(
  request: FastifyRequest,
  hosts: ReadonlySet<string>,
  origins: ReadonlySet<string>,
): WebError | null {
  if (!request.raw.url?.startsWith('/') || countHosts(request.raw.rawHeaders) > 1) {
    return new WebError(400, 'BAD_REQUEST_TARGET', {
      title: 'No pudimos leer lo que enviaste',
      text: 'La dirección llegó alterada. Abre el portal de nuevo desde su página de inicio.',
    })
  }
  if (!hosts.has(request.headers.host ?? '') && !request.routeOptions.config.anyHost) {
    return new WebError(421, 'UNKNOWN_HOST', {
      title: 'Este no es el portal que buscas',
      text: 'Revisa la dirección y vuelve a entrar desde la página del banco.',
    })
  }
  const { provesItself } = request.routeOptions.config
  if (SAFE_METHODS.has(request.method) || provesItself) return null
  if (fromOurPages(request, origins)) return null
  return new Forbidden({
    title: 'Por tu seguridad no hicimos nada',
    text: 'El pedido no salió de una página de este portal. Abre el portal y vuelve a intentar.',
  })
}

/** Either header is proof, and neither may say otherwise. */
function fromOurPages(request: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin !== undefined && !origins.has(origin)) return false
  if (site !== undefined && !(typeof site === 'string' && OWN_FETCH_SITES.has(site))) return false
  return origin !== undefined || site !== undefined
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}
