import type { Selectable } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import type { EmissionPoint, Issuer, Place } from './issuer.ts'

/** Keeps what there is to know of an issuer, by its RUC; answers its number here. */
export async function keepIssuer(tx: Tx, issuer: Omit<Issuer, 'id'>, now: Date): Promise<number> {
  const { legends } = issuer
  const values = {
    environment: issuer.environment,
    name: issuer.name,
    trade_name: issuer.tradeName,
    address: issuer.address,
    keeps_accounts: legends.keepsAccounts ? 1 : 0,
    special_taxpayer: legends.specialTaxpayer,
    withholding_agent: legends.withholdingAgent,
    rimpe: legends.rimpe,
    large_taxpayer: legends.largeTaxpayer,
    provider_ruc: legends.providerRuc,
    algorithm: issuer.algorithm,
    changed_at: now.toISOString(),
  }
  const row = await tx
    .insertInto('issuer')
    .values({ ruc: issuer.ruc, ...values })
    .onConflict((conflict) => conflict.column('ruc').doUpdateSet(values))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Every issuer, in the order they came; there are a few. */
export async function listIssuers(db: Db): Promise<Issuer[]> {
  const rows = await db.selectFrom('issuer').selectAll().orderBy('id').execute()
  return rows.map(toIssuer)
}

export async function issuerById(db: Db, id: number): Promise<Issuer> {
  const row = await db
    .selectFrom('issuer')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return toIssuer(row)
}

/** Null when there is none of that RUC. */
export async function issuerByRuc(db: Db, ruc: string): Promise<Issuer | null> {
  const row = await db.selectFrom('issuer').selectAll().where('ruc', '=', ruc).executeTakeFirst()
  return row ? toIssuer(row) : null
}

function toIssuer(row: Selectable<Schema['issuer']>): Issuer {
  const { id, ruc, environment, name, address, algorithm } = row
  return {
    id,
    ruc,
    environment,
    name,
    tradeName: row.trade_name,
    address,
    algorithm,
    legends: {
      keepsAccounts: row.keeps_accounts === 1,
      specialTaxpayer: row.special_taxpayer,
      withholdingAgent: row.withholding_agent,
      rimpe: row.rimpe,
      largeTaxpayer: row.large_taxpayer,
      providerRuc: row.provider_ruc,
    },
  }
}

export async function keepEstablishment(
  tx: Tx,
  issuerId: number,
  { code, address }: { code: string; address: string },
): Promise<void> {
  await tx
    .insertInto('establishment')
    .values({ issuer_id: issuerId, code, address })
    .onConflict((conflict) => conflict.columns(['issuer_id', 'code']).doUpdateSet({ address }))
    .execute()
}

/** Where an issuer has points of emission, in the order of their numbers. */
export async function establishmentsOf(
  db: Db,
  issuerId: number,
): Promise<{ code: string; address: string }[]> {
  return db
    .selectFrom('establishment')
    .select(['code', 'address'])
    .where('issuer_id', '=', issuerId)
    .orderBy('code')
    .execute()
}

/** Keeps a point of an establishment; the default one takes that from the one that was it. */
export async function keepPoint(
  tx: Tx,
  issuerId: number,
  { establishment, point, active, isDefault }: Omit<EmissionPoint, 'address'>,
): Promise<void> {
  if (isDefault) {
    await tx
      .updateTable('emission_point')
      .set({ is_default: 0 })
      .where('issuer_id', '=', issuerId)
      .where('is_default', '=', 1)
      .execute()
  }
  const values = { active: active ? 1 : 0, is_default: isDefault ? 1 : 0 }
  await tx
    .insertInto('emission_point')
    .values({ issuer_id: issuerId, establishment, code: point, ...values })
    .onConflict((conflict) =>
      conflict.columns(['issuer_id', 'establishment', 'code']).doUpdateSet(values),
    )
    .execute()
}

/** The points of an issuer, in the order of their numbers; there are a few hundred at most. */
export async function pointsOf(db: Db, issuerId: number): Promise<EmissionPoint[]> {
  const rows = await db
    .selectFrom('emission_point')
    .innerJoin('establishment', (join) =>
      join
        .onRef('establishment.issuer_id', '=', 'emission_point.issuer_id')
        .onRef('establishment.code', '=', 'emission_point.establishment'),
    )
    .select(['emission_point.establishment', 'emission_point.code', 'active', 'is_default'])
    .select('establishment.address')
    .where('emission_point.issuer_id', '=', issuerId)
    .orderBy('emission_point.establishment')
    .orderBy('emission_point.code')
    .execute()
  return rows.map((row) => ({
    establishment: row.establishment,
    point: row.code,
    active: row.active === 1,
    isDefault: row.is_default === 1,
    address: row.address,
  }))
}

/** The point where a draft is to be issued; null when it is not there or not in use. */
export function pointFor(
  points: readonly EmissionPoint[],
  wanted: Place | null,
): EmissionPoint | null {
  const found = points.find((one) =>
    wanted === null
      ? one.isDefault
      : one.establishment === wanted.establishment && one.point === wanted.point,
  )
  return found?.active ? found : null
}

/** The establishments of all issuers, in order: what a list can be narrowed to. */
export async function establishmentCodes(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('establishment')
    .select('code')
    .distinct()
    .orderBy('code')
    .execute()
  return rows.map(({ code }) => code)
}
