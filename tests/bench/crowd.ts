import type Database from 'better-sqlite3'
import { searchText } from '#src/receipts/search-text.ts'

/** Customers of the crowd whose pages are measured, by how many receipts they have. */
export const MEASURED = [
  { partyId: 1, number: '0959997214', receipts: 10 },
  { partyId: 2, number: '1759996348', receipts: 1_000 },
  { partyId: 3, number: '1359994183', receipts: 100_000 },
] as const

/** What each of the others has, until there are a hundred thousand of them. */
const EACH = 100
const OTHERS_MAX = 100_000
const DAYS = 730
const ISSUER = { issuerRuc: '0990000000001', issuerName: 'BANCO CEIBO S.A.' }
const CONCEPTS = [
  'Comisión por transferencia interbancaria',
  'Retiro en cajero de otro banco',
  'Mantenimiento de tarjeta de débito',
  'Certificado bancario',
  'Intereses de crédito de consumo',
]

/** The cédula of anybody in the crowd. */
export function numberOf(partyId: number): string {
  return MEASURED[partyId - 1]?.number ?? String(2_400_000_000 + partyId)
}

function othersOf(total: number): number {
  return Math.min(OTHERS_MAX, Math.ceil(total / EACH))
}

/**
 * Fills the tables of the list (not the documents) with `total` receipts over two years up to
 * `today`: the measured customers (those who fit) and others, who share the rest. Ten million take a
 * quarter of an hour, as the rows of the list are written in their own order.
 */
export function fillCrowd(db: Database.Database, total: number, today: Date): void {
  db.pragma('synchronous = off')
  addPeople(db, othersOf(total), today)
  const days = Array.from({ length: DAYS }, (_, back) =>
    new Date(today.getTime() - (DAYS - 1 - back) * 86_400_000).toISOString().slice(0, 10),
  )
  const partyOf = sharesOf(total)
  const facts = (place: number) =>
    factsOf(place + 1, partyOf[place] ?? 0, days[Math.floor((place * DAYS) / total)] ?? '')
  const places = Uint32Array.from({ length: total }, (_, place) => place)
  addReceipts(db, places, facts, today)
  // Places are in the order of days, and sorting keeps it within each party.
  addOwners(db, sortedBy(places, partyOf), facts)
  addUpDays(db, MEASURED.length + othersOf(total))
}

function addPeople(db: Database.Database, others: number, today: Date): void {
  const party = db.prepare('insert into party (id, name, created_at) values (?, ?, ?)')
  const number = db.prepare("insert into party_identification values (?, 'cedula', ?)")
  db.transaction(() => {
    for (let id = 1; id <= MEASURED.length + others; id += 1) {
      party.run(id, `CLIENTE ${id}`, today.toISOString())
      number.run(numberOf(id), id)
    }
  })()
}

/** Whose each receipt is. Those of the measured are strewn over the whole table, as they are in life. */
function sharesOf(total: number): Uint32Array {
  const measured = MEASURED.flatMap(({ partyId, receipts }) =>
    receipts * 2 > total ? [] : (Array(receipts).fill(partyId) as number[]),
  )
  const others = othersOf(total)
  return Uint32Array.from({ length: total }, (_, n) => {
    const place = Math.floor((n * measured.length) / total)
    const own = Math.floor(((n + 1) * measured.length) / total) > place
    if (own) return measured[(place * 7_919) % measured.length] ?? 1
    return MEASURED.length + 1 + ((n * 31) % others)
  })
}

function sortedBy(places: Uint32Array, partyOf: Uint32Array): Uint32Array {
  const starts = new Uint32Array(MEASURED.length + OTHERS_MAX + 2)
  for (const party of partyOf) starts[party + 1] = (starts[party + 1] ?? 0) + 1
  for (let at = 1; at < starts.length; at += 1) {
    starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0)
  }
  const sorted = new Uint32Array(places.length)
  for (const place of places) {
    const party = partyOf[place] ?? 0
    const at = starts[party] ?? 0
    sorted[at] = place
    starts[party] = at + 1
  }
  return sorted
}

function factsOf(id: number, partyId: number, day: string) {
  const sequence = String(id).padStart(9, '0')
  const date = `${day.slice(8)}${day.slice(5, 7)}${day.slice(0, 4)}`
  return {
    id,
    partyId,
    day,
    kind: id % 9 === 0 ? 'withholding' : id % 31 === 0 ? 'credit-note' : 'invoice',
    number: `001-002-${sequence}`,
    key: `${date}0109900000000012001002${sequence}${String(id % 100_000_000).padStart(8, '0')}11`,
    concept: CONCEPTS[id % CONCEPTS.length] ?? '',
    cents: 41 + ((id * 7_919) % 20_000),
  }
}

type FactsOf = (place: number) => ReturnType<typeof factsOf>

function addReceipts(
  db: Database.Database,
  places: Uint32Array,
  facts: FactsOf,
  today: Date,
): void {
  const receipt = db.prepare(
    `insert into receipt (id, access_key, kind, version, environment, status, number, issuer_ruc,
       issuer_name, issued_on, authorization_number, authorized_at, recipient_name,
       recipient_number, total_cents, concept, warnings, file_name, loaded_at)
     values ($id, $key, $kind, '1.1.0', 'production', 'authorized', $number, '${ISSUER.issuerRuc}',
       '${ISSUER.issuerName}', $day, $key, $at, 'CLIENTE ' || $partyId,
       $partyId, $cents, $concept, '[]', $key || '.xml', $at)`,
  )
  const at = today.toISOString()
  inGroups(db, places, (place) => {
    const { id, partyId, ...rest } = facts(place)
    receipt.run({ ...rest, id, partyId: String(partyId), at })
  })
}

function addOwners(db: Database.Database, places: Uint32Array, facts: FactsOf): void {
  const owner = db.prepare(
    `insert into receipt_owner (party_id, issued_on, receipt_id, kind, status, total_cents,
       access_key, number, issuer_ruc, issuer_name, concept, search_text)
     values ($partyId, $day, $id, $kind, 'authorized', $cents,
       $key, $number, '${ISSUER.issuerRuc}', '${ISSUER.issuerName}', $concept, $text)`,
  )
  inGroups(db, places, (place) => {
    const row = facts(place)
    owner.run({ ...row, text: searchText({ ...row, ...ISSUER }) })
  })
}

function addUpDays(db: Database.Database, parties: number): void {
  const days = db.prepare(
    `insert into receipt_day (party_id, issued_on, kind, status, receipts, cents)
     select party_id, issued_on, kind, status, count(*), sum(total_cents)
     from receipt_owner where party_id > ? and party_id <= ?
     group by party_id, issued_on, kind, status`,
  )
  for (let after = 0; after < parties; after += 1_000) days.run(after, after + 1_000)
}

const GROUP = 50_000

function inGroups(db: Database.Database, places: Uint32Array, add: (place: number) => void): void {
  const addGroup = db.transaction((group: Uint32Array) => group.forEach(add))
  for (let start = 0; start < places.length; start += GROUP) {
    addGroup(places.subarray(start, start + GROUP))
  }
}
