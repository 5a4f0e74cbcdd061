import { parseSriDate } from '../../values/day.ts'
import { kindFacts } from '../kinds.ts'
import { type Problem, problem } from '../messages.ts'
import type { Compiled, CompiledField, CompiledGroup, CompiledList } from './compile.ts'
import { modelOfKind, modelOfVersion, type ReceiptDocument } from './document.ts'
import type { NamedValue, Rule } from './model.ts'

const PROBLEMS_MAX = 100

/**
 * Holds a document against the model of its version: what is missing, too long, in another form,
 * or not of this version. Places are the SRI's names, items counted from 1.
 */
export function checkForm(document: ReceiptDocument): Problem[] {
  const { kind, version } = document
  const problems: Problem[] = []
  const model = modelOfVersion(kind, version)
  if (model === null) {
    const expected = kindFacts(kind).versions.join(', ')
    problems.push(
      problem('unknown-version', version === '' ? 'sin versión' : version, { expected }),
    )
  }
  checkGroup(model ?? modelOfKind(kind), document.content as Values, '', {
    problems,
    version: model === null ? null : version,
  })
  return problems
}

type Values = Readonly<Record<string, unknown>>

interface Report {
  readonly problems: Problem[]
  /** null when the version is unknown: then nothing is asked for that only some versions have. */
  readonly version: string | null
}

function checkGroup(group: CompiledGroup, values: Values, path: string, report: Report): void {
  for (const field of group.fields) {
    const value = values[field.name]
    if (value === undefined) {
      if (!field.optional && report.version !== null) add(report, 'required', join(path, field))
    } else checkNode(field.of, value, path, field.name, report)
  }
  if (report.version === null) return
  for (const name in values) {
    if (!group.byName.has(name) && values[name] !== undefined) {
      const expected = report.version
      add(report, 'not-in-version', path === '' ? name : `${path}.${name}`, { expected })
    }
  }
}

/** Paths are put together only for what is a container or wrong: most leaves are neither. */
function checkNode(of: Compiled, value: unknown, path: string, name: string, report: Report): void {
  if (of.node === 'leaf') {
    const complaint = complaintOf(of.rule, value as string)
    if (complaint !== null)
      addComplaint(report, complaint, path === '' ? name : `${path}.${name}`, value as string)
    return
  }
  const place = path === '' ? name : `${path}.${name}`
  if (of.node === 'group') checkGroup(of, value as Values, place, report)
  else if (of.node === 'list') checkList(of, value as readonly unknown[], place, report)
}

function checkList(list: CompiledList, items: readonly unknown[], place: string, report: Report) {
  if (items.length < list.min)
    add(report, 'too-few', place, { expected: `${list.min} «${list.item}»` })
  if (items.length > list.max) add(report, 'too-many', place, { expected: String(list.max) })
  for (const [at, item] of items.entries()) {
    if (report.problems.length >= PROBLEMS_MAX) return
    const spot = `${place}[${at + 1}]`
    if (list.of.node === 'group') checkGroup(list.of, item as Values, spot, report)
    else if (list.of.node === 'pair') checkPair(item as NamedValue, list.of.rule, spot, report)
  }
}

function checkPair(pair: NamedValue, rule: Rule, place: string, report: Report): void {
  for (const name of ['nombre', 'valor'] as const) {
    const value = pair[name]
    const field = `${place}.${name}`
    if (value === undefined) add(report, 'required', field)
    else {
      const complaint = complaintOf(rule, value)
      if (complaint !== null) addComplaint(report, complaint, field, value)
    }
  }
}

function add(
  report: Report,
  code: Parameters<typeof problem>[0],
  field: string,
  facts: { expected?: string; value?: string } = {},
): void {
  if (report.problems.length < PROBLEMS_MAX) report.problems.push(problem(code, field, facts))
}

function addComplaint(report: Report, complaint: Complaint, field: string, value: string): void {
  add(report, complaint.code, field, { expected: complaint.expected, value })
}

function join(path: string, field: CompiledField): string {
  return path === '' ? field.name : `${path}.${field.name}`
}

interface Complaint {
  readonly code:
    | 'blank'
    | 'too-long'
    | 'too-short'
    | 'line-break'
    | 'wrong-form'
    | 'wrong-number'
    | 'wrong-date'
  readonly expected: string
}

/** What is wrong with a text under a rule; null when nothing is. */
function complaintOf(rule: Rule, value: string): Complaint | null {
  switch (rule.is) {
    case 'text':
      return textComplaint(rule, value)
    case 'digits':
      if (value.length >= rule.min && value.length <= rule.max && areDigits(value)) return null
      return { code: value === '' ? 'blank' : 'wrong-form', expected: digitsSaid(rule) }
    case 'choice':
      if (rule.values.includes(value)) return null
      return { code: value === '' ? 'blank' : 'wrong-form', expected: choicesSaid(rule.values) }
    case 'pattern':
      if (rule.pattern.test(value)) return null
      return { code: value === '' ? 'blank' : 'wrong-form', expected: rule.says }
    case 'decimal':
      return isDecimal(rule, value) ? null : { code: 'wrong-number', expected: decimalSaid(rule) }
    case 'date':
      return isDate(value) ? null : { code: value === '' ? 'blank' : 'wrong-date', expected: '' }
  }
}

function textComplaint(rule: Extract<Rule, { is: 'text' }>, value: string): Complaint | null {
  if (!rule.lines && value.includes('\n')) return { code: 'line-break', expected: '' }
  // The SRI counts characters; UTF-16 units only ever count more, so they settle most cases.
  if (value.length <= rule.max && value.length >= rule.min) return null
  const length = [...value].length
  if (length === 0) return { code: 'blank', expected: '' }
  if (length > rule.max) return { code: 'too-long', expected: String(rule.max) }
  return length < rule.min ? { code: 'too-short', expected: String(rule.min) } : null
}

function areDigits(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    if (code < 48 || code > 57) return false
  }
  return true
}

const [PLUS, MINUS, POINT, ZERO] = [43, 45, 46, 48]

/** Counts digits as XML Schema does: of the value, so zeros at either end do not count. */
function isDecimal(rule: Extract<Rule, { is: 'decimal' }>, value: string): boolean {
  const sign = value.charCodeAt(0)
  let [seen, whole, behind, places, point] = [0, 0, 0, 0, false]
  for (let at = sign === MINUS || sign === PLUS ? 1 : 0; at < value.length; at += 1) {
    const digit = value.charCodeAt(at) - ZERO
    if (digit === POINT - ZERO && !point) {
      point = true
      continue
    }
    if (digit < 0 || digit > 9) return false
    seen += 1
    if (!point && (whole > 0 || digit > 0)) whole += 1
    if (point) behind += 1
    if (point && digit > 0) places = behind
  }
  const digits = whole + places
  const negative = sign === MINUS && digits > 0
  return (
    seen > 0 && places <= rule.fraction && digits <= rule.total && !(negative && !rule.negative)
  )
}

function isDate(value: string): boolean {
  return value.startsWith('20', 6) && parseSriDate(value) !== null
}

function digitsSaid({ min, max }: { min: number; max: number }): string {
  return min === max ? `de ${min} dígitos` : `de ${min} a ${max} dígitos`
}

function choicesSaid(values: readonly string[]): string {
  if (values.length === 1) return `«${values[0]}»`
  const first = values.slice(0, -1).map((value) => `«${value}»`)
  return values.length > 6
    ? `de «${values[0]}» a «${values.at(-1)}»`
    : `${first.join(', ')} o «${values.at(-1)}»`
}

function decimalSaid({ total, fraction, negative }: Extract<Rule, { is: 'decimal' }>): string {
  const sign = negative ? '' : ', no negativo'
  return `punto decimal, hasta ${total} cifras y ${fraction} decimales${sign}`
}
