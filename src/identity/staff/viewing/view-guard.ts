import type { FastifyRequest } from 'fastify'
import { formatTime } from '../../../values/day.ts'
import { readableName } from '../../../values/person-name.ts'
import { Forbidden } from '../../../web/errors/errors.ts'
import type { Person } from '../../person.ts'
import { isStaffRole, visitorOf } from '../../person.ts'
import { admitPublic, standingOf } from '../../session-guard.ts'
import { personOf } from '../../sessions/session.ts'
import { CUSTOMERS, mayDo } from '../rights.ts'
import type { CustomerView } from './view-store.ts'
import { openViewOf } from './view-store.ts'

/** Where somebody of the bank ends their look at a customer's portal. */
export const VIEW_END = `${CUSTOMERS}/vista/fin`

const OVER = {
  title: 'Tu vista como cliente terminó',
  text: 'Dura 15 minutos. Si necesitas seguir, ábrela de nuevo desde la página del cliente.',
  action: { href: CUSTOMERS, text: 'Buscar clientes' },
}

const READ_ONLY = {
  title: 'Aquí solo puedes mirar',
  text: 'Ves el portal como lo ve el cliente: no cambiamos nada ni enviamos nada.',
  action: { href: '/comprobantes', text: 'Volver a los comprobantes' },
}

const NOT_SHOWN = {
  title: 'Esto es solo del cliente',
  text: 'Al ver el portal como el cliente solo ves sus comprobantes, no su perfil ni lo que guarda.',
  action: { href: '/comprobantes', text: 'Volver a los comprobantes' },
}

/** Guard of what is somebody's alone, a customer's or an accountant's, for whoever looks at their portal too. */
export async function requireOwner(request: FastifyRequest): Promise<void> {
  const { standing, view } = await lookUp(request)
  if (view) throw new Forbidden(NOT_SHOWN)
  admitPublic(request, standing)
}

/**
 * Guard of what a customer reads: lets in the customer, an accountant, and whoever of the bank has a
 * look at that customer's portal open. Who looks may do nothing but read, by whatever address.
 */
export async function requireReader(request: FastifyRequest): Promise<void> {
  const { standing, person, view } = await lookUp(request)
  if (!person || !view) return admitPublic(request, standing)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Forbidden(READ_ONLY)
  const seen = customerSeen(person, view)
  request.person = seen
  request.visitor = watcherOf(seen, view, request)
}

async function lookUp(request: FastifyRequest) {
  const standing = await standingOf(request)
  const person = standing.state === 'open' ? personOf(standing.session) : null
  return { standing, person, view: person && (await viewOf(request, person)) }
}

async function viewOf(request: FastifyRequest, person: Person): Promise<CustomerView | null> {
  const { db, now } = request.server.identity
  if (!isStaffRole(person.role) || !mayDo(person.role, 'customers.view')) return null
  const view = await openViewOf(db, person.sessionId)
  if (view && view.endsAt <= now()) throw new Forbidden(OVER)
  return view
}

/** The customer, in whose place somebody else reads: what is written down names the reader. */
function customerSeen(staff: Person, view: CustomerView): Person {
  return {
    ...staff,
    partyId: view.partyId,
    displayName: view.customerName,
    role: 'customer',
    viewing: { viewId: view.id, loginId: view.customerLoginId },
  }
}

function watcherOf(person: Person, view: CustomerView, { server }: FastifyRequest) {
  const name = readableName(view.customerName)
  const text = `Ves el portal como ${name}. Solo lectura, hasta las ${formatTime(view.endsAt)}.`
  const visitor = visitorOf(person, server.identity.policy.session.staffIdleMinutes)
  return { ...visitor, menu: [], watching: { text, end: VIEW_END } }
}
