import { isNetwork } from '../../values/network.ts'
import { readTypedName } from '../../values/typed-name.ts'
import { keyProblems } from './messages.ts'

/** What every form that makes a key asks for. */
export interface EnteredKeyFields {
  name: string
  /** How long it works. */
  days: string
  /** Separated by commas; none is anywhere. */
  networks: string
}

export type KeyFieldProblems = Partial<Record<keyof EnteredKeyFields, string>>

export interface ReadKey {
  readonly asked: { name: string; days: number; networks: string[] } | null
  readonly problems: KeyFieldProblems
}

const NAME_MAX = 80
export const DAYS_MAX = 730

/** Reads it; `asked` is null when anything is wrong with it. */
export function readKeyFields(entered: EnteredKeyFields): ReadKey {
  const name = readTypedName(entered.name, NAME_MAX)
  const days = /^\d{1,4}$/.test(entered.days.trim()) ? Number(entered.days) : 0
  const networks = entered.networks.split(/[\s,;]+/).filter(Boolean)
  const strange = networks.find((entry) => !isNetwork(entry))
  const daysFit = days >= 1 && days <= DAYS_MAX
  if (name !== null && daysFit && !strange) return { asked: { name, days, networks }, problems: {} }
  return {
    asked: null,
    problems: {
      ...(name === null ? { name: keyProblems.name(NAME_MAX) } : {}),
      ...(daysFit ? {} : { days: keyProblems.days(DAYS_MAX) }),
      ...(strange ? { networks: keyProblems.networks(strange) } : {}),
    },
  }
}
