import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { apiKeyOf, requireApiKey } from '../../identity/api-keys/api-key-guard.ts'
import { issuersWithoutCertificate } from '../../issuing/certificates/certificate-store.ts'
import { SPENT } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { issuerRucIn } from '../../sri/access-key.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { NotFound, WebError } from '../../web/errors/errors.ts'
import { Problem } from '../../web/errors/problems.ts'
import { type RefusalStatus, refusalsOf, UNREAD_BODY } from '../../web/errors/refusals.ts'
import type { BegunEmission, StandingEmission } from './begin-emission.ts'
import { beginEmission, standingEmission } from './begin-emission.ts'
import { EmissionSchema } from './emission-schema.ts'
import { emissionByKey } from './emission-store.ts'
import { CERTIFICATE_MESSAGE, CLOSED_MESSAGE, emissionRefusals, SPENT_MESSAGE } from './messages.ts'

interface Needs {
  db: Db
  now: () => Date
  keys: Pick<Keys, 'audit'>
  random: (length: number) => Buffer
}

const EMISSIONS = '/api/v1/emisiones'
const CLOSED = 'cerrado'
const BODY_BYTES_MAX = 512 * 1_024

const ByKey = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
const Answer = Type.Object({
  clave: Type.String({ description: 'Clave de acceso: 49 dígitos.' }),
  numero: Type.String({ description: 'Como 001-002-000000123.' }),
  estado: Type.Unsafe<string>(
    Type.Union(
      [...Object.values(STATE_WORDS).map(({ slug }) => slug), CLOSED].map((slug) =>
        Type.Literal(slug),
      ),
      { description: 'Cómo va; «autorizado» y «cerrado» son el final.' },
    ),
  ),
  mensaje: Type.Union([Type.String(), Type.Null()], {
    description: 'Lo último que se supo, con lo que hay que corregir si espera a una persona.',
  }),
  reemplaza: Type.Array(Type.String(), {
    description:
      'Las claves de los números que se perdieron y en cuyo lugar se emitió este, desde la primera. Quien pregunta por una de ellas recibe este comprobante. Casi siempre vacío.',
  }),
})
const Fault = Type.Object({
  linea: Type.Union([Type.Integer(), Type.Null()]),
  campo: Type.Union([Type.String(), Type.Null()]),
  valor: Type.String(),
  codigo: Type.String(),
  mensaje: Type.String(),
})
/** What each of the two refuses, besides whoever may not issue. */
const refused = <Status extends RefusalStatus>(...statuses: readonly Status[]) =>
  refusalsOf([401, 403, ...statuses], { errores: Type.Optional(Type.Array(Fault)) })

/** What the bank's programs want issued: /api/v1/emisiones. */
export const emissionRoutes: Area<Needs> = async (app, needs) => {
  const { db, now } = needs
  const issues = { onRequest: requireApiKey('issue') }

  app.post(
    EMISSIONS,
    {
      ...issues,
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Emitir un comprobante',
        description:
          'Lo numera y lo deja en camino al SRI. Repetirlo con la misma referencia y el mismo contenido responde lo mismo y no emite otro; con otro contenido se rechaza. Una nota de crédito que devuelve más de lo que queda de su factura se rechaza con 409, y «detail» dice cuánto queda; también la de una factura anulada o a consumidor final. De una factura que el portal no conoce no se compara nada.',
        body: EmissionSchema,
        response: { 200: Answer, 201: Answer, ...refused(...UNREAD_BODY, 409, 422) },
      },
    },
    async (request, reply) => {
      const begun = await beginEmission(needs, apiKeyOf(request).id, request.body, now())
      if (!begun.ok) throw refusalOf(begun)
      reply.header('location', `${EMISSIONS}/${begun.issuance.accessKey}`)
      return reply.code(begun.isNew ? 201 : 200).send(await answerOf(db, begun))
    },
  )

  app.get(
    `${EMISSIONS}/:clave`,
    {
      ...issues,
      schema: {
        summary: 'Cómo va un comprobante',
        description:
          'Si su número se perdió y el banco lo emitió con otro, responde por el de ahora: «clave» y «numero» son los nuevos y «reemplaza» tiene la clave de antes.',
        params: ByKey,
        response: { 200: Answer, ...refused(404) },
      },
    },
    async (request) => {
      const found = await emissionByKey(db, request.params.clave)
      const standing = found && (await standingEmission(db, found))
      if (!standing) throw new NotFound(emissionRefusals.unknown)
      return answerOf(db, standing)
    },
  )
}

async function answerOf(db: Db, { issuance, formerKeys }: StandingEmission) {
  const { accessKey, establishment, point, sequence, state, isClosed, isSpent } = issuance
  return {
    clave: accessKey,
    numero: formatDocumentNumber(establishment, point, String(sequence)),
    estado: isClosed ? CLOSED : STATE_WORDS[isSpent ? SPENT : state].slug,
    mensaje: await messageOf(db, issuance),
    reemplaza: [...formerKeys],
  }
}

async function messageOf(
  db: Db,
  { accessKey, answer, isClosed, isSpent, state }: StandingEmission['issuance'],
): Promise<string | null> {
  if (isClosed) return CLOSED_MESSAGE
  if (state === 'numbered') {
    const unsigned = await issuersWithoutCertificate(db)
    if (unsigned.has(issuerRucIn(accessKey))) return CERTIFICATE_MESSAGE
  }
  return isSpent ? [answer ?? '', SPENT_MESSAGE].join(' ').trim() : answer
}

function refusalOf(begun: Extract<BegunEmission, { ok: false }>): WebError {
  switch (begun.refusal) {
    case 'faults':
      return new Problem(422, 'FAULTS', emissionRefusals.faults, { errores: begun.faults })
    case 'reference-taken':
      return new WebError(409, 'REFERENCE_TAKEN', emissionRefusals.taken)
    case 'credit-held':
      return new WebError(409, 'CREDIT_HELD', {
        ...emissionRefusals.creditHeld,
        text: begun.sentence,
      })
    case 'not-issuable':
      return new WebError(409, 'NOT_ISSUABLE', {
        ...emissionRefusals.notIssuable,
        text: begun.sentence,
      })
  }
}
