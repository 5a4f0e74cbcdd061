import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { standingOf, whoIs } from '../../identity/session-guard.ts'
import { grantsOfOne, noteLook } from '../../receipts/grant-use-store.ts'
import { readSearch, SearchQuery } from '../../receipts/search/search.ts'
import { parseQuery, withQuery } from '../../receipts/search/search-url.ts'
import { dayOf } from '../../values/day.ts'
import type { App, Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { Conflict, NotFound } from '../../web/errors/errors.ts'
import { eventStream } from '../../web/event-stream.ts'
import type { Templates } from '../../web/pages/render.ts'
import { sendFile } from '../../web/send-file.ts'
import { askPackage, foresee, scopeToPack, settledQuery } from './ask-package.ts'
import { cancelPackage } from './cancel-package.ts'
import { findPart } from './find-part.ts'
import { askSentence, noPackageFile, noSuchPackage } from './messages.ts'
import { contentOf, PACKAGE_FORMATS, type Package } from './package.ts'
import { packageOf, packagesOf } from './package-store.ts'
import { monthsOnScreen } from './page/months-on-screen.ts'
import { newPackagePage, packagesOnScreen } from './page/package-page.ts'
import { fileName } from './page/package-words.ts'
import { watchPackages } from './page/watch-packages.ts'
import { scopeOfLogin } from './scope-store.ts'
import type { PackageList } from './views.ts'
import {
  packageCheck,
  packageIndex,
  packageListPart,
  packageNew,
  packagePart,
  packageShow,
} from './views.ts'

type Needs = {
  db: Db
  config: { dataDir: string }
  templates: Templates
  now: () => Date
  random: (length: number) => Buffer
}

const PAGE = 20
const WATCH_MILLISECONDS = 90_000
/** A file may take as long as the line of whoever fetches it. */
const FILE_MILLISECONDS = 3_600_000

/** No address is longer, and every search is one: many clients make it long. */
const SEARCH_MAX = 16_000

const Format = Type.Optional(Type.Union(PACKAGE_FORMATS.map((format) => Type.Literal(format))))
const Content = { formato: Format, unido: Type.Optional(Type.Literal('1')) }
const Before = Type.Object({ antes: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 })) })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2 ** 31 }) })
const Part = Type.Object({ parte: Type.Integer({ minimum: 1, maximum: 1_000, default: 1 }) })
const Asked = Type.Object({ busqueda: Type.String({ maxLength: SEARCH_MAX }), ...Content })
const TITLE = 'Tus descargas'

/** Prepared files: asked for, watched, fetched. */
export const packageRoutes: Area<Needs> = async (app, needs) => {
  listRoutes(app, needs)
  askRoutes(app, needs)
  oneRoutes(app, needs)
  newsRoutes(app, needs)
  fileRoutes(app, needs)
}

async function listOf({ db, now }: Needs, loginId: number, beforeId: number | null) {
  const found = await packagesOf(db, { loginId, apiKeyId: null }, { beforeId, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  const list: PackageList = {
    packages: await packagesOnScreen(db, shown, now()),
    live: shown.some(({ status }) => status === 'making'),
    older: last ? `/descargas?antes=${last.id}` : null,
    newest: beforeId === null ? null : '/descargas',
  }
  return list
}

function listRoutes(app: App, needs: Needs): void {
  app.get('/descargas', { schema: { querystring: Before } }, async (request, reply) => {
    const { loginId } = whoIs(request)
    const list = await listOf(needs, loginId, request.query.antes ?? null)
    const { scope } = await scopeOfLogin(needs.db, loginId, dayOf(needs.now()))
    const months = await monthsOnScreen(needs.db, scope, needs.now())
    const grants = grantsOfOne(months.length > 0 ? scope : [])
    await noteLook(needs.db, { loginId }, 'sums', grants, needs.now())
    return reply.page(packageIndex, { ...list, months }, { title: TITLE })
  })

  app.get('/descargas/comprobar', (_request, reply) =>
    reply.page(packageCheck, {}, { title: 'Comprobar una descarga' }),
  )
}

function askRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  const asking = Type.Intersect([SearchQuery, Type.Object(Content)])
  app.get('/descargas/nueva', { schema: { querystring: asking } }, async (request, reply) => {
    const { formato, unido, ...typed } = request.query
    const { search, hasProblems } = readSearch(typed)
    // What cannot be read would be left out: a package of more than was asked for.
    if (hasProblems) {
      return reply.redirect(withQuery('/comprobantes', request.url.split('?')[1] ?? ''), 303)
    }
    const query = settledQuery(search, dayOf(now()))
    const owner = { loginId: whoIs(request).loginId, apiKeyId: null }
    const scope = await scopeToPack(db, owner, query, now())
    await noteLook(db, owner, 'sums', grantsOfOne(scope), now())
    const asked = { query, ...contentOf(formato, unido === '1') }
    const page = newPackagePage(asked, await foresee(needs, scope, asked), scope, null)
    return reply.page(packageNew, page, { title: 'Preparar una descarga' })
  })

  app.post('/descargas', { schema: { body: Asked } }, async (request, reply) => {
    const person = whoIs(request)
    const { busqueda, formato, unido } = request.body
    const { search, hasProblems } = readSearch(parseQuery(busqueda))
    if (hasProblems) {
      const typed = new URLSearchParams(busqueda).toString()
      return reply.redirect(withQuery('/comprobantes', typed), 303)
    }
    // Read and written anew, so that nothing but a search of ours is ever stored.
    const query = settledQuery(search, dayOf(now()))
    const asked = { query, ...contentOf(formato, unido === '1') }
    const outcome = await askPackage(needs, person, asked, now())
    if (outcome.ok) return reply.redirect(`/descargas/${outcome.id}`, 303)
    const owner = { loginId: person.loginId, apiKeyId: null }
    const scope = await scopeToPack(db, owner, query, now())
    const problem = askSentence(outcome.refusal)
    const page = newPackagePage(asked, await foresee(needs, scope, asked), scope, problem)
    return reply.page(packageNew, page, { title: 'Preparar una descarga', status: 422 })
  })
}

/** The package when this person asked for it; somebody else's is not there (404). */
async function own({ db }: Needs, request: FastifyRequest, id: number): Promise<Package> {
  const one = await packageOf(db, { loginId: whoIs(request).loginId, apiKeyId: null }, id)
  if (one === null) throw new NotFound(noSuchPackage)
  return one
}

async function shown({ db, now }: Needs, one: Package) {
  const [onScreen] = await packagesOnScreen(db, [one], now())
  if (!onScreen) throw new NotFound(noSuchPackage)
  return { one: onScreen }
}

function oneRoutes(app: App, needs: Needs): void {
  app.get('/descargas/:id(^[0-9]+)', { schema: { params: ById } }, async (request, reply) => {
    const data = await shown(needs, await own(needs, request, request.params.id))
    return reply.page(packageShow, data, { title: data.one.title })
  })

  app.post('/descargas/:id/cancelacion', { schema: { params: ById } }, async (request, reply) => {
    const one = await own(needs, request, request.params.id)
    const { now, db } = needs
    const outcome = await transaction(db, (tx) => cancelPackage(tx, one.id, now()))
    const sentence = {
      asked: 'Cancelaremos la descarga en un momento.',
      stopped: 'Cancelamos la descarga.',
      over: 'Esa descarga ya había terminado.',
    }[outcome]
    const kind = outcome === 'over' ? 'nota' : 'ok'
    return reply.notice(sentence, kind).redirect(`/descargas/${one.id}`, 303)
  })
}

function newsRoutes(app: App, needs: Needs): void {
  const over = new AbortController()
  app.addHook('preClose', async () => over.abort())
  const options = { handlerTimeout: WATCH_MILLISECONDS, config: { watches: true as const } }
  const mayGoOn = (request: FastifyRequest) => async () =>
    (await standingOf(request)).state === 'open'

  app.get('/descargas/avance', options, async (request, reply) => {
    const { loginId } = whoIs(request)
    const look = async () => {
      const list = await listOf(needs, loginId, null)
      return { html: needs.templates.render(packageListPart, list), live: list.live }
    }
    const messages = watchPackages({ look, mayGoOn: mayGoOn(request) }, over.signal)
    return eventStream(reply, messages)
  })

  const schema = { params: ById }
  app.get('/descargas/:id/avance', { ...options, schema }, async (request, reply) => {
    await own(needs, request, request.params.id)
    const look = async () => {
      const one = await own(needs, request, request.params.id)
      const html = needs.templates.render(packagePart, await shown(needs, one))
      return { html, live: one.status === 'making' }
    }
    const messages = watchPackages({ look, mayGoOn: mayGoOn(request) }, over.signal)
    return eventStream(reply, messages)
  })
}

function fileRoutes(app: App, needs: Needs): void {
  const { db, config, now } = needs
  app.route({
    method: ['GET', 'HEAD'],
    url: '/descargas/:id(^[0-9]+).zip',
    schema: { params: ById, querystring: Part },
    handlerTimeout: FILE_MILLISECONDS,
    handler: async (request, reply) => {
      const one = await own(needs, request, request.params.id)
      const found = await findPart(db, config.dataDir, one, request.query.parte, now())
      if (!found.ok) {
        if (found.refusal === 'none') throw new NotFound(noSuchPackage)
        throw new Conflict(noPackageFile[found.refusal])
      }
      const { part, file } = found
      attachment(reply, fileName(one, part.n), 'application/zip')
      return sendFile(request, reply, { path: file, bytes: part.bytes, etag: `"${part.sha256}"` })
    },
  })
}
