import type { ReceiptStatus } from '../../../receipts/receipt.ts'
import { signedValue, statusFacts } from '../../../receipts/receipt.ts'
import { kindFacts } from '../../../sri/kinds.ts'
import { cents, printAmount } from '../../../values/money.ts'
import type { NumberRun, SeriesGaps } from '../../completeness/gaps/explain-gaps.ts'
import type { MonthSeal } from '../../completeness/month-seal.ts'
import type { PackageContent } from '../package.ts'
import type { Changes } from './changes-since.ts'
import type { PackedFile, PackedRow } from './packed-row.ts'

/** Grows when something that it said means something else; what is new besides harms no reader. */
const MANIFEST_VERSION = 1

/** Counts and sums of one heading: a taxpayer, a kind. */
interface Tally {
  receipts: number
  cents: number
}

/** What a part adds up to, found by going through its rows once. */
export class PartSums {
  readonly #byTaxpayer = new Map<string, Tally>()
  readonly #byKind = new Map<string, Tally>()
  readonly all: Tally = { receipts: 0, cents: 0 }
  files = 0
  missing = 0
  /** Receipts whose pages are in the one PDF. */
  merged = 0
  /** The newest day among them, for what has none of its own. */
  lastDay = '1980-01-01'

  add({ taxpayer, receipt, files, missing, page }: PackedRow): void {
    const value = signedValue(receipt) ?? 0
    for (const tally of [this.all, tallyOf(this.#byTaxpayer, taxpayer), this.#ofKind(receipt)]) {
      tally.receipts += 1
      tally.cents += value
    }
    this.files += files.length
    if (missing !== null) this.missing += 1
    if (page !== undefined) this.merged += 1
    if (receipt.issuedOn > this.lastDay) this.lastDay = receipt.issuedOn
  }

  get taxpayers(): string[] {
    return [...this.#byTaxpayer.keys()]
  }

  json() {
    return {
      comprobantes: this.all.receipts,
      valor: money(this.all.cents),
      archivos: this.files,
      incompletos: this.missing,
      contribuyentes: listed(this.#byTaxpayer, 'numero'),
      tipos: listed(this.#byKind, 'tipo'),
    }
  }

  #ofKind({ kind }: PackedRow['receipt']): Tally {
    return tallyOf(this.#byKind, kindFacts(kind).slug)
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? { receipts: 0, cents: 0 }
  tallies.set(name, tally)
  return tally
}

function listed(tallies: ReadonlyMap<string, Tally>, name: string) {
  return [...tallies]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, tally]) => ({
      [name]: key,
      comprobantes: tally.receipts,
      valor: money(tally.cents),
    }))
}

function money(amount: number): string {
  return printAmount(cents(amount))
}

type GapsOfPart = SeriesGaps & { readonly taxpayer: string }

/** What the whole of a manifest says besides its files. */
export interface ManifestHead extends PackageContent {
  readonly bank: string
  readonly query: string
  readonly part: number
  readonly parts: number
  /** What came and went while the package was made; only the last part can know. */
  readonly changes: Changes
  readonly sums: PartSums
  readonly seals: readonly (MonthSeal & { readonly taxpayer: string })[]
  /** Series in which a taxpayer lacks numbers. */
  readonly gaps: readonly GapsOfPart[]
  /** Files that are no receipt's, with their fingerprints. */
  readonly aside: readonly PackedFile[]
}

/** `manifiesto.json`, as it is written: one receipt a line, so that no reader needs all of it at once. */
export async function* manifestOf(
  head: ManifestHead,
  rows: AsyncIterable<PackedRow>,
): AsyncGenerator<string> {
  const top = {
    version: MANIFEST_VERSION,
    banco: head.bank,
    consulta: head.query,
    formato: head.format,
    ...(head.alsoMerged ? { unido: true } : {}),
    parte: head.part,
    partes: head.parts,
    cambios: head.changes.come + head.changes.gone,
    totales: head.sums.json(),
    sellos: head.seals.map(sealJson),
    numeracion: head.gaps.map(gapJson),
    otros: head.aside.map(({ name, bytes, sha256 }) => ({ ruta: name, bytes, sha256 })),
  }
  yield `${JSON.stringify(top, null, 1).slice(0, -2)},\n "comprobantes": [`
  let between = '\n  '
  for await (const row of rows) {
    yield `${between}${JSON.stringify(rowJson(row))}`
    between = ',\n  '
  }
  yield '\n ]\n}\n'
}

function rowJson({ taxpayer, receipt, sha256, files, missing, page }: PackedRow) {
  return {
    contribuyente: taxpayer,
    clave: receipt.accessKey,
    fecha: receipt.issuedOn,
    estado: statusFacts(receipt.status).slug,
    xml: sha256,
    ...(missing === null ? {} : { falta: missing }),
    ...(page === undefined ? {} : { pagina: page }),
    archivos: files.map((file) => ({ ruta: file.name, bytes: file.bytes, sha256: file.sha256 })),
  }
}

function gapJson({ taxpayer, issuerRuc, kind, first, last, between, ...series }: GapsOfPart) {
  const runs = (some: readonly NumberRun[]) => some.map(({ from, to }) => [from, to])
  return {
    contribuyente: taxpayer,
    emisor: issuerRuc,
    tipo: kindFacts(kind).slug,
    serie: `${series.establishment}-${series.point}`,
    ambiente: series.environment === 'test' ? 'pruebas' : 'produccion',
    desde: first,
    hasta: last,
    propios: series.own,
    ...(between && {
      deOtros: between.others,
      enTramite: between.underWay,
      nuncaAutorizados: between.lost,
      tramosNuncaAutorizados: runs(between.lostRuns),
      ausentes: between.absent,
      tramosAusentes: runs(between.absentRuns),
    }),
  }
}

function sealJson(seal: ManifestHead['seals'][number]) {
  return {
    contribuyente: seal.taxpayer,
    mes: seal.month,
    edicion: seal.edition,
    comprobantes: seal.receipts,
    raiz: seal.root,
    sumas: seal.sums.map((sum) => ({
      tipo: kindFacts(sum.kind).slug,
      estado: statusFacts(sum.status as ReceiptStatus).slug,
      comprobantes: sum.receipts,
      valor: money(sum.cents),
    })),
  }
}
