import type { ReceiptDocument } from '../../sri/documents/document.ts'
import type { NamedValue } from '../../sri/documents/model.ts'
import { dateDraft, type ReceiptDraft } from '../../sri/draft.ts'
import { emailOf, totalOf } from '../../sri/summary.ts'
import type { Day } from '../../values/day.ts'
import type { DraftField } from './draft-fields.ts'
import { sectionsOf } from './draft-fields.ts'

/** The name of a field in the form, and its id. */
export function inputName(path: string): string {
  return `c-${path.replaceAll(/[[\].]+/g, '-')}`
}

/** Every field of a draft. */
function fieldsOf(draft: ReceiptDraft): DraftField[] {
  return sectionsOf(draft).flatMap(({ fields, absent }) => [...fields, ...absent])
}

/**
 * A draft as somebody typed it into the form: what was emptied is left out, what is not in the form
 * stays. Only texts that the form offered are taken.
 */
export function typedDraft(
  draft: ReceiptDraft,
  typed: Readonly<Record<string, unknown>>,
  issuedOn: Day,
): ReceiptDraft {
  const content = structuredClone(draft.document.content) as Tree
  for (const { path, steps, value } of fieldsOf(draft)) {
    const said = typed[inputName(path)]
    if (typeof said !== 'string') continue
    const text = said.replaceAll('\r\n', '\n').trim()
    if (text !== value) setAt(content, steps, text)
  }
  dropEmptyPairs(content)
  const document = { ...draft.document, content } as ReceiptDocument
  const email = emailOf(document.content.infoAdicional ?? [])
  const corrected = {
    ...draft,
    document,
    email: email ?? draft.email,
    totalCents: totalOf(document),
  }
  return issuedOn === draft.issuedOn ? corrected : dateDraft(corrected, issuedOn)
}

type Tree = { [name: string]: unknown }

function setAt(tree: Tree, steps: readonly (string | number)[], text: string): void {
  const name = String(steps.at(-1))
  let here: Tree = tree
  for (const [at, step] of steps.slice(0, -1).entries()) {
    // Only room for one more pair is not there yet.
    here[step] ??= typeof steps[at + 1] === 'number' ? [] : {}
    here = here[step] as Tree
  }
  if (text === '') delete here[name]
  else here[name] = text
}

/** A name and a value that were both emptied are one field less; a list without any is not written. */
function dropEmptyPairs(content: Tree): void {
  const pairs = content['infoAdicional'] as NamedValue[] | undefined
  if (pairs === undefined) return
  const left = pairs.filter(({ nombre, valor }) => nombre !== undefined || valor !== undefined)
  if (left.length === 0) delete content['infoAdicional']
  else content['infoAdicional'] = left
}

/** What differs between two drafts, field by field, as the story of a document tells it. */
export function changesBetween(
  before: ReceiptDraft,
  after: ReceiptDraft,
): { path: string; from: string; to: string }[] {
  const was = new Map(fieldsOf(before).map(({ path, value }) => [path, value]))
  const is = new Map(fieldsOf(after).map(({ path, value }) => [path, value]))
  const paths = new Set([...was.keys(), ...is.keys()])
  const changes = [...paths].flatMap((path) => {
    const [from, to] = [was.get(path) ?? '', is.get(path) ?? '']
    return from === to ? [] : [{ path, from, to }]
  })
  if (before.issuedOn === after.issuedOn) return changes
  return [{ path: 'fechaEmision', from: before.issuedOn, to: after.issuedOn }, ...changes]
}
