import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { noteExport } from '../../../identity/staff/note-export.ts'
import { LOTS, mayDo } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf, stillMay } from '../../../identity/staff/staff-guard.ts'
import { cents, formatMoney } from '../../../values/money.ts'
import type { App, Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { NotFound, Unavailable } from '../../../web/errors/errors.ts'
import { eventStream } from '../../../web/event-stream.ts'
import { lotItemsPage, lotPage, lotPart, lotsPage } from '../../views.ts'
import { lotSubject } from '../lot.ts'
import { itemsByReach } from '../lot-item-store.ts'
import { lotsBefore } from '../lot-store.ts'
import { lotsOnScreen } from './lot-list.ts'
import type { LotRouteNeeds } from './lot-request.ts'
import { ByNumber, lotOf, rowsMegabytes, uploadForm } from './lot-request.ts'
import { reachWords } from './messages.ts'
import { drawSample } from './page/draw-sample.ts'
import { faultsCsv } from './page/faults-csv.ts'
import { SampleFinder } from './page/find-sample.ts'
import { lotPageOf, readableRecipient } from './page/lot-page.ts'
import { watchLot } from './page/watch-lot.ts'

const LOTS_PAGE = 30
const ITEMS_PAGE = 100
const WATCH_MILLISECONDS = 90_000
const LONG_MILLISECONDS = 600_000

const Place = Type.Object({
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})
const ByPlace = Type.Object({
  numero: Type.String({ maxLength: 20 }),
  n: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
})
const ByReach = Type.Object({
  numero: Type.String({ maxLength: 20 }),
  alcance: Type.Union(
    (Object.keys(reachWords) as (keyof typeof reachWords)[]).map((name) => Type.Literal(name)),
  ),
})

const sees = { onRequest: requireRight('lots.see') }

/** Lots as staff see them: the list, each one with what became of it, and its news while it moves. */
export const lotRoutes: Area<LotRouteNeeds> = async (app, needs) => {
  const { db, policy, now } = needs

  app.get(LOTS, { ...sees, schema: { querystring: Place } }, async (request, reply) => {
    const { desde } = request.query
    const rows = await lotsBefore(db, { beforeId: desde || null, limit: LOTS_PAGE + 1 })
    const shown = rows.slice(0, LOTS_PAGE)
    const last = rows.length > LOTS_PAGE ? shown.at(-1) : undefined
    const loads = mayDo(staffOf(request).role, 'lots.load')
    const data = {
      lots: await lotsOnScreen(db, shown),
      newest: desde > 0 ? LOTS : null,
      older: last ? `${LOTS}?desde=${last.id}` : null,
      upload: loads ? uploadForm(policy.intake) : null,
    }
    return reply.page(lotsPage, data, { title: 'Lotes' })
  })

  const schema = { params: ByNumber }
  app.get(
    `${LOTS}/:numero`,
    { ...sees, schema: { ...schema, querystring: Place } },
    async (request, reply) => {
      const lot = await lotOf(db, request.params.numero)
      const page = await lotPageOf(db, staffOf(request), lot, now(), request.query.desde)
      const data = { lot: page, rowsMegabytesMax: rowsMegabytes(policy.intake) }
      return reply.page(lotPage, data, { title: `Lote ${lot.number}` })
    },
  )

  newsRoute(app, needs)
  sampleRoute(app, needs)
  listRoutes(app, needs)
}

function newsRoute(app: App, { db, now, policy, templates }: LotRouteNeeds): void {
  const over = new AbortController()
  app.addHook('preClose', async () => over.abort())

  app.get(
    `${LOTS}/:numero/avance`,
    {
      ...sees,
      schema: { params: ByNumber },
      handlerTimeout: WATCH_MILLISECONDS,
      config: { watches: true },
    },
    async (request, reply) => {
      const { id } = await lotOf(db, request.params.numero)
      const render = async () => {
        const lot = await lotOf(db, request.params.numero)
        const page = await lotPageOf(db, staffOf(request), lot, now())
        return templates.render(lotPart, {
          lot: page,
          rowsMegabytesMax: rowsMegabytes(policy.intake),
        })
      }
      const mayGoOn = () => stillMay(request, 'lots.see')
      return eventStream(reply, watchLot(db, id, { render, mayGoOn }, over.signal))
    },
  )
}

function sampleRoute(app: App, { db, config, ridePool }: LotRouteNeeds): void {
  const needs = { db, dataDir: config.dataDir, ridePool, samples: new SampleFinder() }
  app.get(
    `${LOTS}/:numero/filas/:n(^[0-9]{1,9}).pdf`,
    { ...sees, schema: { params: ByPlace } },
    async (request, reply) => {
      const { numero, n } = request.params
      const lot = await lotOf(db, numero)
      const drawn = await drawSample(needs, lot, n)
      if (drawn && !drawn.ok && drawn.refusal !== 'unreadable') throw new Unavailable()
      if (!drawn?.ok)
        throw new NotFound({ action: { href: `${LOTS}/${lot.number}`, text: 'Ver el lote' } })
      return attachment(reply, `lote_${lot.number}_${n}.pdf`, 'application/pdf').send(
        Buffer.from(drawn.pdf),
      )
    },
  )
}

function listRoutes(app: App, { db, keys, now }: LotRouteNeeds): void {
  app.post(
    `${LOTS}/:numero/errores.csv`,
    { ...sees, schema: { params: ByNumber }, handlerTimeout: LONG_MILLISECONDS },
    async (request, reply) => {
      const lot = await lotOf(db, request.params.numero)
      const exported = { action: 'lot.faults-exported', subject: lotSubject(lot) } as const
      await noteExport({ db, keys, now }, staffOf(request), exported)
      const table = Readable.from(faultsCsv(db, lot), { objectMode: false })
      return attachment(reply, `lote_${lot.number}_errores.csv`, 'text/csv; charset=utf-8').send(
        table,
      )
    },
  )

  app.get(
    `${LOTS}/:numero/alcance/:alcance`,
    { ...sees, schema: { params: ByReach, querystring: Place } },
    async (request, reply) => showReach(request, reply, db),
  )
}

async function showReach(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Db,
): Promise<FastifyReply> {
  const { numero, alcance } = request.params as { numero: string; alcance: keyof typeof reachWords }
  const { desde } = request.query as { desde: number }
  const lot = await lotOf(db, numero)
  const page = { afterN: desde, limit: ITEMS_PAGE + 1 }
  const found = await itemsByReach(db, lot.id, alcance, page)
  const shown = found.slice(0, ITEMS_PAGE)
  const last = found.length > ITEMS_PAGE ? shown.at(-1) : undefined
  const href = `${LOTS}/${lot.number}`
  const { text: title, help } = reachWords[alcance]
  const data = {
    number: lot.number,
    href,
    title,
    help,
    items: shown.map((item) => ({
      ...item,
      who: readableRecipient(item),
      value: item.totalCents === null ? null : formatMoney(cents(item.totalCents)),
    })),
    more: last ? `${href}/alcance/${alcance}?desde=${last.n}` : null,
  }
  return reply.page(lotItemsPage, data, { title: `${title}, lote ${lot.number}` })
}
