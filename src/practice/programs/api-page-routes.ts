import type { Config } from '../../config.ts'
import type { Area } from '../../web/area.ts'
import type { Description } from './api-page.ts'
import { groupsOf } from './api-page.ts'
import { CALLS_PER_MINUTE } from '../quota/limits.ts'
import { apiPage } from './views.ts'

/** The API as a page to read, made from its own description: /api. */
export const apiPageRoutes: Area<{ config: Pick<Config, 'publicUrl'> }> = async (
  app,
  { config },
) => {
  app.get('/api', { schema: { hide: true } }, async (_request, reply) => {
    const groups = groupsOf(app.swagger() as Description)
    const data = { groups, site: config.publicUrl, callsPerMinute: CALLS_PER_MINUTE }
    return reply.page(apiPage, data, { title: 'API para programas' })
  })
}
