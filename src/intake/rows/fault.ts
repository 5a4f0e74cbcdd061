import { type FaultCode, type FaultFacts, faultSentences } from './fault-sentences.ts'

/** What is wrong with a cell, before anybody asks where it stands. */
export interface Complaint {
  readonly code: FaultCode
  /** Spanish: what is wrong and how to mend it. */
  readonly message: string
}

/** Something to mend in a file of rows, and where. */
export interface Fault extends Complaint {
  /** As the spreadsheet counts: the row of the names is 1. */
  readonly row: number
  /** As the template names it; null when the whole row is meant. */
  readonly column: string | null
  /** As received, cut to a length that fits a table. */
  readonly value: string
}

const VALUE_CHARACTERS_MAX = 60

export function complain(code: FaultCode, facts: FaultFacts = {}): Complaint {
  return { code, message: faultSentences[code](facts) }
}

/** A text of the file as a sentence or a table can show it: one line, nothing invisible, not long. */
export function shown(text: string): string {
  const line = text
    .slice(0, VALUE_CHARACTERS_MAX * 4)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return line.length <= VALUE_CHARACTERS_MAX ? line : `${line.slice(0, VALUE_CHARACTERS_MAX - 1)}…`
}
