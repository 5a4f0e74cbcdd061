import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Approval } from '../../identity/staff/approvals/approval-store.ts'
import { findApproval } from '../../identity/staff/approvals/approval-store.ts'
import { PARAMETERS_PAGE } from '../../identity/staff/rights.ts'
import { requireRight } from '../../identity/staff/staff-guard.ts'
import type { KeptLogo } from '../../policy/logo/kept-logo.ts'
import { logoFile } from '../../policy/logo/kept-logo.ts'
import { readTyped } from '../../policy/parameters/parameter.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { DOCUMENT_SECURITY_POLICY } from '../../web/safety/security-headers.ts'
import { previewPage } from '../views.ts'
import type { ProposedValue } from './change-parameter.ts'
import { parameterOfSubject } from './change-parameter.ts'
import { parameterAt } from './parameter-at.ts'
import type { PageNeeds } from './parameter-page.ts'
import type { PreviewPage } from './preview-page.ts'
import { describePreview, nothingToSee } from './preview-page.ts'

type Needs = PageNeeds & { keys: Keys }

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const BySlug = Type.Object({ parametro: Type.String({ maxLength: 40 }) })
const Typed = Type.Object({ valor: Type.String({ maxLength: 1_000, default: '' }) })

const sees = { onRequest: requireRight('parameters.see') }
const proposes = { onRequest: requireRight('parameters.propose') }

/** How the portal would look with another value. */
export const previewRoutes: Area<Needs> = async (app, needs) => {
  const { db, keys } = needs

  app.get(
    `${PARAMETERS_PAGE}/:parametro/muestra`,
    { ...proposes, schema: { params: BySlug, querystring: Typed } },
    async (request, reply) => {
      const parameter = parameterAt(request.params.parametro)
      const read = readTyped(parameter, request.query.valor)
      const page = read.ok
        ? describePreview(needs, parameter, read.value)
        : nothingToSee(needs.live.policy, parameter, read.problem)
      return show(reply, page, page.problem === '' ? 200 : 422)
    },
  )

  app.get(
    `${PARAMETERS_PAGE}/vista-previa/:id`,
    { ...sees, schema: { params: ById } },
    async (request, reply) => {
      const { parameter, value, from, approval } = proposalOf(
        await findApproval(db, keys.seal, request.params.id),
      )
      return show(reply, describePreview(needs, parameter, value, { from, approval }), 200)
    },
  )

  app.get(
    `${PARAMETERS_PAGE}/vista-previa/:id/logo`,
    { ...sees, schema: { params: ById } },
    async (request, reply) => {
      const proposal = proposalOf(await findApproval(db, keys.seal, request.params.id))
      if (proposal.parameter.kind !== 'logo' || proposal.value === null) throw new NotFound()
      const { bytes, type } = logoFile(proposal.value as KeptLogo)
      return reply
        .header('content-security-policy', DOCUMENT_SECURITY_POLICY)
        .type(type)
        .send(bytes)
    },
  )
}

function proposalOf(approval: Approval | null) {
  if (approval?.kind !== 'parameter.change') throw new NotFound()
  const { value, from } = approval.payload as ProposedValue
  const parameter = parameterOfSubject(approval.subject)
  return { parameter, value, from: from === null ? null : new Date(from), approval }
}

function show(reply: FastifyReply, page: PreviewPage, status: number): FastifyReply {
  return reply.page(previewPage, page, { title: `Vista previa: ${page.label}`, status })
}
