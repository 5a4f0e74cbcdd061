import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Context } from '../../../context.ts'
import { transaction } from '../../../db/transaction.ts'
import { propose } from '../../../identity/staff/approvals/propose.ts'
import { CUSTOMERS } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import { readableName } from '../../../values/person-name.ts'
import type { Area } from '../../../web/area.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import { mergePage } from '../../views.ts'
import type { Customer } from '../customer-store.ts'
import { findCustomers } from '../customer-store.ts'
import { OPEN_ALREADY, PROPOSED, REASON_MAX, reasonProblem } from '../messages.ts'
import { partySubject } from '../party-subject.ts'
import type { Merging } from './preview-merge.ts'
import { previewMerge } from './preview-merge.ts'

type Needs = Pick<Context, 'db' | 'policy' | 'keys' | 'now'>

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const With = Type.Object({ con: Type.String({ maxLength: 60, default: '' }) })
const Entered = Type.Object({
  con: Type.String({ maxLength: 60, default: '' }),
  motivo: Type.String({ maxLength: 4 * REASON_MAX, default: '' }),
})

const proposes = { onRequest: requireRight('approvals.propose') }

/** To propose that two customers are one: first shown what would go over, then asked why. */
export const mergeRoutes: Area<Needs> = async (app, { db, policy, keys, now }) => {
  const find = async (id: number): Promise<Customer> => {
    const [customer] = await findCustomers(db, policy.login, [id], now())
    if (!customer || customer.mergedInto !== null) throw new NotFound()
    return customer
  }
  const address = `${CUSTOMERS}/:id/union`

  app.get(
    address,
    { ...proposes, schema: { params: ById, querystring: With } },
    async (request, reply) => {
      const customer = await find(request.params.id)
      const { con } = request.query
      if (con === '') return show(reply, customer, { con, motivo: '' }, null, {})
      const preview = await previewMerge(db, policy, customer, con, now())
      const typed = { con, motivo: '' }
      if (!preview.ok) return show(reply, customer, typed, null, { con: preview.problem })
      return show(reply, customer, typed, preview.merging, {})
    },
  )

  app.post(
    address,
    { ...proposes, schema: { params: ById, body: Entered } },
    async (request, reply) => {
      const customer = await find(request.params.id)
      const { con, motivo } = request.body
      const preview = await previewMerge(db, policy, customer, con, now())
      if (!preview.ok) {
        return show(reply, customer, request.body, null, { con: preview.problem })
      }
      const problem = reasonProblem(motivo)
      if (problem) {
        return show(reply, customer, request.body, preview.merging, { motivo: problem })
      }
      const proposal = {
        kind: 'parties.merge',
        subject: partySubject(customer.partyId),
        payload: preview.merging,
        reason: motivo.trim(),
      } as const
      const proposed = await transaction(db, (tx) =>
        propose(tx, keys, staffOf(request), proposal, now()),
      )
      if (!proposed.ok && proposed.refusal === 'signed-out') throw new SignInRequired()
      reply.notice(proposed.ok ? PROPOSED : OPEN_ALREADY, proposed.ok ? 'ok' : 'mal')
      return reply.redirect(`${CUSTOMERS}/${customer.partyId}`, 303)
    },
  )
}

function show(
  reply: FastifyReply,
  { partyId, name }: Customer,
  values: Record<'con' | 'motivo', string>,
  merging: Merging | null,
  problems: Problems,
): FastifyReply {
  const data = {
    id: partyId,
    name: readableName(name),
    values,
    merging: merging && { name: readableName(merging.otherName), moving: merging.moving },
    problems,
  }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(mergePage, data, { title: 'Unir dos clientes', status })
}
