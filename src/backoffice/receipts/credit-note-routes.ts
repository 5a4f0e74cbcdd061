import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { RECEIPTS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { CreditRefusal } from '../../issuing/credit-notes/issue-credit-note.ts'
import { creditStanding, issueCreditNote } from '../../issuing/credit-notes/issue-credit-note.ts'
import { creditRefusal } from '../../issuing/credit-notes/messages.ts'
import type { Keys } from '../../values/keys.ts'
import { type Cents, readTypedAmount } from '../../values/money.ts'
import type { Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { creditNotePage } from '../views.ts'
import type { TypedCredit } from './credit-note-page.ts'
import { creditForm } from './credit-note-page.ts'
import { receiptRow } from './staff-receipt-page.ts'
import type { StaffReceipt } from './staff-receipt-store.ts'
import { receiptByKey } from './staff-receipt-store.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
  random: (length: number) => Buffer
}

const ByKey = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
const Entered = Type.Object({
  alcance: Type.Union([Type.Literal('todo'), Type.Literal('parte')], { default: 'todo' }),
  'monto[]': Type.Array(Type.String({ maxLength: 30 }), { maxItems: 5_000, default: [] }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
  token: Type.String({ pattern: '^[\\w-]{22}$' }),
})

const TITLE = 'Nota de crédito'
const BEGUN = 'Tu nota de crédito ya tiene número y va camino al SRI.'
const UNREAD = 'Escribe un valor como 12,50.'
const TOKEN_BYTES = 16

/** Giving an invoice back, in whole or in part: /interno/comprobantes/CLAVE/nota-de-credito. */
export const creditNoteRoutes: Area<Needs> = async (app, needs) => {
  const { db, now, random } = needs
  const credits = { onRequest: requireRight('receipts.credit') }
  const address = `${RECEIPTS}/:clave/nota-de-credito`
  const params = ByKey

  app.get(address, { ...credits, schema: { params } }, async (request, reply) => {
    const receipt = await find(db, request.params.clave)
    const token = random(TOKEN_BYTES).toString('base64url')
    return show(reply, db, receipt, { alcance: 'todo', monto: [], motivo: '', token }, {})
  })

  app.post(address, { ...credits, schema: { params, body: Entered } }, async (request, reply) => {
    const receipt = await find(db, request.params.clave)
    const { 'monto[]': monto, ...rest } = request.body
    const values = { ...rest, monto }
    const { amounts, problems } = amountsIn(values)
    if (Object.keys(problems).length > 0) return show(reply, db, receipt, values, problems)
    const entered = { token: values.token, reason: values.motivo, amounts }
    const begun = await issueCreditNote(needs, staffOf(request), receipt, entered, now())
    if (begun.ok) return reply.notice(BEGUN).redirect(`${RECEIPTS}/${receipt.accessKey}`, 303)
    if (begun.refusal === 'signed-out') throw new SignInRequired()
    return show(reply, db, receipt, values, problemOf(begun.refusal))
  })
}

function amountsIn({ alcance, monto }: TypedCredit): {
  amounts: ReadonlyMap<number, Cents> | 'all'
  problems: Problems
} {
  if (alcance === 'todo') return { amounts: 'all', problems: {} }
  const amounts = new Map<number, Cents>()
  const problems: Record<string, string> = {}
  for (const [at, typed] of monto.entries()) {
    if (typed.trim() === '') continue
    const read = readTypedAmount(typed)
    if (read.ok && read.cents >= 0) amounts.set(at, read.cents)
    else problems[`monto-${at}`] = UNREAD
  }
  return { amounts, problems }
}

function problemOf(refusal: CreditRefusal): Problems {
  const sentence = creditRefusal(refusal)
  if (refusal.code === 'no-reason') return { motivo: sentence }
  return { [refusal.code === 'too-much' ? `monto-${refusal.at}` : 'alcance-parte']: sentence }
}

async function show(
  reply: FastifyReply,
  db: Db,
  receipt: StaffReceipt,
  values: TypedCredit,
  problems: Problems,
): Promise<FastifyReply> {
  const form = creditForm(await creditStanding(db, receipt), values, problems)
  const failed = Object.keys(problems).length > 0
  const data = { receipt: receiptRow(receipt), form }
  return reply.page(creditNotePage, data, { title: TITLE, status: failed ? 422 : 200 })
}

async function find(db: Db, key: string): Promise<StaffReceipt> {
  const receipt = await receiptByKey(db, key)
  if (!receipt) throw new NotFound({ action: { href: RECEIPTS, text: 'Buscar comprobantes' } })
  return receipt
}
