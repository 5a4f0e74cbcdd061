import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ISSUANCES } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { letGoIssued } from '../../intake/lots/rows/issue-lot.ts'
import type { Mended } from '../../issuing/correction/mend-issuance.ts'
import { judgeDraft, mendIssuance } from '../../issuing/correction/mend-issuance.ts'
import { typedDraft } from '../../issuing/correction/typed-draft.ts'
import { closeForGood } from '../../issuing/issuance/close-issuance.ts'
import { isDateFree } from '../../issuing/issuance/correct-issuance.ts'
import type { Issuance } from '../../issuing/issuance/issuance.ts'
import { findIssuance } from '../../issuing/issuance/issuance-store.ts'
import { decideLostNumber } from '../../issuing/issuance/lost-number.ts'
import { refuseIssuing } from '../../issuing/messages.ts'
import { menderOf } from '../../issuing/states/mender.ts'
import { CORRECTABLE } from '../../issuing/states/transitions.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { parseDay } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import type { DraftProblem } from './correction-form.ts'
import { correctionForm } from './correction-form.ts'
import { issuanceAt } from './issuance-at.ts'
import { freedBy, issuancePage } from './issuance-page.ts'
import { titleOf } from './issuance-row.ts'
import { correctionView, issuanceView } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
  random: (length: number) => Buffer
}

/** A receipt of two hundred lines, each with all its texts. */
const FORM_BYTES_MAX = 1_048_576
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Typed = Type.Record(Type.String(), Type.String({ maxLength: 5_000 }))
const Again = Type.Object({ edicion: Type.Integer({ minimum: 1, default: 1 }) })
const Decision = Type.Object({
  decision: Type.Union([Type.Literal('otro-numero'), Type.Literal('cerrar')], {
    default: 'cerrar',
  }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})
const Closing = Type.Object({
  edicion: Type.Integer({ minimum: 1, default: 1 }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})

const corrects = { onRequest: requireRight('issuances.correct') }
const at = `${ISSUANCES}/:id(^[0-9]+$)`
const CLOSED = 'Cerraste el número. Tu motivo queda en su historia.'
const BAD_DAY = 'Escribe un día como 16/11/2026.'

/** What a person does about a document that stands still. */
export const correctionRoutes: Area<Needs> = async (app, needs) => {
  const { db, now } = needs
  const schema = { params: ById }

  app.get(`${at}/correccion`, { ...corrects, schema }, async (request, reply) => {
    const issuance = await correctable(db, request.params.id)
    return showForm(reply, issuance, issuance.draft, [], issuance.edition)
  })

  app.post(
    `${at}/correccion`,
    { ...corrects, schema: { ...schema, body: Typed }, bodyLimit: FORM_BYTES_MAX },
    async (request, reply) => {
      const { id } = request.params
      const issuance = await findIssuance(db, id)
      if (!issuance) throw notThere(id)
      if (!CORRECTABLE.includes(issuance.state) || issuance.isClosed) {
        const { message } = refuseIssuing('changed')
        return reply.notice(message, 'mal').redirect(`${ISSUANCES}/${id}`, 303)
      }
      const edition = Number(request.body['edicion'] ?? 0)
      const day = parseDay(request.body['c-fecha'] ?? issuance.issuedOn)
      const draft = typedDraft(issuance.draft, request.body, day ?? issuance.issuedOn)
      const wrong = day === null ? [{ field: 'fecha', message: BAD_DAY }] : []
      // Nobody mends what somebody else mended meanwhile: that is said before anything else.
      const problems =
        edition === issuance.edition ? await judgeDraft(db, issuance, draft, now()) : []
      if (wrong.length + problems.length > 0) {
        return showForm(reply, issuance, draft, [...wrong, ...problems], edition)
      }
      const mended = await mendIssuance(needs, staffOf(request), { id, edition, draft })
      if (mended.ok) return sent(reply, id, 'Corregido. Se firma y se envía otra vez.')
      const message = refusalOf(mended)
      return showForm(reply, issuance, draft, [{ field: '', message }], edition)
    },
  )

  app.post(
    `${at}/reenvio`,
    { ...corrects, schema: { ...schema, body: Again } },
    async (request, reply) => {
      const { id } = request.params
      const { edicion: edition } = request.body
      const mended = await mendIssuance(needs, staffOf(request), { id, edition, draft: null })
      if (mended.ok) return sent(reply, id, 'Se firma y se envía otra vez.')
      return reply.notice(refusalOf(mended), 'mal').redirect(`${ISSUANCES}/${id}`, 303)
    },
  )

  decisionRoute(app, needs)
  closingRoute(app, needs)
}

/** What shall never be issued. */
function closingRoute(app: App, needs: Needs): void {
  app.post(
    `${at}/cierre`,
    { ...corrects, schema: { params: ById, body: Closing } },
    async (request, reply) => {
      const { id } = request.params
      const { edicion: edition, motivo: reason } = request.body
      const closes = { ...needs, letGo: letGoIssued }
      const refusal = await closeForGood(closes, staffOf(request), { id, edition, reason })
      if (refusal === null) return sent(reply, id, await closedWords(needs.db, id))
      if (refusal === 'signed-out') throw new SignInRequired({ expired: true })
      if (refusal.code !== 'no-reason') {
        return reply.notice(refusal.message, 'mal').redirect(`${ISSUANCES}/${id}`, 303)
      }
      const typed = { again: '', text: reason, problem: refusal.message }
      return showIssuance(needs, request, reply, typed)
    },
  )
}

/** The page of a document, with what was wrong with what somebody wanted to do about it. */
async function showIssuance(
  { db, now }: Needs,
  request: FastifyRequest<{ Params: { id: number } }>,
  reply: FastifyReply,
  typed: { again: string; text: string; problem: string },
): Promise<FastifyReply> {
  const issuance = await issuanceAt(db, request.params.id)
  const page = await issuancePage(db, staffOf(request), issuance, now(), typed)
  return reply.page(issuanceView, page, { title: page.title, status: 422 })
}

/** A number that is another document's. */
function decisionRoute(app: App, needs: Needs): void {
  app.post(
    `${at}/decision`,
    { ...corrects, schema: { params: ById, body: Decision } },
    async (request, reply) => {
      const { id } = request.params
      const { decision, motivo: reason } = request.body
      const again = decision === 'otro-numero'
      const decides = { ...needs, letGo: letGoIssued }
      const decided = await decideLostNumber(decides, staffOf(request), id, { again, reason })
      if (decided.ok) {
        return decided.issuanceId === null
          ? sent(reply, id, await closedWords(needs.db, id))
          : sent(reply, decided.issuanceId, 'Se emite con otro número: este.')
      }
      if (decided.refusal === 'signed-out') throw new SignInRequired({ expired: true })
      const typed = { again: decision, text: reason, problem: decided.refusal.message }
      return showIssuance(needs, request, reply, typed)
    },
  )
}

async function closedWords(db: Db, id: number): Promise<string> {
  const { draft } = await issuanceAt(db, id)
  return [CLOSED, freedBy(draft) ?? ''].join(' ').trim()
}

function sent(reply: FastifyReply, id: number, words: string): FastifyReply {
  return reply.notice(words).redirect(`${ISSUANCES}/${id}`, 303)
}

function refusalOf(mended: Extract<Mended, { ok: false }>): string {
  if (mended.refusal === 'signed-out') throw new SignInRequired({ expired: true })
  if (mended.refusal === 'none') throw new NotFound()
  return mended.refusal.message
}

async function correctable(db: Db, id: number): Promise<Issuance> {
  const issuance = await findIssuance(db, id)
  if (issuance && CORRECTABLE.includes(issuance.state) && !issuance.isClosed) return issuance
  throw notThere(id)
}

function notThere(id: number): NotFound {
  return new NotFound({ action: { href: `${ISSUANCES}/${id}`, text: 'Ver cómo quedó' } })
}

function showForm(
  reply: FastifyReply,
  issuance: Issuance,
  draft: ReceiptDraft,
  problems: readonly DraftProblem[],
  edition: number,
): FastifyReply {
  const title = `Corregir ${titleOf(issuance)}`
  const dateFree = isDateFree(issuance, menderOf(issuance))
  const href = `${ISSUANCES}/${issuance.id}`
  const form = correctionForm(draft, problems)
  const data = { ...form, title, href, edition, dateFree, said: issuance.answer }
  const status = problems.length > 0 ? 422 : 200
  return reply.page(correctionView, data, { title, status })
}
