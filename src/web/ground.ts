import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import { handleErrors } from './errors/error-handler.ts'
import { measureRequests } from './operations.ts'
import type { Assets } from './pages/assets.ts'
import { serveAssets } from './pages/assets.ts'
import type { Brand } from './pages/brand.ts'
import { compressPages } from './pages/compress-pages.ts'
import { decoratePages } from './pages/page.ts'
import type { Templates } from './pages/render.ts'
import type { Section } from './pages/section.ts'
import { cookiesFor } from './safety/cookies.ts'
import { refuseNull } from './safety/refuse-null.ts'
import { requireSameOrigin } from './safety/same-origin.ts'
import { addSecurityHeaders } from './safety/security-headers.ts'

type Needs = {
  /** Where people reach the portal: decides hosts, origins, cookies and HSTS. */
  publicUrl: URL
  /** Other values of Host it answers to, with port: `['localhost:3000']`. */
  otherHosts: readonly string[]
  brand: Brand
  /** The last one takes what the others have not. */
  sections: readonly Section[]
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
  const { publicUrl, otherHosts, brand, sections, templates, assets, assetsFolder, registry } =
    needs
  const cookies = cookiesFor(publicUrl)
  measureRequests(app, registry)
  handleErrors(app, brand)
  addSecurityHeaders(app, cookies.secure)
  requireSameOrigin(app, { publicUrl, otherHosts })
  await app.register(fastifyCookie)
  // Forms are all that people send. Fastify would also take text, past every schema, and JSON.
  app.removeAllContentTypeParsers()
  await app.register(fastifyFormbody)
  refuseNull(app)
  decoratePages(app, { templates, brand, sections, cookies })
  compressPages(app)
  await serveAssets(app, assets, assetsFolder)
})
