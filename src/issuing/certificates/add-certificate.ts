import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { propose } from '../../identity/staff/approvals/propose.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { openAuthorities } from '../../sri/signature/chain.ts'
import { examineCertificate } from '../../sri/signature/examine-certificate.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import { isRuc } from '../../values/tax-id.ts'
import { addWaitingCertificate } from './certificate-store.ts'
import { certificateProblems } from './messages.ts'
import { openPfxFile } from './open-pfx-file.ts'
import { certificateSubject } from './put-in-use.ts'

/** A certificate as a form brings it. */
export interface EnteredCertificate {
  issuerRuc: string
  /** A .p12 or .pfx file. */
  bytes: Uint8Array
  password: string
}

interface Trust {
  readonly keys: Pick<Keys, 'audit' | 'seal'>
  /** In PEM: of whom the certificate must come; none: that is not asked. */
  readonly authorities: readonly string[]
}

export type AddedCertificate =
  /** What somebody should know of it, though it serves. */
  | { ok: true; remarks: string }
  /** By field; `null`: whoever adds it administers no longer. */
  | { ok: false; problems: Partial<Record<keyof EnteredCertificate, string>> | null }

/** What a proposal to sign with another certificate holds. */
export interface ProposedCertificate {
  readonly certificate: number
}

/**
 * Takes a certificate with which an issuer's receipts are to be signed, for a second person to put in
 * use. It is examined first: one that the SRI would refuse never gets in.
 */
export async function addCertificate(
  db: Db,
  { keys, authorities }: Trust,
  actor: Staff,
  { issuerRuc, bytes, password }: EnteredCertificate,
  now: Date,
): Promise<AddedCertificate> {
  if (!isRuc(issuerRuc)) return refuse({ issuerRuc: certificateProblems.ruc })
  if (bytes.length === 0) return refuse({ bytes: certificateProblems.file })
  const opened = await openPfxFile({ bytes, password, now })
  if (!opened.ok) return refuse({ bytes: opened.sentence })
  const { identity, chain } = opened
  const trusted = openAuthorities(authorities)
  const asked = { issuerRuc, now, chain, ...(trusted ? { authorities: trusted } : {}) }
  const findings = examineCertificate(identity.certificate, asked)
  const [error] = findings.filter(({ level }) => level === 'error')
  if (error) return refuse({ bytes: error.message })
  const remarks = findings.map(({ message }) => message).join(' ')
  return transaction(db, async (tx): Promise<AddedCertificate> => {
    if (!(await holdRight(tx, actor, 'signing.manage'))) return { ok: false, problems: null }
    const given = { issuerRuc, identity, remarks, addedBy: actor.loginId }
    const id = await addWaitingCertificate(tx, keys.seal, given, now)
    if (id === null) return refuse({ issuerRuc: certificateProblems.waiting })
    const entry: AuditEntry = {
      actor: `login:${actor.loginId}`,
      action: 'certificate.added',
      subject: certificateSubject(id),
      detail: { until: dayOf(new Date(identity.certificate.validTo)) },
    }
    await record(tx, keys.audit, entry, now)
    const proposal = {
      kind: 'certificate.replace',
      subject: certificateSubject(id),
      payload: { certificate: id } satisfies ProposedCertificate,
      reason: '',
    } as const
    const proposed = await propose(tx, keys, actor, proposal, now)
    if (!proposed.ok) throw new Error(`Certificate ${id} is new and is not proposed`)
    return { ok: true, remarks }
  })
}

function refuse(problems: Partial<Record<keyof EnteredCertificate, string>>): AddedCertificate {
  return { ok: false, problems }
}
