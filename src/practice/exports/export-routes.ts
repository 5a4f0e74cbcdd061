import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { grantsOfOne, noteLook } from '../../receipts/grant-use-store.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { narrowed } from '../../receipts/scope/clients.ts'
import { totalsOf } from '../../receipts/search/owned-store.ts'
import { readSearch, SearchQuery } from '../../receipts/search/search.ts'
import { filterOf } from '../../receipts/search/search-filter.ts'
import { searchAddress, searchQuery, withQuery } from '../../receipts/search/search-url.ts'
import { formatCount } from '../../values/count.ts'
import { dayOf } from '../../values/day.ts'
import type { Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { Conflict, NotFound } from '../../web/errors/errors.ts'
import type { FactsPool } from '../facts/facts-pool.ts'
import { sourceOf } from './export-source.ts'
import { exportFormats, findFormat, typeOf } from './formats.ts'
import { exportIndex } from './views.ts'

type Needs = {
  db: Db
  now: () => Date
  factsPool: FactsPool
  /** Who asks, and what they may read. */
  readerOf(request: FastifyRequest): Promise<ClientReader>
}

/** More would take longer than anybody waits for a file. */
const EXPORT_MAX = 100_000
/** A file may take as long as the line of whoever fetches it. */
const STREAM_MILLISECONDS = 600_000
const LIST = '/comprobantes'
const PAGE = '/comprobantes/exportar'
const Slug = Type.Object({ formato: Type.String({ maxLength: 60 }) })

/** What somebody may read, as tables, annexes and for other programs: the search of the list. */
export const exportRoutes: Area<Needs> = async (app, needs) => {
  const { db, now, readerOf } = needs
  const asked = { schema: { querystring: SearchQuery } }

  app.get(PAGE, asked, async (request, reply) => {
    const { search, hasProblems } = readSearch(request.query)
    if (hasProblems) return reply.redirect(withQuery(LIST, queryOf(request)), 303)
    const reader = narrowed(await readerOf(request), search.clients)
    const { scope } = reader
    await noteLook(db, reader, 'sums', grantsOfOne(scope), now())
    const { count, exact } = await totalsOf(db, scope, filterOf(search, dayOf(now())))
    const query = searchQuery(search)
    const formats = exportFormats.map((format) => ({
      ...format,
      href: withQuery(`${PAGE}/${format.slug}`, query),
    }))
    const page = {
      groups: GROUPS.map(({ group, title, says }) => ({
        title,
        says,
        formats: formats.filter((format) => format.group === group),
      })),
      count: countWords(count, exact),
      tooMany: count > EXPORT_MAX || !exact ? tooManyWords() : null,
      backHref: searchAddress(search),
    }
    return reply.page(exportIndex, { page }, { title: 'Exportar comprobantes' })
  })

  const schema = { params: Slug, querystring: SearchQuery }
  const handlerTimeout = STREAM_MILLISECONDS
  app.get(`${PAGE}/:formato`, { schema, handlerTimeout }, async (request, reply) => {
    const format = findFormat(request.params.formato)
    if (format === null) throw new NotFound()
    const { search, hasProblems } = readSearch(request.query)
    if (hasProblems) return reply.redirect(withQuery(LIST, queryOf(request)), 303)
    const reader = narrowed(await readerOf(request), search.clients)
    const today = dayOf(now())
    const filter = filterOf(search, today)
    const { count, exact } = await totalsOf(db, reader.scope, filter)
    if (count > EXPORT_MAX || !exact)
      throw new Conflict({ title: 'Son demasiados para un archivo', text: tooManyWords() })
    const onError = (error: unknown) => request.log.error({ err: error }, 'export')
    const file = format.write(sourceOf({ ...needs, onError }, reader, filter))
    file.on('error', onError)
    const stem = format.slug.slice(0, format.slug.lastIndexOf('.'))
    const name = `comprobantes_${stem}_${today}.${format.extension}`
    return attachment(reply, name, typeOf(format)).send(file)
  })
}

const GROUPS = [
  {
    group: 'tablas',
    title: 'Tablas',
    says: 'Para abrir en Excel o LibreOffice: las claves y los ceros quedan intactos.',
  },
  {
    group: 'declaraciones',
    title: 'Para declarar',
    says: 'Solo cuentan los comprobantes autorizados que emitió este banco.',
  },
  {
    group: 'programas',
    title: 'Para tu programa contable',
    says: 'Archivos con columnas que puedes asociar a las de tu programa.',
  },
] as const

function queryOf(request: FastifyRequest): string {
  return request.url.split('?')[1] ?? ''
}

function countWords(count: number, exact: boolean): string {
  const words = count === 1 ? '1 comprobante' : `${formatCount(count)} comprobantes`
  return exact ? words : `Más de ${formatCount(count)} comprobantes`
}

function tooManyWords(): string {
  return `Son más de ${formatCount(EXPORT_MAX)} comprobantes, que es lo que cabe en un archivo. Acorta las fechas o elige menos empresas.`
}
