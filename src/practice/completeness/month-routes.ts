import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { whoIs } from '../../identity/session-guard.ts'
import { grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { clientsNamed } from '../../receipts/scope/clients.ts'
import { addDays, type Day, dayOf, firstOfMonth } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { noSuchMonth } from '../packages/messages.ts'
import { monthsOnScreen } from '../packages/page/months-on-screen.ts'
import { monthName } from '../packages/page/package-words.ts'
import { isWhole, sharesOf } from '../packages/scope.ts'
import { scopeOfLogin } from '../packages/scope-store.ts'
import { monthList, monthNumbers } from '../packages/views.ts'
import { gapsOf, PAGE_GAPS } from './gaps/explain-gaps.ts'
import { gapSentence, seriesName } from './gaps/gap-words.ts'
import { latestSeals } from './seal-store.ts'

type Needs = { db: Db; now: () => Date }

const MONTHS = '/descargas/meses'

/** More would make others wait while they are sorted by series; a package tells in the background. */
const RECEIPTS_MAX = 20_000

const ByMonth = Type.Object({ mes: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }) })
const Named = Type.Object({ ruc: Type.String({ maxLength: 24 }) })
const Whose = Type.Object({ ruc: Type.Optional(Type.String({ maxLength: 24 })) })

/**
 * The sealed months of one client, /descargas/meses?ruc=, and what is missing between the numbers of
 * a month, and why: /descargas/meses/2026-10. For who reads all of one taxpayer's receipts.
 */
export const monthRoutes: Area<Needs> = async (app, { db, now }) => {
  const shareOf = async (request: FastifyRequest, ruc: string | undefined) => {
    const { loginId } = whoIs(request)
    const { scope, clients } = await scopeOfLogin(db, loginId, dayOf(now()))
    const wanted = ruc === undefined ? null : clientsNamed(clients, [ruc])
    const shares = sharesOf(scope).filter(({ partyId }) => wanted?.has(partyId) ?? true)
    const [share, ...others] = shares
    if (!share || others.length > 0 || !isWhole(share)) throw new NotFound(noSuchMonth)
    const grants = grantsOfParties(share.scope, new Set([share.partyId]))
    /** Before anything of it is shown, and not of what is not there. */
    const note = () => noteLook(db, { loginId }, 'sums', grants, now())
    return { ...share, client: clients.get(share.partyId), note }
  }

  app.get(MONTHS, { schema: { querystring: Named } }, async (request, reply) => {
    const { ruc } = request.query
    const { scope, client, note } = await shareOf(request, ruc)
    const months = await monthsOnScreen(db, scope, now(), ruc)
    if (months.length > 0) await note()
    const whose = readableName(client?.name ?? '')
    return reply.page(monthList, { whose, months }, { title: 'Meses sellados' })
  })

  const schema = { params: ByMonth, querystring: Whose }
  app.get(`${MONTHS}/:mes`, { schema }, async (request, reply) => {
    const { mes: month } = request.params
    const { ruc } = request.query
    const share = await shareOf(request, ruc)
    const [seal] = await latestSeals(db, [share.partyId], { from: month, to: month })
    if (!seal) throw new NotFound(noSuchMonth)
    await share.note()
    const from = `${month}-01` as Day
    const days = { from, to: addDays(firstOfMonth(from, 1), -1), kinds: [] }
    const tooMany = seal.receipts > RECEIPTS_MAX
    const { gaps } = tooMany ? { gaps: [] } : await gapsOf(db, share.partyId, days, PAGE_GAPS)
    const series = gaps.map((one) => ({ name: seriesName(one), sentence: gapSentence(one) }))
    const name = monthName(month).toLowerCase()
    const back =
      ruc === undefined
        ? { href: '/descargas', text: 'Tus descargas' }
        : { href: `${MONTHS}?ruc=${encodeURIComponent(ruc)}`, text: 'Meses sellados' }
    return reply.page(
      monthNumbers,
      { name, back, series, tooMany },
      { title: `Numeración de ${name}` },
    )
  })
}
