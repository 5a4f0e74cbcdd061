import { record } from '../../../audit/audit-store.ts'
import type { Approval } from '../../../identity/staff/approvals/approval-store.ts'
import { loginNames } from '../../../identity/staff/login-name-store.ts'
import { ISSUANCES } from '../../../identity/staff/rights.ts'
import type { Tools } from '../../../identity/tools.ts'
import { followIssued } from '../../../intake/lots/rows/issue-lot.ts'
import type { AdoptionPayload } from '../../../issuing/adoption/adopt-document.ts'
import { adoptDocument } from '../../../issuing/adoption/adopt-document.ts'
import { listedIssuances } from '../../../issuing/issuance/list-store.ts'
import type { KindOfApproval } from '../../approvals/approval-kinds.ts'
import { titleOf } from '../issuance-row.ts'

/** `issuance:7`: a document on its way, as proposals and the chain name it. */
export function issuanceSubject(id: number): string {
  return `issuance:${id}`
}

function issuanceOfSubject(subject: string): number {
  return Number(subject.replace(/^issuance:/, ''))
}

const EFFECTS_MAX = 8

/** What the SRI authorised under our key becomes the receipt, and not what we sent. */
export function issuanceAdoption(tools: Tools): KindOfApproval {
  return {
    name: 'Tomar el documento que el SRI autorizó',

    async describe(db, approvals) {
      const ids = approvals.map(({ subject }) => issuanceOfSubject(subject))
      const issuances = await listedIssuances(db, ids)
      return approvals.map(({ payload }, at) => {
        const id = ids[at] ?? 0
        const issuance = issuances.get(id)
        const text = issuance ? titleOf(issuance) : `Envío ${id}`
        return { about: { href: `${ISSUANCES}/${id}`, text }, effects: effectsOf(payload) }
      })
    },

    async deed(tx, approval, approver, now) {
      const { subject, payload, proposedBy } = approval
      const actor = `login:${approver.loginId}`
      const names = await loginNames(tx, [proposedBy, approver.loginId])
      const said = `Se tomó el documento que el SRI autorizó. Lo propuso ${names.get(proposedBy)}: «${approval.reason}». Lo aprobó ${names.get(approver.loginId)}.`
      const { policy, keys } = tools
      const needs = { policy, keys, follow: followIssued }
      const adoption = { payload: payload as AdoptionPayload, said, actor }
      const problem = await adoptDocument(tx, needs, issuanceOfSubject(subject), adoption, now)
      if (problem !== null) return problem
      const { sha256 } = payload as AdoptionPayload
      const detail = { sha256, proposedBy }
      await record(tx, keys.audit, { actor, action: 'issuance.adopted', subject, detail }, now)
      return null
    },
  }
}

function effectsOf(payload: Approval['payload']): { term: string; text: string }[] {
  const { sha256, differences } = payload as AdoptionPayload
  const shown = differences.slice(0, EFFECTS_MAX).map(({ path, ours, theirs }) => ({
    term: path,
    text: `Enviamos «${ours}»; el SRI tiene «${theirs}»`,
  }))
  const rest = differences.length - shown.length
  return [
    { term: 'El cliente recibe', text: 'El documento del SRI, y no el que enviamos' },
    ...shown,
    ...(rest > 0 ? [{ term: 'Y además', text: `${rest} diferencias más` }] : []),
    { term: 'SHA-256 del archivo', text: sha256 },
  ]
}
