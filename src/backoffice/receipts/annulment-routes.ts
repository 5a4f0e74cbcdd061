import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ANNULMENTS, RECEIPTS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { newestAnnulments } from '../../issuing/annulments/annulment-store.ts'
import type { Annullable } from '../../issuing/annulments/ask-annulment.ts'
import { annullable, askAnnulment } from '../../issuing/annulments/ask-annulment.ts'
import { ANNULMENT_ASKED, annulmentRefusals } from '../../issuing/annulments/messages.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { Forbidden, NotFound } from '../../web/errors/errors.ts'
import { annulmentPage, annulmentsPage } from '../views.ts'
import { annulmentRow, termsInWords } from './annulment-words.ts'
import { receiptRow } from './staff-receipt-page.ts'
import type { StaffReceipt } from './staff-receipt-store.ts'
import { receiptByKey } from './staff-receipt-store.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

const PAGE = 30
const Query = Type.Object({
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})
const ByKey = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
const Asked = Type.Object({ motivo: Type.String({ maxLength: 2_000, default: '' }) })

/** Asking for the annulment of a receipt, and what became of all that were asked. */
export const annulmentRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  const sees = { onRequest: requireRight('receipts.see') }
  const asks = { onRequest: requireRight('receipts.annul') }
  const address = `${RECEIPTS}/:clave/anulacion`

  app.get(ANNULMENTS, { ...sees, schema: { querystring: Query } }, async (request, reply) => {
    const before = request.query.desde || null
    const found = await newestAnnulments(db, { beforeId: before, limit: PAGE + 1 })
    const shown = found.slice(0, PAGE)
    const last = found.length > PAGE ? shown.at(-1) : undefined
    const older = last ? `${ANNULMENTS}?desde=${last.id}` : null
    const data = { annulments: shown.map(annulmentRow), older }
    return reply.page(annulmentsPage, data, { title: 'Anulaciones' })
  })

  app.get(address, { ...asks, schema: { params: ByKey } }, async (request, reply) => {
    const receipt = await find(db, request.params.clave)
    return show(reply, receipt, await annullable(db, receipt, now()), '')
  })

  app.post(address, { ...asks, schema: { params: ByKey, body: Asked } }, async (request, reply) => {
    const receipt = await find(db, request.params.clave)
    const { motivo } = request.body
    const asked = await askAnnulment(db, keys, staffOf(request), receipt, motivo, now())
    if (!asked.ok && asked.refusal === 'signed-out') throw new Forbidden()
    if (!asked.ok) return show(reply, receipt, asked, motivo)
    return reply.notice(ANNULMENT_ASKED).redirect(`${RECEIPTS}/${receipt.accessKey}`, 303)
  })

  async function show(
    reply: FastifyReply,
    receipt: StaffReceipt,
    judged: Annullable,
    reason: string,
  ): Promise<FastifyReply> {
    const problem =
      !judged.ok && judged.refusal === 'no-reason' ? annulmentRefusals['no-reason'] : ''
    // A form whose reason was wrong is shown again, with its terms.
    const standing = problem ? await annullable(db, receipt, now()) : judged
    const refused = standing.ok ? null : annulmentRefusals[standing.refusal]
    const data = {
      receipt: receiptRow(receipt),
      terms: standing.ok ? termsInWords(standing.terms, now()) : [],
      refused,
      reason,
      problem,
    }
    const status = judged.ok ? 200 : 422
    return reply.page(annulmentPage, data, { title: 'Anular un comprobante', status })
  }
}

async function find(db: Db, key: string): Promise<StaffReceipt> {
  const receipt = await receiptByKey(db, key)
  if (!receipt) throw new NotFound({ action: { href: RECEIPTS, text: 'Buscar comprobantes' } })
  return receipt
}
