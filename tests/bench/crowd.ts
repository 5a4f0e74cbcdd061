import type Database from 'better-sqlite3'
import { searchText } from '#src/receipts/search-text.ts'

/** Customers of the crowd whose pages are measured, by how many receipts they have. */
export const MEASURED = [
  { partyId: 1, number: '0959997214', receipts: 10 },
  { partyId: 2, number: '1759996348', receipts: 1_000 },
  { partyId: 3, number: '1359994183', receipts: 100_000 },
] as const

const OTHERS = 100_000
const DAYS = 730
const CONCEPTS = [
  'Comisión por transferencia interbancaria',
  'Retiro en cajero de otro banco',
  'Mantenimiento de tarjeta de débito',
  'Certificado bancario',
  'Intereses de crédito de consumo',
]

/**
 * Fills the tables of the list (not the documents) with `total` receipts over two years up to
 * `today`: the measured customers, and a hundred thousand others who share the rest.
 */
export function fillCrowd(db: Database.Database, total: number, today: Date): void {
  const at = today.toISOString()
  const days = Array.from({ length: DAYS }, (_, back) =>
    new Date(today.getTime() - (DAYS - 1 - back) * 86_400_000).toISOString().slice(0, 10),
  )
  const party = db.prepare('insert into party (id, name, created_at) values (?, ?, ?)')
  const number = db.prepare("insert into party_identification values (?, 'cedula', ?)")
  const receipt = db.prepare(
    `insert into receipt (id, access_key, kind, version, environment, status, number, issuer_ruc,
       issuer_name, issued_on, authorization_number, authorized_at, recipient_name,
       recipient_number, total_cents, concept, warnings, file_name, loaded_at)
     values (?, ?, ?, '1.1.0', 'production', 'authorized', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?)`,
  )
  const owner = db.prepare(
    "insert into receipt_owner values (?, ?, ?, ?, 'authorized', ?, ?, ?, ?, ?, ?, ?)",
  )
  const issuer = { issuerRuc: '0990000000001', issuerName: 'BANCO CEIBO S.A.' }
  const addReceipt = (id: number, partyId: number, day: string) => {
    const kind = id % 9 === 0 ? 'withholding' : id % 31 === 0 ? 'credit-note' : 'invoice'
    const sequence = String(id).padStart(9, '0')
    const shown = `001-002-${sequence}`
    const key = `${day.slice(8)}${day.slice(5, 7)}${day.slice(0, 4)}0109900000000012001002${sequence}${String(id % 100_000_000).padStart(8, '0')}11`
    const concept = CONCEPTS[id % CONCEPTS.length] ?? ''
    const cents = 41 + ((id * 7_919) % 20_000)
    const { issuerRuc, issuerName } = issuer
    receipt.run(
      id,
      key,
      kind,
      shown,
      issuerRuc,
      issuerName,
      day,
      key,
      at,
      `CLIENTE ${partyId}`,
      String(partyId),
      cents,
      concept,
      `${key}.xml`,
      at,
    )
    owner.run(
      partyId,
      day,
      id,
      kind,
      cents,
      key,
      shown,
      issuerRuc,
      issuerName,
      concept,
      searchText({ number: shown, concept, ...issuer }),
    )
  }
  const people = MEASURED.length + OTHERS
  db.transaction(() => {
    for (let id = 1; id <= people; id += 1) {
      party.run(id, `CLIENTE ${id}`, at)
      number.run(MEASURED[id - 1]?.number ?? String(2_400_000_000 + id), id)
    }
  })()
  const measured = MEASURED.flatMap(
    ({ partyId, receipts }) => Array(receipts).fill(partyId) as number[],
  )
  for (let start = 0; start < total; start += 50_000) {
    db.transaction(() => {
      for (let n = start; n < Math.min(start + 50_000, total); n += 1) {
        // The measured customers' receipts are strewn over the whole table, as they are in life.
        const place = Math.floor((n * measured.length) / total)
        const own = Math.floor(((n + 1) * measured.length) / total) > place
        const partyId = own
          ? (measured[(place * 7_919) % measured.length] ?? 1)
          : MEASURED.length + 1 + ((n * 31) % OTHERS)
        addReceipt(n + 1, partyId, days[Math.floor((n * DAYS) / total)] ?? '')
      }
    })()
  }
  db.exec('analyze')
}
