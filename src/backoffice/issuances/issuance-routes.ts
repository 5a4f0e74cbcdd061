import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { noteExport } from '../../identity/staff/note-export.ts'
import { ISSUANCES } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { issuanceIdOf } from '../../issuing/issuance/issuance-id-store.ts'
import type { ListedIssuance } from '../../issuing/issuance/list-store.ts'
import { signedFile } from '../../issuing/making/document-store.ts'
import type { RidePool } from '../../ride/ride-pool.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { Unavailable } from '../../web/errors/errors.ts'
import { issuanceAt, noSuchIssuance } from './issuance-at.ts'
import { ListQuery } from './issuance-filter.ts'
import { issuancesPage } from './issuance-list.ts'
import { issuancePage } from './issuance-page.ts'
import { numbersCsv } from './numbers-csv.ts'
import { issuancesView, issuanceView } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
  ridePool: Pick<RidePool, 'draw'>
}

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const ByKey = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
const LONG_MILLISECONDS = 600_000

const sees = { onRequest: requireRight('issuances.see') }

/** What is on its way to the SRI, each with its story and its files. */
export const issuanceRoutes: Area<Needs> = async (app, { db, keys, now, ridePool }) => {
  app.get(ISSUANCES, { ...sees, schema: { querystring: ListQuery } }, async (request, reply) => {
    const { desde, ...typed } = request.query
    const page = await issuancesPage(db, typed, desde, now())
    const status = page.problem === null ? 200 : 422
    return reply.page(issuancesView, page, { title: 'Envíos al SRI', status })
  })

  app.post(
    `${ISSUANCES}/numeros.csv`,
    { ...sees, handlerTimeout: LONG_MILLISECONDS },
    async (request, reply) => {
      const exported = { action: 'numbers.exported', subject: 'issuances' } as const
      await noteExport({ db, keys, now }, staffOf(request), exported)
      const table = Readable.from(numbersCsv(db), { objectMode: false })
      const name = `numeros-sin-autorizar_${dayOf(now())}.csv`
      return attachment(reply, name, 'text/csv; charset=utf-8').send(table)
    },
  )

  app.get(
    `${ISSUANCES}/clave/:clave`,
    { ...sees, schema: { params: ByKey } },
    async (request, reply) => {
      const id = await issuanceIdOf(db, request.params.clave)
      if (id === null) throw noSuchIssuance()
      return reply.redirect(`${ISSUANCES}/${id}`, 303)
    },
  )

  app.get(
    `${ISSUANCES}/:id(^[0-9]+$)`,
    { ...sees, schema: { params: ById } },
    async (request, reply) => {
      const issuance = await issuanceAt(db, request.params.id)
      const page = await issuancePage(db, staffOf(request), issuance, now())
      return reply.page(issuanceView, page, { title: page.title })
    },
  )

  fileRoutes(app, db, ridePool)
}

/** The document as it was built and signed, for as long as no receipt holds it. */
function fileRoutes(app: App, db: Db, pool: Pick<RidePool, 'draw'>): void {
  const schema = { params: ById }
  app.get(`${ISSUANCES}/:id(^[0-9]+).xml`, { ...sees, schema }, async (request, reply) => {
    const { issuance, file } = await fileAt(db, request.params.id)
    return attachment(reply, `${issuance.accessKey}.xml`, 'application/xml').send(file)
  })
  app.get(`${ISSUANCES}/:id(^[0-9]+).pdf`, { ...sees, schema }, async (request, reply) => {
    const { issuance, file } = await fileAt(db, request.params.id)
    return sendPreview(reply, pool, issuance.accessKey, file)
  })
}

async function sendPreview(
  reply: FastifyReply,
  pool: Pick<RidePool, 'draw'>,
  accessKey: string,
  bytes: Buffer,
): Promise<FastifyReply> {
  const drawn = await pool.draw({
    xml: { name: `${accessKey}.xml`, bytes },
    authorization: { number: null, at: null, status: 'in-process' },
    annulled: false,
  })
  if (!drawn.ok) throw new Unavailable()
  const pdf = Buffer.from(drawn.pdf)
  return attachment(reply, `${accessKey}_sin-autorizar.pdf`, 'application/pdf').send(pdf)
}

async function fileAt(db: Db, id: number): Promise<{ issuance: ListedIssuance; file: Buffer }> {
  const issuance = await issuanceAt(db, id)
  const file = await signedFile(db, id)
  if (!file) throw noSuchIssuance()
  return { issuance, file }
}
