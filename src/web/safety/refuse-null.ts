import type { FastifyInstance, FastifyRequest } from 'fastify'
import { WebError } from '../errors/errors.ts'

const NULL = '\0'

/**
 * U+0000 stands in no text that a person types, and PostgreSQL takes none: whatever holds one is
 * refused before anybody reads it, 400.
 */
export function refuseNull(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    if (holdsNull(request)) {
      throw new WebError(400, 'NULL_CHARACTER', {
        title: 'No entendimos lo que enviaste',
        text: 'Hay un signo que no es de ningún texto. Bórralo, escribe de nuevo y vuelve a intentar.',
      })
    }
  })
}

function holdsNull({ query, params, body }: FastifyRequest): boolean {
  const texts = [query, params, body].flatMap((values) => Object.values(values ?? {}).flat())
  return texts.some((text) => typeof text === 'string' && text.includes(NULL))
}
