import crypto from 'node:crypto'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { readCertificate } from '../../sri/signature/certificate.ts'
import type { SigningIdentity } from '../../sri/signature/signer.ts'
import { seal, unseal } from '../../values/keys.ts'

/** A certificate with which an issuer's receipts are signed, without its key. */
export interface KeptCertificate {
  readonly id: number
  readonly issuerRuc: string
  readonly holder: string
  readonly authority: string
  readonly serial: string
  readonly validFrom: Date
  readonly validTo: Date
  readonly addedBy: string
  readonly addedAt: Date
  readonly retiredAt: Date | null
}

/** PEM, both. */
interface SealedIdentity {
  readonly key: string
  readonly certificate: string
}

/** Puts a certificate in the place of the one an issuer has; the key of that one is wiped. */
export async function replaceCertificate(
  tx: Tx,
  sealKey: Buffer,
  {
    issuerRuc,
    identity,
    addedBy,
  }: { issuerRuc: string; identity: SigningIdentity; addedBy: number },
  now: Date,
): Promise<number> {
  const at = now.toISOString()
  await tx
    .updateTable('signing_certificate')
    .set({ retired_at: at, sealed: '' })
    .where('issuer_ruc', '=', issuerRuc)
    .where('retired_at', 'is', null)
    .execute()
  const { key, certificate } = identity
  const facts = readCertificate(certificate)
  const pem: SealedIdentity = {
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    certificate: certificate.toString(),
  }
  const { id } = await tx
    .insertInto('signing_certificate')
    .values({
      issuer_ruc: issuerRuc,
      sealed: seal(sealKey, JSON.stringify(pem)),
      holder: facts.name,
      authority: facts.authorityName,
      serial: facts.serial,
      valid_from: facts.validFrom.toISOString(),
      valid_to: facts.validTo.toISOString(),
      added_by: addedBy,
      added_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** What an issuer's receipts are signed with now; null when there is nothing. */
export async function signingIdentityOf(
  db: Db,
  sealKey: Buffer,
  issuerRuc: string,
): Promise<SigningIdentity | null> {
  const row = await db
    .selectFrom('signing_certificate')
    .select('sealed')
    .where('issuer_ruc', '=', issuerRuc)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const pem: SealedIdentity = JSON.parse(unseal(sealKey, row.sealed))
  return {
    key: crypto.createPrivateKey(pem.key),
    certificate: new crypto.X509Certificate(pem.certificate),
  }
}

/** Those in use first, then the newest; an issuer has one a year or two. */
export async function listCertificates(db: Db): Promise<KeptCertificate[]> {
  const rows = await db
    .selectFrom('signing_certificate')
    .innerJoin('login', 'login.id', 'signing_certificate.added_by')
    .select([
      'signing_certificate.id',
      'issuer_ruc',
      'holder',
      'authority',
      'serial',
      'valid_from',
      'valid_to',
      'added_at',
      'retired_at',
      'login.display_name',
    ])
    .orderBy((eb) => eb('retired_at', 'is not', null))
    .orderBy('signing_certificate.id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    issuerRuc: row.issuer_ruc,
    holder: row.holder,
    authority: row.authority,
    serial: row.serial,
    validFrom: new Date(row.valid_from),
    validTo: new Date(row.valid_to),
    addedBy: row.display_name,
    addedAt: new Date(row.added_at),
    retiredAt: row.retired_at === null ? null : new Date(row.retired_at),
  }))
}

/** The RUCs of issuers for which nothing can be signed at all. */
export async function issuersWithoutCertificate(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('issuer')
    .select('ruc')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('signing_certificate')
            .select('signing_certificate.id')
            .whereRef('issuer_ruc', '=', 'issuer.ruc')
            .where('retired_at', 'is', null),
        ),
      ),
    )
    .orderBy('issuer.id')
    .execute()
  return rows.map(({ ruc }) => ruc)
}
