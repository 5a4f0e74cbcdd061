import Type from 'typebox'
import type { Context } from '../../context.ts'
import { LANDING } from '../../identity/person.ts'
import { CUSTOMERS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { endView, startView } from '../../identity/staff/viewing/view-customer.ts'
import { VIEW_END } from '../../identity/staff/viewing/view-guard.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import { viewCustomerPage } from '../views.ts'
import { findCustomers } from './customer-store.ts'
import { REASON_MAX, reasonProblem } from './messages.ts'

type Needs = Pick<Context, 'db' | 'policy' | 'keys' | 'now'>

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Reason = Type.Object({ motivo: Type.String({ maxLength: 4 * REASON_MAX, default: '' }) })

const views = { onRequest: requireRight('customers.view') }

/** To see the portal as a customer does: with a reason, read only, and not for long. */
export const viewRoutes: Area<Needs> = async (app, { db, policy, keys, now }) => {
  const find = async (id: number) => {
    const [customer] = await findCustomers(db, policy.login, [id], now())
    if (!customer || customer.mergedInto !== null) throw new NotFound()
    return customer
  }

  app.get(
    `${CUSTOMERS}/:id/vista`,
    { ...views, schema: { params: ById } },
    async (request, reply) => {
      const { partyId, name } = await find(request.params.id)
      const data = { id: partyId, name: readableName(name), reason: '', problem: '' }
      return reply.page(viewCustomerPage, data, { title: 'Ver como el cliente' })
    },
  )

  app.post(
    `${CUSTOMERS}/:id/vista`,
    { ...views, schema: { params: ById, body: Reason } },
    async (request, reply) => {
      const { partyId, name } = await find(request.params.id)
      const { motivo } = request.body
      const problem = reasonProblem(motivo)
      if (problem) {
        const data = { id: partyId, name: readableName(name), reason: motivo, problem }
        return reply.page(viewCustomerPage, data, { title: 'Ver como el cliente', status: 422 })
      }
      const look = { partyId, reason: motivo.trim() }
      const started = await startView(db, keys, staffOf(request), look, now())
      if (!started.ok) throw new SignInRequired()
      return reply.redirect(LANDING, 303)
    },
  )

  app.post(VIEW_END, views, async (request, reply) => {
    const partyId = await endView(db, keys, staffOf(request), now())
    if (partyId === null) return reply.redirect(CUSTOMERS, 303)
    return reply.notice('Terminó tu vista como cliente.').redirect(`${CUSTOMERS}/${partyId}`, 303)
  })
}
