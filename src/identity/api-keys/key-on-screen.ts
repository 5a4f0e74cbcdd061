import type { StandingOnScreen } from '../staff/views.ts'
import type { ApiKey } from './api-key.ts'
import { RIGHT_WORDS } from './messages.ts'

/** A key as a list and its own page show it. */
export interface KeyOnScreen {
  id: number
  name: string
  handle: string
  rights: readonly string[]
  networks: readonly string[]
  createdAt: Date
  usedAt: Date | null
  /** Whether it is a firm's of accountants, and not the bank's. */
  isFirms: boolean
  open: boolean
  standing: StandingOnScreen
}

export function keyOnScreen(key: ApiKey, now: Date): KeyOnScreen {
  const { id, name, handle, networks, createdAt, usedAt } = key
  const rights = key.rights.map((right) => RIGHT_WORDS[right].name)
  const standing = standingOf(key, now)
  const open = standing.kind === 'ok'
  const isFirms = key.firm !== null
  return { id, name, handle, networks, createdAt, usedAt, isFirms, rights, open, standing }
}

function standingOf({ revokedAt, expiresAt }: ApiKey, now: Date): StandingOnScreen {
  if (revokedAt) return { kind: '', text: 'Anulada', until: null }
  if (expiresAt <= now) return { kind: 'espera', text: 'Vencida', until: null }
  return { kind: 'ok', text: 'Vigente', until: expiresAt }
}
