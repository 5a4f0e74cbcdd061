import { isDeepStrictEqual } from 'node:util'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import type { Proposed } from '../../identity/staff/approvals/propose.ts'
import { propose } from '../../identity/staff/approvals/propose.ts'
import { ruleAt } from '../../policy/floor.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import { changesToCome } from '../../policy/parameters/change-store.ts'
import { withChange } from '../../policy/parameters/in-force.ts'
import type { Parameter, Reading } from '../../policy/parameters/parameter.ts'
import { addDays, dayOf, GUAYAQUIL_OFFSET, parseDay } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { Problems } from '../../web/forms.ts'
import { reasonProblem } from '../customers/messages.ts'
import type { ProposedValue } from './change-parameter.ts'
import { parameterSubject } from './change-parameter.ts'

export interface EnteredChange {
  /** Read already: a value, null for that of the bank's file, or why it will not do. */
  value: Reading<unknown>
  /** `2026-12-01`; empty: as soon as it is approved. */
  from: string
  reason: string
}

export type ProposedChange =
  | Proposed
  /** By field: `valor`, `desde`, `motivo`. */
  | { ok: false; refusal: 'problems'; problems: Problems }

interface Needs {
  db: Db
  keys: Keys
  live: LivePolicy
}

const AHEAD_DAYS_MAX = 366

/** Proposes another value of a rule, unless it is the same and stays so, or may not be. */
export async function proposeParameter(
  { db, keys, live }: Needs,
  actor: Staff,
  parameter: Parameter,
  entered: EnteredChange,
  now: Date,
): Promise<ProposedChange> {
  const coming = (await changesToCome(db, now)).some(({ name }) => name === parameter.path)
  const value = valueFor(live, parameter, entered.value, coming, now)
  const from = beginning(entered.from, now)
  const badReason = reasonProblem(entered.reason)
  if (!value.ok || !from.ok || badReason) {
    const problems = {
      ...(value.ok ? {} : { valor: value.problem }),
      ...(from.ok ? {} : { desde: from.problem }),
      ...(badReason ? { motivo: badReason } : {}),
    }
    return { ok: false, refusal: 'problems', problems }
  }
  const payload: ProposedValue = { value: value.value, from: from.value }
  const subject = parameterSubject(parameter)
  const reason = entered.reason.trim()
  const proposal = { kind: 'parameter.change', subject, payload, reason } as const
  return transaction(db, (tx) => propose(tx, keys, actor, proposal, now))
}

/** A value that may be proposed for a rule as things stand, or why not. `coming`: another is on its way. */
function valueFor(
  live: LivePolicy,
  parameter: Parameter,
  read: Reading<unknown>,
  coming: boolean,
  now: Date,
): Reading<unknown> {
  if (!read.ok) return read
  const { path } = parameter
  const standing = live.inForce()
  const kept = standing.changes.find(({ name }) => name === path)?.value ?? null
  const same =
    parameter.kind === 'logo'
      ? isDeepStrictEqual(read.value, kept)
      : (read.value ?? ruleAt(live.base, path)) === ruleAt(standing.policy, path)
  // The value of now, from now, puts an end to what is still to come.
  if (same && !coming && !standing.overruled.has(path)) {
    return { ok: false, problem: 'Ese es el valor que ya tiene.' }
  }
  const change = { id: 0, name: path, value: read.value, from: now, approvalId: 0 }
  const next = withChange(live.base, standing, change)
  return next.ok ? read : next
}

function beginning(typed: string, now: Date): Reading<string | null> {
  if (typed.trim() === '') return { ok: true, value: null }
  const today = dayOf(now)
  const day = parseDay(typed.trim())
  if (!day || day < today || day > addDays(today, AHEAD_DAYS_MAX)) {
    return { ok: false, problem: 'Elige un día desde hoy y hasta dentro de un año.' }
  }
  if (day === today) return { ok: true, value: null }
  return { ok: true, value: new Date(`${day}T00:00:00${GUAYAQUIL_OFFSET}`).toISOString() }
}
