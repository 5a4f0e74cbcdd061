import type { FastifyError, FastifyInstance } from 'fastify'
import { judgeError, surpriseWords } from './error-handler.ts'

/**
 * Makes the routes of a scope answer machines: every error as a problem (RFC 9457), in the words that
 * a person would read.
 */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | undefined>((thrown, request, reply) => {
    const known = judgeError(thrown, request, reply)
    const { title, text } = known?.words ?? surpriseWords(request)
    const status = known?.statusCode ?? 500
    if (known?.retryAfterSeconds) reply.header('retry-after', known.retryAfterSeconds)
    return reply
      .code(status)
      .type('application/problem+json')
      .send(JSON.stringify({ title, status, detail: text, instance: request.id }))
  })
}
