import type { Db } from '../../../db/open.ts'
import { numbersOfParties } from '../../../identity/parties/party-store.ts'
import { fileStem, type ListedReceipt } from '../../../receipts/receipt.ts'
import { kindFacts } from '../../../sri/kinds.ts'
import type { Scope } from '../scope.ts'
import type { PackedRow } from './packed-row.ts'

/** All that a name on a disk is made of here: nothing that leaves its folder. */
const UNSAFE = /[^A-Za-z0-9-]/g

/** How files are called: `0990000000001/2026/11/factura/Factura_001-002-000018710_2026-11-16.xml`. */
export class Naming {
  readonly #scope: Scope
  readonly #taxpayers: ReadonlyMap<number, string>
  readonly #taken = new Set<string>()

  private constructor(scope: Scope, taxpayers: ReadonlyMap<number, string>) {
    this.#scope = scope
    this.#taxpayers = taxpayers
  }

  static async open(db: Db, scope: Scope): Promise<Naming> {
    const numbers = await numbersOfParties(
      db,
      scope.map(({ partyId }) => partyId),
    )
    // The RUC is what the tax authority's world calls a taxpayer by.
    const names = [...numbers].map(([partyId, all]) => {
      const number = all.find(({ kind }) => kind === 'ruc') ?? all[0]
      return [partyId, (number?.number ?? '').replace(UNSAFE, '_')] as const
    })
    return new Naming(scope, new Map(names))
  }

  taxpayerOf(partyId: number): string {
    return this.#taxpayers.get(partyId) || 'sin-numero'
  }

  taxpayerAt(share: number): string {
    return this.taxpayerOf(this.#scope[share]?.partyId ?? 0)
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

  /** Notes the name that a row of an earlier step has. */
  take({ files }: PackedRow): void {
    const [first] = files
    if (first) this.#taken.add(first.name.replace(/\.(pdf|xml)$/, ''))
  }
}
