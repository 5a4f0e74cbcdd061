import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { findLogin } from '../../identity/login-store.ts'
import type { Staff } from '../../identity/person.ts'
import { roleWords } from '../../identity/staff/role-words.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { pagesOf } from '../../identity/staff/staff-pages.ts'
import { lotsBefore } from '../../intake/lots/lot-store.ts'
import { lotsOnScreen } from '../../intake/lots/staff/lot-list.ts'
import type { Policy } from '../../policy/policy.ts'
import { dayOf, formatLongDay } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { panelPage } from '../views.ts'
import { attentionFor } from './attention.ts'
import { pendingReceipts } from './attention-store.ts'
import { chartCsv } from './chart-csv.ts'
import { answersChart, CHARTS, firstLoginsChart, mailsChart, receiptsChart } from './charts.ts'
import { panelNumbers } from './numbers.ts'
import { readPanelFigures } from './panel-figures.ts'
import type { Period } from './period.ts'
import { PERIODS, PeriodQuery, periodOf, stretchOf } from './period.ts'

type Needs = { db: Db; policy: Pick<Policy, 'login'>; now: () => Date }

const DAY_MILLISECONDS = 24 * 60 * 60 * 1_000
const LOTS_SHOWN = 5
const sees = { onRequest: requireRight('home.see') }
const ByChart = Type.Object({ grafico: Type.Union(CHARTS.map((name) => Type.Literal(name))) })

/** Where staff land: how the bank's receipts and mails do, and what needs this person. */
export const panelRoutes: Area<Needs> = async (app, needs) => {
  const { db, now } = needs

  app.get('/interno', { ...sees, schema: { querystring: PeriodQuery } }, async (request, reply) =>
    showPanel(reply, needs, staffOf(request), periodOf(request.query.periodo)),
  )

  app.get(
    '/interno/cifras/:grafico.csv',
    { ...sees, schema: { params: ByChart, querystring: PeriodQuery } },
    async (request, reply) => {
      const { grafico } = request.params
      const period = periodOf(request.query.periodo)
      const figures = await readPanelFigures(db, stretchOf(period, dayOf(now())))
      const file = `${grafico}_${period}_${dayOf(now())}.csv`
      return attachment(reply, file, 'text/csv; charset=utf-8').send(chartCsv(grafico, figures))
    },
  )

  // What is not there looks the same to everybody who has signed in, and leads home.
  app.get('/interno/*', sees, async () => {
    throw new NotFound()
  })
}

async function showPanel(
  reply: FastifyReply,
  { db, policy, now: clock }: Needs,
  person: Staff,
  period: Period,
): Promise<FastifyReply> {
  const now = clock()
  const stretch = stretchOf(period, dayOf(now))
  const figures = await readPanelFigures(db, stretch)
  const pending = await pendingReceipts(db, new Date(now.getTime() - DAY_MILLISECONDS))
  const lots = await lotsBefore(db, { beforeId: null, limit: LOTS_SHOWN })
  const login = await findLogin(db, person.loginId)
  const needs = { db, policy, person, oldPending: pending.old, now }
  const data = {
    name: readableName(person.displayName).split(' ')[0] ?? '',
    today: formatLongDay(dayOf(now)),
    at: now,
    role: roleWords(person.role),
    previousLoginAt: login?.previousLoginAt ?? null,
    period,
    periods: Object.entries(PERIODS).map(([value, text]) => ({ value, text })),
    numbers: await panelNumbers(db, { stretch, now, pending }),
    receipts: receiptsChart(figures),
    answers: answersChart(figures),
    mails: mailsChart(figures),
    firstLogins: firstLoginsChart(figures),
    attention: await attentionFor(needs),
    lots: await lotsOnScreen(db, lots),
    places: lots.length === 0 ? pagesOf(person.role).filter(({ about }) => about !== '') : [],
  }
  return reply.page(panelPage, data, { title: 'Panel' })
}
