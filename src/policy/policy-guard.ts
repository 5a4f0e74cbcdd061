import type { FastifyInstance } from 'fastify'
import type { LivePolicy } from './live-policy.ts'
import type { PolicyInForce } from './parameters/in-force.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What was in force when the request came in; it stays so to its end. */
    policyInForce: PolicyInForce | null
  }
}

/** Holds for each request the policy with which it began. Before every other hook. */
export function holdPolicy(app: FastifyInstance, live: LivePolicy): void {
  app.decorateRequest('policyInForce', null)
  app.addHook('onRequest', (request, _reply, done) => {
    request.policyInForce = live.inForce()
    live.hold(request.policyInForce, done)
  })
  // What reads a body goes on in the connection's own context.
  app.addHook('preValidation', (request, _reply, done) => {
    live.hold(request.policyInForce ?? live.inForce(), done)
  })
}
