import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect } from 'vitest'
import type { Answer, TestPortal } from '#tests/support/portal.ts'
import type { Program } from './support.ts'

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'
interface Response {
  content?: Record<string, { schema: TSchema & { properties?: object } }>
}
type Operation = { requestBody?: object; responses: Record<string, Response> }
type Options = NonNullable<Parameters<Program['call']>[2]>

/** One call: an operation as the description names it, and the address where it differs. */
interface Called extends Options {
  /** `POST /webhooks/{id}/prueba`. */
  operation: string
  path?: string
}

/** The API's own description, and what of it was met by calling. */
export async function openWalk({ app }: TestPortal) {
  const headers = { host: '127.0.0.1:3000' }
  const answer = await app.inject({ url: '/api/v1/openapi.json', headers })
  const paths: Record<string, Record<string, Operation>> = answer.json().paths
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
        operation,
      ]),
    ),
  )
  const met = new Set<string>()

  const call = async (program: Program, called: Called): Promise<Answer> => {
    const { operation, path = operation.split(' ')[1] ?? '', ...options } = called
    const method = operation.split(' ')[0] as Method
    let given = await program.call(method, path, options)
    // Too busy to draw a PDF, it says when to ask again; of a file that is lost it says a minute.
    while (given.statusCode === 503 && given.headers['retry-after'] !== '60') {
      given = await program.call(method, path, options)
    }
    met.add(`${operation} ${given.statusCode}`)
    expectAsDescribed(operation, operations.get(operation), given)
    return given
  }

  return {
    call,
    /** The operations with a body, and all of them, as the description names them. */
    withBody: [...operations].flatMap(([name, { requestBody }]) => (requestBody ? [name] : [])),
    all: [...operations.keys()],
    met: () => [...met].sort(),
    described: () =>
      [...operations]
        .flatMap(([name, { responses }]) =>
          Object.keys(responses).map((status) => `${name} ${status}`),
        )
        .sort(),
  }
}

/** An answer is of a described status, of the type and the form that the description says. */
function expectAsDescribed(name: string, described: Operation | undefined, answer: Answer): void {
  const { statusCode } = answer
  const response = described?.responses[statusCode]
  expect([name, statusCode, response !== undefined]).toEqual([name, statusCode, true])
  const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? ''
  if (statusCode >= 400) expect([name, type]).toEqual([name, 'application/problem+json'])
  else if (response?.content?.[type] === undefined) expect([name, answer.body]).toEqual([name, ''])
  if (!type.endsWith('json')) return
  const schema = response?.content?.['application/json']?.schema
  if (!schema) throw new Error(`${name} ${statusCode} is described without a form`)
  expect([name, ...Compile(schema).Errors(answer.json())]).toEqual([name])
  const told = Object.keys(answer.json()).filter((key) => !(key in (schema.properties ?? {})))
  expect([name, statusCode, told]).toEqual([name, statusCode, []])
}
