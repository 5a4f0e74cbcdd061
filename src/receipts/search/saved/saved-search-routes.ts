import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { whoIs } from '../../../identity/session-guard.ts'
import type { Area } from '../../../web/area.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import { savedRefusals } from '../../messages.ts'
import { savedIndex, savedNew } from '../../views.ts'
import { readSearch, SearchQuery } from '../search.ts'
import { parseQuery, searchQuery, withQuery } from '../search-url.ts'
import { suggestedName } from '../search-words.ts'
import { deleteSearch, NAME_MAX, renameSearch, saveSearch, settleName } from './save-search.ts'
import { SAVED_SEARCHES_MAX, savedSearchesOf } from './saved-search-store.ts'

const QUERY_MAX = 2_000
const Name = Type.String({ maxLength: NAME_MAX * 4 })
const NewSearch = Type.Object({ nombre: Name, busqueda: Type.String({ maxLength: QUERY_MAX }) })
const ById = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const TITLE = 'Búsquedas guardadas'

/** A customer's named searches. */
export const savedSearchRoutes: Area<{ db: Db; now: () => Date }> = async (app, { db, now }) => {
  const showAll = async (
    reply: FastifyReply,
    loginId: number,
    problem: { id: number; text: string; name: string } | null = null,
  ) => {
    const saved = await savedSearchesOf(db, loginId)
    const data = { saved, max: SAVED_SEARCHES_MAX, problem }
    return reply.page(savedIndex, data, { title: TITLE, status: problem ? 422 : 200 })
  }

  app.get('/busquedas', (request, reply) => showAll(reply, whoIs(request).loginId))

  app.get('/busquedas/nueva', { schema: { querystring: SearchQuery } }, async (request, reply) => {
    const { search } = readSearch(request.query)
    const data = { query: searchQuery(search), name: suggestedName(search), problem: '' }
    return reply.page(savedNew, data, { title: 'Guardar búsqueda' })
  })

  app.post('/busquedas', { schema: { body: NewSearch } }, async (request, reply) => {
    // Read and written anew, so that nothing but a search of ours is ever stored.
    const query = searchQuery(readSearch(parseQuery(request.body.busqueda)).search)
    const name = settleName(request.body.nombre)
    const outcome = await saveSearch(db, whoIs(request), { name, query }, now())
    if (!outcome.ok) {
      const data = { query, name, problem: savedRefusals[outcome.refusal] }
      return reply.page(savedNew, data, { title: 'Guardar búsqueda', status: 422 })
    }
    const address = withQuery('/comprobantes', query)
    return reply.notice(`Guardamos la búsqueda «${name}».`).redirect(address, 303)
  })

  app.post(
    '/busquedas/:id/nombre',
    { schema: { params: ById, body: Type.Object({ nombre: Name }) } },
    async (request, reply) => {
      const person = whoIs(request)
      const { id } = request.params
      const outcome = await renameSearch(db, person, id, request.body.nombre)
      if (outcome.ok) return reply.notice('Cambiamos el nombre.').redirect('/busquedas', 303)
      if (outcome.refusal === 'none') throw new NotFound()
      const text = savedRefusals[outcome.refusal]
      return showAll(reply, person.loginId, { id, text, name: request.body.nombre })
    },
  )

  app.post('/busquedas/:id/eliminacion', { schema: { params: ById } }, async (request, reply) => {
    const gone = await deleteSearch(db, whoIs(request), request.params.id)
    if (!gone) throw new NotFound()
    return reply.notice('Eliminamos la búsqueda.').redirect('/busquedas', 303)
  })
}
