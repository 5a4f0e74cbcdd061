import { view } from '../../web/pages/view.ts'
import type { QueryPage } from './query-page.ts'

interface QueryForm {
  readonly mode: 'periodo' | 'lista' | 'archivo'
  readonly lista: string
  readonly rucs: string
  readonly problem: string
  readonly from: string
  readonly to: string
  readonly kinds: readonly { value: string; label: string; checked: boolean }[]
  readonly clients: readonly { number: string; name: string; checked: boolean }[]
}

interface QueryList {
  readonly rows: readonly {
    href: string
    title: string
    when: string
    lines: string
    answered: boolean
  }[]
  readonly nextHref: string | null
}

export const queryIndex = view<{ list: QueryList }>('practice/queries')
export const queryNew = view<{ form: QueryForm }>('practice/new-query')
export const queryShow = view<{ page: QueryPage }>('practice/query')
