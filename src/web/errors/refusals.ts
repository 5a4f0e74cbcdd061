import Type, { type TProperties } from 'typebox'

/** Why a call of the API is refused, status by status, in the words of its description. */
const WHY = {
  400: 'La llamada no tiene la forma que aquí se describe: «campos» dice dónde.',
  401: 'Falta una clave que sirva hoy y desde esa dirección.',
  403: 'Esa clave no tiene permiso para esto.',
  404: 'No está entre lo que esta clave puede ver.',
  409: 'Ahora no se puede: «detail» dice por qué y hasta cuándo.',
  410: 'Ya no está, y no volverá.',
  413: 'El cuerpo es demasiado grande.',
  415: 'El cuerpo no es JSON.',
  416: 'El archivo no llega hasta el byte pedido; Content-Range dice cuántos tiene.',
  422: 'Se entiende, pero no se puede hacer: «detail» dice qué corregir.',
  429: 'Demasiadas llamadas en este minuto: espera lo que dice Retry-After.',
  503: 'El portal no puede por ahora: repite después de lo que dice Retry-After.',
} as const

/** A status with which a call of the API can be refused. */
export type RefusalStatus = keyof typeof WHY

/** What may be wrong with a body before anybody looks at what it asks for. */
export const UNREAD_BODY = [400, 413, 415] as const

/**
 * The refusals (RFC 9457) of a route, each status apart, for its description: all that it can answer
 * and no other, which a test compares with what it does. `members` are those besides the usual ones.
 */
export function refusalsOf<Status extends RefusalStatus>(
  statuses: readonly Status[],
  members: TProperties = {},
) {
  const described = (status: Status) =>
    Type.Object(
      {
        title: Type.String(),
        status: Type.Integer(),
        detail: Type.String({ description: 'Qué pasó y qué hacer.' }),
        instance: Type.String({ description: 'Con este código el banco encuentra la llamada.' }),
        campos: Type.Optional(Type.Array(Type.String())),
        ...members,
      },
      { description: WHY[status] },
    )
  const entries = statuses.map((status) => [status, described(status)] as const)
  return Object.fromEntries(entries) as Record<Status, ReturnType<typeof described>>
}
