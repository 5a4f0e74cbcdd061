import { anyOf, insertNumberedRows, insertRows } from '../../db/bulk-insert.ts'
import { lockFor, shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { wordsOf } from '../../values/search-words.ts'
import type { PartyNumber } from './party-number.ts'

/** A person or company to whom receipts belong. */
interface Party {
  id: number
  name: string
}

/** Somebody named on a document: at least one number, all of them leading to the same party. */
export interface NamedPerson {
  name: string
  numbers: readonly PartyNumber[]
}

/** The party that a canonical number (cédula, RUC, passport) leads to, or null. */
export async function findPartyByNumber(db: Db, canonical: string): Promise<Party | null> {
  const found = await db
    .selectFrom('party_identification')
    .innerJoin('party', 'party.id', 'party_identification.party_id')
    .select(['party.id', 'party.name'])
    .where('party_identification.number', '=', canonical)
    .executeTakeFirst()
  return found ?? null
}

/** Every number that leads to a party, the cédula before the RUC. */
export async function numbersOfParty(db: Db, partyId: number): Promise<PartyNumber[]> {
  return db
    .selectFrom('party_identification')
    .select(['number', 'kind'])
    .where('party_id', '=', partyId)
    .orderBy('number')
    .execute()
}

/** The numbers of several parties, by party, each the cédula before the RUC. */
export async function numbersOfParties(
  db: Db,
  partyIds: readonly number[],
): Promise<Map<number, PartyNumber[]>> {
  const rows = await db
    .selectFrom('party_identification')
    .select(['number', 'kind', 'party_id'])
    .where('party_id', 'in', anyOf(db, partyIds))
    .execute()
  const sorted = rows.sort((a, b) => (a.number < b.number ? -1 : 1))
  return Map.groupBy(sorted, ({ party_id }) => party_id)
}

/** Parties that were merged into another since, and into which. */
export async function mergedInto(db: Db, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('party')
    .select(['id', 'merged_into'])
    .where('id', 'in', anyOf(db, ids))
    .where('merged_into', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, merged_into }) => [id, merged_into ?? id]))
}

/**
 * Finds the party of each person, adding those nobody has met, and answers their ids in order. The
 * same person may be listed several times, with either number. Two loads that meet the same stranger
 * at once end with one party: the second waits for the first and looks again.
 */
export async function findOrAddParties(
  tx: Tx,
  people: readonly NamedPerson[],
  now: Date,
): Promise<number[]> {
  // What is found here must hold until it is used: a merge in between would leave it to nobody.
  await shareLock(tx, 'merging')
  let known = await partiesByNumber(tx, people)
  if (people.some((person) => lacksNumber(person, known))) {
    await lockFor(tx, 'parties')
    known = await partiesByNumber(tx, people)
    await addParties(tx, people, known, now)
    await addNumbers(tx, people, known)
  }
  return people.map((person) => idOf(person, known) ?? unknownParty())
}

type Known = Map<string, number>

async function partiesByNumber(tx: Tx, people: readonly NamedPerson[]): Promise<Known> {
  const numbers = new Set<string>()
  for (const person of people) for (const { number } of person.numbers) numbers.add(number)
  if (numbers.size === 0) return new Map()
  const rows = await tx
    .selectFrom('party_identification')
    .select(['number', 'party_id'])
    .where('number', 'in', anyOf(tx, [...numbers]))
    .execute()
  return new Map(rows.map((row) => [row.number, row.party_id]))
}

async function addParties(
  tx: Tx,
  people: readonly NamedPerson[],
  known: Known,
  now: Date,
): Promise<void> {
  const strangers: NamedPerson[] = []
  const met = new Set<string>()
  for (const person of people) {
    if (idOf(person, known) !== null || person.numbers.some(({ number }) => met.has(number)))
      continue
    for (const { number } of person.numbers) met.add(number)
    strangers.push(person)
  }
  const ids = await insertNumberedRows(tx, {
    table: 'party',
    columns: ['name', 'created_at'],
    rows: strangers.map((person) => [person.name, now.toISOString()]),
  })
  const words: [string, number][] = []
  for (const [at, person] of strangers.entries()) {
    const [first] = person.numbers
    const id = ids[at]
    if (!first || !id) continue
    known.set(first.number, id)
    for (const word of wordsOf(person.name)) words.push([word, id])
  }
  await insertRows(tx, { table: 'party_word', columns: ['word', 'party_id'], rows: words })
  await insertRows(tx, {
    table: 'party_identification',
    columns: ['number', 'kind', 'party_id'],
    rows: strangers.flatMap(({ numbers: [first] }) =>
      first ? [[first.number, first.kind, known.get(first.number) ?? unknownParty()]] : [],
    ),
  })
}

/** Adds the numbers that a known party still lacks: a RUC besides the cédula, and the other way. */
async function addNumbers(tx: Tx, people: readonly NamedPerson[], known: Known): Promise<void> {
  const rows: [string, string, number][] = []
  for (const person of people) {
    const id = idOf(person, known) ?? unknownParty()
    for (const { number, kind } of person.numbers) {
      if (known.has(number)) continue
      known.set(number, id)
      rows.push([number, kind, id])
    }
  }
  await insertRows(tx, {
    table: 'party_identification',
    columns: ['number', 'kind', 'party_id'],
    rows,
  })
}

function lacksNumber(person: NamedPerson, known: Known): boolean {
  return person.numbers.some(({ number }) => !known.has(number))
}

function idOf(person: NamedPerson, known: Known): number | null {
  for (const { number } of person.numbers) {
    const id = known.get(number)
    if (id !== undefined) return id
  }
  return null
}

function unknownParty(): never {
  throw new Error('A person without a number has no party')
}
