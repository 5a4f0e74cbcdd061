import crypto from 'node:crypto'
import type { Manifest } from './manifest-text.ts'

/** A file that was found, and the fingerprint of its bytes. */
export interface FoundFile {
  readonly name: string
  readonly sha256: string
}

/** A month that says it is sealed, and what the check found. */
export interface CheckedSeal {
  readonly taxpayer: string
  readonly month: string
  readonly edition: number
  readonly root: string
  /** `part`: not all parts are here, so that nothing can be said of it. */
  readonly verdict: 'whole' | 'different' | 'part'
}

/** What was found of a package. */
export interface PackageCheck {
  readonly receipts: number
  readonly files: number
  /** In the list and not there. */
  readonly missing: readonly string[]
  /** There, with other bytes. */
  readonly changed: readonly string[]
  /** There, and in no list. */
  readonly unknown: readonly string[]
  /** Parts of the package that are not here. */
  readonly partsMissing: readonly number[]
  /** Receipts of which the bank itself had no file; the list says so. */
  readonly incomplete: number
  readonly seals: readonly CheckedSeal[]
  readonly ok: boolean
}

/** What systems leave in folders by themselves. */
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$|^__MACOSX\//

/** Compares what was found with the lists of its parts; `own` are the names of those. */
export function judgePackage(
  manifests: readonly Manifest[],
  found: readonly FoundFile[],
  own: ReadonlySet<string>,
): PackageCheck {
  const rows = manifests.flatMap(({ comprobantes }) => comprobantes)
  const listed = [...rows.flatMap(({ archivos }) => archivos), ...manifests.flatMap((m) => m.otros)]
  const expected = new Map(listed.map(({ ruta, sha256 }) => [ruta, sha256]))
  const seen = new Set<string>()
  const changed: string[] = []
  const unknown: string[] = []
  for (const { name, sha256 } of found) {
    if (own.has(name) || LITTER.test(name)) continue
    const wanted = expected.get(name)
    if (wanted === undefined || seen.has(name)) unknown.push(name)
    else if (wanted !== sha256) changed.push(name)
    seen.add(name)
  }
  const missing = [...expected.keys()].filter((name) => !seen.has(name))
  const partsMissing = absentParts(manifests)
  const short = manifests.some(({ comprobantes, totales }) => {
    const files = comprobantes.reduce((sum, { archivos }) => sum + archivos.length, 0)
    return comprobantes.length !== totales.comprobantes || files !== totales.archivos
  })
  const seals = checkSeals(manifests, partsMissing.length === 0)
  const faults = missing.length + changed.length + unknown.length + partsMissing.length
  return {
    receipts: rows.length,
    files: expected.size,
    missing,
    changed,
    unknown,
    partsMissing,
    incomplete: rows.filter(({ falta }) => falta !== undefined).length,
    seals,
    ok: faults === 0 && !short && seals.every(({ verdict }) => verdict !== 'different'),
  }
}

function absentParts(manifests: readonly Manifest[]): number[] {
  const here = new Set(manifests.map(({ parte }) => parte))
  const all = Math.max(...manifests.map(({ partes }) => partes))
  return Array.from({ length: all }, (_, at) => at + 1).filter((n) => !here.has(n))
}

function checkSeals(manifests: readonly Manifest[], whole: boolean): CheckedSeal[] {
  const rows = manifests.flatMap(({ comprobantes }) => comprobantes)
  const seals = new Map(
    manifests.flatMap(({ sellos }) =>
      sellos.map((seal) => [`${seal.contribuyente} ${seal.mes}`, seal] as const),
    ),
  )
  return [...seals.values()].map(({ contribuyente, mes, edicion, raiz }) => {
    const own = rows.filter(
      (row) => row.contribuyente === contribuyente && row.fecha.startsWith(mes),
    )
    const same = rootOfRows(own) === raiz
    const verdict = same ? 'whole' : whole ? 'different' : 'part'
    return { taxpayer: contribuyente, month: mes, edition: edicion, root: raiz, verdict }
  })
}

/** As `rootOf` seals it: in the order of the keys, only what the SRI has authorised. */
function rootOfRows(rows: Manifest['comprobantes']): string {
  const hash = crypto.createHash('sha256')
  const sealed = rows.filter(({ estado }) => estado === 'autorizado' || estado === 'anulado')
  for (const { clave, xml, estado } of sealed.toSorted((a, b) => (a.clave < b.clave ? -1 : 1))) {
    hash.update(`${clave} ${xml} ${estado}\n`)
  }
  return hash.digest('hex')
}
