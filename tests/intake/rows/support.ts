import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { ROWS_TODAY } from '#fixtures/intake/rows.ts'
import type { Fault } from '#src/intake/rows/fault.ts'
import type { ReceiptInRows } from '#src/intake/rows/read-rows.ts'
import { readRows } from '#src/intake/rows/read-rows.ts'
import type { TableRefusal } from '#src/intake/rows/tables/refusal.ts'
import { templateOf } from '#src/intake/rows/templates/templates.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import type { Day } from '#src/values/day.ts'

export const TODAY = ROWS_TODAY as Day

/** A file of its own for one test. */
export function fileOf(content: Uint8Array | string, name = 'filas.csv'): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-rows-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true }))
  const file = path.join(folder, name)
  fs.writeFileSync(file, content)
  return file
}

interface WholeReading {
  receipts: ReceiptInRows[]
  refusal: TableRefusal | null
}

/** Reads a file to its end. */
export async function readFile(
  content: Uint8Array | string,
  kind: DocumentKind = 'invoice',
): Promise<WholeReading> {
  const whole: WholeReading = { receipts: [], refusal: null }
  for await (const batch of readRows(fileOf(content), kind, { today: TODAY })) {
    if (batch.ok) whole.receipts.push(...batch.receipts)
    else whole.refusal = batch.refusal
  }
  return whole
}

export function faultsOf({ receipts }: WholeReading): Fault[] {
  return receipts.flatMap(({ faults }) => faults)
}

/** The first example of a template with some cells changed, one object a line. */
export function exampleLines(
  kind: DocumentKind,
  ...changes: Readonly<Record<string, string>>[]
): Record<string, string>[] {
  const [first = {}] = templateOf(kind).examples
  return changes.map((change) => ({ ...first, ...change }))
}

/** Rows of named cells as a CSV with the template's own columns. */
export function csvOf(
  kind: DocumentKind,
  lines: readonly Readonly<Record<string, string>>[],
): string {
  const names = [...templateOf(kind).places.keys()]
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  const rows = lines.map((line) => names.map((name) => quoted(line[name] ?? '')).join(';'))
  return `${[names.join(';'), ...rows].join('\n')}\n`
}
