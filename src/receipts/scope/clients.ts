import type { Reader } from '../reading-store.ts'
import type { ReceiptScope } from './scope.ts'

/** A party whose receipts somebody else may read, as a list of several tells it from the others. */
export interface Client {
  readonly partyId: number
  readonly name: string
  /** The one to show: the RUC when there is one. */
  readonly number: string
  /** Every number that leads to it. */
  readonly numbers: readonly string[]
}

/** By party. */
export type Clients = ReadonlyMap<number, Client>

/** Who reads, and for whom; `clients` is null for somebody who reads their own. */
export interface ClientReader extends Reader {
  readonly clients: Clients | null
}

/**
 * The same reader with an eye for some clients only; none means all. A number that is no client's
 * adds nothing, and when none of them is, nothing is left to see.
 */
export function narrowed(reader: ClientReader, numbers: readonly string[]): ClientReader {
  const { clients } = reader
  if (clients === null || numbers.length === 0) return reader
  const wanted = new Set(numbers)
  const chosen = [...clients.values()].filter((client) =>
    client.numbers.some((number) => wanted.has(number)),
  )
  const parties = new Set(chosen.map(({ partyId }) => partyId))
  const only = (scope: ReceiptScope) => scope.filter(({ partyId }) => parties.has(partyId))
  return {
    ...reader,
    scope: only(reader.scope),
    scopeNow: async () => only(await reader.scopeNow()),
  }
}
