import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { AuditEntry } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import { noteExport } from '../../../identity/staff/note-export.ts'
import { DELIVERIES, LOTS } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import { dayOf, formatDay, parseDay } from '../../../values/day.ts'
import type { Keys } from '../../../values/keys.ts'
import type { App, Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import { deliveriesPage, stoppedPage } from '../../views.ts'
import { lotSubject } from '../lot.ts'
import { lotOf } from '../staff/lot-request.ts'
import { funnelOf, stageOfSlug, sumOfCounts } from './funnel.ts'
import type { NamedLot } from './funnel-store.ts'
import { countStagesByDay, lotsStoppedAt } from './funnel-store.ts'
import { lookedAt } from './journey.ts'
import { After, DayQuery, readDays, readPlace, spanOf, writePlace } from './journey-request.ts'
import { stageWords } from './messages.ts'
import { stoppedCsv } from './stopped-csv.ts'
import { stoppedAt } from './stopped-list.ts'

type Needs = { db: Db; keys: Pick<Keys, 'audit'>; now: () => Date }

const PAGE = 100
const LONG_MILLISECONDS = 600_000

const ofLot = {
  onRequest: requireRight('lots.see'),
  schema: { params: Type.Object({ numero: Type.String({ maxLength: 20 }), paso: Type.String() }) },
}
const ofDay = {
  onRequest: requireRight('mails.see'),
  schema: { params: Type.Object({ dia: Type.String({ maxLength: 20 }), paso: Type.String() }) },
}

/** Some receipts that stopped at a stage: those of a lot, or of a day. */
interface Stopped {
  readonly stage: Stage
  readonly lots: readonly NamedLot[]
  /** «lote 2026-11-0047», «16 nov 2026». */
  readonly of: string
  readonly address: string
  readonly back: { readonly href: string; readonly text: string }
  /** For the chain. */
  readonly subject: string
  readonly detail: NonNullable<AuditEntry['detail']>
}

/** How far receipts have come, by lot and by day, and who stopped where. */
export const journeyRoutes: Area<Needs> = async (app, needs) => {
  const { db } = needs
  stoppedRoutes(app, needs, `${LOTS}/:numero/recorrido/:paso`, ofLot, (params) =>
    stoppedOfLot(db, params),
  )
  stoppedRoutes(app, needs, `${DELIVERIES}/:dia/:paso`, ofDay, (params) => stoppedOfDay(db, params))
  dayRoutes(app, needs)
}

function dayRoutes(app: App, { db, now }: Needs): void {
  app.get(
    DELIVERIES,
    { onRequest: requireRight('mails.see'), schema: { querystring: DayQuery } },
    async (request, reply) => {
      const { from, to, problems } = readDays(request.query, dayOf(now()))
      const wrong = Object.keys(problems).length > 0
      const days = wrong ? new Map() : await countStagesByDay(db, spanOf(from, to))
      const typed = { desde: request.query.desde || from, hasta: request.query.hasta || to }
      const data = {
        typed,
        problems,
        at: await lookedAt(db),
        funnel: withoutLinks(funnelOf(sumOfCounts(days.values()), '')),
        days: [...days].map(([day, counts]) => ({
          day,
          ...funnelOf(counts, `${DELIVERIES}/${day}`),
        })),
      }
      return reply.page(deliveriesPage, data, { title: 'Entregas', status: wrong ? 422 : 200 })
    },
  )
}

/** Those of several days are reached by their days. */
function withoutLinks({ total, steps }: ReturnType<typeof funnelOf>) {
  return { total, steps: steps.map((step) => ({ ...step, href: null })) }
}

type Route = typeof ofLot | typeof ofDay
type Params = Readonly<Record<string, string>>

/** The list and its export. */
function stoppedRoutes(
  app: App,
  { db, keys, now }: Needs,
  address: string,
  { onRequest, schema }: Route,
  find: (params: Params) => Promise<Stopped>,
): void {
  app.get(
    address,
    { onRequest, schema: { ...schema, querystring: After } },
    async (request, reply) => {
      const stopped = await find(request.params as Params)
      return showStopped(db, reply, stopped, request.query.despues, now())
    },
  )

  app.post(
    `${address}/descarga`,
    { onRequest, schema, handlerTimeout: LONG_MILLISECONDS },
    async (request, reply) => {
      const stopped = await find(request.params as Params)
      const { subject, detail } = stopped
      const exported = { action: 'deliveries.exported', subject, detail } as const
      await noteExport({ db, keys, now }, staffOf(request), exported)
      const table = stoppedCsv(db, stopped.lots, stopped.stage, now())
      const name = `${stageWords[stopped.stage].slug}_${stopped.of.replaceAll(' ', '-')}.csv`
      const csv = Readable.from(table, { objectMode: false })
      return attachment(reply, name, 'text/csv; charset=utf-8').send(csv)
    },
  )
}

async function showStopped(
  db: Db,
  reply: FastifyReply,
  { lots, stage, of, address, back }: Stopped,
  after: string,
  now: Date,
): Promise<FastifyReply> {
  const page = { after: readPlace(after), limit: PAGE + 1 }
  const found = await stoppedAt(db, lots, stage, page, now)
  const rows = found.slice(0, PAGE)
  const last = found.length > PAGE ? rows.at(-1) : undefined
  const { text, stopped: help } = stageWords[stage]
  const more = last ? `${address}?despues=${writePlace(last.place)}` : null
  const data = { title: text, of, help, address, back, rows, more }
  return reply.page(stoppedPage, data, { title: `${text}, ${of}` })
}

async function stoppedOfLot(db: Db, { numero = '', paso = '' }: Params): Promise<Stopped> {
  const lot = await lotOf(db, numero)
  const stage = stageOf(paso)
  return {
    stage,
    lots: [lot],
    of: `lote ${lot.number}`,
    address: `${LOTS}/${lot.number}/recorrido/${paso}`,
    back: { href: `${LOTS}/${lot.number}`, text: `Lote ${lot.number}` },
    subject: lotSubject(lot),
    detail: { step: paso },
  }
}

async function stoppedOfDay(db: Db, { dia = '', paso = '' }: Params): Promise<Stopped> {
  const day = parseDay(dia)
  if (day === null || day !== dia) throw new NotFound()
  const stage = stageOf(paso)
  return {
    stage,
    lots: await lotsStoppedAt(db, spanOf(day, day), stage),
    of: formatDay(day),
    address: `${DELIVERIES}/${day}/${paso}`,
    back: { href: DELIVERIES, text: 'Entregas' },
    subject: 'receipts',
    detail: { step: paso, since: day, until: day },
  }
}

function stageOf(slug: string): Stage {
  const stage = stageOfSlug(slug)
  if (stage === null) throw new NotFound()
  return stage
}
