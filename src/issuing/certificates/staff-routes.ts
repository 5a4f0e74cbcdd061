import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import { mayDo, SIGNING } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { Forbidden } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { BrokenUpload, readUpload, takeUploads } from '../../web/uploads.ts'
import { listIssuers } from '../issuer/issuer-store.ts'
import { addCertificate } from './add-certificate.ts'
import type { KeptCertificate } from './certificate-list-store.ts'
import { listCertificates } from './certificate-list-store.ts'
import { issuersWithoutCertificate } from './certificate-store.ts'
import { brokenCertificates } from './messages.ts'
import type { CertificateOnScreen } from './views.ts'
import { certificatesPage, newCertificatePage } from './views.ts'

interface Needs {
  config: Pick<Config, 'signatureAuthorities'>
  db: Db
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

const PROPOSED = 'Guardamos el certificado. Firmará cuando otra persona lo apruebe en Aprobaciones.'
const FILE_BYTES_MAX = 1_048_576
const SOON_DAYS = 60
const DAY_MS = 86_400_000

const ForIssuer = Type.Object({ ruc: Type.String({ maxLength: 13, default: '' }) })

const sees = { onRequest: requireRight('signing.see') }
const managed = { onRequest: requireRight('signing.manage') }

/** With what receipts are signed: /interno/firma. */
export const certificateRoutes: Area<Needs> = async (app, { config, db, keys, now }) => {
  const trust = { keys, authorities: config.signatureAuthorities }
  await takeUploads(app)

  app.get(SIGNING, sees, async (request, reply) => {
    const certificates = (await listCertificates(db)).map((one) => onScreen(one, now()))
    const uploads = mayDo(staffOf(request).role, 'signing.manage')
    const unsigned = await issuersWithoutCertificate(db)
    const lacking = (await listIssuers(db)).filter(({ ruc }) => unsigned.get(ruc) === 'certificate')
    const page = { certificates, uploads, lacking }
    return reply.page(certificatesPage, page, { title: 'Firma electrónica' })
  })

  const schema = { querystring: ForIssuer }
  app.get(`${SIGNING}/nueva`, { ...managed, schema }, async (request, reply) =>
    showNew(reply, request.query.ruc, {}),
  )

  app.post(SIGNING, managed, async (request, reply) => {
    const form = await readForm(request)
    if (!form.ok) return showNew(reply, '', { archivo: form.problem })
    const { issuerRuc } = form
    const added = await addCertificate(db, trust, staffOf(request), form, now())
    if (added.ok) {
      return reply.notice(`${PROPOSED} ${added.remarks}`.trim()).redirect(SIGNING, 303)
    }
    if (added.problems === null) throw new Forbidden()
    const { issuerRuc: ruc, bytes } = added.problems
    const problems = { ...(ruc ? { ruc } : {}), ...(bytes ? { archivo: bytes } : {}) }
    return showNew(reply, issuerRuc, problems)
  })
}

type Form =
  | { ok: true; issuerRuc: string; bytes: Uint8Array; password: string }
  | { ok: false; problem: string }

async function readForm(request: FastifyRequest): Promise<Form> {
  try {
    const { fields, file } = await readUpload(request, FILE_BYTES_MAX)
    const issuerRuc = (fields.get('ruc') ?? '').trim()
    return { ok: true, issuerRuc, bytes: file, password: fields.get('clave') ?? '' }
  } catch (error) {
    if (!(error instanceof BrokenUpload)) throw error
    return { ok: false, problem: brokenCertificates[error.reason] }
  }
}

function showNew(reply: FastifyReply, ruc: string, problems: Problems): FastifyReply {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(
    newCertificatePage,
    { ruc, problems },
    { title: 'Subir un certificado', status },
  )
}

function onScreen(
  certificate: Awaited<ReturnType<typeof listCertificates>>[number],
  now: Date,
): CertificateOnScreen {
  const { id, issuerRuc, authority, serial, validTo, addedAt, approvalId } = certificate
  const holder = readableName(certificate.holder)
  const addedBy = readableName(certificate.addedBy)
  const standing = standingOf(certificate, now)
  return {
    id,
    issuerRuc,
    holder,
    authority,
    serial,
    validTo,
    addedBy,
    addedAt,
    standing,
    approvalId,
  }
}

function standingOf(
  { inUseAt, retiredAt, validTo }: KeptCertificate,
  now: Date,
): CertificateOnScreen['standing'] {
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
  if (retiredAt !== null) return { kind: '', text: inUseAt ? 'Reemplazado' : 'Descartado' }
  if (inUseAt === null) return { kind: 'espera', text: 'Por aprobar' }
  if (days < 0) return { kind: 'mal', text: 'Vencido' }
  if (days >= SOON_DAYS) return { kind: 'ok', text: 'En uso' }
  const text = days === 1 ? 'Vence en 1 día' : days === 0 ? 'Vence hoy' : `Vence en ${days} días`
  return { kind: 'espera', text }
}
