import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { apiKeyOf } from '../../identity/api-keys/api-key-guard.ts'
import { eventsOf } from '../../receipts/feed/event-page-store.ts'
import { grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { UNREAD_BODY } from '../../web/errors/refusals.ts'
import { describeEvent, EventSchema } from '../feed/describe-events.ts'
import { writePlace } from '../feed/feed-cursor.ts'
import { keepPlace, placeOf } from '../feed/place-store.ts'
import { scopeOfKey } from '../keys/key-scope.ts'
import { EVENTS_MAX } from '../quota/limits.ts'
import { refused } from './schemas.ts'
import { requireKept, toldPlace } from './told-place.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'token'>
  now: () => Date
}

const EVENTS_USUAL = 100

const Place = Type.String({ maxLength: 60, description: 'Un «siguiente» que recibió esta clave.' })
const Asked = Type.Object({
  desde: Type.Optional(Place),
  limite: Type.Optional(Type.Integer({ minimum: 1, maximum: EVENTS_MAX, default: EVENTS_USUAL })),
})
const Page = Type.Object({
  eventos: Type.Array(EventSchema),
  siguiente: Type.String({ description: 'Con él sigues; vale aunque no haya eventos.' }),
  hayMas: Type.Boolean({ description: 'Si conviene pedir ya la página siguiente.' }),
})

/** What happens to receipts, in order and without a gap: /api/v1/eventos. */
export const eventRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  const placeIn = (apiKeyId: number, text: string) => toldPlace({ db, keys }, apiKeyId, text)

  app.get(
    '/api/v1/eventos',
    {
      schema: {
        tags: ['Eventos'],
        summary: 'Lo que pasó, en orden',
        description:
          'Los eventos de cada cliente desde que dio acceso a alguien; lo anterior está en la lista de comprobantes. Sin «desde» sigue donde esta clave dijo que iba con PUT /api/v1/eventos/cursor, o empieza por el primero que guardamos. Los muy antiguos se olvidan: a quien se quedó antes de ellos le contestamos 410. Ninguno aparece nunca detrás de un «siguiente» ya entregado.',
        querystring: Asked,
        response: { 200: Page, ...refused(400, 409, 410) },
      },
    },
    async (request) => {
      const key = apiKeyOf(request)
      const { desde, limite } = request.query
      const after = desde === undefined ? await placeOf(db, key.id) : await placeIn(key.id, desde)
      const { scope, clients } = await scopeOfKey(db, key, dayOf(now()))
      const page = await eventsOf(db, scope, { after, size: limite ?? EVENTS_USUAL })
      // Who has never said where they are begins with the first that there is.
      if (desde !== undefined || after > 0) await requireKept({ db, keys }, key.id, after)
      const parties = new Set(page.events.map(({ partyId }) => partyId))
      const user = { loginId: key.createdBy, apiKeyId: key.id }
      await noteLook(db, user, 'events', grantsOfParties(scope, parties), now())
      return {
        eventos: page.events.map((event) => describeEvent(event, clients)),
        siguiente: writePlace(keys.token, key.id, page.reached),
        hayMas: page.hasMore,
      }
    },
  )

  app.put(
    '/api/v1/eventos/cursor',
    {
      schema: {
        tags: ['Eventos'],
        summary: 'Recordar hasta dónde leíste',
        description: 'Cada clave tiene su cursor: dos programas nunca se quitan el lugar.',
        body: Type.Object({ cursor: Place }, { additionalProperties: false }),
        response: {
          204: Type.Null({ description: 'Queda guardado.' }),
          ...refused(...UNREAD_BODY, 409, 410),
        },
      },
    },
    async (request, reply) => {
      const { id } = apiKeyOf(request)
      const seq = await placeIn(id, request.body.cursor)
      await transaction(db, (tx) => keepPlace(tx, id, seq, now()))
      return reply.code(204).send(null)
    },
  )
}
