import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { PartyNumber } from '../../identity/parties/party-number.ts'
import { numbersOfParties } from '../../identity/parties/party-store.ts'
import { NO_PASSWORD } from '../../identity/passwords/password-hash.ts'
import type { Policy } from '../../policy/policy.ts'

/** A customer as the bank's people see them: who they are, and how their access stands. */
export interface Customer {
  partyId: number
  name: string
  numbers: readonly PartyNumber[]
  createdAt: Date
  /** The party that this one turned out to be. */
  mergedInto: number | null
  /** The address the bank holds. */
  bankAddress: string | null
  /** Null for who has never finished a first login. */
  login: CustomerLogin | null
  /** Of the first login; null when it is not open. */
  windowClosesAt: Date | null
}

interface CustomerLogin {
  id: number
  email: string | null
  alerts: 'each' | 'daily' | 'off'
  hasPassword: boolean
  frozen: boolean
  /** Too many wrong tries, anywhere or on a browser of theirs. */
  locked: boolean
  lastLoginAt: Date | null
}

type Limits = Policy['login']

/** Some customers in the order of their names, whatever that of the ids. */
export async function findCustomers(
  db: Db,
  limits: Limits,
  partyIds: readonly number[],
  now: Date,
): Promise<Customer[]> {
  if (partyIds.length === 0) return []
  const [rows, numbers] = await Promise.all([
    customersQuery(db, limits).where('party.id', 'in', anyOf(db, partyIds)).execute(),
    numbersOfParties(db, partyIds),
  ])
  return rows
    .map((row) => toCustomer(row, numbers.get(row.id) ?? [], now))
    .sort((a, b) => a.name.localeCompare(b.name, 'es') || a.partyId - b.partyId)
}

/** The newest customers, for a page on which nobody has searched yet. */
export async function newestCustomers(
  db: Db,
  limits: Limits,
  count: number,
  now: Date,
): Promise<Customer[]> {
  const rows = await db
    .selectFrom('party')
    .select('id')
    .where('merged_into', 'is', null)
    .orderBy('id', 'desc')
    .limit(count)
    .execute()
  return findCustomers(
    db,
    limits,
    rows.map(({ id }) => id),
    now,
  )
}

function customersQuery(db: Db, { failuresMax, failuresCeiling }: Limits) {
  return db
    .selectFrom('party')
    .leftJoin('login', 'login.party_id', 'party.id')
    .leftJoin('first_login_window as window', 'window.party_id', 'party.id')
    .select([
      'party.id',
      'party.name',
      'party.created_at',
      'party.merged_into',
      'login.id as login_id',
      'login.email',
      'login.alerts',
      'login.password_hash',
      'login.frozen_at',
      'login.locked_at',
      'login.failures',
      'login.failures_total',
      'login.last_login_at',
      'window.closes_at',
      'window.used_at',
    ])
    .select((eb) => [
      eb.val(failuresMax).as('max'),
      eb.val(failuresCeiling).as('ceiling'),
      eb
        .selectFrom('device')
        .select((device) => device.fn.max('device.failures').as('most'))
        .whereRef('device.login_id', '=', 'login.id')
        .as('device_failures'),
      eb
        .selectFrom('contact')
        .select((contact) => contact.fn.max('contact.value').as('held'))
        .whereRef('contact.party_id', '=', 'party.id')
        .where('contact.source', '=', 'bank')
        .where('contact.replaced_at', 'is', null)
        .as('bank_address'),
    ])
}

type CustomerRow = Awaited<ReturnType<ReturnType<typeof customersQuery>['executeTakeFirstOrThrow']>>

function toCustomer(row: CustomerRow, numbers: readonly PartyNumber[], now: Date): Customer {
  const closesAt = row.used_at === null ? toDate(row.closes_at) : null
  const login = toLogin(row)
  return {
    partyId: row.id,
    name: row.name,
    numbers,
    createdAt: new Date(row.created_at),
    mergedInto: row.merged_into,
    bankAddress: row.bank_address,
    login,
    windowClosesAt: login === null && closesAt && closesAt > now ? closesAt : null,
  }
}

function toLogin(row: CustomerRow): CustomerLogin | null {
  if (row.login_id === null || row.password_hash === null) return null
  const max = Number(row.max)
  return {
    id: row.login_id,
    email: row.email,
    alerts: row.alerts ?? 'each',
    hasPassword: row.password_hash !== NO_PASSWORD,
    frozen: row.frozen_at !== null,
    locked:
      row.locked_at !== null ||
      (row.failures ?? 0) >= max ||
      (row.failures_total ?? 0) >= Number(row.ceiling) ||
      Number(row.device_failures ?? 0) >= max,
    lastLoginAt: toDate(row.last_login_at),
  }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
