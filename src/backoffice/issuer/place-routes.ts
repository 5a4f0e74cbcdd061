import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ISSUERS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { changeEstablishment, changePoint } from '../../issuing/issuer/change-places.ts'
import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { establishmentsOf } from '../../issuing/issuer/issuer-store.ts'
import { placeRefusals } from '../../issuing/issuer/place-messages.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import type { Problems } from '../../web/forms.ts'
import { issuerOnScreen } from './issuer-page.ts'
import { byStaff, issuerAt } from './issuer-request.ts'
import { establishmentPage, newPointPage } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

const ByRuc = Type.Object({ ruc: Type.String({ pattern: '^\\d{13}$' }) })
const Establishment = Type.Object({
  codigo: Type.String({ maxLength: 10, default: '' }),
  direccion: Type.String({ maxLength: 400, default: '' }),
})
const Point = Type.Object({
  establecimiento: Type.String({ maxLength: 10, default: '' }),
  punto: Type.String({ maxLength: 10, default: '' }),
})
const Which = Type.Object({ codigo: Type.String({ maxLength: 10, default: '' }) })

const manages = { onRequest: requireRight('issuer.manage') }
const KEPT = 'Lo guardamos.'

/** Opening establishments and points of emission: /interno/emisor/RUC/establecimientos, …/puntos. */
export const placeRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  const establishments = `${ISSUERS}/:ruc/establecimientos`
  const points = `${ISSUERS}/:ruc/puntos`
  const params = ByRuc

  app.get(
    `${establishments}/nuevo`,
    { ...manages, schema: { params, querystring: Which } },
    async (request, reply) => {
      const issuer = await issuerAt(db, request.params.ruc)
      const { codigo } = request.query
      const known = (await establishmentsOf(db, issuer.id)).find(({ code }) => code === codigo)
      const values = { codigo: known?.code ?? '', direccion: known?.address ?? '' }
      return showEstablishment(reply, issuer, values, {}, known === undefined)
    },
  )

  app.post(
    establishments,
    { ...manages, schema: { params, body: Establishment } },
    async (request, reply) => {
      const issuer = await issuerAt(db, request.params.ruc)
      const values = request.body
      const wish = { code: values.codigo.trim(), address: values.direccion }
      const refusal = await byStaff(db, staffOf(request), (tx, actor) =>
        changeEstablishment(tx, keys, issuer, wish, actor, now()),
      )
      if (refusal === null) return reply.notice(KEPT).redirect(`${ISSUERS}/${issuer.ruc}`, 303)
      const field = refusal === 'bad-code' ? 'codigo' : 'direccion'
      return showEstablishment(reply, issuer, values, { [field]: placeRefusals[refusal] }, true)
    },
  )

  app.get(`${points}/nuevo`, { ...manages, schema: { params } }, async (request, reply) => {
    const issuer = await issuerAt(db, request.params.ruc)
    return showPoint(reply, db, issuer, { establecimiento: '', punto: '' }, {})
  })

  app.post(points, { ...manages, schema: { params, body: Point } }, async (request, reply) => {
    const issuer = await issuerAt(db, request.params.ruc)
    const values = request.body
    const place = { establishment: values.establecimiento, point: values.punto.trim() }
    const wish = { ...place, active: true, isDefault: false }
    const refusal = await byStaff(db, staffOf(request), (tx, actor) =>
      changePoint(tx, keys, issuer, wish, actor, now()),
    )
    if (refusal === null) {
      const name = `${place.establishment}-${place.point}`
      return reply.notice(KEPT).redirect(`${ISSUERS}/${issuer.ruc}/puntos/${name}`, 303)
    }
    const field = refusal === 'no-establishment' ? 'establecimiento' : 'punto'
    return showPoint(reply, db, issuer, values, { [field]: placeRefusals[refusal] })
  })
}

function showEstablishment(
  reply: FastifyReply,
  issuer: Issuer,
  values: { codigo: string; direccion: string },
  problems: Problems,
  isNew: boolean,
): FastifyReply {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  const data = { issuer: issuerOnScreen(issuer), values, problems, isNew }
  return reply.page(establishmentPage, data, { title: 'Establecimiento', status })
}

async function showPoint(
  reply: FastifyReply,
  db: Db,
  issuer: Issuer,
  values: { establecimiento: string; punto: string },
  problems: Problems,
): Promise<FastifyReply> {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  const establishments = await establishmentsOf(db, issuer.id)
  const data = { issuer: issuerOnScreen(issuer), establishments, values, problems }
  return reply.page(newPointPage, data, { title: 'Punto de emisión', status })
}
