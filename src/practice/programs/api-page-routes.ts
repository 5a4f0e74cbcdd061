import type { Config } from '../../config.ts'
import type { Area } from '../../web/area.ts'
import { CALLS_PER_MINUTE } from '../quota/limits.ts'
import type { Description } from './api-page.ts'
import { exampleClient, groupsOf } from './api-page.ts'
import { apiPage } from './views.ts'

/** The API as a page to read, made from its own description: /api. */
export const apiPageRoutes: Area<{ config: Pick<Config, 'publicUrl'> }> = async (
  app,
  { config },
) => {
  app.get('/api', { schema: { hide: true } }, async (_request, reply) => {
    const groups = groupsOf(app.swagger() as Description)
    const client = exampleClient(config.publicUrl)
    const data = { groups, client, callsPerMinute: CALLS_PER_MINUTE }
    return reply.page(apiPage, data, { title: 'API para programas' })
  })
}
