import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'
import type { KeyOnScreen } from './key-on-screen.ts'

export const keyPage = view<{ key: KeyOnScreen }>('identity/staff/api-key')

export const keysPage = view<{ keys: readonly KeyOnScreen[] }>('identity/staff/api-keys')

export const newKeyPage = view<{
  values: Readonly<Record<'name' | 'days' | 'networks', string>>
  rights: readonly { value: string; name: string; about: string; checked: boolean }[]
  problems: Problems
  daysMax: number
}>('identity/staff/new-api-key')

/** The only page that ever shows a key. */
export const givenKeyPage = view<{
  name: string
  text: string
  expiresAt: Date
  /** Where the keys are listed. */
  back: string
}>('identity/staff/given-api-key')
