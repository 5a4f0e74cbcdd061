import { type AccessKeyProblem, hasAccessKeyShape, parseAccessKey } from '../access-key.ts'
import type { ReceiptDocument } from '../documents/document.ts'
import { kindFacts } from '../kinds.ts'
import { type Problem, problem } from '../messages.ts'
import { printedIssueDate } from '../summary.ts'

const FIELD = 'infoTributaria.claveAcceso'

/** Where in the key each element of `infoTributaria` is repeated. */
const REPEATED = [
  ['codDoc', 8, 10],
  ['ruc', 10, 23],
  ['ambiente', 23, 24],
  ['estab', 24, 27],
  ['ptoEmi', 27, 30],
  ['secuencial', 30, 39],
  ['tipoEmision', 47, 48],
] as const

const WRONG_PARTS: Readonly<Record<AccessKeyProblem, string>> = {
  'not-49-digits': 'no tener 49 dígitos',
  'check-digit': 'el dígito verificador',
  'impossible-date': 'la fecha en los 8 primeros dígitos',
  'unknown-kind': 'el tipo de comprobante en los dígitos 9 y 10',
  'unknown-environment': 'el ambiente en el dígito 24',
  'unknown-emission-type': 'el tipo de emisión en el dígito 48',
}

/** The key against itself and against every field that it repeats (the SRI's error 58). */
export function checkKey(document: ReceiptDocument): Problem[] {
  const info = document.content.infoTributaria ?? {}
  const problems: Problem[] = []
  const { code } = kindFacts(document.kind)
  if (info.codDoc !== undefined && info.codDoc !== code) {
    const facts = { expected: code, value: info.codDoc }
    problems.push(problem('kind-mismatch', 'infoTributaria.codDoc', facts))
  }
  const key = info.claveAcceso ?? ''
  // A key that is missing or of another form has already been named by the form's check.
  if (!hasAccessKeyShape(key)) return problems
  const parsed = parseAccessKey(key)
  if (!parsed.ok && parsed.reason === 'check-digit') {
    problems.push(problem('key-check-digit', FIELD, { value: key }))
  } else if (!parsed.ok) {
    problems.push(problem('key-impossible', FIELD, { expected: WRONG_PARTS[parsed.reason] }))
  }
  for (const [name, start, end] of REPEATED) {
    const value = info[name]
    const expected = key.slice(start, end)
    if (value !== undefined && value !== expected) {
      problems.push(problem('key-mismatch', `infoTributaria.${name}`, { expected, value }))
    }
  }
  const printed = printedIssueDate(document)
  const expected = `${key.slice(0, 2)}/${key.slice(2, 4)}/${key.slice(4, 8)}`
  if (printed !== undefined && printed !== expected) {
    problems.push(problem('key-mismatch', 'fechaEmision', { expected, value: printed }))
  }
  return problems
}
