import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { whoIs } from '../../identity/session-guard.ts'
import { clientsNamed } from '../../receipts/scope/clients.ts'
import { addDays, type Day, dayOf, firstOfMonth } from '../../values/day.ts'
import type { Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { noSuchMonth } from '../packages/messages.ts'
import { monthName } from '../packages/page/package-words.ts'
import { isWhole, sharesOf } from '../packages/scope.ts'
import { scopeOfLogin } from '../packages/scope-store.ts'
import { monthNumbers } from '../packages/views.ts'
import { gapsOf, PAGE_GAPS } from './gaps/explain-gaps.ts'
import { gapSentence, seriesName } from './gaps/gap-words.ts'
import { latestSeals } from './seal-store.ts'

type Needs = { db: Db; now: () => Date }

/** More would make others wait while they are sorted by series; a package tells in the background. */
const RECEIPTS_MAX = 20_000

const ByMonth = Type.Object({ mes: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }) })
const Whose = Type.Object({ ruc: Type.Optional(Type.String({ maxLength: 24 })) })

/** What is missing between the numbers of a sealed month, and why: /descargas/meses/2026-10. */
export const monthRoutes: Area<Needs> = async (app, { db, now }) => {
  const schema = { params: ByMonth, querystring: Whose }
  app.get('/descargas/meses/:mes', { schema }, async (request, reply) => {
    const { mes: month } = request.params
    const { ruc } = request.query
    const { scope, clients } = await scopeOfLogin(db, whoIs(request).loginId, dayOf(now()))
    const wanted = ruc === undefined ? null : clientsNamed(clients, [ruc])
    const shares = sharesOf(scope).filter(({ partyId }) => wanted?.has(partyId) ?? true)
    const [share, ...others] = shares
    if (!share || others.length > 0 || !isWhole(share)) throw new NotFound(noSuchMonth)
    const [seal] = await latestSeals(db, [share.partyId], { from: month, to: month })
    if (!seal) throw new NotFound(noSuchMonth)
    const from = `${month}-01` as Day
    const days = { from, to: addDays(firstOfMonth(from, 1), -1), kinds: [] }
    const tooMany = seal.receipts > RECEIPTS_MAX
    const { gaps } = tooMany ? { gaps: [] } : await gapsOf(db, share.partyId, days, PAGE_GAPS)
    const series = gaps.map((one) => ({ name: seriesName(one), sentence: gapSentence(one) }))
    const name = monthName(month).toLowerCase()
    return reply.page(monthNumbers, { name, series, tooMany }, { title: `Numeración de ${name}` })
  })
}
