import type { Cents } from '../../values/money.ts'
import { formatMoney } from '../../values/money.ts'

/** Why a field of the search could not be used. */
export type SearchProblem =
  | { readonly reason: 'spreadsheet' | 'day' | 'range' | 'amount' | 'amount-range' }
  | { readonly reason: 'ambiguous'; readonly asThousands: Cents; readonly asDecimal: Cents }

const SENTENCES = {
  spreadsheet:
    'Una hoja de cálculo redondeó esa clave y perdió dígitos. Cópiala del PDF o del correo.',
  day: 'Esa fecha no existe. Escríbela como 16/11/2026.',
  range: 'La fecha final no puede ser anterior a la inicial.',
  amount: 'Escribe un valor como 1234,50.',
  'amount-range': 'El valor mínimo no puede ser mayor que el máximo.',
} as const

/** The sentence under the field. */
export function searchSentence(problem: SearchProblem): string {
  if (problem.reason !== 'ambiguous') return SENTENCES[problem.reason]
  const { asThousands, asDecimal } = problem
  return `¿Quisiste decir ${formatMoney(asThousands)} o ${formatMoney(asDecimal)}?`
}
