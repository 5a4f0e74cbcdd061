import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { whoIs } from '../../identity/session-guard.ts'
import { dayOf } from '../../values/day.ts'
import type { Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { accountantOf, leadOf } from '../accountant-guard.ts'
import { clientScopeOf } from '../client-store.ts'
import { memberPage, newMemberPage, teamPage } from '../views.ts'
import type { EnteredAccountant } from './add-member.ts'
import { addMember, passOn, removeMember } from './add-member.ts'
import { membersOf, passedClients } from './member-store.ts'

const TEAM = '/empresas/equipo'
const Text = Type.String({ maxLength: 400, default: '' })
const Entered = Type.Object({ nombre: Text, usuario: Text, correo: Text })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Clients = Type.Object({
  cliente: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 2_000 })),
})

/** The people of a firm, and which clients its lead passes on to each: /empresas/equipo. */
export const teamRoutes: Area = async (app) => {
  const { db, tools, policy, now } = app.identity

  const showNew = async (reply: FastifyReply, values: EnteredAccountant, problems: Problems) => {
    const hours = policy.recovery.initialPasswordHours
    const status = Object.keys(problems).length > 0 ? 422 : 200
    return reply.page(newMemberPage, { values, problems, hours }, { title: 'Dar acceso', status })
  }

  app.get(TEAM, async (request, reply) => {
    const firm = await accountantOf(request)
    const passed = await passedClients(db, firm.firmId)
    const members = (await membersOf(db, firm.firmId))
      .filter(({ removedAt }) => removedAt === null)
      .map((member) => ({ ...member, clients: passed.get(member.loginId)?.size ?? 0 }))
    return reply.page(teamPage, { firm, members }, { title: 'Tu equipo' })
  })

  app.get(`${TEAM}/nueva`, async (request, reply) => {
    await leadOf(request)
    return showNew(reply, { nombre: '', usuario: '', correo: '' }, {})
  })

  app.post(TEAM, { schema: { body: Entered } }, async (request, reply) => {
    // Before what was typed is judged: whoever leads no firm is told nothing of the form.
    await leadOf(request)
    const added = await addMember(db, tools, whoIs(request), request.body, now())
    if (added.ok) {
      reply.notice('Enviamos el acceso a su correo. Ahora pásale los clientes que llevará.')
      return reply.redirect(`${TEAM}/${added.id}`, 303)
    }
    if (added.problems === null) throw new NotFound()
    return showNew(reply, request.body, added.problems as Problems)
  })

  app.get(`${TEAM}/:id`, { schema: { params: ById } }, async (request, reply) => {
    const { member, firmId } = await memberOf(request, request.params.id)
    const { clients } = await clientScopeOf(db, whoIs(request).loginId, dayOf(now()))
    const passed = (await passedClients(db, firmId)).get(member.loginId) ?? new Set()
    const choices = [...clients.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((client) => ({ ...client, checked: passed.has(client.partyId) }))
    return reply.page(memberPage, { member, choices }, { title: member.name })
  })

  app.post(
    `${TEAM}/:id/clientes`,
    { schema: { params: ById, body: Clients } },
    async (request, reply) => {
      const { member } = await memberOf(request, request.params.id)
      const passed = { loginId: member.loginId, partyIds: request.body.cliente ?? [] }
      if (!(await passOn(db, tools, whoIs(request), passed, now()))) throw new NotFound()
      return reply.notice('Guardamos sus clientes.').redirect(TEAM, 303)
    },
  )

  app.post(`${TEAM}/:id/retiro`, { schema: { params: ById } }, async (request, reply) => {
    const { member } = await memberOf(request, request.params.id)
    if (!(await removeMember(db, tools, whoIs(request), member.loginId, now())))
      throw new NotFound()
    return reply.notice(`Quitaste el acceso a ${member.name}.`).redirect(TEAM, 303)
  })
}

/** Somebody of the firm whom its lead may change. */
async function memberOf(request: FastifyRequest, loginId: number) {
  const { firmId } = await leadOf(request)
  const members = await membersOf(request.server.identity.db, firmId)
  const member = members.find((one) => one.loginId === loginId && one.removedAt === null)
  if (!member || member.isLead) throw new NotFound()
  return { member, firmId }
}
