import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../db/open.ts'
import { portalLoginOf } from '../identity/person.ts'
import { customerOf, whoIs } from '../identity/session-guard.ts'
import { whileSignedIn } from '../identity/sessions/while-signed-in.ts'
import { mailsAbout } from '../outbox/queue-store.ts'
import type { Policy } from '../policy/policy.ts'
import type { RidePool } from '../ride/ride-pool.ts'
import type { App, Area } from '../web/area.ts'
import { attachment } from '../web/download.ts'
import { Conflict, NotFound, Unavailable } from '../web/errors/errors.ts'
import { returnPath } from '../web/pages/return-path.ts'
import { resendReceipt, resendRefusals } from './alerts/resend-receipt.ts'
import { downloadReceipt, type FileFormat } from './files/download-receipt.ts'
import { openReceipt } from './files/open-receipt.ts'
import { noFile, noSuchReceipt, unreadable } from './messages.ts'
import { describePage } from './page/receipt-page.ts'
import { storyOf } from './page/receipt-story.ts'
import type { Reader } from './reading-store.ts'
import { addReadings, bankReadingsOf, firmReadingsOf, readingsOf } from './reading-store.ts'
import { findReceiptOf, type StoredReceipt } from './receipt-store.ts'
import type { ClientReader } from './scope/clients.ts'
import { withQuery } from './search/search-url.ts'
import { receiptShow } from './views.ts'

type Needs = {
  db: Db
  policy: Pick<Policy, 'brand'>
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
  /** Who asks, and what they may read. */
  readerOf(request: FastifyRequest): Promise<ClientReader>
}

const ByKey = Type.Object({ clave: Type.String({ pattern: '^[0-9]{49}$' }) })
/** Which list to go back to; unsafe until `returnPath` has judged it. */
const Behind = Type.Object({ volver: Type.Optional(Type.String({ maxLength: 4_000 })) })

/** One receipt that somebody may read, and its files. */
export const receiptPageRoutes: Area<Needs> = async (app, needs) => {
  pageRoutes(app, needs)
  fileRoutes(app, needs)
}

function pageRoutes(app: App, needs: Needs): void {
  const { db, now } = needs

  const shown = { params: ByKey, querystring: Behind }
  app.get('/comprobantes/:clave', { schema: shown }, async (request, reply) => {
    const reader = await needs.readerOf(request)
    const receipt = await readable(needs, reader, request.params.clave)
    await addReadings(db, reader, 'page', [receipt], now())
    const behind = listBehind(request.query.volver ?? request.headers.referer)
    return showReceipt(needs, request, reply, reader, receipt, behind)
  })

  const mailed = { params: ByKey, body: Behind }
  app.post('/comprobantes/:clave/correo', { schema: mailed }, async (request, reply) => {
    const behind = listBehind(request.body.volver)
    // To their own address only: what an accountant may read they read here.
    const person = customerOf(request)
    const reader = await needs.readerOf(request)
    const receipt = await readable(needs, reader, request.params.clave)
    if (receipt.status === 'pending' || receipt.status === 'rejected') {
      throw new Conflict(noFile[receipt.status])
    }
    const sent = await whileSignedIn(db, person, (tx) =>
      resendReceipt(tx, person.loginId, receipt, now()),
    )
    if (!sent.ok) {
      return showReceipt(
        needs,
        request,
        reply,
        reader,
        receipt,
        behind,
        resendRefusals[sent.refusal],
      )
    }
    reply.notice(`Lo enviamos a ${sent.address}`)
    const back = behind === LIST ? '' : new URLSearchParams({ volver: behind }).toString()
    return reply.redirect(withQuery(`/comprobantes/${receipt.accessKey}`, back), 303)
  })
}

/** The receipt of that key when the reader may; any other is not there (404). */
async function readable({ db }: Needs, reader: Reader, key: string): Promise<StoredReceipt> {
  const receipt = await findReceiptOf(db, reader.scope, key)
  if (receipt === null) throw new NotFound(noSuchReceipt)
  return receipt
}

async function showReceipt(
  { db }: Needs,
  request: FastifyRequest,
  reply: FastifyReply,
  { clients }: ClientReader,
  receipt: StoredReceipt,
  backHref: string,
  problem: string | null = null,
): Promise<FastifyReply> {
  const { partyId } = receipt
  // Whom it was mailed to and who else read it is the customer's to know.
  const own = clients === null
  const [opened, mails, readings, bank, firms] = await Promise.all([
    openReceipt(db, receipt),
    own ? mailsAbout(db, partyId, receipt.id) : [],
    readingsOf(db, portalLoginOf(whoIs(request)), receipt.id),
    own ? bankReadingsOf(db, partyId, receipt.id) : [],
    own ? firmReadingsOf(db, partyId, receipt.id) : [],
  ])
  const story = storyOf(receipt, { mails, readings, bank, firms })
  const client = clients?.get(partyId) ?? null
  const page = describePage(receipt, opened?.sheet ?? null, story, problem)
  const status = problem === null ? 200 : 422
  return reply.page(receiptShow, { page, client, backHref }, { title: page.title, status })
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
    const reader = await needs.readerOf(request)
    const file = await downloadReceipt(needs, reader, { accessKey, format, known })
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
