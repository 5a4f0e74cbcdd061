import { STAFF_ROLES } from '../../identity/person.ts'
import { rightsOnScreen, whoMay } from '../../identity/staff/right-words.ts'
import type { ApprovalKind } from '../../identity/staff/rights.ts'
import { FOUR_EYES, ROLES } from '../../identity/staff/rights.ts'
import { roleWords } from '../../identity/staff/role-words.ts'
import { requireRight } from '../../identity/staff/staff-guard.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import type { Area } from '../../web/area.ts'
import { rolesPage } from '../views.ts'
import { approvalKinds } from './approval-kinds.ts'

/** What each role may do and what takes two people, as the portal itself holds it: /interno/roles. */
export const roleRoutes: Area<{ live: LivePolicy }> = async (app, { live }) => {
  const kinds = approvalKinds(app.identity.tools, live)
  const pairs = (Object.keys(FOUR_EYES) as ApprovalKind[]).map((kind) => {
    const { propose, approve } = FOUR_EYES[kind]
    return { what: kinds[kind].name, propose: whoMay(propose), approve: whoMay(approve) }
  })
  const data = { roles: STAFF_ROLES.map(roleWords), areas: rightsOnScreen(), pairs }

  app.get(ROLES, { onRequest: requireRight('people.manage') }, async (_request, reply) =>
    reply.page(rolesPage, data, { title: 'Roles' }),
  )
}
