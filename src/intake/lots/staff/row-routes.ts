import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { LOTS, mayDo } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import { listIssuers } from '../../../issuing/issuer/issuer-store.ts'
import { documentKinds, kindFacts } from '../../../sri/kinds.ts'
import type { App, Area } from '../../../web/area.ts'
import { attachment } from '../../../web/download.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import type { SheetRow } from '../../rows/drafts/line.ts'
import type { Fault } from '../../rows/fault.ts'
import { describeTemplate } from '../../rows/templates/describe-template.ts'
import { templateCsv, templateXlsx } from '../../rows/templates/template-files.ts'
import { templateOf, templates } from '../../rows/templates/templates.ts'
import { rowPage, templatePage, templatesPage } from '../../views.ts'
import type { Lot } from '../lot.ts'
import type { LotRows } from '../rows/draft-store.ts'
import { findRows } from '../rows/draft-store.ts'
import type { LotRouteNeeds } from './lot-request.ts'
import { lotOf } from './lot-request.ts'
import { mendRow } from './mend-row.ts'
import { lotRefusals } from './messages.ts'
import { rowsOnScreen, typedRows } from './page/row-page.ts'

/** Two hundred lines of a receipt, each with all its columns. */
const FORM_BYTES_MAX = 1_048_576
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const ByPlace = Type.Object({
  numero: Type.String({ maxLength: 20 }),
  n: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
})
const Cells = Type.Record(Type.String(), Type.String({ maxLength: 5_000 }))
const ByKind = Type.Object({ tipo: Type.String({ maxLength: 40 }) })

const sees = { onRequest: requireRight('lots.see') }
const loads = { onRequest: requireRight('lots.load') }

/** Rows that are to be issued: their templates, and each bad one to be corrected on the screen. */
export const rowRoutes: Area<LotRouteNeeds> = async (app, needs) => {
  templateRoutes(app, needs.db)

  const schema = { params: ByPlace }
  app.get(`${LOTS}/:numero/filas/:n`, { ...sees, schema }, async (request, reply) => {
    const { numero, n } = request.params
    const lot = await lotOf(needs.db, numero)
    const there = await rowsAt(needs, lot, n)
    return showRows(request, reply, lot, there, there.rows, there.faults)
  })

  app.post(
    `${LOTS}/:numero/filas/:n`,
    { ...loads, schema: { ...schema, body: Cells }, bodyLimit: FORM_BYTES_MAX },
    async (request, reply) => {
      const { numero, n } = request.params
      const lot = await lotOf(needs.db, numero)
      const there = await rowsAt(needs, lot, n)
      const rows = typedRows(templateOfLot(lot), there.rows, request.body)
      const mended = await mendRow(needs, staffOf(request), lot, n, rows)
      const back = `${LOTS}/${lot.number}`
      if (mended.ok) return reply.notice('Corregido. Ya es parte del lote.').redirect(back, 303)
      if (mended.refusal === 'signed-out') throw new SignInRequired({ expired: true })
      if (mended.refusal === 'faulty') {
        return showRows(request, reply, lot, there, rows, mended.faults, 422)
      }
      return reply.notice(lotRefusals[mended.refusal], 'mal').redirect(back, 303)
    },
  )
}

function templateOfLot({ documentKind }: Lot) {
  if (documentKind === null) throw new NotFound()
  return templateOf(documentKind)
}

async function rowsAt({ db }: LotRouteNeeds, lot: Lot, n: number): Promise<LotRows> {
  const there = await findRows(db, lot.id, n)
  if (there) return there
  throw new NotFound({ action: { href: `${LOTS}/${lot.number}`, text: 'Ver el lote' } })
}

function showRows(
  request: FastifyRequest,
  reply: FastifyReply,
  lot: Lot,
  { n, outcome, reference }: LotRows,
  rows: readonly SheetRow[],
  faults: readonly Fault[],
  status = 200,
): FastifyReply {
  const open = outcome === 'refused' || outcome === 'repeated'
  const data = {
    number: lot.number,
    href: `${LOTS}/${lot.number}`,
    action: `${LOTS}/${lot.number}/filas/${n}`,
    reference,
    rows: rowsOnScreen(templateOfLot(lot), rows, faults),
    mends: open && mayDo(staffOf(request).role, 'lots.load'),
  }
  return reply.page(rowPage, data, { title: `Comprobante ${reference}`, status })
}

/** Whom the examples of a template name as issuer: somebody, where a row has to. */
async function exampleIssuer(db: Db): Promise<string> {
  const [first, other] = await listIssuers(db)
  return first && other ? first.ruc : ''
}

function templateRoutes(app: App, db: Db): void {
  const address = `${LOTS}/plantillas`
  const schema = { params: ByKind }

  app.get(address, sees, async (_request, reply) => {
    const data = {
      templates: templates.map((template) => {
        const { slug, plural } = kindFacts(template.kind)
        return { href: `${address}/${slug}`, title: plural, columns: template.columns.length }
      }),
    }
    return reply.page(templatesPage, data, { title: 'Plantillas' })
  })

  app.get(`${address}/:tipo(^[a-z-]+$)`, { ...sees, schema }, async (request, reply) => {
    const { slug, kind } = kindOfSlug(request.params.tipo)
    const loads = mayDo(staffOf(request).role, 'lots.load')
    const load = loads ? `${LOTS}/nuevo?tipo=${slug}` : null
    const data = { ...describeTemplate(templateOf(kind)), href: `${address}/${slug}`, load }
    return reply.page(templatePage, data, { title: `Plantilla: ${data.title}` })
  })

  app.get(`${address}/:tipo(^[a-z-]+).csv`, { ...sees, schema }, async (request, reply) => {
    const { slug, kind } = kindOfSlug(request.params.tipo)
    const name = `plantilla_${slug}.csv`
    const csv = templateCsv(kind, await exampleIssuer(db))
    return attachment(reply, name, 'text/csv; charset=utf-8').send(csv)
  })

  app.get(`${address}/:tipo(^[a-z-]+).xlsx`, { ...sees, schema }, async (request, reply) => {
    const { slug, kind } = kindOfSlug(request.params.tipo)
    const book = templateXlsx(kind, await exampleIssuer(db))
    return attachment(reply, `plantilla_${slug}.xlsx`, XLSX).send(book)
  })
}

function kindOfSlug(slug: string) {
  const facts = documentKinds.find((one) => one.slug === slug)
  if (!facts) throw new NotFound({ action: { href: `${LOTS}/plantillas`, text: 'Ver plantillas' } })
  return facts
}
