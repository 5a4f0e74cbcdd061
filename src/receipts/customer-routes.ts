import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../db/open.ts'
import { portalLoginOf } from '../identity/person.ts'
import { customerOf } from '../identity/session-guard.ts'
import { whileSignedIn } from '../identity/sessions/while-signed-in.ts'
import { mailsAbout } from '../outbox/queue-store.ts'
import type { Policy } from '../policy/policy.ts'
import type { RidePool } from '../ride/ride-pool.ts'
import { dayOf } from '../values/day.ts'
import type { App, Area } from '../web/area.ts'
import { attachment } from '../web/download.ts'
import { Conflict, NotFound, Unavailable } from '../web/errors/errors.ts'
import { wantsPart } from '../web/pages/page.ts'
import { returnPath } from '../web/pages/return-path.ts'
import { resendReceipt, resendRefusals } from './alerts/resend-receipt.ts'
import { downloadReceipt, type FileFormat } from './files/download-receipt.ts'
import { openReceipt } from './files/open-receipt.ts'
import { PACKAGE_STRETCH, packReceipts } from './files/pack-receipts.ts'
import { TABLE_STRETCH, tableOfReceipts } from './files/receipt-table.ts'
import { NOTHING_CHOSEN, noFile, noSuchReceipt, tooMany, unreadable } from './messages.ts'
import { describePage } from './page/receipt-page.ts'
import { storyOf } from './page/receipt-story.ts'
import { addReadings, bankReadingsOf, readingsOf } from './reading-store.ts'
import { findReceiptOf, receiptsByKey, type StoredReceipt } from './receipt-store.ts'
import { totalsOf } from './search/owned-store.ts'
import { eachReceiptOf } from './search/page-store.ts'
import { describeList, PACKAGE_MAX } from './search/receipt-list.ts'
import { savedSearchesOf } from './search/saved-search-store.ts'
import { readSearch, type Search, SearchQuery } from './search/search.ts'
import { readCursor, writeCursor } from './search/search-cursor.ts'
import { filterOf } from './search/search-filter.ts'
import { searchReceipts } from './search/search-receipts.ts'
import { sameQuery, searchAddress, searchQuery, withQuery } from './search/search-url.ts'
import { receiptIndex, receiptShow } from './views.ts'

type Needs = {
  db: Db
  policy: Pick<Policy, 'brand'>
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
}

const ByKey = Type.Object({ clave: Type.String({ pattern: '^[0-9]{49}$' }) })
/** Which list to go back to; unsafe until `returnPath` has judged it. */
const Behind = Type.Object({ volver: Type.Optional(Type.String({ maxLength: 4_000 })) })
const Chosen = Type.Object({
  clave: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 500 })),
  todos: Type.Optional(Type.Literal('1')),
  formato: Type.Optional(
    Type.Union([Type.Literal('pdf'), Type.Literal('xml'), Type.Literal('ambos')]),
  ),
})

/** A package or a table may take as long as the line of whoever fetches it. */
const STREAM_MILLISECONDS = 600_000

/** A signed-in customer's own receipts: the list, one of them, and their files. */
export const customerReceiptRoutes: Area<Needs> = async (app, needs) => {
  listRoutes(app, needs)
  pageRoutes(app, needs)
  fileRoutes(app, needs)
  streamRoutes(app, needs)
}

function listRoutes(app: App, { db, now }: Needs): void {
  app.get('/comprobantes', { schema: { querystring: SearchQuery } }, async (request, reply) => {
    const person = customerOf(request)
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
    const found = await searchReceipts(db, person.partyId, { search, cursor }, today)
    const saved = part ? [] : await savedSearchesOf(db, portalLoginOf(person))
    const list = describeList(found, read, request.query, today)
    const title = 'Comprobantes'
    return reply.page(
      receiptIndex,
      { list, saved, part },
      { title, status: hasProblems ? 422 : 200 },
    )
  })
}

function pageRoutes(app: App, needs: Needs): void {
  const { db, now } = needs

  const shown = { params: ByKey, querystring: Behind }
  app.get('/comprobantes/:clave', { schema: shown }, async (request, reply) => {
    const receipt = await own(needs, request, request.params.clave)
    await addReadings(db, customerOf(request), 'page', [receipt.id], now())
    const behind = listBehind(request.query.volver ?? request.headers.referer)
    return showReceipt(needs, request, reply, receipt, behind)
  })

  const mailed = { params: ByKey, body: Behind }
  app.post('/comprobantes/:clave/correo', { schema: mailed }, async (request, reply) => {
    const behind = listBehind(request.body.volver)
    const receipt = await own(needs, request, request.params.clave)
    const person = customerOf(request)
    if (receipt.status === 'pending' || receipt.status === 'rejected') {
      throw new Conflict(noFile[receipt.status])
    }
    const sent = await whileSignedIn(db, person, (tx) =>
      resendReceipt(tx, person.loginId, receipt, now()),
    )
    if (!sent.ok) {
      return showReceipt(needs, request, reply, receipt, behind, resendRefusals[sent.refusal])
    }
    reply.notice(`Lo enviamos a ${sent.address}`)
    const back = behind === LIST ? '' : new URLSearchParams({ volver: behind }).toString()
    return reply.redirect(withQuery(`/comprobantes/${receipt.accessKey}`, back), 303)
  })
}

/** The receipt of that key when it is this person's; somebody else's is not there (404). */
async function own({ db }: Needs, request: FastifyRequest, key: string): Promise<StoredReceipt> {
  const receipt = await findReceiptOf(db, customerOf(request).partyId, key)
  if (receipt === null) throw new NotFound(noSuchReceipt)
  return receipt
}

async function showReceipt(
  { db }: Needs,
  request: FastifyRequest,
  reply: FastifyReply,
  receipt: StoredReceipt,
  backHref: string,
  problem: string | null = null,
): Promise<FastifyReply> {
  const person = customerOf(request)
  const [opened, mails, readings, bank] = await Promise.all([
    openReceipt(db, receipt),
    mailsAbout(db, person.partyId, receipt.id),
    readingsOf(db, portalLoginOf(person), receipt.id),
    bankReadingsOf(db, person.partyId, receipt.id),
  ])
  const story = storyOf(receipt, mails, readings, bank)
  const page = describePage(receipt, opened, story, problem)
  const status = problem === null ? 200 : 422
  return reply.page(receiptShow, { page, backHref }, { title: page.title, status })
}

const LIST = '/comprobantes'

/** The list as it was left, filters and all, when that is where somebody comes from. */
function listBehind(from: string | undefined): string {
  const path = returnPath(from, LIST)
  return path.startsWith(`${LIST}?`) ? path : LIST
}

function fileRoutes(app: App, needs: Needs): void {
  const give = async (
    request: FastifyRequest,
    reply: FastifyReply,
    accessKey: string,
    format: FileFormat,
  ) => {
    const known = request.headers['if-none-match']
    const file = await downloadReceipt(needs, customerOf(request), { accessKey, format, known })
    if (!file.ok) {
      if (file.refusal === 'none') throw new NotFound(noSuchReceipt)
      if (file.refusal === 'busy') throw new Unavailable()
      if (file.refusal === 'unreadable') throw new Unavailable(60, unreadable)
      throw new Conflict(noFile[file.refusal])
    }
    reply.header('etag', file.etag)
    if (file.bytes === null) return reply.code(304).send()
    const type = format === 'pdf' ? 'application/pdf' : 'application/xml'
    return attachment(reply, file.name, type).send(file.bytes)
  }
  const schema = { params: ByKey }
  app.get('/comprobantes/:clave(^[0-9]+).pdf', { schema }, (request, reply) =>
    give(request, reply, request.params.clave, 'pdf'),
  )
  app.get('/comprobantes/:clave(^[0-9]+).xml', { schema }, (request, reply) =>
    give(request, reply, request.params.clave, 'xml'),
  )
}

function streamRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  const handlerTimeout = STREAM_MILLISECONDS

  app.get(
    '/comprobantes.csv',
    { schema: { querystring: SearchQuery }, handlerTimeout },
    async (request, reply) => {
      const person = customerOf(request)
      const { search, hasProblems } = readSearch(request.query)
      if (hasProblems) return reply.redirect(backTo(request), 303)
      const rows = all(needs, person.partyId, search, TABLE_STRETCH)
      const table = Readable.from(tableOfReceipts(db, person, rows, now), { objectMode: false })
      const name = `comprobantes_${dayOf(now())}.csv`
      return attachment(reply, name, 'text/csv; charset=utf-8').send(table)
    },
  )

  app.post(
    '/comprobantes/descarga',
    { schema: { querystring: SearchQuery, body: Chosen }, handlerTimeout },
    async (request, reply) => {
      const person = customerOf(request)
      const { clave = [], todos, formato = 'ambos' } = request.body
      const { search, hasProblems } = readSearch(request.query)
      if (hasProblems) return reply.redirect(backTo(request), 303)
      if (todos === undefined && clave.length === 0) {
        return reply.notice(NOTHING_CHOSEN, 'mal').redirect(searchAddress(search), 303)
      }
      if (todos !== undefined) {
        const { count } = await totalsOf(db, person.partyId, filterOf(search, dayOf(now())))
        if (count > PACKAGE_MAX) throw new Conflict(tooMany(count, searchAddress(search)))
      }
      const chosen =
        todos === undefined
          ? byKeys(needs, person.partyId, clave)
          : all(needs, person.partyId, search, PACKAGE_STRETCH)
      const onError = (error: unknown) => request.log.error({ err: error }, 'package')
      const zip = packReceipts({ ...needs, onError }, person, chosen, formato)
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
function all({ db, now }: Needs, partyId: number, search: Search, size: number) {
  const order = search.order === 'fecha' ? 'fecha' : '-fecha'
  return eachReceiptOf(db, partyId, filterOf(search, dayOf(now())), order, size)
}

async function* byKeys({ db }: Needs, partyId: number, keys: readonly string[]) {
  const some = [...new Set(keys)]
  for (let from = 0; from < some.length; from += PACKAGE_STRETCH) {
    yield await receiptsByKey(db, partyId, some.slice(from, from + PACKAGE_STRETCH))
  }
}
