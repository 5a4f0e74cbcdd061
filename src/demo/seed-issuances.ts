import { company, type Person, pedro, somebody } from '#fixtures/people.ts'
import { chanceOf } from '#fixtures/random.ts'
import type { ChargedService } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { emissionSource } from '../intake/emissions/emission-store.ts'
import { beginIssuances } from '../issuing/issuance/begin-issuances.ts'
import { dayOf } from '../values/day.ts'

const { abroad, cardUpkeep, certificate, chequebook, payroll, statement, transfer } = services
const crowd = (number: number) => somebody(number, chanceOf(number + 1))

const CHARGED: readonly (readonly [Person, readonly ChargedService[]])[] = [
  [pedro, [certificate]],
  [company, [payroll, transfer]],
  [crowd(0), [transfer]],
  [crowd(1), [chequebook]],
  [crowd(2), [cardUpkeep]],
  [crowd(3), [statement, certificate]],
  [crowd(4), [abroad, services.swift]],
  [crowd(5), [transfer]],
]

/**
 * Has the fictitious bank charge for its services, so that documents are seen on their way to the SRI.
 *
 * @returns whether it was done now, and not at an earlier start
 */
export async function seedIssuances({ db, random, now }: Context): Promise<boolean> {
  const day = dayOf(now())
  const requests = CHARGED.map(([buyer, charged], at) => ({
    source: emissionSource('invoice', `DEMO-${at + 1}`),
    draft: draftOf(buyer, charged, { day }),
    isFee: true,
    lot: null,
  }))
  const begun = await transaction(db, (tx) => beginIssuances(tx, requests, { random }, now()))
  return begun.some((one) => one.ok && one.isNew)
}
