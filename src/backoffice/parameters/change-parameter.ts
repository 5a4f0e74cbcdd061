import { record } from '../../audit/audit-store.ts'
import { PARAMETERS_PAGE } from '../../identity/staff/rights.ts'
import { ruleAt } from '../../policy/floor.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import { addChange, changesInForce } from '../../policy/parameters/change-store.ts'
import { policyInForce, withChange } from '../../policy/parameters/in-force.ts'
import type { Parameter } from '../../policy/parameters/parameter.ts'
import { printValue } from '../../policy/parameters/parameter.ts'
import { PARAMETERS } from '../../policy/parameters/parameters.ts'
import type { Policy } from '../../policy/policy.ts'
import { dayOf, formatDateTime } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { KindOfApproval } from '../approvals/approval-kinds.ts'

/** What a proposal of this kind holds. */
export interface ProposedValue {
  /** Null goes back to the bank's file. */
  value: unknown
  /** From when on, at the earliest when it is approved; null: from then. */
  from: string | null
}

/** A rule as proposals and the chain name it. */
export function parameterSubject({ path }: Parameter): string {
  return `parameter:${path}`
}

/** The rule that a subject names. Throws for any other subject. */
export function parameterOfSubject(subject: string): Parameter {
  const parameter = PARAMETERS.get(subject.replace(/^parameter:/, ''))
  if (!parameter) throw new Error(`Not a parameter: ${subject}`)
  return parameter
}

/** A value as people read it; null is what the bank's file says. */
export function valueWords(base: Policy, parameter: Parameter, value: unknown): string {
  if (value !== null) return printValue(parameter, value)
  return `${printValue(parameter, ruleAt(base, parameter.path))} (valor base)`
}

/** Another value of a rule. It holds for everybody once it has begun. */
export function parameterChange(keys: Pick<Keys, 'audit'>, live: LivePolicy): KindOfApproval {
  return {
    name: 'Cambiar un parámetro',

    async describe(_db, approvals) {
      return approvals.map(({ id, subject, payload, decision }) => {
        const parameter = parameterOfSubject(subject)
        const { value, from } = payload as ProposedValue
        const current = printValue(parameter, ruleAt(live.policy, parameter.path))
        return {
          about: {
            href: `${PARAMETERS_PAGE}/vista-previa/${id}`,
            text: `${parameter.label}: vista previa`,
          },
          effects: [
            ...(decision ? [] : [{ term: 'Valor de ahora', text: current }]),
            { term: 'Valor nuevo', text: valueWords(live.base, parameter, value) },
            { term: 'Desde', text: from ? formatDateTime(new Date(from)) : 'Que se apruebe' },
          ],
        }
      })
    },

    async deed(tx, approval, approver, now) {
      const parameter = parameterOfSubject(approval.subject)
      const { value, from } = approval.payload as ProposedValue
      const begins = new Date(Math.max(now.getTime(), from ? Date.parse(from) : 0))
      const then = policyInForce(live.base, await changesInForce(tx, begins))
      const change = { name: parameter.path, value, from: begins, approvalId: approval.id }
      const next = withChange(live.base, then, { ...change, id: 0 })
      if (!next.ok) return next.problem
      await addChange(tx, change)
      const entry = {
        actor: `login:${approver.loginId}`,
        action: 'parameter.changed',
        subject: approval.subject,
        detail: {
          from: printValue(parameter, ruleAt(then.policy, parameter.path)),
          to: valueWords(live.base, parameter, value),
          since: dayOf(begins),
          proposedBy: approval.proposedBy,
        },
      } as const
      await record(tx, keys.audit, entry, now)
      return null
    },
  }
}
