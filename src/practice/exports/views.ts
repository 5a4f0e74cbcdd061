import { view } from '../../web/pages/view.ts'
import type { ExportFormat } from './formats.ts'

interface ExportPage {
  readonly count: string
  /** Why no file can be made of so many. */
  readonly tooMany: string | null
  readonly backHref: string
  readonly groups: readonly {
    readonly title: string
    readonly says: string
    readonly formats: readonly (Pick<ExportFormat, 'name' | 'says' | 'extension'> & {
      readonly href: string
    })[]
  }[]
}

export const exportIndex = view<{ page: ExportPage }>('practice/export')
