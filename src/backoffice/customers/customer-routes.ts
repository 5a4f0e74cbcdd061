import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { record } from '../../audit/audit-store.ts'
import type { Context } from '../../context.ts'
import { transaction } from '../../db/transaction.ts'
import { CUSTOMERS, mayDo } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { maskEmail } from '../../values/email-address.ts'
import { readableName } from '../../values/person-name.ts'
import { maskTaxId } from '../../values/tax-id.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import { customerPage, customersPage } from '../views.ts'
import type { CustomerPage } from './customer-page.ts'
import { describeCustomer } from './customer-page.ts'
import { standingOfCustomer } from './customer-standing.ts'
import type { Customer } from './customer-store.ts'
import { findCustomers } from './customer-store.ts'
import type { Helped } from './help-customer.ts'
import { helpCustomer, helps } from './help-customer.ts'
import { helpRefusals, OPEN_ALREADY, PROPOSED } from './messages.ts'
import { partySubject } from './party-subject.ts'
import { proposeContact } from './propose-contact.ts'
import { searchCustomers } from './search-customers.ts'

type Needs = Pick<Context, 'db' | 'policy' | 'keys' | 'now'>

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Query = Type.Object({ q: Type.String({ maxLength: 200, default: '' }) })
const Contact = Type.Object({
  correo: Type.String({ maxLength: 400, default: '' }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})

const sees = { onRequest: requireRight('customers.see') }
const helping = { onRequest: requireRight('customers.help') }
const proposes = { onRequest: requireRight('approvals.propose') }

/** Customers, for the bank's people: /interno/clientes. */
export const customerRoutes: Area<Needs> = async (app, needs) => {
  const { db, policy, now } = needs

  app.get(CUSTOMERS, { ...sees, schema: { querystring: Query } }, async (request, reply) => {
    const { q } = request.query
    const { customers, more } = await searchCustomers(db, policy, q, now())
    const loads = mayDo(staffOf(request).role, 'customers.help')
    const data = { q, loads, customers: customers.map(listed), more }
    return reply.page(customersPage, data, { title: 'Clientes' })
  })

  app.get(`${CUSTOMERS}/:id`, { ...sees, schema: { params: ById } }, async (request, reply) => {
    const customer = await find(needs, request.params.id)
    if (customer.mergedInto !== null) {
      return reply.redirect(`${CUSTOMERS}/${customer.mergedInto}`, 303)
    }
    await noteLook(needs, request, customer)
    return show(needs, request, reply, customer)
  })

  helpRoutes(app, needs)
  contactRoutes(app, needs)
}

/** One address for each deed, and one answer: back to the customer, with what was done or why not. */
function helpRoutes(app: App, { db, now }: Needs): void {
  const { tools } = app.identity
  const offered = {
    ventana: [helps.openFirstLogin, 'Abrimos su primer ingreso.'],
    acceso: [helps.resendAccess, 'Le enviamos su acceso por correo.'],
    desbloqueo: [helps.unlock, 'Desbloqueamos su ingreso.'],
    reapertura: [helps.reopen, 'Abrimos su acceso y le enviamos una contraseña inicial.'],
  } as const
  for (const [name, [help, words]] of Object.entries(offered)) {
    const address = `${CUSTOMERS}/:id/${name}`
    app.post(address, { ...helping, schema: { params: ById } }, async (request, reply) => {
      const { id } = request.params
      const helped = await helpCustomer(db, tools, staffOf(request), id, help, now())
      return answer(reply, id, helped, words)
    })
  }
}

function contactRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  app.post(
    `${CUSTOMERS}/:id/correo`,
    { ...proposes, schema: { params: ById, body: Contact } },
    async (request, reply) => {
      const { correo, motivo } = request.body
      const customer = await find(needs, request.params.id)
      const entered = { email: correo, reason: motivo }
      const proposed = await proposeContact(db, needs, staffOf(request), customer, entered, now())
      const back = `${CUSTOMERS}/${customer.partyId}`
      if (proposed.ok) {
        return reply.notice(PROPOSED).redirect(back, 303)
      }
      if (proposed.refusal === 'problems') {
        const { problems } = proposed
        return show(needs, request, reply, customer, { values: request.body, problems })
      }
      if (proposed.refusal === 'signed-out') throw new SignInRequired()
      return reply.notice(OPEN_ALREADY, 'mal').redirect(back, 303)
    },
  )
}

/** Whoever turned out to be another is found too: only the page that leads on asks for them. */
async function find({ db, policy, now }: Needs, id: number): Promise<Customer> {
  const [customer] = await findCustomers(db, policy.login, [id], now())
  if (!customer) throw new NotFound({ action: { href: CUSTOMERS, text: 'Buscar clientes' } })
  return customer
}

/** Before anything is shown: who looked at whom is what this GET writes. */
async function noteLook(
  { db, keys, now }: Needs,
  request: FastifyRequest,
  { partyId }: Customer,
): Promise<void> {
  const actor = `login:${staffOf(request).loginId}`
  const entry = { actor, action: 'customer.seen', subject: partySubject(partyId) } as const
  await transaction(db, (tx) => record(tx, keys.audit, entry, now()))
}

async function show(
  { db, policy, now }: Needs,
  request: FastifyRequest,
  reply: FastifyReply,
  customer: Customer,
  typed?: Pick<CustomerPage, 'values' | 'problems'>,
): Promise<FastifyReply> {
  const data = await describeCustomer({ db, policy }, customer, staffOf(request), now(), typed)
  return reply.page(customerPage, data, { title: data.name, status: typed ? 422 : 200 })
}

function answer(reply: FastifyReply, id: number, helped: Helped, words: string): FastifyReply {
  if (helped.ok) return reply.notice(words).redirect(`${CUSTOMERS}/${id}`, 303)
  if (helped.refusal === 'none') throw new NotFound()
  if (helped.refusal === 'signed-out') throw new SignInRequired()
  return reply.notice(helpRefusals[helped.refusal], 'mal').redirect(`${CUSTOMERS}/${id}`, 303)
}

/** In a list numbers and addresses are masked: it shows people nobody asked for. */
function listed(customer: Customer) {
  const { partyId, name, numbers, bankAddress, login } = customer
  const address = bankAddress ?? login?.email
  return {
    id: partyId,
    name: readableName(name),
    numbers: numbers.map(({ number }) => maskTaxId(number)).join(', '),
    address: address ? maskEmail(address) : '',
    standing: standingOfCustomer(customer),
  }
}
