import { inspectReceipt } from '../sri/inspect-receipt.ts'
import { describeReceipt } from './describe-receipt.ts'
import type { Authorization, RideSheet } from './sheet.ts'

/**
 * What is printed of a stored file, or null when it cannot be read; it was judged when it was
 * loaded, so it is only read here.
 */
export function describeFile(xml: Uint8Array, authorization: Authorization): RideSheet | null {
  const inspection = inspectReceipt(xml)
  return inspection.ok ? describeReceipt(inspection.document, authorization) : null
}
