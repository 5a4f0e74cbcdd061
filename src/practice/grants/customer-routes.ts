import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { codeOnScreen } from '../../identity/codes/code-on-screen.ts'
import { CODE_RESENT, codeSentence, TOO_MANY_CODES, waitSentence } from '../../identity/messages.ts'
import { numbersOfParty } from '../../identity/parties/party-store.ts'
import { customerOf, leave } from '../../identity/session-guard.ts'
import { findSession } from '../../identity/sessions/session-store.ts'
import { documentKinds } from '../../sri/kinds.ts'
import { addDays, dayOf, formatDay } from '../../values/day.ts'
import { canonicalTaxId, isRuc } from '../../values/tax-id.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { findFirmByRuc } from '../firms/firm-store.ts'
import { grantProblems } from '../messages.ts'
import { accessCodePage, accessesPage, newAccessPage } from '../views.ts'
import { refuseRequest, renewGrant, revokeGrant } from './change-grant.ts'
import { askToGrant, giveGrant, PURPOSE, pendingGrant, resendAccessCode } from './give-grant.ts'
import { describeGrant, describeReading } from './grant-on-screen.ts'
import { grantsOfParty } from './grant-store.ts'
import type { EnteredGrant, GrantProblems } from './read-grant.ts'
import { readEnd, readGrant } from './read-grant.ts'
import { requestsTo } from './request-store.ts'

const PAGE = '/perfil/accesos'
const CODE_PAGE = `${PAGE}/codigo`
const RENEWAL_DAYS = 365

const Text = Type.String({ maxLength: 200, default: '' })
const Several = Type.Union([Type.String(), Type.Array(Type.String({ maxLength: 40 }))], {
  default: [],
})
const Entered = Type.Object({
  ruc: Text,
  identificacion: Text,
  tipo: Several,
  desde: Text,
  hasta: Text,
  vence: Text,
  solicitud: Text,
})
const Asked = Type.Object({ solicitud: Type.Optional(Type.Integer({ minimum: 1 })) })
const Code = Type.Object({ codigo: Text })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Renewal = Type.Object({ vence: Text })

/** Whom a customer lets read their receipts: /perfil/accesos. */
export const grantRoutes: Area = async (app) => {
  listRoutes(app)
  giveRoutes(app)
  codeRoutes(app)
}

function listRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(PAGE, (request, reply) => showAll(request, reply, null))

  app.post(
    `${PAGE}/:id/renovacion`,
    { schema: { params: ById, body: Renewal } },
    async (request, reply) => {
      const { id } = request.params
      const end = readEnd(request.body.vence, dayOf(now()))
      if (!end.ok) return showAll(request, reply, { id, text: end.problem })
      const renewal = { id, endsOn: end.day }
      const firm = await renewGrant(db, tools, customerOf(request), renewal, now())
      if (firm === null) throw new NotFound()
      const said = `${firm} puede ver tus comprobantes hasta el ${formatDay(end.day)}.`
      return reply.notice(said).redirect(PAGE, 303)
    },
  )

  app.post(`${PAGE}/:id/retiro`, { schema: { params: ById } }, async (request, reply) => {
    const firm = await revokeGrant(db, tools, customerOf(request), request.params.id, now())
    if (firm === null) throw new NotFound()
    return reply.notice(`Quitaste el acceso a ${firm}.`).redirect(PAGE, 303)
  })

  app.post(
    `${PAGE}/solicitudes/:id/rechazo`,
    { schema: { params: ById } },
    async (request, reply) => {
      const done = await refuseRequest(db, tools, customerOf(request), request.params.id, now())
      if (!done) throw new NotFound()
      return reply.notice('No le diste acceso. A la firma no le decimos nada.').redirect(PAGE, 303)
    },
  )
}

function giveRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(`${PAGE}/nuevo`, { schema: { querystring: Asked } }, async (request, reply) => {
    const { partyId } = customerOf(request)
    const asked = (await requestsTo(db, partyId, now())).find(
      ({ id }) => id === request.query.solicitud,
    )
    if (request.query.solicitud !== undefined && !asked) throw new NotFound()
    const today = dayOf(now())
    const values: EnteredGrant & { solicitud: string } = {
      ruc: asked?.ruc ?? '',
      identificacion: '',
      tipo: documentKinds.map(({ slug }) => slug),
      desde: '',
      hasta: '',
      vence: addDays(today, RENEWAL_DAYS),
      solicitud: asked ? String(asked.id) : '',
    }
    return showNew(request, reply, values, {})
  })

  app.post(PAGE, { schema: { body: Entered } }, async (request, reply) => {
    const person = customerOf(request)
    const values = { ...request.body, tipo: [request.body.tipo].flat() }
    const numbers = (await numbersOfParty(db, person.partyId)).map(({ number }) => number)
    const ruc = canonicalTaxId(values.ruc)
    const firm = ruc === null || !isRuc(ruc) ? null : await findFirmByRuc(db, ruc)
    const read = readGrant(values, numbers, dayOf(now()))
    if (firm === null || !read.ok) {
      const known = ruc !== null && isRuc(ruc) ? grantProblems.unknown : grantProblems.ruc
      const of = { ...(firm === null ? { ruc: known } : {}), ...(read.ok ? {} : read.problems) }
      return showNew(request, reply, values, of)
    }
    const requestId = /^[1-9]\d{0,14}$/.test(values.solicitud) ? Number(values.solicitud) : null
    const pending = { ...read.grant, firmId: firm.id, firm: firm.name, requestId }
    const sent = await askToGrant(db, tools, person, pending, now())
    if (sent.ok) return reply.redirect(CODE_PAGE, 303)
    const problem =
      sent.refusal === 'no-address'
        ? 'Registra tu correo en tu perfil: ahí te enviamos el código.'
        : TOO_MANY_CODES
    return showNew(request, reply, values, { ruc: problem })
  })
}

function codeRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(CODE_PAGE, (request, reply) => showCode(request, reply, null))

  app.post(CODE_PAGE, { schema: { body: Code } }, async (request, reply) => {
    const given = await giveGrant(db, tools, customerOf(request), request.body.codigo, now())
    if (given.ok) {
      const { firm, endsOn } = given.grant
      const said = `${firm} ya puede ver y descargar tus comprobantes hasta el ${formatDay(endsOn)}.`
      return reply.notice(said).redirect(PAGE, 303)
    }
    if (given.refusal === 'exhausted') return leave(reply)
    return showCode(request, reply, codeSentence(given))
  })

  app.post(`${CODE_PAGE}/reenviar`, async (request, reply) => {
    const resent = await resendAccessCode(db, tools, customerOf(request), now())
    if (resent.ok) return reply.notice(CODE_RESENT).redirect(CODE_PAGE, 303)
    const sentence = resent.seconds === null ? TOO_MANY_CODES : waitSentence(resent.seconds)
    return reply.notice(sentence, 'espera').redirect(CODE_PAGE, 303)
  })
}

async function showAll(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: { id: number; text: string } | null,
): Promise<FastifyReply> {
  const { db, now } = request.server.identity
  const { partyId } = customerOf(request)
  const today = dayOf(now())
  const grants = (await grantsOfParty(db, partyId)).map((grant) => describeGrant(grant, today))
  const requests = await requestsTo(db, partyId, now())
  const data = { grants, requests, renewal: addDays(today, RENEWAL_DAYS), problem }
  return reply.page(accessesPage, data, {
    title: 'Accesos de contadores',
    status: problem ? 422 : 200,
  })
}

async function showNew(
  request: FastifyRequest,
  reply: FastifyReply,
  values: EnteredGrant & { solicitud: string },
  problems: GrantProblems,
): Promise<FastifyReply> {
  const { db, now } = request.server.identity
  const { partyId } = customerOf(request)
  const asked = (await requestsTo(db, partyId, now())).find(
    ({ id }) => String(id) === values.solicitud,
  )
  const numbers = (await numbersOfParty(db, partyId)).map(({ number }) => number)
  const kinds = documentKinds.map(({ slug, plural }) => {
    return { value: slug, label: plural, checked: values.tipo.includes(slug) }
  })
  const data = { values, numbers, kinds, asked: asked ?? null, problems }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(newAccessPage, data, { title: 'Dar acceso', status })
}

async function showCode(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: string | null,
): Promise<FastifyReply> {
  const { db, policy, tools, now } = request.server.identity
  const session = await findSession(db, customerOf(request).sessionId)
  const pending = session && pendingGrant(tools, session)
  if (!session || !pending) return reply.redirect(`${PAGE}/nuevo`, 303)
  const code = await codeOnScreen(db, policy.code, session.id, PURPOSE, now())
  const data = {
    firm: pending.firm,
    covers: describeReading(pending),
    length: policy.code.length,
    problem,
    code,
  }
  return reply.page(accessCodePage, data, {
    title: 'Confirma el acceso',
    status: problem ? 422 : 200,
  })
}
