import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import type { Staff } from '../../identity/person.ts'
import { ISSUERS, mayDo } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { changePoint } from '../../issuing/issuer/change-places.ts'
import type { EmissionPoint, Issuer } from '../../issuing/issuer/issuer.ts'
import { pointsOf } from '../../issuing/issuer/issuer-store.ts'
import { placeRefusals } from '../../issuing/issuer/place-messages.ts'
import { kindOfSlug } from '../../sri/kinds.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { OPEN_ALREADY, PROPOSED } from '../customers/messages.ts'
import { describePoint } from './issuer-page.ts'
import { byStaff, issuerAt } from './issuer-request.ts'
import { proposeMove } from './propose-issuer.ts'
import { pointPage } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

const Place = Type.Object({
  ruc: Type.String({ pattern: '^\\d{13}$' }),
  punto: Type.String({ pattern: '^\\d{3}-\\d{3}$' }),
})
const Move = Type.Object({
  tipo: Type.String({ maxLength: 40, default: '' }),
  siguiente: Type.String({ maxLength: 20, default: '' }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})

/** What is done to a point, by the word that ends its address. */
const DEEDS = {
  uso: { active: true },
  desuso: { active: false },
  preferencia: { isDefault: true },
} as const

const CHANGED = 'Lo guardamos.'

/** One point of emission and its series: /interno/emisor/RUC/puntos/001-002. */
export const pointRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  const sees = { onRequest: requireRight('issuer.see') }
  const manages = { onRequest: requireRight('issuer.manage') }
  const address = `${ISSUERS}/:ruc/puntos/:punto`
  const params = Place

  app.get(address, { ...sees, schema: { params } }, async (request, reply) => {
    const { issuer, place } = await placeAt(db, request.params)
    return show(reply, db, staffOf(request), issuer, place, null)
  })

  for (const [deed, wish] of Object.entries(DEEDS)) {
    app.post(`${address}/${deed}`, { ...manages, schema: { params } }, async (request, reply) => {
      const { issuer, place } = await placeAt(db, request.params)
      const refusal = await byStaff(db, staffOf(request), (tx, actor) =>
        changePoint(tx, keys, issuer, { ...place, ...wish }, actor, now()),
      )
      const said = refusal === null ? CHANGED : placeRefusals[refusal]
      const back = `${ISSUERS}/${issuer.ruc}/puntos/${request.params.punto}`
      return reply.notice(said, refusal === null ? 'ok' : 'mal').redirect(back, 303)
    })
  }

  app.post(
    `${address}/numeros`,
    { ...manages, schema: { params, body: Move } },
    async (request, reply) => {
      const { issuer, place } = await placeAt(db, request.params)
      const values = request.body
      const kind = kindOfSlug(values.tipo)?.kind
      if (!kind) throw new NotFound()
      const { establishment, point } = place
      const entered = { next: values.siguiente, reason: values.motivo }
      const series = { kind, establishment, point }
      const actor = staffOf(request)
      const proposed = await proposeMove(db, keys, actor, issuer, series, entered, now())
      const back = `${ISSUERS}/${issuer.ruc}/puntos/${request.params.punto}`
      if (proposed.ok) return reply.notice(PROPOSED).redirect(back, 303)
      switch (proposed.refusal) {
        case 'signed-out':
          throw new SignInRequired()
        case 'open-already':
          return reply.notice(OPEN_ALREADY, 'mal').redirect(back, 303)
        case 'problems':
          return show(reply, db, actor, issuer, place, { values, problems: proposed.problems })
      }
    },
  )
}

async function placeAt(
  db: Db,
  { ruc, punto }: { ruc: string; punto: string },
): Promise<{ issuer: Issuer; place: EmissionPoint }> {
  const issuer = await issuerAt(db, ruc)
  const place = (await pointsOf(db, issuer.id)).find(
    ({ establishment, point }) => `${establishment}-${point}` === punto,
  )
  if (!place) throw new NotFound({ action: { href: `${ISSUERS}/${ruc}`, text: 'Ver el emisor' } })
  return { issuer, place }
}

async function show(
  reply: FastifyReply,
  db: Db,
  person: Staff,
  issuer: Issuer,
  place: EmissionPoint,
  typed: { values: { tipo: string; siguiente: string; motivo: string }; problems: Problems } | null,
): Promise<FastifyReply> {
  const none = { values: { tipo: 'factura', siguiente: '', motivo: '' }, problems: {} }
  const data = {
    ...(await describePoint(db, issuer, place)),
    manages: mayDo(person.role, 'issuer.manage'),
    ...(typed ?? none),
  }
  const title = `Punto de emisión ${data.name}`
  return reply.page(pointPage, data, { title, status: typed ? 422 : 200 })
}
