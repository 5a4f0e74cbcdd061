import Type from 'typebox'

/** A refusal (RFC 9457), as it is sent for every status of 400 and above. */
export const Refused = Type.Object(
  {
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'Qué pasó y qué hacer.' }),
    instance: Type.String({ description: 'Con este código el banco encuentra la llamada.' }),
    campos: Type.Optional(Type.Array(Type.String())),
    siguiente: Type.Optional(
      Type.String({ description: 'Con 410 en eventos: desde dónde se puede seguir.' }),
    ),
  },
  { description: 'No se hizo: detail dice por qué.' },
)

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
