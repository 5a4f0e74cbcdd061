import crypto from 'node:crypto'
import { bancoCeibo, SPECIAL_TAXPAYER } from '#fixtures/receipts/draft.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Db } from '#src/db/open.ts'
import type { Tx } from '#src/db/transaction.ts'
import { transaction } from '#src/db/transaction.ts'
import type { IssuanceRequest } from '#src/issuing/issuance/begin-issuances.ts'
import { beginIssuances } from '#src/issuing/issuance/begin-issuances.ts'
import type { Issuer } from '#src/issuing/issuer/issuer.ts'
import { keepEstablishment, keepIssuer, keepPoint } from '#src/issuing/issuer/issuer-store.ts'
import type { ReceiptDraft } from '#src/sri/draft.ts'
import { deriveKeys } from '#src/values/keys.ts'

/** A morning on which the bank issues. */
export const NOW = new Date('2026-11-20T15:00:00.000Z')

export const ENCRYPTION_KEY = '07'.repeat(32)
export const KEYS = deriveKeys(Buffer.from(ENCRYPTION_KEY, 'hex'))
export const SILENT = { info() {}, warn() {}, error() {} }
export const NEEDS = { random: crypto.randomBytes }

export const ceibo: Omit<Issuer, 'id'> = {
  ruc: bancoCeibo.ruc,
  environment: 'test',
  name: bancoCeibo.name,
  tradeName: bancoCeibo.tradeName,
  address: bancoCeibo.address,
  algorithm: 'rsa-sha1',
  legends: {
    keepsAccounts: true,
    specialTaxpayer: SPECIAL_TAXPAYER,
    withholdingAgent: '1',
    rimpe: null,
    largeTaxpayer: null,
    providerRuc: null,
  },
}

/** The bank as issuer, with the points 001-001, which is the default, 001-002 and 002-001. */
export async function foundBank(db: Db, changes: Partial<typeof ceibo> = {}): Promise<number> {
  return transaction(db, (tx) => foundBankIn(tx, changes))
}

async function foundBankIn(tx: Tx, changes: Partial<typeof ceibo>): Promise<number> {
  const id = await keepIssuer(tx, { ...ceibo, ...changes }, NOW)
  await keepEstablishment(tx, id, { code: '001', address: bancoCeibo.address })
  await keepEstablishment(tx, id, { code: '002', address: 'Av. Amazonas 500, Quito' })
  for (const [establishment, point] of [
    ['001', '001'],
    ['001', '002'],
    ['002', '001'],
  ] as const) {
    const isDefault = establishment + point === '001001'
    await keepPoint(tx, id, { establishment, point, active: true, isDefault })
  }
  return id
}

export function request(source: string, draft: ReceiptDraft = draftOf()): IssuanceRequest {
  return { source, draft, isFee: false, lot: null }
}

/** Begins to issue for some sources, in one transaction. */
export async function begin(db: Db, requests: readonly IssuanceRequest[]) {
  return transaction(db, (tx) => beginIssuances(tx, requests, NEEDS, NOW))
}

/** The numbers that were used, series by series, each in its order. */
export async function numbersUsed(db: Db): Promise<Record<string, number[]>> {
  const rows = await db
    .selectFrom('issuance')
    .select(['environment', 'kind', 'establishment', 'point', 'sequence'])
    .orderBy('sequence')
    .execute()
  const groups = Map.groupBy(
    rows,
    (row) => `${row.environment} ${row.kind} ${row.establishment}-${row.point}`,
  )
  return Object.fromEntries([...groups].map(([name, of]) => [name, of.map((row) => row.sequence)]))
}

export function upTo(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, at) => from + at)
}
