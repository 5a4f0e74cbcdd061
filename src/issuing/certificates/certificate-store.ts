import crypto from 'node:crypto'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { readCertificate } from '../../sri/signature/certificate.ts'
import type { SigningIdentity } from '../../sri/signature/signer.ts'
import { seal, unseal } from '../../values/keys.ts'

/** What is kept of a certificate that somebody brings. */
interface NewCertificate {
  readonly issuerRuc: string
  readonly identity: SigningIdentity
  readonly addedBy: number
}

/** One that waits, with what it would sign with. */
interface WaitingCertificate extends SigningIdentity {
  readonly issuerRuc: string
  /** The one in use when it came. */
  readonly replacesId: number | null
}

/** PEM, both. */
interface SealedIdentity {
  readonly key: string
  readonly certificate: string
}

/**
 * Puts a certificate in the place of the one an issuer has, at once; the key of that one is wiped.
 * For who composes a bank: over the web a certificate waits for a second person.
 */
export async function replaceCertificate(
  tx: Tx,
  sealKey: Buffer,
  given: NewCertificate,
  now: Date,
): Promise<number> {
  const at = now.toISOString()
  await tx
    .updateTable('signing_certificate')
    .set({ retired_at: at, sealed: '' })
    .where('issuer_ruc', '=', given.issuerRuc)
    .where('retired_at', 'is', null)
    .where('in_use_at', 'is not', null)
    .execute()
  const { id } = await tx
    .insertInto('signing_certificate')
    .values({ ...valuesOf(sealKey, given, now), in_use_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Keeps a certificate that waits; null when one of that issuer waits already. */
export async function addWaitingCertificate(
  tx: Tx,
  sealKey: Buffer,
  { remarks, ...given }: NewCertificate & { readonly remarks: string },
  now: Date,
): Promise<number | null> {
  const inUse = await certificateInUse(tx, given.issuerRuc)
  const row = await tx
    .insertInto('signing_certificate')
    .values({ ...valuesOf(sealKey, given, now), remarks, replaces_id: inUse })
    .onConflict((conflict) =>
      conflict
        .column('issuer_ruc')
        .where('retired_at', 'is', null)
        .where('in_use_at', 'is', null)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** The certificate with which an issuer's receipts are signed now; null when there is none. */
export async function certificateInUse(db: Db, issuerRuc: string): Promise<number | null> {
  const row = await inUseOf(db, issuerRuc).select('id').executeTakeFirst()
  return row?.id ?? null
}

/** Null when it waits no longer. */
export async function findWaiting(
  db: Db,
  sealKey: Buffer,
  id: number,
): Promise<WaitingCertificate | null> {
  const row = await db
    .selectFrom('signing_certificate')
    .select(['issuer_ruc', 'replaces_id', 'sealed'])
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .where('in_use_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const { issuer_ruc: issuerRuc, replaces_id: replacesId } = row
  return { issuerRuc, replacesId, ...openIdentity(sealKey, row.sealed) }
}

/** Signs with one that waits from now on. Call `retireCertificate` for the one before. */
export async function useCertificate(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('signing_certificate')
    .set({ in_use_at: now.toISOString() })
    .where('id', '=', id)
    .execute()
}

/** Takes one out of use, or gives up one that waits, and wipes its key; false when it already was. */
export async function retireCertificate(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('signing_certificate')
    .set({ retired_at: now.toISOString(), sealed: '' })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What an issuer's receipts are signed with now; null when there is nothing. */
export async function signingIdentityOf(
  db: Db,
  sealKey: Buffer,
  issuerRuc: string,
): Promise<SigningIdentity | null> {
  const row = await inUseOf(db, issuerRuc).select('sealed').executeTakeFirst()
  return row ? openIdentity(sealKey, row.sealed) : null
}

function inUseOf(db: Db, issuerRuc: string) {
  return db
    .selectFrom('signing_certificate')
    .where('issuer_ruc', '=', issuerRuc)
    .where('retired_at', 'is', null)
    .where('in_use_at', 'is not', null)
}

function valuesOf(sealKey: Buffer, { issuerRuc, identity, addedBy }: NewCertificate, now: Date) {
  const { key, certificate } = identity
  const facts = readCertificate(certificate)
  const pem: SealedIdentity = {
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    certificate: certificate.toString(),
  }
  return {
    issuer_ruc: issuerRuc,
    sealed: seal(sealKey, JSON.stringify(pem)),
    holder: facts.name,
    authority: facts.authorityName,
    serial: facts.serial,
    valid_from: facts.validFrom.toISOString(),
    valid_to: facts.validTo.toISOString(),
    added_by: addedBy,
    added_at: now.toISOString(),
  }
}

function openIdentity(sealKey: Buffer, sealed: string): SigningIdentity {
  const pem: SealedIdentity = JSON.parse(unseal(sealKey, sealed))
  return {
    key: crypto.createPrivateKey(pem.key),
    certificate: new crypto.X509Certificate(pem.certificate),
  }
}

/** What an issuer lacks to sign with: a certificate, or that somebody approves the one it has. */
export type CertificateLack = 'certificate' | 'approval'

/** The issuers for which nothing can be signed at all, by their RUCs, and why. */
export async function issuersWithoutCertificate(db: Db): Promise<Map<string, CertificateLack>> {
  const rows = await db
    .selectFrom('issuer')
    .leftJoin('signing_certificate as waiting', (join) =>
      join
        .onRef('waiting.issuer_ruc', '=', 'issuer.ruc')
        .on('waiting.in_use_at', 'is', null)
        .on('waiting.retired_at', 'is', null),
    )
    .select(['issuer.ruc', 'waiting.id as waiting_id'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('signing_certificate')
            .select('signing_certificate.id')
            .whereRef('signing_certificate.issuer_ruc', '=', 'issuer.ruc')
            .where('signing_certificate.in_use_at', 'is not', null)
            .where('signing_certificate.retired_at', 'is', null),
        ),
      ),
    )
    .orderBy('issuer.id')
    .execute()
  return new Map(rows.map((row) => [row.ruc, row.waiting_id ? 'approval' : 'certificate']))
}
