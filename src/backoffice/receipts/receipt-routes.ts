import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { mayDo, RECEIPTS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { conflictDocuments, findDocument } from '../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../receipts/documents/stored-document.ts'
import { drawReceipt } from '../../receipts/files/draw-receipt.ts'
import { fileStem, isDownloadable } from '../../receipts/receipt.ts'
import type { RidePool } from '../../ride/ride-pool.ts'
import { parseDocumentNumber } from '../../values/document-number.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { NotFound, Unavailable } from '../../web/errors/errors.ts'
import { putAsidePage, staffReceiptPageView, staffReceiptsPage } from '../views.ts'
import { receiptRow, staffReceiptPage } from './staff-receipt-page.ts'
import type { StaffReceipt } from './staff-receipt-store.ts'
import {
  newestReceipts,
  putAsideBefore,
  receiptByKey,
  receiptsByNumber,
} from './staff-receipt-store.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
}

const PAGE = 30
const Query = Type.Object({
  q: Type.String({ maxLength: 100, default: '' }),
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})
const ByKey = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
const ByFile = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const sees = { onRequest: requireRight('receipts.see') }

/** Any receipt, for the bank's people: found by its key or number, with its story and its files. */
export const receiptRoutes: Area<Needs> = async (app, needs) => {
  const { db } = needs

  app.get(RECEIPTS, { ...sees, schema: { querystring: Query } }, async (request, reply) => {
    const { q, desde } = request.query
    const found = await find(db, q, desde)
    const shown = found.slice(0, PAGE)
    const last = q === '' && found.length > PAGE ? shown.at(-1) : undefined
    const data = {
      q,
      receipts: shown.map(receiptRow),
      older: last ? `${RECEIPTS}?desde=${last.id}` : null,
    }
    return reply.page(staffReceiptsPage, data, { title: 'Comprobantes' })
  })

  app.get(
    `${RECEIPTS}/:clave(^[0-9]+$)`,
    { ...sees, schema: { params: ByKey } },
    async (request, reply) => {
      const receipt = await lookAt(needs, request, request.params.clave)
      const data = await staffReceiptPage(db, receipt)
      const { role } = staffOf(request)
      const open = receipt.status === 'authorized' && data.annulling === null
      const annul = open && mayDo(role, 'receipts.annul') ? `${data.href}/anulacion` : null
      const gives = open && receipt.kind === 'invoice' && mayDo(role, 'receipts.credit')
      const credit = gives ? `${data.href}/nota-de-credito` : null
      return reply.page(staffReceiptPageView, { ...data, annul, credit }, { title: data.title })
    },
  )

  fileRoutes(app, needs)
  asideRoutes(app, needs)
}

/** By the key, by the number in any of its ways, or the newest. */
async function find(db: Db, q: string, before: number): Promise<StaffReceipt[]> {
  const typed = q.replace(/\s/g, '')
  if (typed === '') return newestReceipts(db, { beforeId: before || null, limit: PAGE + 1 })
  if (/^\d{49}$/.test(typed)) {
    const receipt = await receiptByKey(db, typed)
    return receipt ? [receipt] : []
  }
  const number = parseDocumentNumber(typed)
  return number === null ? [] : receiptsByNumber(db, number, PAGE)
}

/** Before anything is shown: who looked at what is all that this GET writes. */
async function lookAt(
  { db, keys, now }: Needs,
  request: FastifyRequest,
  key: string,
): Promise<StaffReceipt> {
  const receipt = await receiptByKey(db, key)
  if (!receipt) throw notFound()
  const entry: AuditEntry = {
    actor: `login:${staffOf(request).loginId}`,
    action: 'receipt.seen',
    subject: `receipt:${key}`,
  }
  await transaction(db, (tx) => record(tx, keys.audit, entry, now()))
  return receipt
}

function notFound(): NotFound {
  return new NotFound({ action: { href: RECEIPTS, text: 'Buscar comprobantes' } })
}

function fileRoutes(app: App, needs: Needs): void {
  const schema = { params: ByKey }

  app.get(`${RECEIPTS}/:clave(^[0-9]+).xml`, { ...sees, schema }, async (request, reply) => {
    const receipt = await lookAt(needs, request, request.params.clave)
    const xml = await findDocument(needs.db, receipt.id)
    if (!xml) throw notFound()
    return attachment(reply, `${fileStem(receipt)}.xml`, 'application/xml').send(xml)
  })

  app.get(`${RECEIPTS}/:clave(^[0-9]+).pdf`, { ...sees, schema }, async (request, reply) => {
    const receipt = await lookAt(needs, request, request.params.clave)
    const xml = isDownloadable(receipt) ? await findDocument(needs.db, receipt.id) : null
    if (!xml) throw notFound()
    const drawn = await drawReceipt(needs.ridePool, receipt, xml)
    if (!drawn.ok) throw new Unavailable()
    const pdf = Buffer.from(drawn.pdf)
    return attachment(reply, `${fileStem(receipt)}.pdf`, 'application/pdf').send(pdf)
  })
}

/** Files that came with the key of another one: kept for somebody to tell which is right. */
function asideRoutes(app: App, { db }: Needs): void {
  app.get(
    `${RECEIPTS}/apartados`,
    { ...sees, schema: { querystring: Query } },
    async (request, reply) => {
      const { desde } = request.query
      const found = await putAsideBefore(db, { beforeId: desde || null, limit: PAGE + 1 })
      const shown = found.slice(0, PAGE)
      const last = found.length > PAGE ? shown.at(-1) : undefined
      const data = {
        files: shown.map((file) => ({
          ...file,
          href: `${RECEIPTS}/apartados/${file.id}.xml`,
          receipt: `${RECEIPTS}/${file.accessKey}`,
        })),
        older: last ? `${RECEIPTS}/apartados?desde=${last.id}` : null,
      }
      return reply.page(putAsidePage, data, { title: 'Archivos apartados' })
    },
  )

  app.get(
    `${RECEIPTS}/apartados/:id(^[0-9]+).xml`,
    { ...sees, schema: { params: ByFile } },
    async (request, reply) => sendAside(reply, db, request.params.id),
  )
}

async function sendAside(reply: FastifyReply, db: Db, id: number): Promise<FastifyReply> {
  const [found] = await conflictDocuments(db, id - 1, 1)
  if (found?.id !== id) throw notFound()
  if (found.document instanceof DamagedDocument) throw found.document
  const name = `${found.accessKey}_apartado_${id}.xml`
  return attachment(reply, name, 'application/xml').send(found.document)
}
