import type { DraftField } from '../../issuing/correction/draft-fields.ts'
import { sectionsOf } from '../../issuing/correction/draft-fields.ts'
import { inputName } from '../../issuing/correction/typed-draft.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'

/** What is wrong with a corrected draft; an empty field means all of it. */
export interface DraftProblem {
  readonly field: string
  readonly message: string
}

interface FieldOnScreen {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly required: boolean
  readonly help: string
  readonly problem: string | undefined
}

/** A draft as a form. */
export interface CorrectionForm {
  readonly issuedOn: string
  readonly dateProblem: string | undefined
  readonly sections: readonly {
    readonly id: string
    readonly title: string
    readonly fields: readonly FieldOnScreen[]
    readonly absent: readonly FieldOnScreen[]
  }[]
  /** Each problem with the field that it leads to. */
  readonly problems: readonly { field: string; text: string }[]
}

export function correctionForm(
  draft: ReceiptDraft,
  problems: readonly DraftProblem[],
): CorrectionForm {
  const said = Map.groupBy(problems, ({ field }) => field)
  const onScreen = ({ path, ...field }: DraftField): FieldOnScreen => ({
    id: inputName(path),
    label: field.label,
    value: field.value,
    required: field.required,
    help: field.help,
    problem: said
      .get(path)
      ?.map(({ message }) => message)
      .join(' '),
  })
  const sections = sectionsOf(draft).map(({ title, fields, absent }, at) => ({
    id: `parte-${at + 1}`,
    title,
    fields: fields.map(onScreen),
    absent: absent.map(onScreen),
  }))
  const shown = new Set(
    sections.flatMap(({ fields, absent }) => [...fields, ...absent].map(({ id }) => id)),
  )
  return {
    issuedOn: draft.issuedOn,
    dateProblem: problems.find(({ field }) => DATE_FIELDS.test(field))?.message,
    sections,
    problems: problems.map(({ field, message }) => {
      const id = DATE_FIELDS.test(field) ? 'c-fecha' : inputName(field)
      return { field: shown.has(id) || id === 'c-fecha' ? id : 'contenido-envio', text: message }
    }),
  }
}

const DATE_FIELDS = /(?:^|\.)fecha(?:Emision)?$/
