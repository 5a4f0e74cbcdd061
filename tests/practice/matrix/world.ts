import type { Person } from '#fixtures/people.ts'
import { company, maria, mariaWithRuc, pedro, rosa, somebody } from '#fixtures/people.ts'
import { chanceOf } from '#fixtures/random.ts'
import { type ReceiptFile, receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { creditNote } from '#fixtures/receipts/notes.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { revokeGrantOf } from '#src/practice/grants/grant-store.ts'
import type { Day } from '#src/values/day.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import { type Browser, openPortal, type TestPortal } from '#tests/support/portal.ts'
import { type Accountant, grant, openFirm, pass } from '../support.ts'

/** By what a receipt is recognised wherever it is shown. */
export interface Known {
  readonly accessKey: string
  readonly number: string
}

export interface World {
  portal: TestPortal
  firmId: number
  lead: Accountant
  member: Accountant
  /** All of these were granted, two invoices and a withholding. */
  open: readonly [Known, Known, Known]
  /** Each of these was not, for the reason that is its name. */
  shut: Record<string, readonly Known[]>
  /** Takes back what was granted of the open ones. */
  revoke(): Promise<void>
  /** Who owns the open ones, and more that is shut. */
  owner: Browser
  ownerId: number
}

const NOVEMBER = '2026-11-16' as Day
const gone = somebody(4_711, chanceOf(4_711))
/** Everybody of whom there is a receipt, by the number on it. */
export const EVERYBODY = [mariaWithRuc, maria, pedro, rosa, company, gone].map(({ id }) => id)

let sequence = 0
const draft = (day: string) => {
  sequence += 1
  return { day: day as Day, series: '001-002', sequence }
}
/** Of everything that is shut there is ten thousand times as much, so that no sum hides it. */
const charged = (cents: number) => [{ code: 'TR', description: 'Transferencia', cents }]
const bill = (buyer: Person, day: string = NOVEMBER, cents = 100_000_000) =>
  receiptFile(invoice(draft(day), buyer, charged(cents)))
const withheld = (buyer: Person, day: string = NOVEMBER, interest = 100_000_000) =>
  receiptFile(interestWithholding(draft(day), buyer, interest))
const both = (buyer: Person, day?: string) => [bill(buyer, day), withheld(buyer, day)]

function known({ name }: ReceiptFile): Known {
  const accessKey = name.replace('.xml', '')
  const [, establishment, point, last] = /^.{24}(...)(...)(.{9})/.exec(accessKey) ?? []
  return { accessKey, number: `${establishment}-${point}-${last}` }
}

/** Receipts that a grant covers, and some for each way in which none does. */
export async function openWorld(db?: Db): Promise<World> {
  const portal = await openPortal(db ? { db } : {})
  const { clock } = portal
  const { firmId, lead, member } = await openFirm(portal)
  const other = await openFirm(portal, '1790067890001')
  const files = {
    open: [bill(mariaWithRuc, NOVEMBER, 10_000), bill(mariaWithRuc, NOVEMBER, 20_000)],
    openWithheld: withheld(mariaWithRuc, NOVEMBER, 100_000),
    shut: {
      'of another kind': [
        receiptFile(
          creditNote(
            draft(NOVEMBER),
            mariaWithRuc,
            { number: '001-002-000000001', day: NOVEMBER },
            'Cobro repetido',
            charged(100_000_000),
          ),
        ),
      ],
      'before the period': both(mariaWithRuc, '2026-10-31'),
      'after the period': both(mariaWithRuc, '2026-12-01'),
      'by another number of theirs': both(maria),
      'of somebody who granted nothing': both(pedro),
      'granted to another firm': both(rosa),
      'whose grant has ended': both(company),
      'whose grant was taken back': both(gone),
    },
  }
  const shut = Object.entries(files.shut)
  await load(portal, [...files.open, files.openWithheld, ...shut.flatMap(([, some]) => some)])
  const give = async (
    person: Person,
    covers: Parameters<typeof grant>[2] = {},
    toFirm: number = firmId,
  ) => {
    const { browser, partyId, loginId: by } = await signInPerson(portal, person)
    const id = await grant(portal, { partyId, firmId: toFirm, by }, covers)
    const revoke = () =>
      transaction(portal.db, (tx) => revokeGrantOf(tx, { id, partyId, by }, clock.now()))
    return { browser, partyId, revoke: async () => void (await revoke()) }
  }
  const hers = await give(mariaWithRuc, {
    kinds: ['invoice', 'withholding'],
    from: '2026-11-01' as Day,
    to: '2026-11-30' as Day,
    recipient: mariaWithRuc.id,
  })
  await give(rosa, {}, other.firmId)
  const ended = await give(company, { endsOn: '2026-11-20' as Day })
  const revoked = await give(gone)
  await revoked.revoke()
  await pass(portal, member, [ended.partyId, revoked.partyId])
  const [first, second, third] = [...files.open, files.openWithheld].map(known)
  if (!first || !second || !third) throw new Error('No receipts')
  return {
    portal,
    firmId,
    lead,
    member,
    open: [first, second, third],
    shut: Object.fromEntries(shut.map(([reason, some]) => [reason, some.map(known)])),
    revoke: hers.revoke,
    owner: hers.browser,
    ownerId: hers.partyId,
  }
}
