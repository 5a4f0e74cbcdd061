import type { Db } from '../../../../db/open.ts'
import { LOTS } from '../../../../identity/staff/rights.ts'
import { formatBytes, formatCount } from '../../../../values/count.ts'
import { formatDateTime } from '../../../../values/day.ts'
import type { Lot } from '../../lot.ts'
import { earlierLotsOf, filesOf } from '../../lot-store.ts'

/** The files of a lot, in words. */
export interface FilesOnScreen {
  /** The name of the only one; null of none and of several. */
  name: string | null
  /** «37 archivos, 231 KB»; empty when the command line brought them. */
  size: string
  /** Those that another lot brought before, to the last byte. */
  earlier: { title: string; lots: readonly { href: string; text: string }[] } | null
}

const LOTS_NAMED = 5

export async function filesOnScreen(db: Db, lot: Lot): Promise<FilesOnScreen> {
  const files = await filesOf(db, lot.id)
  const [first] = files
  if (!first) return { name: null, size: '', earlier: null }
  const before = await earlierLotsOf(db, lot.id)
  const size = formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))
  const alone = files.length === 1
  return {
    name: alone ? first.name : null,
    size: alone ? size : `${formatCount(files.length)} archivos, ${size}`,
    earlier: before.length === 0 ? null : earlierWords(files.length, before),
  }
}

function earlierWords(files: number, before: readonly Lot[]) {
  const title =
    files === 1
      ? 'Este mismo archivo ya se cargó antes.'
      : before.length === 1
        ? '1 de estos archivos ya se cargó antes.'
        : `${formatCount(before.length)} de estos archivos ya se cargaron antes.`
  const lots = [...new Map(before.map((lot) => [lot.id, lot])).values()].slice(0, LOTS_NAMED)
  return {
    title,
    lots: lots.map(({ number, loadedAt }) => ({
      href: `${LOTS}/${number}`,
      text: `Ver el lote ${number}, del ${formatDateTime(loadedAt)}`,
    })),
  }
}
