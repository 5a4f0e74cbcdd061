import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import { propose } from '../../../identity/staff/approvals/propose.ts'
import { ISSUANCES, mayDo } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import { adoptionPayload } from '../../../issuing/adoption/adopt-document.ts'
import type { HeldDocument, HeldRefusal } from '../../../issuing/adoption/held-document.ts'
import { heldDocument } from '../../../issuing/adoption/held-document.ts'
import type { ListedIssuance } from '../../../issuing/issuance/list-store.ts'
import { signedFile } from '../../../issuing/making/document-store.ts'
import type { SriService } from '../../../sri/service/sri-service.ts'
import type { Keys } from '../../../values/keys.ts'
import type { Area } from '../../../web/area.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import { issuanceAt } from '../issuance-at.ts'
import { titleOf } from '../issuance-row.ts'
import { comparisonView } from '../views.ts'
import { issuanceSubject } from './adoption-approval.ts'

interface Needs {
  db: Db
  sri: Pick<SriService, 'authorization'>
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

const REASON = { min: 10, max: 500 }
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Proposal = Type.Object({
  sha256: Type.String({ maxLength: 64, default: '' }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})

const REFUSALS: Readonly<Record<HeldRefusal, string>> = {
  silent: 'El SRI no responde ahora. Inténtalo de nuevo en unos minutos.',
  'not-authorized': 'El SRI ya no dice que esta clave esté autorizada. Espera y mira otra vez.',
  unreadable: 'Lo que el SRI devuelve no es un comprobante con esta clave. Avisa a soporte.',
}
const OTHER_NOW = 'El SRI devuelve ahora otro documento que el que viste: compáralo otra vez.'
const NO_REASON = 'Escribe por qué, en 10 a 500 caracteres.'

/** A document that the SRI authorised under our key and that is not the one that we sent. */
export const adoptionRoutes: Area<Needs> = async (app, needs) => {
  const { db, keys, now } = needs
  const at = `${ISSUANCES}/:id(^[0-9]+$)/comparacion`

  app.get(
    at,
    { onRequest: requireRight('issuances.see'), schema: { params: ById } },
    async (request, reply) => {
      const issuance = await differentAt(db, request.params.id)
      const held = await heldNow(needs, issuance)
      const proposes = mayDo(staffOf(request).role, 'issuances.correct')
      return show(reply, issuance, held, { reason: '', problem: '', proposes })
    },
  )

  app.post(
    at,
    { onRequest: requireRight('issuances.correct'), schema: { params: ById, body: Proposal } },
    async (request, reply) => {
      const issuance = await differentAt(db, request.params.id)
      const { sha256, motivo } = request.body
      const reason = motivo.trim()
      const held = await heldNow(needs, issuance)
      const again = (problem: string) =>
        show(reply, issuance, held, { reason, problem, proposes: true })
      if (typeof held === 'string') return again('')
      if (held.sha256 !== sha256) return again(OTHER_NOW)
      if (reason.length < REASON.min || reason.length > REASON.max) return again(NO_REASON)
      const proposal = {
        kind: 'issuance.adopt',
        subject: issuanceSubject(issuance.id),
        payload: adoptionPayload(held),
        reason,
      } as const
      const actor = staffOf(request)
      const proposed = await transaction(db, (tx) => propose(tx, keys, actor, proposal, now()))
      const back = `${ISSUANCES}/${issuance.id}`
      if (proposed.ok) {
        const words = 'Propusiste tomar el documento del SRI. Otra persona lo decide.'
        return reply.notice(words).redirect(back, 303)
      }
      if (proposed.refusal === 'signed-out') throw new SignInRequired({ expired: true })
      return reply.notice('Ya hay una propuesta que espera.', 'mal').redirect(back, 303)
    },
  )
}

async function differentAt(db: Db, id: number): Promise<ListedIssuance> {
  const issuance = await issuanceAt(db, id)
  if (issuance.state === 'different') return issuance
  throw new NotFound({ action: { href: `${ISSUANCES}/${id}`, text: 'Ver cómo quedó' } })
}

async function heldNow(
  { db, sri }: Needs,
  { id, accessKey }: ListedIssuance,
): Promise<HeldDocument | HeldRefusal> {
  const sent = await signedFile(db, id)
  return heldDocument(sri, accessKey, sent)
}

function show(
  reply: FastifyReply,
  issuance: ListedIssuance,
  held: HeldDocument | HeldRefusal,
  form: { reason: string; problem: string; proposes: boolean },
): FastifyReply {
  const refused = typeof held === 'string' ? REFUSALS[held] : null
  const data = {
    href: `${ISSUANCES}/${issuance.id}`,
    name: titleOf(issuance),
    refused,
    differences: typeof held === 'string' ? [] : held.differences,
    sha256: typeof held === 'string' ? '' : held.sha256,
    ...form,
  }
  const status = form.problem ? 422 : 200
  return reply.page(comparisonView, data, { title: 'Comparar con el SRI', status })
}
