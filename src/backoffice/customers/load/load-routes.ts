import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Context } from '../../../context.ts'
import { transaction } from '../../../db/transaction.ts'
import { allWaitingAbout } from '../../../identity/staff/approvals/approval-store.ts'
import { propose } from '../../../identity/staff/approvals/propose.ts'
import { loginNames } from '../../../identity/staff/login-name-store.ts'
import { CUSTOMERS, mayDo } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import { formatCount } from '../../../values/count.ts'
import type { App, Area } from '../../../web/area.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import { BrokenUpload, takeUploads, uploadsOf } from '../../../web/uploads.ts'
import { customerLoadPage, newCustomerLoadPage } from '../../views.ts'
import { OPEN_ALREADY, PROPOSED, REASON_MAX, reasonProblem } from '../messages.ts'
import { confirmLoad, keepLoad } from './confirm-load.ts'
import type { Foreseen } from './foresee-load.ts'
import { foreseeLoad } from './foresee-load.ts'
import { READING_FOLDER } from './forget-loads.ts'
import type { ChangedContacts } from './load-approvals.ts'
import type { CustomerLoad, LoadDraft } from './load-store.ts'
import { findLoad } from './load-store.ts'
import { loadSubject } from './load-subject.ts'
import { readCustomers } from './read-customers.ts'

type Needs = Pick<Context, 'db' | 'keys' | 'now' | 'config'>

const LOADS = `${CUSTOMERS}/carga`
const BYTES_MAX = 2 * 1_048_576
const ROWS_SHOWN = 200
const NAME_MAX = 120
const CONTROLS = /\p{Cc}/gu

const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
const Reason = Type.Object({ motivo: Type.String({ maxLength: 4 * REASON_MAX, default: '' }) })

const sees = { onRequest: requireRight('customers.see') }
const helps = { onRequest: requireRight('customers.help') }

const NO_FILE = 'Elige un archivo.'
const DISK_FULL =
  'No queda espacio en el disco del portal y no se guardó nada. Avisa a quien lo administra.'
/** Why a file was not confirmed. */
const confirmRefusals = {
  over: 'Esa carga ya se confirmó o caducó.',
  'not-theirs':
    'La confirma quien subió el archivo, que sabe de dónde salió. Súbelo tú si hace falta.',
} as const
const UPLOADS = {
  'too-large': 'El archivo pasa de 2 MB. Divídelo y súbelo por partes.',
  'too-many': 'Sube un solo archivo.',
  cut: 'La subida se cortó y no quedó nada a medias. Súbelo otra vez.',
} as const

/** Customers from a file: read first, then confirmed; the rest of it is proposed to a second person. */
export const customerLoadRoutes: Area<Needs> = async (app, needs) => {
  const { db, keys, now } = needs
  await takeUploads(app)

  app.get(LOADS, helps, async (_request, reply) => showNew(reply, ''))

  app.post(LOADS, helps, async (request, reply) => {
    const file = await fileOf(request, needs.config.dataDir)
    // The rest of a refused form is not waited for.
    if (!file.ok) return showNew(reply.header('connection', 'close'), file.sentence)
    const id = await keepLoad(db, keys, staffOf(request), file, now())
    if (id === null) throw new SignInRequired()
    return reply.redirect(`${LOADS}/${id}`, 303)
  })

  // Whoever decides on what it proposes looks at it too.
  app.get(`${LOADS}/:id`, { ...sees, schema: { params: ById } }, async (request, reply) =>
    show(needs, request, reply),
  )

  app.post(
    `${LOADS}/:id/confirmacion`,
    { ...helps, schema: { params: ById } },
    async (request, reply) => {
      const { id } = request.params
      const confirmed = await confirmLoad(db, keys, staffOf(request), id, now())
      if (confirmed.ok) {
        return reply.notice(addedWords(confirmed.added)).redirect(`${LOADS}/${id}`, 303)
      }
      if (confirmed.refusal === 'signed-out') throw new SignInRequired()
      const back = confirmed.refusal === 'over' ? LOADS : `${LOADS}/${id}`
      return reply.notice(confirmRefusals[confirmed.refusal], 'mal').redirect(back, 303)
    },
  )

  proposalRoutes(app, needs)
}

/** What confirming a file did. */
function addedWords(added: number): string {
  if (added === 0) return 'No había a quién registrar: nadie en el archivo es nuevo.'
  return added === 1 ? 'Registramos 1 cliente.' : `Registramos ${formatCount(added)} clientes.`
}

function changedContacts({ changes }: Foreseen): ChangedContacts {
  return { changes: changes.map(({ partyId, email, held }) => ({ partyId, email, held })) }
}

/** What a confirmed load leaves to a second person: each with its address, its kind and its payload. */
function proposalRoutes(app: App, needs: Needs): void {
  const { db, keys, now } = needs
  const offered = {
    ventanas: ['windows.open', ({ neverIn }: Foreseen) => ({ partyIds: neverIn })],
    correos: ['contacts.change', changedContacts],
  } as const
  for (const [name, [kind, payloadOf]] of Object.entries(offered)) {
    app.post(
      `${LOADS}/:id/${name}`,
      { ...helps, schema: { params: ById, body: Reason } },
      async (request, reply) => {
        const { id } = request.params
        const { motivo } = request.body
        const problem = reasonProblem(motivo)
        if (problem) return show(needs, request, reply, { name, motivo, problem })
        const load = await findLoad(db, keys.seal, id)
        if (!load?.draft || load.confirmedAt === null) throw new NotFound()
        const payload = payloadOf(await foreseeLoad(db, load.draft.rows))
        const proposal = { kind, subject: loadSubject(id), payload, reason: motivo.trim() }
        const proposed = await transaction(db, (tx) =>
          propose(tx, keys, staffOf(request), proposal, now()),
        )
        if (!proposed.ok && proposed.refusal === 'signed-out') throw new SignInRequired()
        reply.notice(proposed.ok ? PROPOSED : OPEN_ALREADY, proposed.ok ? 'ok' : 'mal')
        return reply.redirect(`${LOADS}/${id}`, 303)
      },
    )
  }
}

type ReadFile = { ok: true; fileName: string; draft: LoadDraft } | { ok: false; sentence: string }

/** The file of a form, read; it lies in a folder of its own for as long as that takes. */
async function fileOf(request: FastifyRequest, dataDir: string): Promise<ReadFile> {
  const folder = await fs.promises.mkdtemp(path.join(dataDir, READING_FOLDER))
  try {
    const file = path.join(folder, 'archivo')
    let fileName = ''
    // To the end of the form: only then is it known whether the file came whole.
    for await (const { name, bytes } of uploadsOf(request, { filesMax: 1, bytesMax: BYTES_MAX })) {
      await pipeline(bytes, fs.createWriteStream(file, { mode: 0o600 }))
      fileName = name.replaceAll(CONTROLS, '').slice(0, NAME_MAX)
    }
    if (fileName === '') return { ok: false, sentence: NO_FILE }
    const read = await readCustomers(file)
    if (!read.ok) return read
    return { ok: true, fileName, draft: { rows: read.rows, faults: read.faults } }
  } catch (error) {
    if (error instanceof BrokenUpload) return { ok: false, sentence: UPLOADS[error.reason] }
    if ((error as { code?: string }).code === 'ENOSPC') return { ok: false, sentence: DISK_FULL }
    throw error
  } finally {
    await fs.promises.rm(folder, { recursive: true, force: true })
  }
}

function showNew(reply: FastifyReply, problem: string): FastifyReply {
  const status = problem === '' ? 200 : 422
  return reply.page(newCustomerLoadPage, { problem }, { title: 'Cargar clientes', status })
}

/** `refused`: the reason of a proposal, as it was typed, when it would not do. */
async function show(
  { db, keys }: Needs,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: { name: string; motivo: string; problem: string } | null = null,
): Promise<FastifyReply> {
  const { id } = request.params as { id: number }
  const load = await findLoad(db, keys.seal, id)
  if (!load) throw new NotFound({ action: { href: LOADS, text: 'Cargar clientes' } })
  const { rows, faults } = load.draft ?? { rows: [], faults: [] }
  const foreseen = await foreseeLoad(db, rows)
  const data = {
    ...describe(load, foreseen),
    faults: faults.slice(0, ROWS_SHOWN),
    faultCount: faults.length,
    waiting: await allWaitingAbout(db, loadSubject(id)),
    loadedBy: (await loginNames(db, [load.loginId])).get(load.loginId) ?? '',
    helps: mayDo(staffOf(request).role, 'customers.help'),
    confirms: load.loginId === staffOf(request).loginId,
    refused,
  }
  const status = refused ? 422 : 200
  return reply.page(customerLoadPage, data, { title: `Carga de clientes ${id}`, status })
}

function describe({ id, fileName, createdAt, confirmedAt, draft }: CustomerLoad, now: Foreseen) {
  return {
    id,
    fileName,
    createdAt,
    confirmedAt,
    over: draft === null,
    fresh: now.fresh.length,
    changes: now.changes.slice(0, ROWS_SHOWN),
    changeCount: now.changes.length,
    same: now.same,
    neverIn: now.neverIn.length,
  }
}
