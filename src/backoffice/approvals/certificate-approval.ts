import { SIGNING } from '../../identity/staff/rights.ts'
import type { ProposedCertificate } from '../../issuing/certificates/add-certificate.ts'
import type { KeptCertificate } from '../../issuing/certificates/certificate-list-store.ts'
import { certificatesById } from '../../issuing/certificates/certificate-list-store.ts'
import { retireCertificate } from '../../issuing/certificates/certificate-store.ts'
import { putInUse } from '../../issuing/certificates/put-in-use.ts'
import { formatDateTime } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import type { DescribedApproval, KindOfApproval } from './approval-kinds.ts'

/** Another certificate to sign an issuer's receipts with; one that is given up loses its key. */
export function certificateReplacement(keys: Pick<Keys, 'audit' | 'seal'>): KindOfApproval {
  const idOf = (payload: unknown) => (payload as ProposedCertificate).certificate
  return {
    name: 'Cambiar el certificado de firma',

    async describe(db, approvals) {
      const found = await certificatesById(
        db,
        approvals.map(({ payload }) => idOf(payload)),
      )
      const before = [...found.values()].flatMap(({ replacesId }) => replacesId ?? [])
      const replaced = await certificatesById(db, before)
      return approvals.map(({ payload }) => {
        const certificate = found.get(idOf(payload))
        if (!certificate) throw new Error(`A proposal about certificate ${idOf(payload)}, not kept`)
        const { issuerRuc, replacesId } = certificate
        return {
          about: { href: SIGNING, text: `Firma electrónica del RUC ${issuerRuc}` },
          effects: effectsOf(certificate, replaced.get(replacesId ?? 0)),
        }
      })
    },

    async deed(tx, { payload, proposedBy }, approver, now) {
      const people = { proposedBy, approvedBy: approver.loginId }
      return putInUse(tx, keys, idOf(payload), people, now)
    },

    async drop(tx, { payload }, now) {
      await retireCertificate(tx, idOf(payload), now)
    },
  }
}

function effectsOf(
  certificate: KeptCertificate,
  replaced: KeptCertificate | undefined,
): DescribedApproval['effects'] {
  const { authority, holder, issuerRuc, remarks, serial, validFrom, validTo } = certificate
  return [
    { term: 'Firmará', text: readableName(holder) },
    { term: 'Por el emisor', text: `RUC ${issuerRuc}` },
    { term: 'Lo emitió', text: authority },
    { term: 'Serie', text: serial },
    { term: 'Vale', text: `Del ${formatDateTime(validFrom)} al ${formatDateTime(validTo)}` },
    {
      term: 'Reemplaza',
      text: replaced
        ? `Al de ${readableName(replaced.holder)}, serie ${replaced.serial}, que vale hasta el ${formatDateTime(replaced.validTo)}. Su clave se borra.`
        : 'A ninguno: es el primero de este emisor',
    },
    ...(remarks === '' ? [] : [{ term: 'Ten en cuenta', text: remarks }]),
  ]
}
