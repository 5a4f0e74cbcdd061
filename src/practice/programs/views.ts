import { view } from '../../web/pages/view.ts'
import type { ApiGroup } from './api-page.ts'

/** What programs may ask for, for people who write them. */
export const apiPage = view<{
  groups: readonly ApiGroup[]
  client: string
  callsPerMinute: number
}>('practice/api')
