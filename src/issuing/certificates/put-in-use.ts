import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import { examineCertificate } from '../../sri/signature/examine-certificate.ts'
import type { Keys } from '../../values/keys.ts'
import {
  certificateInUse,
  findWaiting,
  retireCertificate,
  useCertificate,
} from './certificate-store.ts'
import { certificateRefusals } from './messages.ts'

/** A certificate as proposals and the chain name it. */
export function certificateSubject(id: number): string {
  return `certificate:${id}`
}

/**
 * Signs with a certificate that waits from now on; the key of the one before is wiped. It is examined
 * again, since time has passed and the world with it.
 *
 * @returns null, or why it cannot be put in use any more
 */
export async function putInUse(
  tx: Tx,
  keys: Pick<Keys, 'audit' | 'seal'>,
  id: number,
  people: { readonly proposedBy: number; readonly approvedBy: number },
  now: Date,
): Promise<string | null> {
  const waiting = await findWaiting(tx, keys.seal, id)
  if (!waiting) return certificateRefusals.gone
  const { issuerRuc, replacesId, certificate } = waiting
  const findings = examineCertificate(certificate, { issuerRuc, now })
  const error = findings.find(({ level }) => level === 'error')
  if (error) return error.message
  if ((await certificateInUse(tx, issuerRuc)) !== replacesId) return certificateRefusals.overtaken
  if (replacesId !== null && !(await retireCertificate(tx, replacesId, now))) {
    return certificateRefusals.overtaken
  }
  await useCertificate(tx, id, now)
  const entry: AuditEntry = {
    actor: `login:${people.approvedBy}`,
    action: 'certificate.put-in-use',
    subject: certificateSubject(id),
    detail: { proposedBy: people.proposedBy },
  }
  await record(tx, keys.audit, entry, now)
  return null
}
