import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { apiKeyOf } from '../../identity/api-keys/api-key-guard.ts'
import type { Area } from '../../web/area.ts'
import { RUNNING_MAX } from '../packages/package.ts'
import { runningOf } from '../packages/package-store.ts'
import { CALLS_PER_MINUTE, EVENTS_MAX, LIST_MAX } from '../quota/limits.ts'
import { WEBHOOKS_PER_KEY } from '../webhooks/webhook.ts'
import { webhooksOf } from '../webhooks/webhook-store.ts'
import { refused } from './schemas.ts'

const Count = Type.Object({ maximo: Type.Integer(), quedan: Type.Integer() })
const Limits = Type.Object({
  llamadasPorMinuto: Type.Object({
    ...Count.properties,
    renuevaEn: Type.Integer({ description: 'Segundos hasta que empieza el minuto siguiente.' }),
  }),
  webhooks: Count,
  descargasALaVez: Count,
  comprobantesPorPagina: Type.Integer(),
  eventosPorPagina: Type.Integer(),
})

/** What a key may do and what is left of it: /api/v1/limites. */
export const limitRoutes: Area<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/api/v1/limites',
    {
      schema: {
        tags: ['Clave'],
        summary: 'Tus límites y lo que queda',
        description:
          'Son de cada clave, nunca de la dirección desde la que llamas. Toda respuesta los dice también en RateLimit-Limit, RateLimit-Remaining y RateLimit-Reset; al pasarlos, 429 con Retry-After.',
        response: { 200: Limits, ...refused() },
      },
    },
    async (request, reply) => {
      const { id: apiKeyId, createdBy: loginId } = apiKeyOf(request)
      const { length } = await webhooksOf(db, [apiKeyId])
      const running = await runningOf(db, { loginId, apiKeyId })
      return {
        llamadasPorMinuto: {
          maximo: CALLS_PER_MINUTE,
          quedan: Number(reply.getHeader('ratelimit-remaining')),
          renuevaEn: Number(reply.getHeader('ratelimit-reset')),
        },
        webhooks: { maximo: WEBHOOKS_PER_KEY, quedan: WEBHOOKS_PER_KEY - length },
        descargasALaVez: { maximo: RUNNING_MAX, quedan: RUNNING_MAX - running.length },
        comprobantesPorPagina: LIST_MAX,
        eventosPorPagina: EVENTS_MAX,
      }
    },
  )
}
