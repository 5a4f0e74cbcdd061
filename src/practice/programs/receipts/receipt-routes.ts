import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { apiKeyOf } from '../../../identity/api-keys/api-key-guard.ts'
import type { Policy } from '../../../policy/policy.ts'
import { downloadReceipt } from '../../../receipts/files/download-receipt.ts'
import { grantsOfList, noteLook } from '../../../receipts/grant-use-store.ts'
import { noFile, unreadable } from '../../../receipts/messages.ts'
import { addReadings } from '../../../receipts/reading-store.ts'
import { findReceiptOf } from '../../../receipts/receipt-store.ts'
import type { ClientReader } from '../../../receipts/scope/clients.ts'
import { narrowed } from '../../../receipts/scope/clients.ts'
import { totalsOf } from '../../../receipts/search/owned-store.ts'
import { receiptsOf } from '../../../receipts/search/page-store.ts'
import { readSearch, SearchQuery } from '../../../receipts/search/search.ts'
import { readCursor, writeCursor } from '../../../receipts/search/search-cursor.ts'
import { filterOf } from '../../../receipts/search/search-filter.ts'
import { taxTotalsOf } from '../../../receipts/taxes/tax-totals.ts'
import type { RidePool } from '../../../ride/ride-pool.ts'
import { dayOf } from '../../../values/day.ts'
import { printAmount } from '../../../values/money.ts'
import type { App, Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { Conflict, NotFound, Unavailable, WebError } from '../../../web/errors/errors.ts'
import { LIST_MAX } from '../../quota/limits.ts'
import { apiRefusals } from '../messages.ts'
import { programReader } from '../program-reader.ts'
import { refused } from '../schemas.ts'
import { provedSearch } from './proved-search.ts'
import {
  AskedKinds,
  AskedStatuses,
  describeOne,
  describeReceipt,
  describeTaxTotals,
  OneReceiptSchema,
  ReceiptSchema,
  TaxTotalsSchema,
} from './receipt-schemas.ts'

interface Needs {
  db: Db
  policy: Pick<Policy, 'brand'>
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
}

const LIST_USUAL = 50
const RECEIPTS = '/api/v1/comprobantes'

const Asked = Type.Object({
  ...SearchQuery.properties,
  tipo: AskedKinds,
  estado: AskedStatuses,
  impuestos: Type.Optional(
    Type.Boolean({ description: 'true: suma también por impuesto y tarifa, en «total».' }),
  ),
  limite: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_MAX, default: LIST_USUAL })),
})
const Page = Type.Object({
  comprobantes: Type.Array(ReceiptSchema),
  siguiente: Type.Union([Type.String(), Type.Null()], {
    description: 'Para «despues»; null en la última página.',
  }),
  total: Type.Object(
    {
      comprobantes: Type.Integer(),
      valor: Type.Union([Type.String(), Type.Null()]),
      exacto: Type.Boolean({ description: 'false: hay más de esos, y no se sumó su valor.' }),
      impuestos: Type.Optional(TaxTotalsSchema),
    },
    { description: 'De toda la búsqueda; las notas de crédito restan.' },
  ),
})
const ByKey = Type.Object({ clave: Type.String({ pattern: '^[0-9]{49}$' }) })

/** The receipts of a key's clients: /api/v1/comprobantes. */
export const receiptRoutes: Area<Needs> = async (app, needs) => {
  listRoute(app, needs)
  oneRoute(app, needs)
  fileRoutes(app, needs)
}

function listRoute(app: App, { db, now }: Needs): void {
  app.get(
    RECEIPTS,
    {
      schema: {
        tags: ['Comprobantes'],
        summary: 'Buscar comprobantes',
        description:
          'Con los filtros de la pantalla: q (palabras, número o clave), ruc y tipo y estado (se repiten para varios), periodo (mes-anterior, este-ano…) o desde y hasta (2026-11-01), numero, min, max, orden (-fecha, fecha, -valor, valor). Sin periodo ni fechas, todos los días. Sigue con despues, que es el «siguiente» anterior.',
        querystring: Asked,
        response: { 200: Page, ...refused(400, 422) },
      },
    },
    async (request) => {
      const { limite, impuestos, ...query } = request.query
      const search = provedSearch(readSearch(query))
      const cursor = query.despues === undefined ? null : readCursor(query.despues, search.order)
      if (query.despues !== undefined && cursor === null) {
        throw new WebError(400, 'CURSOR', apiRefusals.cursor)
      }
      const reader = narrowed(await programReader({ db, now }, apiKeyOf(request)), search.clients)
      const filter = filterOf({ ...search, period: search.period ?? 'rango' }, dayOf(now()))
      const wanted = { order: search.order, cursor, size: limite ?? LIST_USUAL }
      const page = await receiptsOf(db, reader.scope, filter, wanted)
      const { count, cents, exact } = await totalsOf(db, reader.scope, filter)
      const told = { receipts: page.receipts, count }
      await noteLook(db, reader, 'api', grantsOfList(reader.scope, told), now())
      return {
        comprobantes: page.receipts.map((one) => describeReceipt(one, reader.clients)),
        siguiente: page.next && writeCursor(page.next),
        total: {
          comprobantes: count,
          valor: exact ? printAmount(cents) : null,
          exacto: exact,
          ...(impuestos === true
            ? { impuestos: describeTaxTotals(await taxTotalsOf(db, reader.scope, filter, count)) }
            : {}),
        },
      }
    },
  )
}

function oneRoute(app: App, { db, now }: Needs): void {
  app.get(
    `${RECEIPTS}/:clave`,
    {
      schema: {
        tags: ['Comprobantes'],
        summary: 'Un comprobante',
        description: 'Queda en el registro de lecturas que ve el cliente.',
        params: ByKey,
        response: { 200: OneReceiptSchema, ...refused(404) },
      },
    },
    async (request) => {
      const reader = await programReader({ db, now }, apiKeyOf(request))
      const receipt = await findReceiptOf(db, reader.scope, request.params.clave)
      if (receipt === null) throw new NotFound(apiRefusals.receipt)
      await addReadings(db, reader, 'page', [receipt], now())
      return describeOne(receipt, reader.clients)
    },
  )
}

function fileRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  const give = async (
    reader: ClientReader,
    reply: FastifyReply,
    asked: { accessKey: string; format: 'pdf' | 'xml'; known: string | undefined },
  ) => {
    const file = await downloadReceipt(needs, reader, asked)
    if (!file.ok) {
      if (file.refusal === 'none') throw new NotFound(apiRefusals.receipt)
      if (file.refusal === 'busy') throw new Unavailable()
      if (file.refusal === 'unreadable') throw new Unavailable(60, unreadable)
      throw new Conflict(noFile[file.refusal])
    }
    reply.header('etag', file.etag)
    if (file.bytes === null) return reply.code(304).send()
    const type = asked.format === 'pdf' ? 'application/pdf' : 'application/xml'
    return attachment(reply, file.name, type).send(file.bytes)
  }
  for (const format of ['xml', 'pdf'] as const) {
    const schema = {
      tags: ['Comprobantes'],
      summary: `Su ${format.toUpperCase()}`,
      description:
        'Los mismos bytes que en el portal. Con If-None-Match y su ETag, 304 si no cambió.',
      params: ByKey,
      response: {
        200: {
          description: 'El archivo.',
          content: { [`application/${format}`]: { schema: Type.Unsafe<Uint8Array>({}) } },
        },
        304: Type.Null({ description: 'El que tienes es el mismo.' }),
        ...refused(404, 409, 503),
      },
    }
    app.get(`${RECEIPTS}/:clave(^[0-9]+).${format}`, { schema }, async (request, reply) => {
      const { clave } = request.params as { clave: string }
      const known = request.headers['if-none-match']
      const reader = await programReader({ db, now }, apiKeyOf(request))
      return give(reader, reply, { accessKey: clave, format, known })
    })
  }
}
