import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import type { Verdict } from '../../identity/staff/approvals/approval-store.ts'
import { findApproval } from '../../identity/staff/approvals/approval-store.ts'
import type { Decided } from '../../identity/staff/approvals/decide.ts'
import { decide } from '../../identity/staff/approvals/decide.ts'
import { APPROVALS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { Forbidden, NotFound, SignInRequired } from '../../web/errors/errors.ts'
import { approvalPage, approvalsPage } from '../views.ts'
import { approvalKinds } from './approval-kinds.ts'
import type { ListNeeds } from './approval-list.ts'
import { describeApprovals, pageOfDecided, pageOfWaiting } from './approval-list.ts'

type Needs = { db: Db; keys: Keys; now: () => Date; live: LivePolicy }

const REASON_MAX = 500

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Reason = Type.Object({ motivo: Type.String({ maxLength: 4 * REASON_MAX, default: '' }) })
const Places = Type.Object({
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
  despues: Type.String({ maxLength: 60, default: '' }),
})

const sees = { onRequest: requireRight('approvals.see') }
const decides = { onRequest: requireRight('approvals.decide') }
const proposes = { onRequest: requireRight('approvals.propose') }

const PLACE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)_(\d{1,15})$/

/** What waits for a second person and what was decided: /interno/aprobaciones. */
export const approvalRoutes: Area<Needs> = async (app, { db, keys, now, live }) => {
  const kinds = approvalKinds(app.identity.tools, live)
  const needs = { db, sealKey: keys.seal, kinds }

  app.get(APPROVALS, { ...sees, schema: { querystring: Places } }, async (request, reply) => {
    const { desde, despues } = request.query
    const viewer = staffOf(request)
    const [, at, id] = PLACE.exec(despues) ?? []
    const place = at && id ? { at, id: Number(id) } : null
    const { waiting, last } = await pageOfWaiting(needs, viewer, desde)
    const { decided, last: oldest } = await pageOfDecided(needs, viewer, place)
    const data = {
      waiting,
      decided,
      first: desde > 0 || place ? APPROVALS : null,
      more: last === null ? null : `${APPROVALS}?desde=${last}`,
      older: oldest?.decision
        ? `${APPROVALS}?despues=${oldest.decision.at.toISOString()}_${oldest.id}#decididas`
        : null,
    }
    return reply.page(approvalsPage, data, { title: 'Aprobaciones' })
  })

  app.get(`${APPROVALS}/:id`, { ...sees, schema: { params: ById } }, async (request, reply) =>
    showOne(request, reply, needs, null),
  )

  decisionRoutes(app, needs, async (request, verdict, reason = '') => {
    const { id } = request.params as { id: number }
    const decision = { verdict, reason }
    const decided = await decide(db, keys, staffOf(request), id, decision, kinds, now())
    if (decided.ok && verdict === 'approved' && decided.kind === 'parameter.change') {
      // Whoever approved it sees it at once; should this fail it is done all the same, and every
      // process looks for it by itself.
      await live.refresh().catch((error: unknown) => {
        request.log.warn({ err: error }, 'policy not refreshed')
      })
    }
    return decided
  })
}

type Settle = (request: FastifyRequest, verdict: Verdict, reason?: string) => Promise<Decided>

function decisionRoutes(app: App, needs: ListNeeds, settle: Settle): void {
  const schema = { params: ById }

  app.post(`${APPROVALS}/:id/aprobacion`, { ...decides, schema }, async (request, reply) => {
    const decided = await settle(request, 'approved')
    return answer(reply, request.params.id, decided, 'Aprobada y hecha.')
  })

  app.post(
    `${APPROVALS}/:id/rechazo`,
    { ...decides, schema: { ...schema, body: Reason } },
    async (request, reply) => {
      const { motivo } = request.body
      const reason = motivo.trim()
      if (reason === '' || reason.length > REASON_MAX) {
        return showOne(request, reply, needs, motivo)
      }
      const decided = await settle(request, 'refused', reason)
      return answer(reply, request.params.id, decided, 'Rechazada.')
    },
  )

  app.post(`${APPROVALS}/:id/retiro`, { ...proposes, schema }, async (request, reply) => {
    const decided = await settle(request, 'withdrawn')
    return answer(reply, request.params.id, decided, 'La retiraste.')
  })
}

/** `refused`: the reason as it was typed, when it would not do. */
async function showOne(
  request: FastifyRequest,
  reply: FastifyReply,
  needs: ListNeeds,
  refused: string | null,
): Promise<FastifyReply> {
  const { id } = request.params as { id: number }
  const found = await findApproval(needs.db, needs.sealKey, id)
  const [approval] = found ? await describeApprovals(needs, staffOf(request), [found]) : []
  if (!approval) throw notFound()
  const problem = refused === null ? '' : `Escribe por qué, en ${REASON_MAX} letras o menos.`
  const data = { approval, reason: refused ?? '', problem }
  const status = refused === null ? 200 : 422
  return reply.page(approvalPage, data, { title: approval.what, status })
}

function notFound(): NotFound {
  return new NotFound({ action: { href: APPROVALS, text: 'Ver aprobaciones' } })
}

function answer(reply: FastifyReply, id: number, decided: Decided, words: string): FastifyReply {
  if (decided.ok) return reply.notice(words).redirect(APPROVALS, 303)
  const back = (sentence: string) =>
    reply.notice(sentence, 'mal').redirect(`${APPROVALS}/${id}`, 303)
  switch (decided.refusal) {
    case 'none':
      throw notFound()
    case 'forbidden':
      throw new Forbidden()
    case 'signed-out':
      throw new SignInRequired()
    case 'own':
      return back('La propusiste tú: la decide otra persona.')
    case 'decided':
      return back('Otra persona ya la decidió.')
    case 'deed':
      return back(decided.sentence)
  }
}
