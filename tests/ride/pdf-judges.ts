import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Block, RideSheet } from '#src/ride/sheet.ts'

export interface PdfFile {
  readonly path: string
  readonly folder: string
}

/** Puts a PDF where outside programs can read it, until the test is over. */
export function scratch(pdf: Uint8Array): PdfFile {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'ride.pdf')
  writeFileSync(file, pdf)
  return { path: file, folder }
}

/** Lines are broken where they must; what counts is that nothing is lost. */
export const withoutBlanks = (text: string): string => text.replace(/[\s\u00a0]+/g, '')

function textsOfBlock({ pairs, table }: Block): string[] {
  return [
    ...pairs.flatMap(({ label, value }) => [label, value]),
    ...(table?.columns.map(({ label }) => label) ?? []),
    ...(table?.rows.flatMap(({ cells, notes }) => [...cells, ...notes]) ?? []),
  ]
}

/** Every text of a sheet that the paper must show. */
export function textsOf(sheet: RideSheet): readonly string[] {
  return [
    sheet.name.toUpperCase(),
    sheet.number,
    sheet.accessKey,
    sheet.issuer.name,
    sheet.issuer.tradeName ?? '',
    ...sheet.issuer.legends,
    ...[...sheet.issuer.facts, ...sheet.header].flatMap(({ label, value }) => [label, value]),
    ...[sheet.party, ...sheet.body, ...sheet.aside].flatMap(textsOfBlock),
    ...sheet.additional.flatMap(({ label, value }) => [label, value]),
    ...sheet.totals.flatMap(({ label, value }) => [label, value]),
  ]
}
