import { view } from '../../web/pages/view.ts'
import type { MonthOnScreen } from './page/months-on-screen.ts'
import type { NewPackagePage, PackageOnScreen } from './page/package-page.ts'

export type PackageList = {
  packages: readonly PackageOnScreen[]
  live: boolean
  older: string | null
  newest: string | null
}

export const packageIndex = view<PackageList & { months: readonly MonthOnScreen[] }>(
  'practice/packages/index',
)
export const packageListPart = view<PackageList>('practice/packages/_list')
export const packageShow = view<{ one: PackageOnScreen }>('practice/packages/show')
export const packagePart = view<{ one: PackageOnScreen }>('practice/packages/_show')
export const packageNew = view<NewPackagePage>('practice/packages/new')
export const monthList = view<{ whose: string; months: readonly MonthOnScreen[] }>(
  'practice/packages/months',
)
export const monthNumbers = view<{
  name: string
  back: { href: string; text: string }
  tooMany: boolean
  series: readonly { name: string; sentence: string }[]
}>('practice/packages/month')
export const packageCheck = view<object>('practice/packages/check')
