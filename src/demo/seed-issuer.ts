import { issue } from '#fixtures/certificates/certificates.ts'
import { bancoCeibo, SPECIAL_TAXPAYER } from '#fixtures/receipts/draft.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { findStaffLogin } from '../identity/login-store.ts'
import { replaceCertificate } from '../issuing/certificates/certificate-store.ts'
import {
  keepEstablishment,
  keepIssuer,
  keepPoint,
  listIssuers,
} from '../issuing/issuer/issuer-store.ts'

const YEAR_MS = 365 * 24 * 3_600_000
const POINTS = ['001', '002'] as const

/** Makes the fictitious bank one that issues, signed with a certificate of nobody's authority. */
export async function seedIssuer({ db, keys, now }: Context): Promise<void> {
  const administrator = await findStaffLogin(db, 'ana.vera')
  if (!administrator || (await listIssuers(db)).length > 0) return
  const { ruc, name, tradeName, address } = bancoCeibo
  const [from, to] = [-1, 1].map((years) => {
    return new Date(now().getTime() + years * YEAR_MS).toISOString()
  }) as [string, string]
  const identity = issue({ ruc, from, to })
  await transaction(db, async (tx) => {
    const issuer = {
      ruc,
      name,
      tradeName,
      address,
      environment: 'test',
      algorithm: 'rsa-sha1',
    } as const
    const legends = {
      keepsAccounts: true,
      specialTaxpayer: SPECIAL_TAXPAYER,
      withholdingAgent: null,
      rimpe: null,
      largeTaxpayer: null,
      providerRuc: null,
    }
    const id = await keepIssuer(tx, { ...issuer, legends }, now())
    await keepEstablishment(tx, id, { code: '001', address })
    for (const point of POINTS) {
      const place = { establishment: '001', point, active: true, isDefault: point === '002' }
      await keepPoint(tx, id, place)
    }
    const given = { issuerRuc: ruc, identity, addedBy: administrator.id }
    await replaceCertificate(tx, keys.seal, given, now())
  })
}
