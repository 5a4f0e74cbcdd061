import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { mayDo } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { dayOf } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { Forbidden, NotFound } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { describeGrant } from '../grants/grant-on-screen.ts'
import { grantsOfFirm } from '../grants/grant-store.ts'
import { firmPage, firmsPage, newFirmPage } from '../views.ts'
import type { EnteredFirm } from './add-member.ts'
import { addFirmWithLead } from './add-member.ts'
import { findFirm, listFirms } from './firm-store.ts'
import { membersOf } from './member-store.ts'

const FIRMS = '/interno/contadores'

const Text = Type.String({ maxLength: 400, default: '' })
const Entered = Type.Object({ ruc: Text, firma: Text, nombre: Text, usuario: Text, correo: Text })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const seen = { onRequest: requireRight('customers.see') }
const managed = { onRequest: requireRight('firms.manage') }
const EMPTY: EnteredFirm = { ruc: '', firma: '', nombre: '', usuario: '', correo: '' }

/** Firms of accountants as the bank sees them: /interno/contadores. It reads, and grants nothing. */
export const firmRoutes: Area = async (app) => {
  const { db, policy, tools, now } = app.identity
  const hours = () => policy.recovery.initialPasswordHours

  app.get(FIRMS, seen, async (request, reply) => {
    const firms = await listFirms(db, dayOf(now()))
    const mayAdd = mayDo(staffOf(request).role, 'firms.manage')
    return reply.page(firmsPage, { firms, mayAdd }, { title: 'Contadores' })
  })

  app.get(`${FIRMS}/nueva`, managed, async (_request, reply) => showNew(reply, EMPTY, {}, hours()))

  app.post(FIRMS, { ...managed, schema: { body: Entered } }, async (request, reply) => {
    const added = await addFirmWithLead(db, tools, staffOf(request), request.body, now())
    if (added.ok) {
      reply.notice('Registramos la firma y enviamos el acceso a quien la dirige.')
      return reply.redirect(`${FIRMS}/${added.id}`, 303)
    }
    if (added.problems === null) throw new Forbidden()
    return showNew(reply, request.body, added.problems as Problems, hours())
  })

  app.get(`${FIRMS}/:id`, { ...seen, schema: { params: ById } }, async (request, reply) => {
    const firm = await findFirm(db, request.params.id)
    if (!firm) throw new NotFound({ action: { href: FIRMS, text: 'Ver las firmas' } })
    const today = dayOf(now())
    const grants = (await grantsOfFirm(db, firm.id)).map((grant) => {
      const party = readableName(grant.party)
      return { ...describeGrant(grant, today), party, partyId: grant.partyId }
    })
    const data = { firm, members: await membersOf(db, firm.id), grants }
    return reply.page(firmPage, data, { title: firm.name })
  })
}

function showNew(
  reply: FastifyReply,
  values: EnteredFirm,
  problems: Problems,
  hours: number,
): FastifyReply {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(
    newFirmPage,
    { values, problems, hours },
    { title: 'Registrar una firma', status },
  )
}
