import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { apiKeyOf } from '../../identity/api-keys/api-key-guard.ts'
import { lastEvent } from '../../receipts/feed/event-store.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound, WebError } from '../../web/errors/errors.ts'
import { UNREAD_BODY } from '../../web/errors/refusals.ts'
import { writePlace } from '../feed/feed-cursor.ts'
import { oneOf } from '../one-of.ts'
import { tryWebhook } from '../webhooks/call-webhook.ts'
import { registerWebhook } from '../webhooks/register-webhook.ts'
import { dropWebhook, resumeWebhook } from '../webhooks/steer-webhook.ts'
import type { Webhook } from '../webhooks/webhook.ts'
import { WEBHOOKS_PER_KEY } from '../webhooks/webhook.ts'
import type { WebhookPost } from '../webhooks/webhook-post.ts'
import { addressProblem } from '../webhooks/webhook-post.ts'
import { findWebhook, webhooksOf } from '../webhooks/webhook-store.ts'
import { answerOnce } from './answer-once.ts'
import { apiRefusals } from './messages.ts'
import { ById, OnceHeaders, refused } from './schemas.ts'
import { toldPlace } from './told-place.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit' | 'seal' | 'token'>
  random: (length: number) => Buffer
  now: () => Date
  post: WebhookPost
}

const WEBHOOKS = '/api/v1/webhooks'
const STATUS_SLUGS = { active: 'activo', paused: 'en-pausa', dead: 'abandonado' } as const

const Shown = Type.Object({
  id: Type.Integer(),
  url: Type.String(),
  estado: oneOf(
    Object.values(STATUS_SLUGS),
    '«abandonado»: falló por 72 horas, contestó 410 o su clave terminó.',
  ),
  fallas: Type.Integer({ description: 'Seguidas; 0 cuando todo va bien.' }),
  respuesta: Type.Union([Type.String(), Type.Null()], {
    description: 'Cómo terminó la última llamada.',
  }),
  siguiente: Type.String({ description: 'El cursor hasta el que ya recibió todo.' }),
})
const Made = Type.Object({
  ...Shown.properties,
  secreto: Type.String({ description: 'Con él compruebas la firma. No se vuelve a mostrar.' }),
})
const Place = Type.String({ maxLength: 60 })

/** The addresses that a key has called with what happens: /api/v1/webhooks. */
export const webhookRoutes: Area<Needs> = async (app, needs) => {
  listRoute(app, needs)
  makeRoute(app, needs)
  oneRoutes(app, needs)
  replayRoute(app, needs)
}

function listRoute(app: App, { db, keys }: Needs): void {
  app.get(
    WEBHOOKS,
    {
      schema: {
        tags: ['Webhooks'],
        summary: 'Tus webhooks',
        response: { 200: Type.Object({ webhooks: Type.Array(Shown) }), ...refused() },
      },
    },
    async (request) => {
      const webhooks = await webhooksOf(db, [apiKeyOf(request).id])
      return { webhooks: webhooks.map((webhook) => shown(keys, webhook)) }
    },
  )
}

function makeRoute(app: App, needs: Needs): void {
  const { db, keys, now, post } = needs
  app.post(
    WEBHOOKS,
    {
      schema: {
        tags: ['Webhooks'],
        summary: 'Recibir los eventos en una dirección',
        description:
          'La llamamos con los mismos eventos que da /api/v1/eventos, en orden, y repetimos hasta que conteste 2xx. Cada llamada va firmada: HMAC-SHA-256 con el secreto sobre X-Portal-Timestamp, un punto y el cuerpo. Solo https, y solo direcciones de internet.',
        headers: OnceHeaders,
        body: Type.Object(
          { url: Type.String({ maxLength: 500 }), desde: Type.Optional(Place) },
          { additionalProperties: false },
        ),
        response: { 201: Made, ...refused(...UNREAD_BODY, 409, 410, 422) },
      },
    },
    async (request, reply) => {
      const { id: apiKeyId } = apiKeyOf(request)
      const { url, desde } = request.body
      const name = request.headers['idempotency-key']
      const call = { apiKeyId, name, request: JSON.stringify([WEBHOOKS, url, desde ?? null]) }
      const once = await answerOnce(
        db,
        keys,
        call,
        async (tx) => {
          // Not before: who repeats a call is answered as it was, whatever has become of the place since.
          const problem = addressProblem(url, post)
          if (problem) throw new WebError(422, 'ADDRESS', apiRefusals.address(problem))
          const seq =
            desde === undefined
              ? await lastEvent(tx)
              : await toldPlace({ db: tx, keys }, apiKeyId, desde)
          const made = await registerWebhook(tx, needs, { apiKeyId, url, seq }, now())
          if (made === null) return 'too-many' as const
          const siguiente = writePlace(keys.token, apiKeyId, seq)
          const { id, secret: secreto } = made
          const body = { id, url, estado: 'activo', fallas: 0, respuesta: null, siguiente, secreto }
          return { status: 201, body }
        },
        now(),
      )
      if (once.ok) return reply.code(201).send(once.answer.body as never)
      if (once.refusal === 'too-many') {
        throw new WebError(409, 'WEBHOOKS', apiRefusals.webhooks(WEBHOOKS_PER_KEY))
      }
      throw new WebError(422, 'IDEMPOTENCY', apiRefusals.repeated)
    },
  )
}

function oneRoutes(app: App, needs: Needs): void {
  const { db, now } = needs

  app.delete(
    `${WEBHOOKS}/:id`,
    {
      schema: {
        tags: ['Webhooks'],
        summary: 'Dejar de llamar a una dirección',
        params: ById,
        response: { 204: Type.Null({ description: 'Ya no la llamamos.' }), ...refused(404) },
      },
    },
    async (request, reply) => {
      const which = steered(request, request.params.id)
      const dropped = await transaction(db, (tx) => dropWebhook(tx, needs, which, now()))
      if (!dropped) throw new NotFound(apiRefusals.webhook)
      return reply.code(204).send(null)
    },
  )

  app.post(
    `${WEBHOOKS}/:id/prueba`,
    {
      schema: {
        tags: ['Webhooks'],
        summary: 'Probar una dirección ahora',
        description: 'La llama con una lista vacía de eventos y dice qué contestó.',
        params: ById,
        response: {
          200: Type.Object({
            aceptada: Type.Boolean(),
            estado: Type.Union([Type.Integer(), Type.Null()]),
            respuesta: Type.String(),
          }),
          ...refused(404),
        },
      },
    },
    async (request) => {
      const webhook = await findWebhook(db, apiKeyOf(request).id, request.params.id)
      if (!webhook) throw new NotFound(apiRefusals.webhook)
      const { accepted, status, answer } = await tryWebhook(needs, webhook)
      return { aceptada: accepted, estado: status, respuesta: answer }
    },
  )
}

/** The webhook of that number, when the program that asks has it. */
function steered(request: FastifyRequest, id: number) {
  const apiKeyId = apiKeyOf(request).id
  return { apiKeyId, id, by: `api-key:${apiKeyId}` }
}

function replayRoute(app: App, { db, keys, now }: Needs): void {
  app.post(
    `${WEBHOOKS}/:id/repeticion`,
    {
      schema: {
        tags: ['Webhooks'],
        summary: 'Volver a llamarla desde un cursor',
        description: 'También reanuda una abandonada; sin «desde», donde quedó.',
        params: ById,
        body: Type.Object({ desde: Type.Optional(Place) }, { additionalProperties: false }),
        response: { 202: Shown, ...refused(...UNREAD_BODY, 404, 409, 410) },
      },
    },
    async (request, reply) => {
      const apiKeyId = apiKeyOf(request).id
      const { desde } = request.body
      const seq = desde === undefined ? null : await toldPlace({ db, keys }, apiKeyId, desde)
      const which = steered(request, request.params.id)
      await transaction(db, (tx) => resumeWebhook(tx, { keys }, which, seq, now()))
      const webhook = await findWebhook(db, apiKeyId, which.id)
      if (!webhook) throw new NotFound(apiRefusals.webhook)
      return reply.code(202).send(shown(keys, webhook))
    },
  )
}

function shown(keys: Pick<Keys, 'token'>, webhook: Webhook) {
  const { id, url, status, attempts, answer, apiKeyId, seq } = webhook
  return {
    id,
    url,
    estado: STATUS_SLUGS[status],
    fallas: attempts,
    respuesta: answer,
    siguiente: writePlace(keys.token, apiKeyId, seq),
  }
}
