/** A group of a received document: anything may be missing, and anything may be there. */
export type Group = Readonly<Record<string, unknown>>

const NOTHING: Group = Object.freeze({})
const BLANKS = /\s+/g

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The group under `name`; an empty one when there is none. */
export function group(from: Group, name: string): Group {
  const value = from[name]
  return isGroup(value) ? value : NOTHING
}

/** The groups repeated under `name`, in order; a single one counts as a list of one. */
export function list(from: Group, name: string): readonly Group[] {
  const value = from[name]
  if (Array.isArray(value)) return value.filter(isGroup)
  return isGroup(value) ? [value] : []
}

/** The text under `name` without blanks around it nor line breaks in it; empty when there is none. */
export function text(from: Group, name: string): string {
  const value = from[name]
  return typeof value === 'string' ? value.replace(BLANKS, ' ').trim() : ''
}
