import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ISSUANCES } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { resumeIssuance } from '../../issuing/issuance/resume-issuance.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { SignInRequired } from '../../web/errors/errors.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const RESUMED = 'Se sigue intentando, con la misma clave y el mismo archivo.'

/** More tries for a document whose tries were used up. */
export const resumeRoutes: Area<Needs> = async (app, needs) => {
  app.post(
    `${ISSUANCES}/:id(^[0-9]+$)/intentos`,
    { onRequest: requireRight('issuances.correct'), schema: { params: ById } },
    async (request, reply) => {
      const { id } = request.params
      const refusal = await resumeIssuance(needs, staffOf(request), id)
      if (refusal === 'signed-out') throw new SignInRequired({ expired: true })
      const told = refusal ? reply.notice(refusal.message, 'mal') : reply.notice(RESUMED)
      return told.redirect(`${ISSUANCES}/${id}`, 303)
    },
  )
}
