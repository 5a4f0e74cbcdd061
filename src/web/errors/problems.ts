import type { FastifyError, FastifyInstance } from 'fastify'
import { judgeError, surpriseWords } from './error-handler.ts'
import type { Words } from './errors.ts'
import { WebError } from './errors.ts'

/** A refusal that tells a program more than words: members of the problem besides the usual ones. */
export class Problem extends WebError {
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    statusCode: number,
    code: string,
    words: Words,
    members: Readonly<Record<string, unknown>>,
  ) {
    super(statusCode, code, words)
    this.members = members
  }
}

type Details = Readonly<Record<'HTTP_400' | 'HTTP_413' | 'HTTP_415', string>>

/** What the framework refuses by itself, told to who writes programs: they have no page to go back to. */
const FOR_PROGRAMS: Details = {
  HTTP_400:
    'Compara lo que enviaste con lo que se describe en /api; «campos» dice dónde, cuando se sabe.',
  HTTP_413: 'No guardamos nada. Envía menos datos en cada llamada.',
  HTTP_415: 'Envía JSON, con Content-Type: application/json.',
}

/**
 * Makes the routes of a scope answer machines: every error as a problem (RFC 9457), in the words that
 * a person would read. `details` are for a scope that takes something else than the JSON of the API.
 */
export function answerProblems(app: FastifyInstance, details: Details = FOR_PROGRAMS): void {
  const detailOf = new Map(Object.entries(details))
  app.setErrorHandler<FastifyError | undefined>((thrown, request, reply) => {
    const known = judgeError(thrown, request, reply)
    const { title, text } = known?.words ?? surpriseWords(request)
    const detail = detailOf.get(known?.code ?? '') ?? text
    const status = known?.statusCode ?? 500
    const members = known instanceof Problem ? known.members : misshapen(thrown)
    if (known?.retryAfterSeconds) reply.header('retry-after', known.retryAfterSeconds)
    return reply
      .code(status)
      .type('application/problem+json')
      .send(JSON.stringify({ title, status, detail, instance: request.id, ...members }))
  })
}

/** Where what was sent has not the form that the description of the API gives. */
function misshapen(thrown: FastifyError | undefined): { campos?: string[] } {
  const paths = (thrown?.validation ?? []).map(({ instancePath }) => instancePath).filter(Boolean)
  return paths.length === 0 ? {} : { campos: [...new Set(paths)] }
}
