import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { CLIENTS_MAX, SearchQuery } from '../../../receipts/search/search.ts'
import { lastJobOf } from '../../../work/job-store.ts'
import { oneOf } from '../../one-of.ts'
import { MAKE_PACKAGE } from '../../packages/making/make-package.ts'
import type { Package, PackagePart } from '../../packages/package.ts'
import { isKept, LIFE_DAYS, PACKAGE_FORMATS } from '../../packages/package.ts'
import { partsOfPackages } from '../../packages/package-store.ts'
import { fileName } from '../../packages/page/package-words.ts'
import { AskedKinds, AskedStatuses } from '../receipts/receipt-schemas.ts'

/** Where a key's packages are. */
export const PACKAGES = '/api/v1/descargas'

const STATUSES = ['preparando', 'lista', 'vencida', 'cancelada', 'no-terminada'] as const
const { q, periodo, desde, hasta, numero, min, max } = SearchQuery.properties

/** A search as the list takes it; what is not one of its words is refused, not left out. */
export const AskedPackage = Type.Object(
  {
    q,
    periodo,
    desde,
    hasta,
    numero,
    min,
    max,
    ruc: Type.Optional(
      Type.Array(Type.String({ maxLength: 40 }), {
        maxItems: CLIENTS_MAX,
        description: 'RUC o cédula de tus clientes; ninguno: todos los de la clave.',
      }),
    ),
    tipo: AskedKinds,
    estado: AskedStatuses,
    formato: Type.Optional(
      oneOf(PACKAGE_FORMATS, 'Qué entra de cada comprobante; «ambos» si no dices.'),
    ),
    unido: Type.Optional(
      Type.Boolean({ description: 'Además, un solo PDF con todos, uno tras otro.' }),
    ),
  },
  { additionalProperties: false },
)

const Moment = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])
const Part = Type.Object({
  numero: Type.Integer(),
  comprobantes: Type.Integer(),
  incompletos: Type.Integer({ description: 'Les falta algún archivo: LEEME.txt dice por qué.' }),
  bytes: Type.Integer(),
  sha256: Type.String({ description: 'Del archivo, hexadecimal; también es su ETag.' }),
  nombre: Type.String(),
  archivo: Type.String({ description: 'Dónde se baja, con esta misma clave.' }),
})

/** A package as programs see it. */
export const PackageSchema = Type.Object({
  id: Type.Integer(),
  estado: oneOf(
    STATUSES,
    '«no-terminada»: problema dice por qué. «vencida»: sus archivos ya no están.',
  ),
  busqueda: Type.String({ description: 'La que se preparó, con sus fechas escritas.' }),
  formato: oneOf(PACKAGE_FORMATS),
  unido: Type.Boolean({ description: 'Trae además un solo PDF con todos.' }),
  comprobantes: Type.Integer({ description: 'Los que había al pedirla.' }),
  avance: Type.Object({ hechos: Type.Integer(), total: Type.Integer() }),
  pedida: Type.String({ format: 'date-time' }),
  terminada: Moment,
  vence: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: `${LIFE_DAYS} días después de estar lista.`,
  }),
  problema: Type.Union([Type.String(), Type.Null()]),
  partes: Type.Array(Part, { description: 'Sus archivos, mientras esté lista.' }),
})

/** Some packages as their program sees them. At most three of one key are under way. */
export async function describePackages(db: Db, packages: readonly Package[], now: Date) {
  const ids = packages.map(({ id }) => id)
  const parts = await partsOfPackages(db, ids)
  return Promise.all(
    packages.map(async (one) => {
      const job = one.status === 'making' ? await lastJobOf(db, one.id, [MAKE_PACKAGE]) : null
      const done = one.status === 'ready' ? one.receipts : Math.min(job?.done ?? 0, one.receipts)
      return describePackage(one, parts.get(one.id) ?? [], done, now)
    }),
  )
}

/** The same of one. */
export async function describeOnePackage(db: Db, one: Package, now: Date) {
  const [described] = await describePackages(db, [one], now)
  if (!described) throw new Error('A package without its description')
  return described
}

function describePackage(one: Package, parts: readonly PackagePart[], done: number, now: Date) {
  return {
    id: one.id,
    estado: statusOf(one, now),
    busqueda: one.query,
    formato: one.format,
    unido: one.alsoMerged,
    comprobantes: one.receipts,
    avance: { hechos: done, total: one.receipts },
    pedida: one.requestedAt.toISOString(),
    terminada: one.endedAt?.toISOString() ?? null,
    vence: one.expiresAt?.toISOString() ?? null,
    problema: one.problem,
    partes: isKept(one, now) ? parts.map((part) => describePart(one, part)) : [],
  }
}

function statusOf(one: Package, now: Date): (typeof STATUSES)[number] {
  switch (one.status) {
    case 'making':
      return 'preparando'
    case 'cancelled':
      return 'cancelada'
    case 'failed':
      return 'no-terminada'
    case 'ready':
      return isKept(one, now) ? 'lista' : 'vencida'
  }
}

function describePart(one: Package, part: PackagePart) {
  return {
    numero: part.n,
    comprobantes: part.receipts,
    incompletos: part.missing,
    bytes: part.bytes,
    sha256: part.sha256,
    nombre: fileName(one, part.n),
    archivo: `${PACKAGES}/${one.id}/partes/${part.n}.zip`,
  }
}
