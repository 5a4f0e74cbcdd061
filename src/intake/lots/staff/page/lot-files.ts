import type { Db } from '../../../../db/open.ts'
import { LOTS } from '../../../../identity/staff/rights.ts'
import { formatBytes, formatCount } from '../../../../values/count.ts'
import type { Lot } from '../../lot.ts'
import { filesOf, lotWithFile } from '../../lot-store.ts'

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
  const before = await Promise.all(files.map(({ sha256 }) => lotWithFile(db, sha256, lot.id)))
  const numbers = before.flatMap((earlier) => earlier?.number ?? [])
  const size = formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))
  const alone = files.length === 1
  return {
    name: alone ? first.name : null,
    size: alone ? size : `${formatCount(files.length)} archivos, ${size}`,
    earlier: numbers.length === 0 ? null : earlierWords(files.length, numbers),
  }
}

function earlierWords(files: number, numbers: readonly string[]) {
  const title =
    files === 1
      ? 'Este mismo archivo ya se cargó antes.'
      : numbers.length === 1
        ? '1 de estos archivos ya se cargó antes.'
        : `${formatCount(numbers.length)} de estos archivos ya se cargaron antes.`
  const lots = [...new Set(numbers)].slice(0, LOTS_NAMED)
  return {
    title,
    lots: lots.map((number) => ({ href: `${LOTS}/${number}`, text: `Ver el lote ${number}` })),
  }
}
