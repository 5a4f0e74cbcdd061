import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { readableName } from '../../../values/person-name.ts'
import type { App, Area } from '../../../web/area.ts'
import { Forbidden, NotFound } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import { STAFF_ROLES } from '../../person.ts'
import { manageRefusals } from '../messages.ts'
import { roleWords } from '../role-words.ts'
import { requireRight, staffOf } from '../staff-guard.ts'
import { memberPage, newMemberPage, peoplePage } from '../views.ts'
import type { AddedStaff } from './add-staff.ts'
import { addStaff } from './add-staff.ts'
import type { Managed } from './manage-staff.ts'
import { changeRole, deeds, manage } from './manage-staff.ts'
import { standingOfMember } from './member-standing.ts'
import type { Member } from './people-store.ts'
import { findMember, listMembers } from './people-store.ts'

const Entered = Type.Object({
  usuario: Type.String({ maxLength: 200, default: '' }),
  nombre: Type.String({ maxLength: 400, default: '' }),
  correo: Type.String({ maxLength: 400, default: '' }),
  rol: Type.String({ maxLength: 40, default: '' }),
})
const NewRole = Type.Object({ rol: Type.Union(STAFF_ROLES.map((role) => Type.Literal(role))) })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const PEOPLE = '/interno/usuarios'
const managed = { onRequest: requireRight('people.manage') }

const ROLE_OPTIONS = STAFF_ROLES.map((value) => ({ value, ...roleWords(value) }))

/** The people of the bank, for who administers them: /interno/usuarios. */
export const peopleRoutes: Area = async (app) => {
  const { db, policy } = app.identity

  app.get(PEOPLE, managed, async (request, reply) => {
    const members = await listMembers(db, policy.login)
    const locked = members.filter((member) => member.locked && !member.disabledAt).length
    const data = { members: members.map((one) => onScreen(request, one)), locked }
    return reply.page(peoplePage, data, { title: 'Usuarios y roles' })
  })

  app.get(`${PEOPLE}/:id`, { ...managed, schema: { params: ById } }, async (request, reply) => {
    const member = await findMember(db, policy.login, request.params.id)
    if (!member) throw new NotFound({ action: { href: PEOPLE, text: 'Ver usuarios' } })
    const shown = {
      ...onScreen(request, member),
      email: member.email,
      roleValue: member.role,
      roleAbout: roleWords(member.role).about,
      createdAt: member.createdAt,
      disabled: member.disabledAt !== null,
      locked: member.locked,
      enrolled: member.enrolled,
    }
    return reply.page(memberPage, { member: shown, roles: ROLE_OPTIONS }, { title: shown.name })
  })

  newMemberRoutes(app)
  deedRoutes(app)
}

function newMemberRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(`${PEOPLE}/nuevo`, managed, async (_request, reply) =>
    showNew(reply, { usuario: '', nombre: '', correo: '', rol: '' }, {}),
  )

  app.post(PEOPLE, { ...managed, schema: { body: Entered } }, async (request, reply) => {
    const { usuario, nombre, correo, rol } = request.body
    const entered = { username: usuario, name: nombre, email: correo, role: rol }
    const added = await addStaff(db, tools, staffOf(request), entered, now())
    if (!added.ok) return refuseNew(reply, request.body, added)
    return reply
      .notice(`Enviamos a ${correo.trim()} su contraseña inicial.`)
      .redirect(`${PEOPLE}/${added.loginId}`, 303)
  })
}

/** One address for each deed, and one answer: back to the person, with what was done or why not. */
function deedRoutes(app: App): void {
  const { db, tools, now } = app.identity
  const schema = { params: ById }

  app.post(
    `${PEOPLE}/:id/rol`,
    { ...managed, schema: { ...schema, body: NewRole } },
    async (request, reply) => {
      const { id } = request.params
      const { rol } = request.body
      const done = await manage(db, tools, staffOf(request), id, changeRole(rol), now())
      const { name } = roleWords(rol)
      return answer(reply, id, done, `Su rol ahora es ${name}. Cerramos sus sesiones.`)
    },
  )

  const offered = {
    desbloqueo: [deeds.unlock, 'Desbloqueamos su ingreso.'],
    restablecimiento: [deeds.reset, 'Enviamos a su correo una nueva contraseña inicial.'],
    desactivacion: [deeds.disable, 'Le quitamos el acceso y cerramos sus sesiones.'],
    activacion: [deeds.enable, 'Le devolvimos el acceso.'],
  } as const
  for (const [name, [deed, words]] of Object.entries(offered)) {
    app.post(`${PEOPLE}/:id/${name}`, { ...managed, schema }, async (request, reply) => {
      const { id } = request.params
      const done = await manage(db, tools, staffOf(request), id, deed, now())
      return answer(reply, id, done, words)
    })
  }
}

function answer(reply: FastifyReply, id: number, done: Managed, words: string): FastifyReply {
  if (done.ok) return reply.notice(words).redirect(`${PEOPLE}/${id}`, 303)
  if (done.refusal === 'none') throw new NotFound()
  if (done.refusal === 'not-administrator') throw new Forbidden()
  return reply.notice(manageRefusals[done.refusal], 'mal').redirect(`${PEOPLE}/${id}`, 303)
}

function onScreen(request: FastifyRequest, member: Member) {
  const { id, username, role, lastLoginAt } = member
  return {
    id,
    username,
    lastLoginAt,
    name: readableName(member.name),
    role: roleWords(role).name,
    standing: standingOfMember(member, request.server.identity.now()),
    here: id === staffOf(request).loginId,
  }
}

type Values = Record<'usuario' | 'nombre' | 'correo' | 'rol', string>

function refuseNew(
  reply: FastifyReply,
  values: Values,
  refused: Extract<AddedStaff, { ok: false }>,
): FastifyReply {
  if (refused.problems === null) throw new Forbidden()
  const { username, name, email, role } = refused.problems
  const fields = { usuario: username, nombre: name, correo: email, rol: role }
  const problems = Object.entries(fields).filter(([, text]) => text !== undefined)
  return showNew(reply, values, Object.fromEntries(problems) as Problems)
}

function showNew(reply: FastifyReply, values: Values, problems: Problems): FastifyReply {
  const hours = reply.server.identity.policy.recovery.initialPasswordHours
  const data = { values, roles: ROLE_OPTIONS, problems, hours }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(newMemberPage, data, { title: 'Dar acceso', status })
}
