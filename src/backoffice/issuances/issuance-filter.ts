import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { ISSUANCES } from '../../identity/staff/rights.ts'
import { parseLotNumber } from '../../intake/lots/lot.ts'
import { findLot } from '../../intake/lots/lot-store.ts'
import type { IssuanceFilter } from '../../issuing/issuance/list-store.ts'
import { issuerByRuc } from '../../issuing/issuer/issuer-store.ts'
import { type ListedState, MOVING, SPENT, STOPPED } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { kindOfSlug } from '../../sri/kinds.ts'

/**
 * What the address of a list says: every part may be missing, and what nobody knows is passed over;
 * but of a lot or an issuer that nobody knows there is nothing.
 */
export const ListQuery = Type.Object({
  estado: Type.String({ maxLength: 40, default: '' }),
  tipo: Type.String({ maxLength: 40, default: '' }),
  lote: Type.String({ maxLength: 20, default: '' }),
  establecimiento: Type.String({ maxLength: 3, default: '' }),
  emisor: Type.String({ maxLength: 13, default: '' }),
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})

export type ListTyped = Record<'estado' | 'tipo' | 'lote' | 'establecimiento' | 'emisor', string>

/** Some states under one word. */
export interface StateGroup {
  readonly slug: string
  readonly name: string
  readonly states: IssuanceFilter['states']
}

const WAITING: readonly ListedState[] = [...STOPPED, SPENT]
const OPEN_STATES = [...WAITING, ...MOVING]

/** Groups that come before the single states; the empty slug is what the list begins with. */
export const GROUPS: readonly StateGroup[] = [
  { slug: '', name: 'Todos', states: OPEN_STATES },
  { slug: 'pendientes', name: 'Esperan a alguien', states: WAITING },
  { slug: 'en-camino', name: 'En camino', states: MOVING },
]

/** What somebody closed: nothing more is done with it. */
export const CLOSED: StateGroup = { slug: 'cerrado', name: 'Cerrados', states: 'closed' }

/** Each state by itself, in the order in which they call for somebody. */
export const SINGLE: readonly StateGroup[] = [...OPEN_STATES, 'authorized' as const].map(
  (state) => ({ ...STATE_WORDS[state], states: [state] }),
)

const BY_SLUG = new Map([...GROUPS, ...SINGLE, CLOSED].map((group) => [group.slug, group]))

export interface ReadFilter {
  readonly group: StateGroup
  readonly filter: IssuanceFilter
  /** Of the lot, when the address names one that nobody knows. */
  readonly problem: string | null
}

/** The list that an address asks for. */
export async function readFilter(db: Db, typed: ListTyped): Promise<ReadFilter> {
  const whole = GROUPS[0] as StateGroup
  const known = BY_SLUG.get(typed.estado) ?? whole
  const number = parseLotNumber(typed.lote.trim())
  const lot = number && (await findLot(db, number))
  const problem = typed.lote.trim() !== '' && !lot ? NO_LOT : null
  // All of what is authorised is in the list of receipts.
  const issuer = typed.emisor === '' ? null : await issuerByRuc(db, typed.emisor)
  const group = known.slug === STATE_WORDS.authorized.slug && !lot ? whole : known
  const filter = {
    states: group.states,
    kind: kindOfSlug(typed.tipo)?.kind ?? null,
    establishment: /^\d{3}$/.test(typed.establecimiento) ? typed.establecimiento : null,
    issuerId: typed.emisor === '' ? null : (issuer?.id ?? NOBODY),
    lotId: lot?.id ?? null,
  }
  return { group, filter, problem }
}

const NOBODY = 0
const NO_LOT = 'No hay un lote con ese número: se escribe como 2026-11-0047.'

/** The address of a list, without what is empty. */
export function listAddress(typed: ListTyped, after?: number): string {
  const fields = { ...typed, desde: after ? String(after) : '' }
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ''))
  return query.size === 0 ? ISSUANCES : `${ISSUANCES}?${query}`
}
