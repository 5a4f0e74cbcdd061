import type { Db } from '../../db/open.ts'
import { waitingAbout } from '../../identity/staff/approvals/approval-store.ts'
import { loginNames } from '../../identity/staff/login-name-store.ts'
import { ruleAt } from '../../policy/floor.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import type { KeptLogo } from '../../policy/logo/kept-logo.ts'
import { brandLogo } from '../../policy/logo/kept-logo.ts'
import type { ParameterChange } from '../../policy/parameters/change-store.ts'
import { changesToCome } from '../../policy/parameters/change-store.ts'
import type { Parameter } from '../../policy/parameters/parameter.ts'
import { boundsOf, printValue } from '../../policy/parameters/parameter.ts'
import { PARAMETER_GROUPS } from '../../policy/parameters/parameters.ts'
import { formatDateTime } from '../../values/day.ts'
import type { Problems } from '../../web/forms.ts'
import { parameterSubject, valueWords } from './change-parameter.ts'
import type { ToldChange } from './parameter-story-store.ts'
import { storyOf, tellChanges } from './parameter-story-store.ts'

/** A value in words, and as it looks. */
interface ValueOnScreen {
  value: string
  colour: string | null
  /** Address. */
  picture: string | null
}

/** A rule as it stands. */
interface ParameterOnScreen extends ValueOnScreen {
  slug: string
  label: string
  help: string
  /** Of the bank's file, when it is another. */
  base: string | null
  /** «Ana Mora (ana) y Eva Paz (eva), 12 nov 2026, 09:30»; empty when nobody changed it. */
  since: string
  /** Why what people agreed on does not count; empty when it does. */
  overruled: string
  /** «5 minutos desde el 1 dic 2026, 00:00». */
  toCome: readonly string[]
}

export interface ParametersPage {
  groups: readonly { title: string; parameters: readonly ParameterOnScreen[] }[]
}

/** What a page about the policy is made of. */
export interface PageNeeds {
  db: Db
  live: LivePolicy
  now: () => Date
}

/** All rules as they stand: three queries. */
export async function describeParameters({ db, live, now }: PageNeeds): Promise<ParametersPage> {
  const ids = live.inForce().changes.map(({ id }) => id)
  const [told, toCome] = await Promise.all([tellChanges(db, ids), changesToCome(db, now())])
  const names = await namesIn(db, told)
  const groups = PARAMETER_GROUPS.map(({ title, parameters }) => ({
    title,
    parameters: parameters.map((one) => onScreen(live, one, told, toCome, names)),
  }))
  return { groups }
}

/** A change of the past, of today or to come. */
interface ChangeOnScreen extends ValueOnScreen {
  id: number
  from: Date
  who: string
  reason: string
  inForce: boolean
}

export interface ParameterPage extends ParameterOnScreen {
  /** Of the proposal that waits. */
  waiting: number | null
  /** What the form shows; null for who may not propose. */
  form: ParameterForm | null
  story: readonly ChangeOnScreen[]
  /** Whether «Volver al valor base» would change anything. */
  changed: boolean
  /** The change it has its value from; 0: the bank's file. */
  standing: number
}

interface ParameterForm {
  kind: Parameter['kind']
  choices: readonly { value: string; text: string }[]
  bounds: { min: number; max: number } | null
  lengthMax: number
  unit: string
  values: Readonly<Record<'valor' | 'desde' | 'motivo', string>>
  problems: Problems
}

const STORY_MAX = 50

export type TypedChange = ParameterForm['values']

/** One rule with its story. `typed`: of a form that was refused. */
export async function describeParameter(
  { db, live, now }: PageNeeds,
  parameter: Parameter,
  proposes: boolean,
  typed: { values: TypedChange; problems: Problems } | null,
): Promise<ParameterPage> {
  const [story, toCome, waiting] = await Promise.all([
    storyOf(db, parameter.path, Number.MAX_SAFE_INTEGER, STORY_MAX),
    changesToCome(db, now()),
    waitingAbout(db, 'parameter.change', parameterSubject(parameter)),
  ])
  const standing = live.inForce().changes.find(({ name }) => name === parameter.path)
  const names = await namesIn(db, story)
  const value = ruleAt(live.policy, parameter.path)
  const values = { valor: typeof value === 'object' ? '' : String(value), desde: '', motivo: '' }
  return {
    ...onScreen(live, parameter, story, toCome, names),
    waiting,
    standing: standing?.id ?? 0,
    changed: (standing?.value ?? null) !== null,
    form:
      proposes && waiting === null ? formOf(parameter, typed ?? { values, problems: {} }) : null,
    story: story.map((change) => ({
      id: change.id,
      value: valueWords(live.base, parameter, change.value),
      colour: parameter.kind === 'colour' ? String(change.value ?? live.base.brand.colour) : null,
      picture:
        parameter.kind === 'logo' && change.value !== null
          ? brandLogo(change.value as KeptLogo, change.id).address
          : null,
      from: change.from,
      who: peopleBehind(change, names),
      reason: change.reason,
      inForce: change.id === standing?.id,
    })),
  }
}

function formOf(
  parameter: Parameter,
  typed: { values: TypedChange; problems: Problems },
): ParameterForm {
  const choices = parameter.kind === 'choice' ? parameter.choices : []
  return {
    kind: parameter.kind,
    choices: choices.map(({ value, text }) => ({ value: String(value), text })),
    bounds: parameter.kind === 'number' ? boundsOf(parameter) : null,
    lengthMax: parameter.kind === 'text' ? parameter.max : 10,
    unit: parameter.kind === 'number' ? parameter.unit : '',
    ...typed,
  }
}

function onScreen(
  live: LivePolicy,
  parameter: Parameter,
  told: readonly ToldChange[],
  toCome: readonly ParameterChange[],
  names: ReadonlyMap<number, string>,
): ParameterOnScreen {
  const { path, slug, label, help } = parameter
  const standing = live.inForce()
  const value = printValue(parameter, ruleAt(standing.policy, path))
  const base = printValue(parameter, ruleAt(live.base, path))
  const id = standing.changes.find(({ name }) => name === path)?.id
  const change = told.find((one) => one.id === id)
  return {
    slug,
    label,
    help,
    value,
    base: base === value ? null : base,
    since: change ? `${peopleBehind(change, names)}, ${formatDateTime(change.from)}` : '',
    overruled: standing.overruled.get(path) ?? '',
    toCome: toCome
      .filter(({ name }) => name === path)
      .map((one) => {
        const words = valueWords(live.base, parameter, one.value)
        return `${words} desde el ${formatDateTime(one.from)}`
      }),
    colour: parameter.kind === 'colour' ? value : null,
    picture: parameter.kind === 'logo' ? (standing.policy.brand.logo?.address ?? null) : null,
  }
}

function namesIn(db: Db, told: readonly ToldChange[]): Promise<Map<number, string>> {
  const people = told.flatMap(({ proposedBy, approvedBy }) => [proposedBy, approvedBy])
  return loginNames(db, [...new Set(people)])
}

function peopleBehind(
  { proposedBy, approvedBy }: ToldChange,
  names: ReadonlyMap<number, string>,
): string {
  return [names.get(proposedBy), names.get(approvedBy)].filter(Boolean).join(' y ')
}
