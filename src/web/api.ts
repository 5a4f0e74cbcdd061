import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Convert } from 'typebox/value'
import { answerProblems } from './errors/problems.ts'

/** Where the API describes itself. */
const DESCRIPTION = '/api/v1/openapi.json'

/**
 * Makes a scope the API of programs: JSON in and out, refusals as problems (RFC 9457), and a
 * description (OpenAPI 3.1) made from the very schemas that check what comes in. Register it first;
 * no page is behind these routes, so none has to prove where it comes from.
 */
export const api = fp(
  async (app: FastifyInstance, { name, publicUrl }: { name: string; publicUrl: string }) => {
    answerProblems(app)
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      app.getDefaultJsonParser('error', 'error'),
    )
    // The framework's own would take out of a body what the first of several forms does not know.
    app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
      const form = Compile(schema)
      return (sent: unknown) => {
        // An address holds nothing but text; a body says of what it is.
        const data = httpPart === 'body' ? sent : Convert(schema, sent)
        return form.Check(data) ? { value: data } : { error: form.Errors(data) as never }
      }
    })
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, provesItself: true }
    })
    await app.register(fastifySwagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: `API de comprobantes de ${name}`, version: '1' },
        servers: [{ url: publicUrl }],
        components: { securitySchemes: { clave: { type: 'http', scheme: 'bearer' } } },
        security: [{ clave: [] }],
      },
    })
    app.get(DESCRIPTION, { schema: { hide: true } }, async () => app.swagger())
  },
)
