import type { AuditAction } from '#src/audit/audit-action.ts'
import type { SeenPage } from '#tests/support/portal.ts'
import type { Objects } from '../objects.ts'
import type { People } from '../people.ts'

export type World = People & Objects

/** What the chain tells of a deed: who did what, and to what. */
export interface Line {
  readonly actor: string | RegExp
  readonly action: AuditAction
  readonly subject: string | RegExp
}

/** One deed, done as whoever does it would, in the place that the ones before it left. */
export interface Deed {
  /** What must have happened, and is not the deed. */
  readonly before?: (world: World) => Promise<unknown>
  readonly act: (world: World) => Promise<SeenPage>
  /** The line that it leaves, or why it leaves none. */
  readonly leaves: ((world: World) => Line) | string
}

export type Deeds = Readonly<Record<string, Deed>>

type Of<T> = (world: World) => T

/** That somebody did something; to themselves when it is not said to what. */
export function told(
  who: Of<number>,
  action: AuditAction,
  subject: Of<string> | RegExp = (w) => `login:${who(w)}`,
): Of<Line> {
  return (w) => {
    const actor = `login:${who(w)}`
    return { actor, action, subject: subject instanceof RegExp ? subject : subject(w) }
  }
}

export const maria: Of<number> = (w) => w.maria.loginId
export const lead: Of<number> = (w) => w.firm.lead.loginId
export const loader: Of<number> = ({ staff }) => staff.loader.id
export const approver: Of<number> = ({ staff }) => staff.approver.id
export const administrator: Of<number> = ({ staff }) => staff.administrator.id
export const secondAdministrator: Of<number> = ({ staff }) => staff.secondAdministrator.id
export const auditor: Of<number> = ({ staff }) => staff.auditor.id
