import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ISSUERS, mayDo } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { listIssuers } from '../../issuing/issuer/issuer-store.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { SignInRequired } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { OPEN_ALREADY, PROPOSED } from '../customers/messages.ts'
import type { IssuerValues } from './issuer-form.ts'
import { EnteredIssuer, recordOf, valuesOf } from './issuer-form.ts'
import { describeIssuer, issuerOnScreen } from './issuer-page.ts'
import { issuerAt } from './issuer-request.ts'
import { proposeIssuer } from './propose-issuer.ts'
import { issuerFormPage, issuerPage, issuersPage } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

const ByRuc = Type.Object({ ruc: Type.String({ pattern: '^\\d{13}$' }) })
const TITLE = 'Emisor y series'

const sees = { onRequest: requireRight('issuer.see') }
const manages = { onRequest: requireRight('issuer.manage') }

/** Who issues, and what its documents say of it: /interno/emisor. */
export const issuerRoutes: Area<Needs> = async (app, needs) => {
  const { db } = needs

  app.get(ISSUERS, sees, async (request, reply) => {
    const issuers = await listIssuers(db)
    const may = mayDo(staffOf(request).role, 'issuer.manage')
    const [only, other] = issuers
    if (only && !other) return show(reply, db, only, may)
    const data = { issuers: issuers.map(issuerOnScreen), manages: may }
    return reply.page(issuersPage, data, { title: TITLE })
  })

  app.get(`${ISSUERS}/:ruc`, { ...sees, schema: { params: ByRuc } }, async (request, reply) => {
    const issuer = await issuerAt(db, request.params.ruc)
    return show(reply, db, issuer, mayDo(staffOf(request).role, 'issuer.manage'))
  })

  formRoutes(app, needs)
}

async function show(reply: FastifyReply, db: Db, issuer: Issuer, may: boolean) {
  const data = { ...(await describeIssuer(db, issuer)), manages: may }
  return reply.page(issuerPage, data, { title: TITLE })
}

function formRoutes(app: App, { db, keys, now }: Needs): void {
  const body = EnteredIssuer
  const address = `${ISSUERS}/:ruc/datos`

  app.get(`${ISSUERS}/nuevo`, manages, async (_request, reply) => showForm(reply, null, null))

  app.post(ISSUERS, { ...manages, schema: { body } }, async (request, reply) => {
    const { body: values } = request
    const how = { isNew: true, reason: values.motivo }
    const proposed = await proposeIssuer(db, keys, staffOf(request), recordOf(values), how, now())
    if (proposed.ok) return reply.notice(PROPOSED).redirect(ISSUERS, 303)
    if (proposed.refusal === 'signed-out') throw new SignInRequired()
    const problems = proposed.refusal === 'problems' ? proposed.problems : { ruc: OPEN_ALREADY }
    return showForm(reply, null, { values, problems })
  })

  app.get(address, { ...manages, schema: { params: ByRuc } }, async (request, reply) => {
    return showForm(reply, await issuerAt(db, request.params.ruc), null)
  })

  app.post(address, { ...manages, schema: { params: ByRuc, body } }, async (request, reply) => {
    const issuer = await issuerAt(db, request.params.ruc)
    const values = { ...request.body, ruc: issuer.ruc }
    const how = { isNew: false, reason: values.motivo }
    const proposed = await proposeIssuer(db, keys, staffOf(request), recordOf(values), how, now())
    const back = `${ISSUERS}/${issuer.ruc}`
    if (proposed.ok) return reply.notice(PROPOSED).redirect(back, 303)
    switch (proposed.refusal) {
      case 'signed-out':
        throw new SignInRequired()
      case 'open-already':
        return reply.notice(OPEN_ALREADY, 'mal').redirect(back, 303)
      case 'problems':
        return showForm(reply, issuer, { values, problems: proposed.problems })
    }
  })
}

function showForm(
  reply: FastifyReply,
  issuer: Issuer | null,
  typed: { values: IssuerValues; problems: Problems } | null,
): FastifyReply {
  const back = issuer ? `${ISSUERS}/${issuer.ruc}` : ISSUERS
  const data = {
    isNew: issuer === null,
    action: issuer ? `${back}/datos` : ISSUERS,
    back,
    ...(typed ?? { values: valuesOf(issuer), problems: {} }),
  }
  const title = issuer ? 'Cambiar los datos del emisor' : 'Registrar al emisor'
  return reply.page(issuerFormPage, data, { title, status: typed ? 422 : 200 })
}
