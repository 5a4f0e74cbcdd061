import { problems } from './sentences/problem-sentences.ts'
import { refusals } from './sentences/refusal-sentences.ts'
import type { MessageFacts } from './sentences/sentence.ts'

export type RefusalCode = keyof typeof refusals
export type ProblemCode = keyof typeof problems

/** A file that cannot be taken, said in Spanish. */
export interface Refusal {
  readonly code: RefusalCode | ProblemCode
  readonly message: string
  readonly field?: string
  readonly line?: number
}

/** Something the SRI would object to, and where. */
export interface Problem {
  readonly code: ProblemCode
  readonly field: string
  /** What is wrong and how to mend it. */
  readonly message: string
  /** Only what is wrong: an authorised document is not mended any more. */
  readonly reason: string
}

const VALUE_CHARACTERS_MAX = 60
/** The longest path of any model is shorter; only hostile element names are cut. */
const FIELD_CHARACTERS_MAX = 160

export function refuse(code: RefusalCode, facts: MessageFacts = {}): Refusal {
  const shown = showable(facts)
  return {
    code,
    message: refusals[code](shown),
    ...(facts.field === undefined ? {} : { field: facts.field.slice(0, FIELD_CHARACTERS_MAX) }),
    ...(facts.line === undefined ? {} : { line: facts.line }),
  }
}

/** @param field the SRI's path, such as `detalles[2].cantidad`. */
export function problem(code: ProblemCode, field: string, facts: MessageFacts = {}): Problem {
  const [says, cure] = problems[code]
  const place = field.slice(0, FIELD_CHARACTERS_MAX)
  const reason = says(showable({ ...facts, field }))
  return { code, field: place, message: cure === '' ? reason : `${reason} ${cure}`, reason }
}

/** Cuts what the document says to a length that fits a sentence, on one line. */
function showable(facts: MessageFacts): MessageFacts {
  return {
    ...facts,
    ...(facts.value === undefined ? {} : { value: clip(facts.value) }),
    ...(facts.field === undefined ? {} : { field: clip(facts.field, FIELD_CHARACTERS_MAX) }),
  }
}

function clip(text: string, max = VALUE_CHARACTERS_MAX): string {
  const line = text
    .slice(0, max * 4)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`
}
