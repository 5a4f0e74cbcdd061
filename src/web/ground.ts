import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import type { Assets } from './assets.ts'
import { serveAssets } from './assets.ts'
import type { Brand, Link } from './brand.ts'
import { compressPages } from './compress-pages.ts'
import { cookiesFor } from './cookies.ts'
import { handleErrors } from './error-handler.ts'
import { measureRequests } from './operations.ts'
import { decoratePages } from './page.ts'
import type { Templates } from './render.ts'
import { requireSameOrigin } from './same-origin.ts'
import { addSecurityHeaders } from './security-headers.ts'

type Needs = {
  /** Where people reach the portal: decides hosts, origins, cookies and HSTS. */
  publicUrl: URL
  /** Other values of Host it answers to, with port: `['localhost:3000']`. */
  otherHosts: readonly string[]
  brand: Brand
  /** Where a lost visitor is sent: `{ href: '/comprobantes', text: 'Ir a tus comprobantes' }`. */
  home: Link
  templates: Templates
  assets: Assets
  /** Where the files for browsers are laid out for serving. */
  assetsFolder: string
  registry: Registry
}

/**
 * What every route of the portal stands on: headers, same origin, forms, pages, errors, assets and
 * metrics. Register it first, on the root; it adds to the whole application.
 */
export const ground = fp(async (app: FastifyInstance, needs: Needs) => {
  const { publicUrl, otherHosts, brand, home, templates, assets, assetsFolder, registry } = needs
  const cookies = cookiesFor(publicUrl)
  measureRequests(app, registry)
  handleErrors(app, home, brand.phone)
  addSecurityHeaders(app, cookies.secure)
  requireSameOrigin(app, { publicUrl, otherHosts })
  await app.register(fastifyCookie)
  // Forms are all that people send. Fastify would also take text, past every schema, and JSON.
  app.removeAllContentTypeParsers()
  await app.register(fastifyFormbody)
  decoratePages(app, { templates, brand, home, cookies })
  compressPages(app)
  await serveAssets(app, assets, assetsFolder)
})
