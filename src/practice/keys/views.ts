import type { KeyOnScreen } from '../../identity/api-keys/key-on-screen.ts'
import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'
import type { Webhook } from '../webhooks/webhook.ts'

interface Choice {
  value: string
  name: string
  checked: boolean
}

export const firmKeysPage = view<{ firm: string; keys: readonly KeyOnScreen[] }>('practice/keys')

export const newFirmKeyPage = view<{
  values: Readonly<Record<'name' | 'days' | 'networks', string>>
  allClients: boolean
  clients: readonly Choice[]
  kinds: readonly Choice[]
  problems: Problems
  daysMax: number
}>('practice/new-key')

export const firmKeyPage = view<{
  key: KeyOnScreen
  /** In words. */
  clients: string
  kinds: string
  webhooks: readonly Webhook[]
}>('practice/key')
