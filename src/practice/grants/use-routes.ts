import Type from 'typebox'
import { customerOf } from '../../identity/session-guard.ts'
import { addDays, type Day, dayOf, firstOfMonth } from '../../values/day.ts'
import type { Area } from '../../web/area.ts'
import { monthName } from '../packages/page/package-words.ts'
import { usesPage } from '../views.ts'
import { usesBeside, usesOf } from './use-store.ts'
import { describeUses } from './uses-on-screen.ts'

const PAGE = '/perfil/accesos/lecturas'
/** Far more than a month of a firm's people; of what is beyond, the page says that there is more. */
const LINES_MAX = 2_000

const Asked = Type.Object({
  mes: Type.Optional(Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' })),
})

/** What firms read of a customer, month by month: /perfil/accesos/lecturas. */
export const grantUseRoutes: Area = async (app) => {
  const { db, now } = app.identity

  app.get(PAGE, { schema: { querystring: Asked } }, async (request, reply) => {
    const { partyId } = customerOf(request)
    const month = request.query.mes ?? dayOf(now()).slice(0, 7)
    const from = `${month}-01` as Day
    const days = { from, to: addDays(firstOfMonth(from, 1), -1) }
    const [uses, beside] = await Promise.all([
      usesOf(db, partyId, days, LINES_MAX + 1),
      usesBeside(db, partyId, days),
    ])
    const addressOf = (day: Day | null) => day && `${PAGE}?mes=${day.slice(0, 7)}`
    const shown = {
      month: monthName(month).toLowerCase(),
      rows: describeUses(uses.slice(0, LINES_MAX)),
      isCut: uses.length > LINES_MAX,
      previous: addressOf(beside.before),
      next: addressOf(beside.after),
    }
    return reply.page(usesPage, shown, { title: 'Lecturas' })
  })
}
