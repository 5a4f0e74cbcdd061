import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../db/open.ts'
import { portalLoginOf } from '../identity/person.ts'
import { whoIs } from '../identity/session-guard.ts'
import type { RidePool } from '../ride/ride-pool.ts'
import { dayOf } from '../values/day.ts'
import type { App, Area } from '../web/area.ts'
import { attachment } from '../web/download.ts'
import { Conflict } from '../web/errors/errors.ts'
import { wantsPart } from '../web/pages/page.ts'
import { PACKAGE_STRETCH, packReceipts } from './files/pack-receipts.ts'
import { TABLE_STRETCH, tableOfReceipts } from './files/receipt-table.ts'
import { grantsOfList, noteLook } from './grant-use-store.ts'
import { waitingToBeAnnulled } from './kept/annulled-store.ts'
import { NOTHING_CHOSEN, tooMany } from './messages.ts'
import type { Reader } from './reading-store.ts'
import { receiptsByKey } from './receipt-store.ts'
import type { ClientReader } from './scope/clients.ts'
import { narrowed } from './scope/clients.ts'
import { totalsOf } from './search/owned-store.ts'
import { eachReceiptOf } from './search/page-store.ts'
import { describeList, PACKAGE_MAX } from './search/receipt-list.ts'
import { savedSearchesOf } from './search/saved/saved-search-store.ts'
import { readSearch, type Search, SearchQuery } from './search/search.ts'
import { readCursor, writeCursor } from './search/search-cursor.ts'
import { filterOf } from './search/search-filter.ts'
import { searchReceipts } from './search/search-receipts.ts'
import { sameQuery, searchAddress, searchQuery, withQuery } from './search/search-url.ts'
import { receiptIndex } from './views.ts'

type Needs = {
  db: Db
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
  /** Who asks, and what they may read. */
  readerOf(request: FastifyRequest): Promise<ClientReader>
}

const Chosen = Type.Object({
  clave: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 500 })),
  todos: Type.Optional(Type.Literal('1')),
  formato: Type.Optional(
    Type.Union([Type.Literal('pdf'), Type.Literal('xml'), Type.Literal('ambos')]),
  ),
})

/** A package or a table may take as long as the line of whoever fetches it. */
const STREAM_MILLISECONDS = 600_000

/** What somebody may read as a list, a table and a package: a customer's own, or a firm's clients'. */
export const receiptListRoutes: Area<Needs> = async (app, needs) => {
  listRoutes(app, needs)
  streamRoutes(app, needs)
}

function listRoutes(app: App, { db, now, readerOf }: Needs): void {
  app.get('/comprobantes', { schema: { querystring: SearchQuery } }, async (request, reply) => {
    const reader = await readerOf(request)
    const part = wantsPart(request)
    const today = dayOf(now())
    const read = readSearch(request.query)
    const { search, hasProblems } = read
    const cursor = readCursor(request.query.despues, search.order)
    const place = cursor && search.accessKey === null ? writeCursor(cursor) : null
    const query = searchQuery(search, place)
    if (part) reply.header('hx-push-url', hasProblems ? 'false' : withQuery('/comprobantes', query))
    else if (!hasProblems && !sameQuery(request.url, query)) {
      return reply.redirect(withQuery('/comprobantes', query), 303)
    }
    const { scope } = narrowed(reader, search.clients)
    const found = await searchReceipts(db, scope, { search, cursor }, today)
    const told = {
      receipts: found.page.receipts,
      count: found.suggestion?.count ?? found.totals.count,
    }
    await noteLook(db, reader, 'list', grantsOfList(scope, told), now())
    const saved = part ? [] : await savedSearchesOf(db, portalLoginOf(whoIs(request)))
    const annulling = await waitingToBeAnnulled(db, found.page.receipts)
    const { clients } = reader
    const list = describeList(found, read, request.query, { today, clients, annulling })
    const title = 'Comprobantes'
    return reply.page(
      receiptIndex,
      { list, saved, part },
      { title, status: hasProblems ? 422 : 200 },
    )
  })
}

function streamRoutes(app: App, needs: Needs): void {
  const { db, now, readerOf } = needs
  const handlerTimeout = STREAM_MILLISECONDS

  app.get(
    '/comprobantes.csv',
    { schema: { querystring: SearchQuery }, handlerTimeout },
    async (request, reply) => {
      const reader = await readerOf(request)
      const { search, hasProblems } = readSearch(request.query)
      if (hasProblems) return reply.redirect(backTo(request), 303)
      const of = narrowed(reader, search.clients)
      const rows = all(needs, of, search, TABLE_STRETCH)
      const lines = tableOfReceipts(db, of, rows, now, reader.clients)
      const table = Readable.from(lines, { objectMode: false })
      const name = `comprobantes_${dayOf(now())}.csv`
      return attachment(reply, name, 'text/csv; charset=utf-8').send(table)
    },
  )

  app.post(
    '/comprobantes/descarga',
    { schema: { querystring: SearchQuery, body: Chosen }, handlerTimeout },
    async (request, reply) => {
      const { clave = [], todos, formato = 'ambos' } = request.body
      const { search, hasProblems } = readSearch(request.query)
      if (hasProblems) return reply.redirect(backTo(request), 303)
      if (todos === undefined && clave.length === 0) {
        return reply.notice(NOTHING_CHOSEN, 'mal').redirect(searchAddress(search), 303)
      }
      const reader = narrowed(await readerOf(request), search.clients)
      if (todos !== undefined) {
        const { count } = await totalsOf(db, reader.scope, filterOf(search, dayOf(now())))
        if (count > PACKAGE_MAX) throw new Conflict(tooMany(count, searchAddress(search)))
      }
      const chosen =
        todos === undefined
          ? byKeys(needs, reader, clave)
          : all(needs, reader, search, PACKAGE_STRETCH)
      const onError = (error: unknown) => request.log.error({ err: error }, 'package')
      const zip = packReceipts({ ...needs, onError }, reader, chosen, formato)
      const name = `comprobantes_${dayOf(now())}.zip`
      return attachment(reply, name, 'application/zip').send(zip)
    },
  )
}

/** The list with the same query, where what is wrong with it is said. */
function backTo(request: FastifyRequest): string {
  return withQuery('/comprobantes', request.url.split('?')[1] ?? '')
}

/** For files: by day, the newest first unless the list shows the oldest first. */
function all({ db, now }: Needs, reader: Reader, search: Search, size: number) {
  const order = search.order === 'fecha' ? 'fecha' : '-fecha'
  const filter = filterOf(search, dayOf(now()))
  return eachReceiptOf(db, () => reader.scopeNow(), filter, order, size)
}

async function* byKeys({ db }: Needs, reader: Reader, keys: readonly string[]) {
  const some = [...new Set(keys)]
  for (let from = 0; from < some.length; from += PACKAGE_STRETCH) {
    const scope = await reader.scopeNow()
    yield await receiptsByKey(db, scope, some.slice(from, from + PACKAGE_STRETCH))
  }
}
