import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { ItemReach } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { NamedPerson } from '../../../identity/parties/party-store.ts'
import { isDead } from '../../../outbox/bounces/dead-address-store.ts'
import { parseEmail } from '../../../values/email-address.ts'
import type { LotItem } from '../lot-item-store.ts'

/** What is kept under an access key. */
export interface KeptUnderKey {
  readonly sha256: string
  readonly pending: boolean
}

export async function keptUnderKeys(
  tx: Tx,
  keys: readonly string[],
): Promise<Map<string, KeptUnderKey>> {
  const rows = await tx
    .selectFrom('receipt')
    .innerJoin('receipt_document', 'receipt_document.receipt_id', 'receipt.id')
    .select(['receipt.access_key', 'receipt.status', 'receipt_document.sha256'])
    .where('receipt.access_key', 'in', anyOf(tx, keys))
    .execute()
  return new Map(
    rows.map(({ access_key, sha256, status }) => [
      access_key,
      { sha256, pending: status === 'pending' },
    ]),
  )
}

/** What the lot has met under some keys that would be a receipt of it, by key. */
export async function chosenInLot(
  tx: Tx,
  lotId: number,
  keys: readonly string[],
): Promise<Map<string, LotItem>> {
  const rows = await tx
    .selectFrom('lot_item')
    .selectAll()
    .where('lot_id', '=', lotId)
    .where('access_key', 'in', anyOf(tx, keys))
    .where('outcome', 'in', ['new', 'awaited'])
    .execute()
  return new Map(
    rows.map(({ receipt_id, access_key, total_cents, ...row }) => [
      access_key ?? '',
      { ...row, receiptId: receipt_id, accessKey: access_key, totalCents: total_cents },
    ]),
  )
}

/** Of several owners, the one whom the news reaches best counts. */
const BEST_FIRST = ['mail', 'daily', 'off', 'dead', 'unregistered', 'no-address'] as const

/**
 * How far the news of each receipt would reach, in order: `mail`, at once; `daily`, in the summary;
 * `off`, its owner wants none; `dead`, the address does not exist; `unregistered`, the bank holds an address but its owner has no access
 * yet, so nothing is sent; `no-address`, nobody has one; `nobody`, consumidor final.
 */
export async function reachOf(
  tx: Tx,
  receipts: readonly { readonly owners: readonly NamedPerson[] }[],
): Promise<ItemReach[]> {
  const numbers = receipts.flatMap(({ owners }) =>
    owners.flatMap((owner) => owner.numbers.map(({ number }) => number)),
  )
  const reach = numbers.length === 0 ? new Map() : await reachByNumber(tx, [...new Set(numbers)])
  return receipts.map(({ owners }) => {
    if (owners.length === 0) return 'nobody'
    const reached = owners.flatMap((owner) => owner.numbers.map(({ number }) => reach.get(number)))
    return BEST_FIRST.find((one) => reached.includes(one)) ?? 'no-address'
  })
}

async function reachByNumber(db: Db, numbers: readonly string[]): Promise<Map<string, ItemReach>> {
  const rows = await db
    .selectFrom('party_identification')
    .leftJoin('login', (join) =>
      join
        .onRef('login.party_id', '=', 'party_identification.party_id')
        .on('login.role', '=', 'customer'),
    )
    .select((eb) => [
      'party_identification.number',
      'login.email',
      'login.alerts',
      isDead('login.email').as('dead'),
      eb
        .exists(
          eb
            .selectFrom('contact')
            .select('contact.id')
            .whereRef('contact.party_id', '=', 'party_identification.party_id')
            .where('contact.replaced_at', 'is', null),
        )
        .as('on_file'),
    ])
    .where('party_identification.number', 'in', anyOf(db, numbers))
    .execute()
  return new Map(rows.map(({ number, ...login }) => [number, reachOfLogin(login)]))
}

/** How somebody is reached who has, or has not, a login. */
export function reachOfLogin({ email, alerts, dead, on_file }: LoginReach): ItemReach {
  if (email === null || parseEmail(email) === null) return on_file ? 'unregistered' : 'no-address'
  const wish = REACH[alerts ?? 'off']
  return dead && wish !== 'off' ? 'dead' : wish
}

interface LoginReach {
  email: string | null
  alerts: keyof typeof REACH | null
  dead: unknown
  /** Whether anybody holds an address of theirs. */
  on_file: unknown
}

const REACH = { each: 'mail', daily: 'daily', off: 'off' } as const
