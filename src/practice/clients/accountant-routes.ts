import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { whoIs } from '../../identity/session-guard.ts'
import { grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { narrowed } from '../../receipts/scope/clients.ts'
import { readSearch, SearchQuery } from '../../receipts/search/search.ts'
import { DEFAULT_PERIOD, daysOf, filterOf } from '../../receipts/search/search-filter.ts'
import { searchQuery, withQuery } from '../../receipts/search/search-url.ts'
import { chipsOf, daysPhrase } from '../../receipts/search/search-words.ts'
import { sumsOf } from '../../receipts/search/sums-store.ts'
import { taxTotalsOf } from '../../receipts/taxes/tax-totals.ts'
import { dayOf } from '../../values/day.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { accountantOf } from '../accountant-guard.ts'
import type { EnteredRequest } from '../grants/ask-access.ts'
import { askAccess } from '../grants/ask-access.ts'
import { requestsOf } from '../grants/request-store.ts'
import { REQUESTED } from '../messages.ts'
import { readerOf } from '../reader.ts'
import { askAccessPage, clientsPage, clientView, totalsPage } from '../views.ts'
import { clientList, SOON_DAYS } from './client-list.ts'
import { clientPage } from './client-page.ts'
import { describeTaxes } from './tax-totals.ts'
import { describeTotals, grandTotal } from './totals.ts'

type Needs = { db: Db; now: () => Date }

const ByNumber = Type.Object({ ruc: Type.String({ pattern: '^[0-9A-Za-z./-]{3,24}$' }) })
/** For whoever asks for a client that is none of theirs. */
const TO_CLIENTS = { action: { href: '/empresas', text: 'Ver tus empresas' } }
const Entered = Type.Object({
  numero: Type.String({ maxLength: 60, default: '' }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})

/** What an accountant works with: /empresas, the requests they make, totals of their clients. */
export const clientRoutes: Area<Needs> = async (app, needs) => {
  listRoutes(app, needs)
  requestRoutes(app, needs)
  totalsRoutes(app, needs)
}

function listRoutes(app: App, { db, now }: Needs): void {
  app.get('/empresas', async (request, reply) => {
    const firm = await accountantOf(request)
    const list = await clientList(db, firm.loginId, now())
    const data = { firm, ...list, soonDays: SOON_DAYS }
    return reply.page(clientsPage, data, { title: 'Empresas' })
  })

  app.get('/empresas/:ruc', { schema: { params: ByNumber } }, async (request, reply) => {
    const firm = await accountantOf(request)
    const client = await clientPage({ db, now }, firm, request.params.ruc)
    if (!client) throw new NotFound(TO_CLIENTS)
    return reply.page(clientView, { client }, { title: client.name })
  })

  // One list of receipts has one address; this one only names a client in it.
  app.get(
    '/empresas/:ruc/comprobantes',
    { schema: { params: ByNumber } },
    async (request, reply) => {
      await accountantOf(request)
      const { clients } = await readerOf({ db, now }, whoIs(request))
      const { ruc } = request.params
      const client = [...(clients?.values() ?? [])].find(({ numbers }) => numbers.includes(ruc))
      if (!client) throw new NotFound(TO_CLIENTS)
      return reply.redirect(`/comprobantes?ruc=${encodeURIComponent(client.number)}`, 303)
    },
  )
}

function requestRoutes(app: App, { db, now }: Needs): void {
  const { tools } = app.identity
  const PAGE = '/empresas/solicitar'

  const show = async (
    reply: FastifyReply,
    firmId: number,
    values: EnteredRequest,
    problems: Problems,
  ) => {
    const requests = (await requestsOf(db, firmId)).map((one) => ({
      ...one,
      open: !one.approved && one.expiresAt > now(),
    }))
    const status = Object.keys(problems).length > 0 ? 422 : 200
    return reply.page(
      askAccessPage,
      { values, problems, requests },
      { title: 'Pedir acceso', status },
    )
  }

  app.get(PAGE, async (request, reply) => {
    const { firmId } = await accountantOf(request)
    return show(reply, firmId, { numero: '', motivo: '' }, {})
  })

  app.post(PAGE, { schema: { body: Entered } }, async (request, reply) => {
    const { firmId } = await accountantOf(request)
    const asked = await askAccess(db, tools, whoIs(request), request.body, now())
    if (asked.ok) return reply.notice(REQUESTED).redirect(PAGE, 303)
    return show(reply, firmId, request.body, asked.problems as Problems)
  })
}

function totalsRoutes(app: App, { db, now }: Needs): void {
  app.get(
    '/comprobantes/totales',
    { schema: { querystring: SearchQuery } },
    async (request, reply) => {
      await accountantOf(request)
      const all = await readerOf({ db, now }, whoIs(request))
      const { search, hasProblems } = readSearch(request.query)
      const back = withQuery('/comprobantes', searchQuery(search))
      if (hasProblems || all.clients === null) return reply.redirect(back, 303)
      const today = dayOf(now())
      const { scope } = narrowed(all, search.clients)
      const filter = filterOf(search, today)
      const sums = await sumsOf(db, scope, filter)
      const shown = { ...search, period: search.period ?? DEFAULT_PERIOD }
      const parties = new Set(sums?.map(({ partyId }) => partyId))
      await noteLook(db, all, 'sums', grantsOfParties(scope, parties), now())
      const total = grandTotal(sums)
      const data = {
        tables: describeTotals(sums ?? [], all.clients),
        taxes: describeTaxes(await taxTotalsOf(db, scope, filter, total.receipts)),
        total,
        days: daysPhrase(daysOf(shown, today)),
        filters: chipsOf(shown, all.clients).map(({ label }) => label),
        back,
      }
      return reply.page(totalsPage, data, { title: 'Totales' })
    },
  )
}
