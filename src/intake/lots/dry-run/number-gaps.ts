import type { DocumentKind } from '../../../sri/kinds.ts'
import { kindOfCode } from '../../../sri/kinds.ts'
import type { Gap } from '../lot-summary.ts'

/** A number that is missing comes between two that are there; these are their days. */
export interface FoundGap extends Gap {
  /** What every key of the series has between its day and its number: 16 + 6 digits and more. */
  readonly infix: string
  /** `2026-11-16`, of the number before and the one after, in the order of the calendar. */
  readonly fromDay: string
  readonly toDay: string
}

interface Place {
  sequence: number
  day: string
}

/**
 * The numbers that are missing between the first and the last of each series (issuer, kind,
 * environment, establishment and point), by the access keys alone: `ddmmyyyy` kind RUC environment
 * establishment point sequence code type digit (ficha técnica del SRI, «clave de acceso»).
 */
export class NumberGaps {
  readonly #series = new Map<string, Place[]>()

  add(accessKey: string): void {
    const infix = accessKey.slice(8, 30)
    const places = this.#series.get(infix) ?? []
    if (places.length === 0) this.#series.set(infix, places)
    places.push({ sequence: Number(accessKey.slice(30, 39)), day: dayOfKey(accessKey) })
  }

  find(): FoundGap[] {
    return [...this.#series].flatMap(([infix, places]) => gapsOf(infix, places))
  }
}

function gapsOf(infix: string, places: Place[]): FoundGap[] {
  const kind = kindOfCode(infix.slice(0, 2))?.kind
  if (!kind) return []
  places.sort((a, b) => a.sequence - b.sequence)
  return places.flatMap((place, at) => {
    const before = places[at - 1]
    if (!before || place.sequence - before.sequence < 2) return []
    return [gapBetween(kind, infix, before, place)]
  })
}

function gapBetween(kind: DocumentKind, infix: string, before: Place, after: Place): FoundGap {
  const [fromDay = '', toDay = ''] = [before.day, after.day].sort()
  return {
    kind,
    issuerRuc: infix.slice(2, 15),
    series: `${infix.slice(16, 19)}-${infix.slice(19, 22)}`,
    from: before.sequence + 1,
    to: after.sequence - 1,
    infix,
    fromDay,
    toDay,
  }
}

function dayOfKey(key: string): string {
  return `${key.slice(4, 8)}-${key.slice(2, 4)}-${key.slice(0, 2)}`
}
