import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { formatCount } from '../../values/count.ts'
import { dayOf, formatDateTime } from '../../values/day.ts'
import type { App, Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { BrokenUpload, readUpload, takeUploads } from '../../web/uploads.ts'
import { tableCsv, tableXlsx } from '../exports/table.ts'
import { PASTED, UPLOADED } from '../listings/read-listing.ts'
import { templateFor } from '../listings/template.ts'
import { answerTable, eachLine } from './answer-table.ts'
import type { BatchQuery } from './batch-query.ts'
import { type Begun, beginListing, beginPeriod } from './begin-query.ts'
import { formOf, readPeriodForm } from './query-form.ts'
import { askingOf, ownQuery } from './query-guard.ts'
import { describeQuery } from './query-page.ts'
import { queriesOf } from './query-store.ts'
import { verdicts } from './verdict.ts'
import { queryIndex, queryNew, queryShow } from './views.ts'

type Needs = {
  db: Db
  now: () => Date
  /** Who asks, and what they may read. */
  readerOf(request: FastifyRequest): Promise<ClientReader>
}

const QUERIES_SHOWN = 25
const STREAM_MILLISECONDS = 600_000
const ById = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const Place = Type.Object({
  despues: Type.Optional(Type.Integer({ minimum: 0 })),
  ver: Type.Optional(Type.String({ maxLength: 20 })),
})
const Named = Type.Object({ ruc: Type.Optional(Type.String({ maxLength: 24 })) })
const Before = Type.Object({ antes: Type.Optional(Type.Integer({ minimum: 1 })) })

/** What accountants ask by the list: by period, by pasted lines, by a file; for nobody else there. */
export const queryRoutes: Area<Needs> = async (app, needs) => {
  await takeUploads(app)
  askRoutes(app, needs)
  templateRoute(app, needs)
  answerRoutes(app, needs)
}

function askRoutes(app: App, needs: Needs): void {
  const { db, now, readerOf } = needs

  app.get('/consultas', { schema: { querystring: Before } }, async (request, reply) => {
    const { loginId } = await askingOf(db, request)
    const queries = await queriesOf(db, loginId, request.query.antes ?? null, QUERIES_SHOWN + 1)
    if (queries.length === 0 && request.query.antes === undefined) {
      return reply.redirect('/consultas/nueva', 303)
    }
    const some = queries.slice(0, QUERIES_SHOWN)
    const nextHref = queries.length > some.length ? `/consultas?antes=${some.at(-1)?.id}` : null
    const list = { rows: some.map(listed), nextHref }
    return reply.page(queryIndex, { list }, { title: 'Consultas por lote' })
  })

  app.get('/consultas/nueva', { schema: { querystring: Named } }, async (request, reply) => {
    await askingOf(db, request)
    return showForm(needs, request, reply, { only: request.query.ruc ?? null })
  })

  app.post('/consultas', async (request, reply) => {
    const who = await askingOf(db, request)
    const form = await readForm(request)
    if (!form.ok) return showForm(needs, request, reply, { problem: form.message })
    const { fields, values, file } = form
    const begun = await begin(needs, who, fields, values, file)
    if (!begun.ok)
      return showForm(needs, request, reply, { fields, values, problem: begun.message })
    return reply.redirect(`/consultas/${begun.id}`, 303)
  })

  async function begin(
    of: Needs,
    who: { loginId: number; firmId: number },
    fields: ReadonlyMap<string, string>,
    values: readonly string[],
    file: Buffer,
  ): Promise<Begun> {
    const mode = fields.get('modo')
    if (mode === 'periodo') {
      const period = readPeriodForm(fields, values)
      return period.ok ? beginPeriod(of, who, period.numbers, period.period) : period
    }
    const at = formatDateTime(now())
    if (mode === 'archivo') {
      const listing = { mode: 'file', name: `Archivo del ${at}`, limits: UPLOADED } as const
      return beginListing(of, who, { ...listing, bytes: [file] })
    }
    const listing = { mode: 'list', name: `Lista del ${at}`, limits: PASTED } as const
    return beginListing(of, who, { ...listing, bytes: [Buffer.from(fields.get('lista') ?? '')] })
  }

  async function showForm(
    of: Needs,
    request: FastifyRequest,
    reply: FastifyReply,
    shown: Partial<Omit<Parameters<typeof formOf>[0], 'clients' | 'today'>>,
  ) {
    const { clients } = await readerOf(request)
    const fresh = { only: null, fields: new Map(), values: [], problem: '' }
    const form = formOf({ ...fresh, ...shown, clients, today: dayOf(of.now()) })
    const status = form.problem === '' ? 200 : 422
    return reply.page(queryNew, { form }, { title: 'Consulta por lote', status })
  }
}

function templateRoute(app: App, needs: Needs): void {
  const { db, now, readerOf } = needs
  app.get('/consultas/plantilla.csv', async (request, reply) => {
    await askingOf(db, request)
    const template = await templateFor({ db, now }, await readerOf(request))
    return attachment(reply, 'plantilla-de-consulta.csv', 'text/csv; charset=utf-8').send(template)
  })
}

/** A box for each client of a firm, and a list pasted into one. */
const FORM = { fields: 2_000, fieldSize: PASTED.bytesMax + 1 }

type ReadForm =
  | {
      readonly ok: true
      readonly fields: ReadonlyMap<string, string>
      readonly values: readonly string[]
      readonly file: Buffer
    }
  | { readonly ok: false; readonly message: string }

/** A form with one file. Companies and kinds have a name of their own each (`ruc-…`, `tipo-…`). */
async function readForm(request: FastifyRequest): Promise<ReadForm> {
  try {
    const { fields, file } = await readUpload(request, UPLOADED.bytesMax, FORM)
    return { ok: true, fields, values: [...fields.keys()], file }
  } catch (error) {
    if (!(error instanceof BrokenUpload)) throw error
    const tooLarge = 'El archivo es demasiado grande para ser una lista. Divídelo en varios.'
    const cut = 'El archivo no llegó completo. Vuelve a subirlo.'
    return { ok: false, message: error.reason === 'too-large' ? tooLarge : cut }
  }
}

function listed({ id, title, createdAt, lines, answeredAt }: BatchQuery) {
  return {
    href: `/consultas/${id}`,
    title,
    when: formatDateTime(createdAt),
    lines: lines === 1 ? '1 línea' : `${formatCount(lines)} líneas`,
    answered: answeredAt !== null,
  }
}

function answerRoutes(app: App, needs: Needs): void {
  const { db, now, readerOf } = needs

  app.get(
    '/consultas/:id',
    { schema: { params: ById, querystring: Place } },
    async (request, reply) => {
      const query = await ownQuery(db, request, request.params.id)
      const reader = await readerOf(request)
      const { despues: after = 0, ver } = request.query
      const verdict = verdicts.find((one) => one.verdict === ver)?.verdict ?? null
      const page = await describeQuery({ db, now }, reader, query, { verdict, after })
      return reply.page(queryShow, { page }, { title: page.title })
    },
  )

  const schema = { params: ById }
  const handlerTimeout = STREAM_MILLISECONDS
  app.get('/consultas/:id(^[0-9]+).xlsx', { schema, handlerTimeout }, async (request, reply) => {
    const { id } = await ownQuery(db, request, request.params.id)
    const lines = eachLine({ db, now }, await readerOf(request), id)
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    return attachment(reply, `consulta_${id}.xlsx`, type).send(tableXlsx(answerTable, lines))
  })
  app.get('/consultas/:id(^[0-9]+).csv', { schema, handlerTimeout }, async (request, reply) => {
    const { id } = await ownQuery(db, request, request.params.id)
    const lines = eachLine({ db, now }, await readerOf(request), id)
    const table = Readable.from(tableCsv(answerTable, lines), { objectMode: false })
    return attachment(reply, `consulta_${id}.csv`, 'text/csv; charset=utf-8').send(table)
  })
}
