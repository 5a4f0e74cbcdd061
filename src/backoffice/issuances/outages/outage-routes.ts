import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { noteExport } from '../../../identity/staff/note-export.ts'
import { ISSUANCES } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import type { Outage } from '../../../issuing/courier/outage-store.ts'
import { findOutage, listOutages } from '../../../issuing/courier/outage-store.ts'
import { countIssuances } from '../../../issuing/issuance/list-store.ts'
import { MOVING } from '../../../issuing/states/state-groups.ts'
import { formatCount } from '../../../values/count.ts'
import type { Keys } from '../../../values/keys.ts'
import { csvHeadOf, csvLineOf, textCell } from '../../../values/tables/csv.ts'
import type { Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import { outagesView, outageView } from '../views.ts'
import { OUTAGES, outageFacts, outageReport } from './outage-words.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

const PAGE = 30
const COUNTED_MAX = 10_000
const QUEUE = `${ISSUANCES}?estado=en-camino`
const Query = Type.Object({
  desde: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const sees = { onRequest: requireRight('issuances.see') }

/** The evidence of each time during which the SRI's services did not answer. */
export const outageRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  app.get(OUTAGES, { ...sees, schema: { querystring: Query } }, async (request, reply) => {
    const found = await listOutages(db, PAGE + 1, request.query.desde || null)
    const shown = found.slice(0, PAGE)
    const last = found.length > PAGE ? shown.at(-1) : undefined
    const waiting = await waitingWords(db)
    const data = {
      outages: shown.map((outage) => outageReport(outage, waiting, now())),
      older: last ? `${OUTAGES}?desde=${last.id}` : null,
      waiting,
      queue: QUEUE,
    }
    return reply.page(outagesView, data, { title: 'Caídas del SRI' })
  })

  app.get(
    `${OUTAGES}/:id(^[0-9]+$)`,
    { ...sees, schema: { params: ById } },
    async (request, reply) => {
      const outage = await outageAt(db, request.params.id)
      const { firstKey } = outage
      const data = {
        outage: outageReport(outage, await waitingWords(db), now()),
        first: firstKey === null ? null : `${ISSUANCES}/clave/${firstKey}`,
        queue: QUEUE,
      }
      return reply.page(outageView, data, { title: `Caída del SRI n.º ${outage.id}` })
    },
  )

  app.post(
    `${OUTAGES}/:id(^[0-9]+$)/informe.csv`,
    { ...sees, schema: { params: ById } },
    async (request, reply) => {
      const outage = await outageAt(db, request.params.id)
      const { sha256 } = outageReport(outage, '', now())
      const subject = `outage:${outage.id}`
      const exported = { action: 'outage.exported', subject, detail: { sha256 } } as const
      await noteExport({ db, keys, now }, staffOf(request), exported)
      const rows = [...outageFacts(outage), ['sha256', sha256] as const]
      const lines = rows.map(([name, value]) => csvLineOf([textCell(name), textCell(value)]))
      const csv = `${csvHeadOf(['Dato', 'Valor'])}${lines.join('')}`
      return attachment(reply, `caida-sri_${outage.id}.csv`, 'text/csv; charset=utf-8').send(csv)
    },
  )
}

async function outageAt(db: Db, id: number): Promise<Outage> {
  const outage = await findOutage(db, id)
  if (!outage) throw new NotFound({ action: { href: OUTAGES, text: 'Ver las caídas' } })
  return outage
}

/** How many documents wait now; beyond a bound it is not counted to the end. */
async function waitingWords(db: Db): Promise<string> {
  const all = { states: MOVING, kind: null, establishment: null, issuerId: null, lotId: null }
  const counts = [...(await countIssuances(db, all, COUNTED_MAX)).values()]
  const sum = counts.reduce((total, { count }) => total + count, 0)
  return counts.some(({ isMore }) => isMore) ? `más de ${formatCount(sum)}` : formatCount(sum)
}
