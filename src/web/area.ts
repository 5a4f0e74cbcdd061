import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'

/** The application as an area sees it: routes whose schemas are TypeBox. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/**
 * Some routes that belong together, and what they need of the outside world. `app.ts` registers
 * an area inside a guarded scope and hands it the whole context; it sees only what it names here.
 *
 *     export const customerReceipts: Area<{ db: Db; now: () => Date }> = async (app, { db, now }) => { … }
 */
// biome-ignore lint/complexity/noBannedTypes: an area that needs nothing says so with {}
export type Area<Needs extends object = {}> = FastifyPluginAsync<
  Needs,
  RawServerDefault,
  TypeBoxTypeProvider
>
