import { fileStem, type ListedReceipt, listName } from '../../../receipts/receipt.ts'
import type { Clients } from '../../../receipts/scope/clients.ts'
import type { ReceiptScope } from '../../../receipts/scope/scope.ts'
import type { SheetMark } from '../../../ride/merged/merged-sheets.ts'
import { kindFacts } from '../../../sri/kinds.ts'
import { readableName } from '../../../values/person-name.ts'
import { sharesOf } from '../scope.ts'
import type { PackedRow } from './packed-row.ts'

/** All that a name on a disk is made of here: nothing that leaves its folder. */
const UNSAFE = /[^A-Za-z0-9-]/g

/** How files are called: `0990000000001/2026/11/factura/Factura_001-002-000018710_2026-11-16.xml`. */
export class Naming {
  readonly #shares: readonly { readonly partyId: number }[]
  readonly #clients: Clients
  readonly #taken = new Set<string>()

  constructor(scope: ReceiptScope, clients: Clients) {
    this.#shares = sharesOf(scope)
    this.#clients = clients
  }

  taxpayerOf(partyId: number): string {
    const number = this.#clients.get(partyId)?.number ?? ''
    return number.replace(UNSAFE, '_') || 'sin-numero'
  }

  taxpayerAt(share: number): string {
    return this.taxpayerOf(this.#shares[share]?.partyId ?? 0)
  }

  /** A name that nothing in this part has; two receipts of one number and day differ in their keys. */
  stemOf(share: number, receipt: ListedReceipt): string {
    const [year, month] = receipt.issuedOn.split('-')
    const folder = [this.taxpayerAt(share), year, month, kindFacts(receipt.kind).slug].join('/')
    const plain = `${folder}/${fileStem(receipt)}`
    const stem = this.#taken.has(plain) ? `${plain}_${receipt.accessKey}` : plain
    this.#taken.add(stem)
    return stem
  }

  /** Under which bookmarks a receipt is in the one PDF of all. */
  markOf(share: number, { kind, number, issuedOn }: ListedReceipt): SheetMark {
    const { partyId = 0 } = this.#shares[share] ?? {}
    const name = readableName(this.#clients.get(partyId)?.name ?? '')
    const chapter = [name, this.taxpayerAt(share)].filter(Boolean).join(', ')
    return { chapter, title: `${issuedOn} ${listName(kind)} ${number}` }
  }

  /** Notes the name that a row of an earlier step has. */
  take({ files }: PackedRow): void {
    const [first] = files
    if (first) this.#taken.add(first.name.replace(/\.(pdf|xml)$/, ''))
  }
}
