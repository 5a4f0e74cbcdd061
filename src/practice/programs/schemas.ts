import Type from 'typebox'
import { type RefusalStatus, refusalsOf } from '../../web/errors/refusals.ts'

/** As what every route of firms refuses. */
const ALWAYS = [401, 403, 429] as const

/** What a route of firms may refuse besides, for its description. */
export function refused<Status extends RefusalStatus = never>(...statuses: readonly Status[]) {
  return refusalsOf([...ALWAYS, ...statuses], {
    siguiente: Type.Optional(
      Type.String({ description: 'Con 410 en eventos: desde dónde se puede seguir.' }),
    ),
  })
}

/** A part of an address that is a number of ours. */
export const ById = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
})

/** By which a call that makes something may be repeated without making it twice. */
export const OnceHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 8,
      maxLength: 100,
      description:
        'Un valor tuyo por cada cosa que creas: repetir la llamada con el mismo, en 24 horas, devuelve la primera respuesta.',
    }),
  ),
})
