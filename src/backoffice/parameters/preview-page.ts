import { shownRules } from '../../identity/passwords/password.ts'
import type { Approval } from '../../identity/staff/approvals/approval-store.ts'
import { APPROVALS, PARAMETERS_PAGE } from '../../identity/staff/rights.ts'
import { ruleAt } from '../../policy/floor.ts'
import { withChange } from '../../policy/parameters/in-force.ts'
import type { Parameter } from '../../policy/parameters/parameter.ts'
import { printValue } from '../../policy/parameters/parameter.ts'
import type { Policy } from '../../policy/policy.ts'
import type { PasswordRule } from '../../web/forms.ts'
import { telephoneLink } from '../../web/pages/brand.ts'
import { sampleSheet } from '../../web/pages/palette.ts'
import { valueWords } from './change-parameter.ts'
import type { PageNeeds } from './parameter-page.ts'

/** A value that is not in force, and what of the portal would look otherwise. */
export interface PreviewPage {
  slug: string
  label: string
  current: string
  proposed: string
  from: Date | null
  /** Where it is decided; null for what nobody has proposed yet. */
  approval: string | null
  decided: boolean
  problem: string
  sample: {
    brand: Policy['brand']
    telephone: string
    logo: string | null
    sheet: string
  } | null
  rules: readonly PasswordRule[] | null
}

/** `approval`: of what was proposed already, whatever became of it. */
export function describePreview(
  { live, now }: Pick<PageNeeds, 'live' | 'now'>,
  parameter: Parameter,
  value: unknown,
  { from = null, approval }: { from?: Date | null; approval?: Approval } = {},
): PreviewPage {
  const { path } = parameter
  const change = { id: 0, name: path, value, from: now(), approvalId: 0 }
  const next = withChange(live.base, live.inForce(), change)
  const policy = next.ok ? next.value : null
  return {
    ...nothingToSee(live.policy, parameter, next.ok ? '' : next.problem),
    proposed: valueWords(live.base, parameter, value),
    from,
    approval: approval ? `${APPROVALS}/${approval.id}` : null,
    decided: approval?.decision != null,
    sample: policy && path.startsWith('brand.') ? sampleOf(policy, approval) : null,
    rules: policy && path.startsWith('password.') ? rulesOf(policy) : null,
  }
}

/** Of what was typed and will not do. */
export function nothingToSee(policy: Policy, parameter: Parameter, problem: string): PreviewPage {
  const { path, slug, label } = parameter
  return {
    slug,
    label,
    current: printValue(parameter, ruleAt(policy, path)),
    proposed: '',
    from: null,
    approval: null,
    decided: false,
    problem,
    sample: null,
    rules: null,
  }
}

function sampleOf({ brand }: Policy, approval: Approval | undefined): PreviewPage['sample'] {
  // A mark that is only proposed has no address of its own yet.
  const proposed = brand.logo?.address.startsWith('/marca/logo-0.') && approval
  return {
    brand,
    telephone: telephoneLink(brand.phone),
    logo: proposed
      ? `${PARAMETERS_PAGE}/vista-previa/${approval.id}/logo`
      : (brand.logo?.address ?? null),
    sheet: sampleSheet(brand.colour).address,
  }
}

function rulesOf({ password, brand }: Policy): PasswordRule[] {
  return shownRules(password, null, { numbers: [], bank: brand.name })
}
