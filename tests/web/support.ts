import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { sectionsOf } from '#src/identity/sections.ts'
import type { App } from '#src/web/area.ts'
import { ground } from '#src/web/ground.ts'
import { openMetrics, operations } from '#src/web/operations.ts'
import type { Assets } from '#src/web/pages/assets.ts'
import { loadAssets } from '#src/web/pages/assets.ts'
import type { Brand, Visitor } from '#src/web/pages/brand.ts'
import type { Templates } from '#src/web/pages/render.ts'
import { loadTemplates } from '#src/web/pages/render.ts'
import { serverOptions } from '#src/web/server-options.ts'
import { temporaryFolder } from '../support/databases.ts'

export const brand: Brand = {
  name: 'Banco Ceibo',
  legalName: 'BANCO CEIBO S.A.',
  phone: '1700 000 000',
  hours: 'lunes a viernes de 08:30 a 17:30',
  motto: 'Tus comprobantes, siempre a mano',
  mailFooter: '',
  colour: '#0b6650',
  logo: null,
}

export const maria: Visitor = {
  name: 'María José Paredes',
  initials: 'MP',
  navigation: [{ href: '/comprobantes', text: 'Comprobantes', icon: 'recibo' }],
  menu: [{ href: '/perfil', text: 'Tu perfil', icon: 'usuario' }],
  idleSeconds: 900,
  shortcuts: true,
}

export const ORIGIN = 'http://localhost:80'

/** Every port the system hands out by itself. */
const LOCAL_PORTS = Array.from({ length: 65_535 - 1_024 }, (_, at) => `127.0.0.1:${at + 1_024}`)

let loaded: Promise<{ assets: Assets; templates: Templates }> | null = null

/** Assets and templates, the samples of these tests among them; read once for a file of tests. */
export function views(): Promise<{ assets: Assets; templates: Templates }> {
  loaded ??= loadAssets().then((assets) => ({
    assets,
    templates: loadTemplates(assets, [
      join(import.meta.dirname, '../../views'),
      join(import.meta.dirname, 'views'),
    ]),
  }))
  return loaded
}

type Options = {
  publicUrl?: string
  logger?: FastifyServerOptions['logger']
  checks?: Record<string, () => boolean | Promise<boolean>>
  metricsToken?: string
  /** Answers under whatever port it comes to listen on. */
  anyPort?: boolean
}

/** A server standing on the real ground, with the routes of the test; closed when the test ends. */
export async function openSite(
  routes: (app: App) => void,
  options: Options = {},
): Promise<FastifyInstance> {
  const app = fastify({
    ...serverOptions({ trustProxy: [], random: randomBytes, logger: options.logger ?? false }),
  })
  onTestFinished(() => app.close())
  const registry = openMetrics({ process: false })
  await app.register(ground, {
    ...(await views()),
    assetsFolder: temporaryFolder(),
    publicUrl: new URL(options.publicUrl ?? ORIGIN),
    otherHosts: options.anyPort ? LOCAL_PORTS : ['localhost:80', '127.0.0.1:3000'],
    brand,
    sections: sectionsOf(brand),
    registry,
  })
  await app.register(operations, {
    registry,
    checks: options.checks ?? {},
    metricsToken: options.metricsToken ?? null,
  })
  await app.register(async (scope: App) => routes(scope))
  await app.ready()
  return app
}
