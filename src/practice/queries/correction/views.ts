import { view } from '../../../web/pages/view.ts'

export const correctLinePage = view<{
  /** Of the query, and where to go back to. */
  title: string
  back: string
  action: string
  isPeriod: boolean
  /** As the list had it. */
  row: string
  value: string
  /** What the answer said of it. */
  says: string
  typed: string
  problem: string | null
}>('practice/correct-line')
