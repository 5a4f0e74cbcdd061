import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { withQuery } from '../../../receipts/search/search-url.ts'
import type { Area } from '../../../web/area.ts'
import type { AnsweredLine, BatchQuery } from '../batch-query.ts'
import { ownQuery } from '../query-guard.ts'
import { verdictFacts } from '../verdict.ts'
import { correctLine, lineToCorrect } from './correct-line.ts'
import { correctLinePage } from './views.ts'

type Needs = {
  db: Db
  now: () => Date
}

const Place = Type.Object({ id: Type.Integer({ minimum: 1 }), n: Type.Integer({ minimum: 1 }) })
/** Where in the answer the link was: back there it leads. */
const From = Type.Object({
  despues: Type.Optional(Type.Integer({ minimum: 0 })),
  ver: Type.Optional(Type.String({ maxLength: 20 })),
})
type From = Type.Static<typeof From>
const Typed = Type.Object({ valor: Type.String({ maxLength: 2_000, default: '' }) })

/** One line of an answer, asked anew: /consultas/:id/lineas/:n. */
export const correctionRoutes: Area<Needs> = async (app, { db, now }) => {
  const schema = { params: Place, querystring: From }

  app.get('/consultas/:id/lineas/:n', { schema }, async (request, reply) => {
    const { id, n } = request.params
    const query = await ownQuery(db, request, id)
    const line = await lineToCorrect(db, query, n)
    // Somebody has corrected it, or it needs none.
    if (line === null) return reply.redirect(backTo(query, request.query), 303)
    return show(reply, query, line, request.query, { typed: line.value, problem: null })
  })

  app.post(
    '/consultas/:id/lineas/:n',
    { schema: { ...schema, body: Typed } },
    async (request, reply) => {
      const { id, n } = request.params
      const query = await ownQuery(db, request, id)
      const back = backTo(query, request.query)
      const line = await lineToCorrect(db, query, n)
      const { valor: typed } = request.body
      const corrected = line && (await correctLine({ db, now }, query, line, typed))
      if (line === null || corrected === null || isGone(corrected)) {
        return reply.notice('Esa línea ya cambió. Mira cómo quedó.', 'nota').redirect(back, 303)
      }
      if (!corrected.ok) {
        const { problem } = corrected
        return show(reply, query, line, request.query, { typed, problem })
      }
      const { name, tone } = verdictFacts(corrected.verdict)
      const kind = tone === 'ok' ? 'ok' : 'nota'
      return reply.notice(`Corregimos la línea. Respuesta: ${name}.`, kind).redirect(back, 303)
    },
  )
}

function isGone(corrected: { ok: boolean; problem?: string | null }): boolean {
  return !corrected.ok && corrected.problem === null
}

function backTo({ id }: BatchQuery, from: From): string {
  return withQuery(`/consultas/${id}`, queryOf(from))
}

function queryOf({ ver, despues }: From): string {
  return new URLSearchParams({
    ...(ver ? { ver } : {}),
    ...(despues ? { despues: String(despues) } : {}),
  }).toString()
}

async function show(
  reply: FastifyReply,
  query: BatchQuery,
  line: AnsweredLine,
  from: From,
  shown: { typed: string; problem: string | null },
): Promise<FastifyReply> {
  const { says } = verdictFacts(line.verdict)
  const data = {
    title: query.title,
    back: backTo(query, from),
    action: withQuery(`/consultas/${query.id}/lineas/${line.n}`, queryOf(from)),
    isPeriod: query.period !== null,
    row: line.row === null ? '' : String(line.row),
    value: line.value,
    says: [says, line.remark].filter(Boolean).join(' '),
    ...shown,
  }
  const status = shown.problem === null ? 200 : 422
  return reply.page(correctLinePage, data, { title: 'Corregir una línea', status })
}
