import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { type Tx, transaction } from '../../../db/transaction.ts'
import { apiKeyOf } from '../../../identity/api-keys/api-key-guard.ts'
import { readSearch } from '../../../receipts/search/search.ts'
import { searchQuery } from '../../../receipts/search/search-url.ts'
import { dayOf } from '../../../values/day.ts'
import type { Keys } from '../../../values/keys.ts'
import type { App, Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { Conflict, NotFound, WebError } from '../../../web/errors/errors.ts'
import { UNREAD_BODY } from '../../../web/errors/refusals.ts'
import { sendFile } from '../../../web/send-file.ts'
import { beginPackage, planPackage, settledQuery } from '../../packages/ask-package.ts'
import { cancelPackage } from '../../packages/cancel-package.ts'
import { findPart } from '../../packages/find-part.ts'
import type { AskRefusal } from '../../packages/messages.ts'
import type { Package } from '../../packages/package.ts'
import {
  contentOf,
  PACKAGE_RECEIPTS_MAX,
  PART_RECEIPTS_MAX,
  RUNNING_MAX,
} from '../../packages/package.ts'
import { packageById, packageOf, packagesOf } from '../../packages/package-store.ts'
import { fileName } from '../../packages/page/package-words.ts'
import { answerOnce } from '../answer-once.ts'
import { apiRefusals } from '../messages.ts'
import { provedSearch } from '../receipts/proved-search.ts'
import { ById, OnceHeaders, refused } from '../schemas.ts'
import {
  AskedPackage,
  describeOnePackage,
  describePackages,
  PACKAGES,
  PackageSchema,
} from './package-schemas.ts'

interface Needs {
  db: Db
  config: { dataDir: string }
  keys: Pick<Keys, 'seal' | 'token'>
  random: (length: number) => Buffer
  now: () => Date
}

const PAGE = 20
/** A file may take as long as the line of whoever fetches it. */
const FILE_MILLISECONDS = 3_600_000
const tags = ['Descargas']

const Before = Type.Object({
  antes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2 ** 31, description: 'Un «siguiente».' }),
  ),
})
const PackagePage = Type.Object({
  descargas: Type.Array(PackageSchema),
  siguiente: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Para «antes»; null en la última página.',
  }),
})
const PartParams = Type.Object({
  ...ById.properties,
  parte: Type.Integer({ minimum: 1, maximum: 1_000 }),
})

/** Packages that programs ask for, each key its own: /api/v1/descargas. */
export const packageRoutes: Area<Needs> = async (app, needs) => {
  askRoute(app, needs)
  readRoutes(app, needs)
  cancelRoute(app, needs)
  fileRoute(app, needs)
}

/** The packages of a key are asked for in the name of who made it. */
function ownerOf(request: FastifyRequest) {
  const { id: apiKeyId, createdBy: loginId } = apiKeyOf(request)
  return { apiKeyId, loginId, sessionId: `api-key:${apiKeyId}` }
}

async function own({ db }: Needs, request: FastifyRequest, id: number): Promise<Package> {
  const one = await packageOf(db, ownerOf(request), id)
  if (one === null) throw new NotFound(apiRefusals.package)
  return one
}

function askRoute(app: App, needs: Needs): void {
  const { db, keys, random, now } = needs
  app.post(
    PACKAGES,
    {
      schema: {
        tags,
        summary: 'Preparar una descarga',
        description: `Todo lo que halla una búsqueda, con los filtros de GET /api/v1/comprobantes, en un ZIP o en partes de hasta ${PART_RECEIPTS_MAX} comprobantes, ${PACKAGE_RECEIPTS_MAX} en total. Es de la clave que la pide: ninguna otra la ve. Si un permiso suyo termina, se detiene y sus archivos ya no se dan. Hasta ${RUNNING_MAX} a la vez por clave; pedir lo que ya se prepara devuelve lo mismo.`,
        headers: OnceHeaders,
        body: AskedPackage,
        response: { 202: PackageSchema, ...refused(...UNREAD_BODY, 409, 422) },
      },
    },
    async (request, reply) => {
      const { asked, search } = readAsked(request.body, now())
      const owner = ownerOf(request)
      const planned = await planPackage(needs, owner, asked, now())
      const name = request.headers['idempotency-key']
      const { format, alsoMerged } = asked
      const call = {
        apiKeyId: owner.apiKeyId,
        name,
        request: JSON.stringify([search, format, alsoMerged]),
      }
      // What was answered under its name already is answered again, though it could not be made now.
      let refusal = { reason: 'nothing' } as AskRefusal
      const story = async (tx: Tx) => {
        const begun = planned.ok ? await beginPackage(tx, random, planned.plan, now()) : planned
        if (!begun.ok) {
          refusal = begun.refusal
          return 'refused'
        }
        const one = await packageById(tx, begun.id)
        return { status: 202, body: await describeOnePackage(tx, one, now()) }
      }
      const once = await answerOnce(db, keys, call, story, now())
      if (once.ok) {
        const body = once.answer.body as Static<typeof PackageSchema>
        return reply.code(202).header('location', `${PACKAGES}/${body.id}`).send(body)
      }
      if (once.refusal === 'other-request') {
        throw new WebError(422, 'IDEMPOTENCY', apiRefusals.repeated)
      }
      const { reason } = refusal
      const code = reason === 'running' ? 'PACKAGES' : 'PACKAGE'
      const status = reason === 'running' || reason === 'room' ? 409 : 422
      throw new WebError(status, code, apiRefusals.packages(refusal))
    },
  )
}

/** Read and written anew, so that nothing but a search of ours is ever stored. */
function readAsked({ formato, unido, ...typed }: Static<typeof AskedPackage>, now: Date) {
  const search = provedSearch(readSearch(typed))
  const everyDay = { ...search, period: search.period ?? ('rango' as const) }
  return {
    asked: {
      query: settledQuery(everyDay, dayOf(now)),
      ...contentOf(formato as Package['format'], unido),
    },
    search: searchQuery(everyDay),
  }
}

function readRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  app.get(
    PACKAGES,
    {
      schema: {
        tags,
        summary: 'Tus descargas',
        description: 'Las que pidió esta clave, la más nueva primero.',
        querystring: Before,
        response: { 200: PackagePage, ...refused(400) },
      },
    },
    async (request) => {
      const page = { beforeId: request.query.antes ?? null, limit: PAGE + 1 }
      const found = await packagesOf(db, ownerOf(request), page)
      const shown = found.slice(0, PAGE)
      const siguiente = found.length > PAGE ? (shown.at(-1)?.id ?? null) : null
      return { descargas: await describePackages(db, shown, now()), siguiente }
    },
  )

  app.get(
    `${PACKAGES}/:id`,
    {
      schema: {
        tags,
        summary: 'Cómo va una descarga',
        description: 'Pregunta cada pocos segundos mientras esté «preparando».',
        params: ById,
        response: { 200: PackageSchema, ...refused(404) },
      },
    },
    async (request) => {
      const one = await own(needs, request, request.params.id)
      return describeOnePackage(db, one, now())
    },
  )
}

function cancelRoute(app: App, needs: Needs): void {
  const { db, now } = needs
  app.post(
    `${PACKAGES}/:id/cancelacion`,
    {
      schema: {
        tags,
        summary: 'Cancelar una descarga',
        description: 'Si ya se está preparando, se detiene en un momento. La que terminó: 409.',
        params: ById,
        response: { 202: PackageSchema, ...refused(404, 409) },
      },
    },
    async (request, reply) => {
      const { id } = await own(needs, request, request.params.id)
      const outcome = await transaction(db, (tx) => cancelPackage(tx, id, now()))
      if (outcome === 'over') throw new Conflict(apiRefusals.packageOver)
      const one = await own(needs, request, id)
      return reply.code(202).send(await describeOnePackage(db, one, now()))
    },
  )
}

function fileRoute(app: App, needs: Needs): void {
  const { db, config, now } = needs
  const file = { 'application/zip': { schema: Type.Unsafe<Uint8Array>({}) } }
  const schema = {
    tags,
    summary: 'Un archivo de una descarga',
    description:
      'Sigue una bajada que se cortó con Range e If-Range y su ETag; con If-None-Match, 304 si ya lo tienes. 409 mientras no esté lista o si un permiso terminó, 410 cuando venció.',
    params: PartParams,
    response: {
      200: { description: 'El archivo.', content: file },
      206: { description: 'Los bytes que pediste, con Content-Range.', content: file },
      304: Type.Null({ description: 'El que tienes es el mismo.' }),
      ...refused(404, 409, 410, 416),
    },
  }
  const options = { schema, handlerTimeout: FILE_MILLISECONDS }
  app.get(`${PACKAGES}/:id/partes/:parte(^[0-9]+).zip`, options, async (request, reply) => {
    const { id, parte } = request.params as Static<typeof PartParams>
    const one = await own(needs, request, id)
    const found = await findPart(db, config.dataDir, one, parte, now())
    if (!found.ok) {
      if (found.refusal === 'none') throw new NotFound(apiRefusals.part)
      const words = apiRefusals.noFile[found.refusal]
      if (found.refusal === 'expired') throw new WebError(410, 'EXPIRED', words)
      throw new Conflict(words)
    }
    const { part } = found
    attachment(reply, fileName(one, part.n), 'application/zip')
    const sent = { path: found.file, bytes: part.bytes, etag: `"${part.sha256}"` }
    return sendFile(request, reply, sent)
  })
}
