import { view } from '../web/pages/view.ts'
import type { ReceiptPageData } from './page/receipt-page.ts'
import type { Client } from './scope/clients.ts'
import type { ReceiptList } from './search/receipt-list.ts'
import type { SavedSearch } from './search/saved/saved-search-store.ts'

/** `part`: only what changes with a search, for htmx. */
type ListPage = {
  list: ReceiptList
  saved: readonly SavedSearch[]
  part: boolean
}

export const receiptIndex = view<ListPage>('receipts/index', { part: 'receipts/_results' })
export const receiptShow = view<{ page: ReceiptPageData; client: Client | null; backHref: string }>(
  'receipts/show',
)
export const savedIndex = view<{
  saved: readonly SavedSearch[]
  max: number
  problem: { id: number; text: string; name: string } | null
}>('receipts/searches')
export const savedNew = view<{ query: string; name: string; problem: string }>(
  'receipts/new-search',
)
