import { kindFacts } from '../../sri/kinds.ts'
import { formatDay } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import type { ListedReceipt } from '../receipt.ts'
import { isDownloadable, isTest, listName, signedValue, statusFacts } from '../receipt.ts'
import type { Client } from '../scope/clients.ts'

/** A row as it is printed. */
export interface ListRow {
  readonly key: string
  readonly number: string
  readonly kind: string
  /** «la retención 001-004-000002291», for those who hear the page. */
  readonly spoken: string
  readonly day: string
  readonly dayText: string
  readonly concept: string
  readonly status: string
  readonly tone: string
  readonly icon: string
  /** Whose it is, in a list of several clients; empty otherwise. */
  readonly client: string
  /** On phones, under the number: what is not plain «authorised». */
  readonly aside: string
  readonly value: string
  readonly files: boolean
  /** Beside the state, what else there is to know of it. */
  readonly badges: readonly string[]
}

/** `client` is told in a list of several; `annulling` are those whose annulment waits for the recipient. */
export function describeRow(
  receipt: ListedReceipt,
  client: Client | undefined,
  annulling: ReadonlySet<number>,
): ListRow {
  const kind = listName(receipt.kind)
  const status = statusFacts(receipt.status)
  const value = signedValue(receipt)
  const badges = [
    ...(annulling.has(receipt.id) ? ['Pendiente de anular'] : []),
    ...(isTest(receipt) ? ['Pruebas'] : []),
  ]
  const unusual = receipt.status === 'authorized' ? [] : [status.name]
  return {
    key: receipt.accessKey,
    number: receipt.number,
    kind,
    spoken: `la ${kind.toLowerCase()} ${receipt.number}`,
    day: receipt.issuedOn,
    dayText: formatDay(receipt.issuedOn),
    concept: receipt.concept,
    client: client ? readableName(client.name) : '',
    status: status.name,
    tone: status.tone,
    icon: status.icon,
    aside: [...unusual, ...badges].map((word) => ` · ${word}`).join(''),
    value: value === null ? '' : formatMoney(value),
    files: isDownloadable(receipt),
    badges,
  }
}

/** «Factura 001-002-000018710»: what the page of one receipt is called. */
export function receiptTitle(receipt: Pick<ListedReceipt, 'kind' | 'number'>): string {
  return `${kindFacts(receipt.kind).name} ${receipt.number}`
}
