import type { FastifyInstance, FastifyRequest } from 'fastify'

type Known = { method: string; url: string; pattern: RegExp }

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route registered so far, to tell «no such address» from «not with this method». */
    knownRoutes: Known[]
  }
}

/** Starts keeping the list of routes. Call before any route is registered. */
export function watchRoutes(app: FastifyInstance): void {
  app.decorate('knownRoutes', [])
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      app.knownRoutes.push({ method, url: route.url, pattern: toPattern(route.url) })
    }
  })
}

/** The methods the address answers to instead of this one; none when there is no such address. */
export function allowedMethods(app: FastifyInstance, request: FastifyRequest): string[] {
  const path = request.url.split('?', 1)[0] ?? ''
  const methods = app.knownRoutes.filter(({ pattern }) => pattern.test(path))
  // The route was there and itself found nothing.
  if (methods.some(({ method }) => method === request.method)) return []
  return [...new Set(methods.map(({ method }) => method))]
}

/** `/comprobantes/:clave.pdf` → one segment for each name; a route's own pattern is not narrowed. */
function toPattern(url: string): RegExp {
  const source = url
    .replace(/\([^)]*\)/g, '')
    .replace(/[.+?^${}|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*')
  return new RegExp(`^${source}$`)
}
