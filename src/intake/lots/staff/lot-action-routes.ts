import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { LOTS } from '../../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../../identity/staff/staff-guard.ts'
import type { App, Area } from '../../../web/area.ts'
import { SignInRequired } from '../../../web/errors/errors.ts'
import { takeUploads, uploadsOf } from '../../../web/uploads.ts'
import { newLotPage } from '../../views.ts'
import type { LotRouteNeeds } from './lot-request.ts'
import { ByNumber, lotOf, uploadForm } from './lot-request.ts'
import { lotRefusals, receiveRefusals } from './messages.ts'
import type { Received } from './receiving/receive-lot.ts'
import { receiveLot } from './receiving/receive-lot.ts'
import { receiveMended } from './receiving/receive-mended.ts'
import type { Steered } from './steer-lot.ts'
import { proposePublication, proposeWithdrawal, steering, steerLot } from './steer-lot.ts'

const MEGABYTE = 1_048_576
/** A large file on a slow line. */
const UPLOAD_MILLISECONDS = 1_800_000
const REASON_MAX = 500

const Reason = Type.Object({ motivo: Type.String({ maxLength: REASON_MAX, default: '' }) })
/** What the form offers first. */
const ForKind = Type.Object({ tipo: Type.String({ maxLength: 40, default: '' }) })
const loads = { onRequest: requireRight('lots.load') }

/** What whoever loads does: bring files, steer the work on them, propose to publish or withdraw. */
export const lotActionRoutes: Area<LotRouteNeeds> = async (app, needs) => {
  const { policy } = needs
  await takeUploads(app)

  app.get(`${LOTS}/nuevo`, { ...loads, schema: { querystring: ForKind } }, async (request, reply) =>
    reply.page(newLotPage, uploadForm(policy.intake, request.query.tipo), {
      title: 'Cargar un lote',
    }),
  )

  const taken = async (request: FastifyRequest, reply: FastifyReply, received: Received) => {
    if (received.ok) {
      // The page itself says that they came and are being read, for as long as that is so.
      return reply.redirect(`${LOTS}/${received.lot.number}`, 303)
    }
    const { refusal, name, chosen } = received
    if (refusal === 'signed-out') throw new SignInRequired({ expired: true })
    const words = receiveRefusals[refusal](policy.intake)
    // The rest of a refused form is not waited for.
    reply.header('connection', 'close')
    const { numero } = request.params as { numero?: string }
    const archivo = name === null ? words : `«${name}»: ${words}`
    if (numero) return reply.notice(archivo, 'mal').redirect(`${LOTS}/${numero}`, 303)
    const options = { title: 'Cargar un lote', status: 422 }
    return reply.page(newLotPage, uploadForm(policy.intake, chosen, { archivo }), options)
  }

  const { db, keys, random, now, config } = needs
  const taking = { db, keys, random, now, dataDir: config.dataDir }
  const uploads = (request: FastifyRequest) => {
    const { filesMax, fileMegabytesMax } = policy.intake
    return uploadsOf(request, { filesMax, bytesMax: fileMegabytesMax * MEGABYTE })
  }
  app.post(LOTS, { ...loads, handlerTimeout: UPLOAD_MILLISECONDS }, async (request, reply) =>
    taken(request, reply, await receiveLot(taking, staffOf(request), uploads(request))),
  )

  app.post(
    `${LOTS}/:numero/correcciones`,
    { ...loads, schema: { params: ByNumber }, handlerTimeout: UPLOAD_MILLISECONDS },
    async (request, reply) => {
      const lot = await lotOf(db, request.params.numero)
      const received = await receiveMended(taking, staffOf(request), lot, uploads(request))
      return taken(request, reply, received)
    },
  )

  proposalRoutes(app, needs)
  steeringRoutes(app, needs)
}

function proposalRoutes(app: App, needs: LotRouteNeeds): void {
  const schema = { params: ByNumber, body: Reason }
  const offered = {
    publicacion: [proposePublication, 'Pediste la aprobación. Otra persona la decide.'],
    retiro: [proposeWithdrawal, 'Propusiste retirarlo. Otra persona lo decide.'],
  } as const
  for (const [name, [story, words]] of Object.entries(offered)) {
    app.post(`${LOTS}/:numero/${name}`, { ...loads, schema }, async (request, reply) => {
      const lot = await lotOf(needs.db, request.params.numero)
      const reason = request.body.motivo.trim()
      return answer(reply, request, await story(needs, staffOf(request), lot, reason), words)
    })
  }
}

function steeringRoutes(app: App, needs: LotRouteNeeds): void {
  const schema = { params: ByNumber }
  const offered = {
    pausa: [steering.pause, 'Pediste la pausa.'],
    reanudacion: [steering.resume, 'Pediste que siga donde se quedó.'],
    cancelacion: [steering.cancel, 'Pediste cancelar. Lo hecho queda hecho.'],
    emision: [steering.issue, 'Pediste emitir lo que falta.'],
    descarte: [steering.discard, 'Descartaste el lote. No se publicó nada de él.'],
  } as const
  for (const [name, [deed, words]] of Object.entries(offered)) {
    app.post(`${LOTS}/:numero/${name}`, { ...loads, schema }, async (request, reply) => {
      const lot = await lotOf(needs.db, request.params.numero)
      return answer(reply, request, await steerLot(needs, staffOf(request), lot, deed), words)
    })
  }
}

function answer(
  reply: FastifyReply,
  request: FastifyRequest,
  steered: Steered,
  words: string,
): FastifyReply {
  const back = `${LOTS}/${(request.params as { numero: string }).numero}`
  if (steered.ok) return reply.notice(words).redirect(back, 303)
  if (steered.refusal === 'signed-out') throw new SignInRequired({ expired: true })
  return reply.notice(lotRefusals[steered.refusal], 'mal').redirect(back, 303)
}
