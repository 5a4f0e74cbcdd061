import type { Db } from '../../../db/open.ts'
import { countPhrase } from '../../../receipts/search/search-words.ts'
import { formatBytes, formatCount } from '../../../values/count.ts'
import { dayOf, daysBetween, formatDateTime } from '../../../values/day.ts'
import { cents, formatMoney } from '../../../values/money.ts'
import type { Job } from '../../../work/job.ts'
import { paceOf } from '../../../work/job.ts'
import { lastJobOf } from '../../../work/job-store.ts'
import type { Foreseen } from '../ask-package.ts'
import { MAKE_PACKAGE } from '../making/make-package.ts'
import { askSentence } from '../messages.ts'
import type { Package, PackageContent, PackageFormat, PackagePart } from '../package.ts'
import {
  isKept,
  LIFE_DAYS,
  PACKAGE_FORMATS,
  PACKAGE_RECEIPTS_MAX,
  PART_RECEIPTS_MAX,
} from '../package.ts'
import { partsOfPackages } from '../package-store.ts'
import { fileName, formatNames, formatWords, packageTitle } from './package-words.ts'

/** How far a package is that is being made. */
interface ProgressOnScreen {
  readonly done: number
  readonly total: number
  readonly percent: number
  readonly words: string
}

interface PartOnScreen {
  readonly href: string
  /** «ZIP», «Parte 2 de 3». */
  readonly text: string
  readonly name: string
  readonly detail: string
  readonly sha256: string
}

/** A package in its words. */
export interface PackageOnScreen {
  readonly id: number
  readonly address: string
  readonly title: string
  readonly format: string
  readonly status: { readonly text: string; readonly tone: '' | 'ok' | 'espera' | 'mal' }
  readonly detail: string
  readonly problem: string | null
  readonly progress: ProgressOnScreen | null
  readonly parts: readonly PartOnScreen[]
  readonly missing: string | null
  /** What asks for the same once more; null while it is being made. */
  readonly again: ({ readonly query: string } & PackageContent) | null
}

/** Some packages as their owner sees them. */
export async function packagesOnScreen(
  db: Db,
  packages: readonly Package[],
  now: Date,
): Promise<PackageOnScreen[]> {
  const parts = await partsOfPackages(
    db,
    packages.map(({ id }) => id),
  )
  return Promise.all(
    packages.map(async (one) => {
      const job = one.status === 'making' ? await lastJobOf(db, one.id, [MAKE_PACKAGE]) : null
      return onScreen(one, parts.get(one.id) ?? [], job, now)
    }),
  )
}

function onScreen(
  one: Package,
  parts: readonly PackagePart[],
  job: Job | null,
  now: Date,
): PackageOnScreen {
  const kept = isKept(one, now)
  const missing = parts.reduce((sum, part) => sum + part.missing, 0)
  return {
    id: one.id,
    address: `/descargas/${one.id}`,
    title: packageTitle(one),
    format: formatWords(one),
    status: statusOf(one, kept),
    detail: detailOf(one, parts, kept, now),
    problem: one.problem,
    progress: one.status === 'making' ? progressOf(one, job, now) : null,
    parts: kept ? parts.map((part) => partOnScreen(one, part)) : [],
    missing:
      missing === 0
        ? null
        : `En ${countPhrase(missing)} falta algún archivo: LEEME.txt dice cuáles y por qué.`,
    again: one.status === 'making' ? null : againOf(one),
  }
}

function againOf({ query, format, alsoMerged }: Package) {
  return { query, format, alsoMerged }
}

function statusOf({ status }: Package, kept: boolean): PackageOnScreen['status'] {
  if (status === 'making') return { text: 'Preparando', tone: 'espera' }
  if (status === 'cancelled') return { text: 'Cancelada', tone: '' }
  if (status === 'failed') return { text: 'No se terminó', tone: 'mal' }
  return kept ? { text: 'Lista', tone: 'ok' } : { text: 'Venció', tone: '' }
}

function detailOf(one: Package, parts: readonly PackagePart[], kept: boolean, now: Date): string {
  const asked = `Pedida el ${formatDateTime(one.requestedAt)}`
  if (one.status !== 'ready') return `${countPhrase(one.receipts)}. ${asked}`
  const receipts = parts.reduce((sum, part) => sum + part.receipts, 0)
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const content = `${countPhrase(receipts)}, ${formatBytes(bytes)}`
  return kept && one.expiresAt
    ? `${content}. ${leftWords(one.expiresAt, now)}`
    : `${content}. ${asked}`
}

function leftWords(expiresAt: Date, now: Date): string {
  const days = daysBetween(dayOf(now), dayOf(expiresAt))
  const left = days === 0 ? 'vence hoy' : days === 1 ? 'queda 1 día' : `quedan ${days} días`
  return `Disponible hasta el ${formatDateTime(expiresAt)}: ${left}`
}

function progressOf(one: Package, job: Job | null, now: Date): ProgressOnScreen {
  const total = Math.max(1, one.receipts)
  const done = Math.min(job?.done ?? 0, total)
  return { done, total, percent: Math.floor((done / total) * 100), words: paceWords(job, now) }
}

function paceWords(job: Job | null, now: Date): string {
  if (job?.wish === 'cancel') return 'Se cancela en un momento'
  if (job === null || job.status === 'waiting') {
    return job?.problem ? 'Se intenta de nuevo enseguida' : 'En cola'
  }
  const left = paceOf(job, now)?.secondsLeft ?? null
  if (left === null) return 'En marcha'
  const minutes = Math.ceil(left / 60)
  if (left < 60) return 'Falta menos de un minuto'
  return minutes === 1 ? 'Falta cerca de 1 minuto' : `Faltan cerca de ${minutes} minutos`
}

function partOnScreen(one: Package, part: PackagePart): PartOnScreen {
  const more = part.n > 1 ? `?parte=${part.n}` : ''
  return {
    href: `/descargas/${one.id}.zip${more}`,
    text: one.parts > 1 ? `Parte ${part.n} de ${one.parts}` : 'ZIP',
    name: fileName(one, part.n),
    detail: `${countPhrase(part.receipts)}, ${formatBytes(part.bytes)}`,
    sha256: part.sha256,
  }
}

/** What somebody is told before asking for a package. */
export interface NewPackagePage {
  readonly query: string
  readonly title: string
  readonly count: string
  readonly size: string
  readonly parts: string | null
  readonly formats: readonly {
    readonly value: PackageFormat
    readonly text: string
    readonly help: string
    readonly checked: boolean
  }[]
  /** Whether one PDF with all of them is wanted besides. */
  readonly alsoMerged: boolean
  readonly limits: string
  readonly problem: string | null
  /** Where the search is that it is of. */
  readonly back: string
}

const FORMAT_HELP: Readonly<Record<PackageFormat, string>> = {
  ambos: 'El XML autorizado y su PDF (RIDE), en carpetas por año, mes y tipo.',
  pdf: 'Solo los PDF (RIDE), en carpetas.',
  xml: 'Solo los XML autorizados, en carpetas.',
  unido:
    'Todos los PDF (RIDE) uno tras otro, con un marcador por contribuyente y por comprobante. No lleva los XML adentro.',
}

export function newPackagePage(
  asked: { query: string } & PackageContent,
  foreseen: Foreseen,
  scope: Package['scope'],
  problem: string | null,
): NewPackagePage {
  const { receipts, bytes, parts, refusal } = foreseen
  return {
    query: asked.query,
    title: packageTitle({ query: asked.query, scope }),
    count: `${countPhrase(receipts)} por ${formatMoney(cents(foreseen.cents))}`,
    size: `Cerca de ${formatBytes(bytes)}`,
    parts: parts > 1 ? `En ${parts} partes` : null,
    formats: PACKAGE_FORMATS.map((value) => ({
      value,
      text: formatNames[value],
      help: FORMAT_HELP[value],
      checked: value === asked.format,
    })),
    alsoMerged: asked.alsoMerged,
    limits: `Hasta ${formatCount(PART_RECEIPTS_MAX)} comprobantes por archivo y ${formatCount(PACKAGE_RECEIPTS_MAX)} por descarga; si son más de un archivo, cada parte dice cuál es. La guardamos ${LIFE_DAYS} días.`,
    problem: problem ?? (refusal ? askSentence(refusal) : null),
    back: `/comprobantes?${asked.query}`,
  }
}
