import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../../db/open.ts'
import { SIGNING } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import type { Area } from '../../web/area.ts'
import { Forbidden } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { BrokenUpload, readUpload, takeUploads } from '../../web/uploads.ts'
import { addCertificate } from './add-certificate.ts'
import type { KeptCertificate } from './certificate-store.ts'
import { listCertificates } from './certificate-store.ts'
import { brokenCertificates } from './messages.ts'
import { certificatesPage, newCertificatePage } from './views.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

const FILE_BYTES_MAX = 1_048_576
const SOON_DAYS = 60
const DAY_MS = 86_400_000

const managed = { onRequest: requireRight('signing.manage') }

/** With what receipts are signed: /interno/firma. */
export const certificateRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  await takeUploads(app)

  app.get(SIGNING, managed, async (_request, reply) => {
    const certificates = (await listCertificates(db)).map((one) => onScreen(one, now()))
    return reply.page(certificatesPage, { certificates }, { title: 'Firma electrónica' })
  })

  app.get(`${SIGNING}/nueva`, managed, async (_request, reply) => showNew(reply, '', {}))

  app.post(SIGNING, managed, async (request, reply) => {
    const form = await readForm(request)
    if (!form.ok) return showNew(reply, '', { archivo: form.problem })
    const { issuerRuc } = form
    const added = await addCertificate(db, keys, staffOf(request), form, now())
    if (added.ok) {
      return reply
        .notice(['Guardamos el certificado: firma desde ahora.', ...added.warnings].join(' '))
        .redirect(SIGNING, 303)
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

function onScreen(certificate: KeptCertificate, now: Date) {
  const { id, issuerRuc, authority, serial, validTo, addedAt, retiredAt } = certificate
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
  const holder = readableName(certificate.holder)
  const addedBy = readableName(certificate.addedBy)
  const standing = standingOf(retiredAt !== null, days)
  return { id, issuerRuc, holder, authority, serial, validTo, addedBy, addedAt, standing }
}

function standingOf(retired: boolean, days: number) {
  if (retired) return { kind: '', text: 'Reemplazado' } as const
  if (days < 0) return { kind: 'mal', text: 'Vencido' } as const
  if (days >= SOON_DAYS) return { kind: 'ok', text: 'En uso' } as const
  const text = days === 1 ? 'Vence en 1 día' : days === 0 ? 'Vence hoy' : `Vence en ${days} días`
  return { kind: 'espera', text } as const
}
