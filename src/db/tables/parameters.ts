import type { Generated } from 'kysely'

export interface ParametersTables {
  parameter_change: ParameterChangeTable
}

/** A rule of the policy that the bank's people changed. Rows are only ever added. */
interface ParameterChangeTable {
  id: Generated<number>
  /** Of `PARAMETERS`: `code.attemptsMax`. */
  name: string
  /** JSON; null goes back to the bank's file. */
  value: string | null
  /** From when on it holds, unless a later row for the same name has begun too. */
  from_at: string
  /** Who proposed it, who approved it, when and why. */
  approval_id: number
}
