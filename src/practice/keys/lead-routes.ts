import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { transaction } from '../../db/transaction.ts'
import { findKeyById, keysOfFirm } from '../../identity/api-keys/api-key-store.ts'
import { keyOnScreen } from '../../identity/api-keys/key-on-screen.ts'
import { DAYS_MAX } from '../../identity/api-keys/read-key.ts'
import { givenKeyPage } from '../../identity/api-keys/views.ts'
import { whoIs } from '../../identity/session-guard.ts'
import { forgottenEvents } from '../../receipts/feed/forget-events-store.ts'
import { documentKinds, kindOfSlug } from '../../sri/kinds.ts'
import { dayOf } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { leadOf } from '../accountant-guard.ts'
import { clientScopeOf } from '../client-store.ts'
import { tryWebhook } from '../webhooks/call-webhook.ts'
import { dropWebhook, haltWebhook, resumeWebhook } from '../webhooks/steer-webhook.ts'
import type { WebhookPost } from '../webhooks/webhook-post.ts'
import { findWebhook, webhooksOf } from '../webhooks/webhook-store.ts'
import { giveFirmKey, takeFirmKey } from './give-firm-key.ts'
import { firmKeyPage, firmKeysPage, newFirmKeyPage } from './views.ts'

const KEYS = '/empresas/claves'
const Text = Type.String({ maxLength: 2_000, default: '' })
const Several = Type.Array(Type.String({ maxLength: 40 }), { default: [], maxItems: 2_000 })
const Entered = Type.Object({
  nombre: Text,
  dias: Text,
  redes: Text,
  alcance: Type.Union([Type.Literal('todos'), Type.Literal('algunos')], { default: 'todos' }),
  cliente: Several,
  tipo: Several,
})
type Entered = Type.Static<typeof Entered>
const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const ById = Type.Object({ id: Id })
const Hook = Type.Object({ id: Id, aviso: Id })
const UNKNOWN_KIND =
  'No conocemos uno de los tipos que llegaron. Elige otra vez cuáles puede leer la clave.'
const EMPTY: Entered = {
  nombre: '',
  dias: '365',
  redes: '',
  alcance: 'todos',
  cliente: [],
  tipo: [],
}

/** Keys of a firm's programs, for who leads it: /empresas/claves. */
export const firmKeyRoutes: Area<{ post: WebhookPost }> = async (app, { post }) => {
  keyRoutes(app)
  webhookRoutes(app, post)
}

function keyRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(KEYS, async (request, reply) => {
    const { firmId, firm } = await leadOf(request)
    const keys = (await keysOfFirm(db, firmId)).map((key) => keyOnScreen(key, now()))
    return reply.page(firmKeysPage, { firm, keys }, { title: 'Claves de programas' })
  })

  app.get(`${KEYS}/nueva`, async (request, reply) => {
    await leadOf(request)
    return showNew(request, reply, EMPTY, {})
  })

  app.post(KEYS, { schema: { body: Entered } }, async (request, reply) => {
    await leadOf(request)
    const { nombre, dias, redes, alcance, cliente, tipo } = request.body
    const fields = { name: nombre, days: dias, networks: redes }
    const clients = alcance === 'todos' ? null : cliente.map(Number)
    const kinds = tipo.map((slug) => kindOfSlug(slug)?.kind)
    // Left out, they would make a key for all kinds of one that was meant for few.
    if (!kinds.every((kind) => kind !== undefined)) {
      return showNew(request, reply, request.body, { tipo: UNKNOWN_KIND })
    }
    const given = await giveFirmKey(db, tools, whoIs(request), { ...fields, clients, kinds }, now())
    if (given.ok) {
      const { text, expiresAt } = given
      const data = { name: nombre.trim(), text, expiresAt, back: KEYS }
      return reply.page(givenKeyPage, data, { title: 'Clave creada' })
    }
    if (given.problems === null) throw new NotFound()
    const { name, days, networks, clients: chosen } = given.problems
    const all = Object.entries({ nombre: name, dias: days, redes: networks, cliente: chosen })
    const problems = all.filter(([, sentence]) => sentence !== undefined)
    return showNew(request, reply, request.body, Object.fromEntries(problems) as Problems)
  })

  app.get(`${KEYS}/:id`, { schema: { params: ById } }, async (request, reply) => {
    const key = await ownKey(request, request.params.id)
    const { clients } = await clientScopeOf(db, key.createdBy, dayOf(now()))
    const names = key.firm?.clients?.map((id) =>
      readableName(clients.get(id)?.name ?? 'Sin acceso'),
    )
    const kinds = documentKinds.filter(({ kind }) => key.firm?.kinds.includes(kind))
    const data = {
      key: keyOnScreen(key, now()),
      clients: names?.join(', ') ?? 'Todos los clientes',
      kinds: kinds.map(({ plural }) => plural).join(', ') || 'Todos los tipos',
      webhooks: await webhooksOf(db, [key.id]),
    }
    return reply.page(firmKeyPage, data, { title: key.name })
  })

  app.post(`${KEYS}/:id/anulacion`, { schema: { params: ById } }, async (request, reply) => {
    const taken = await takeFirmKey(db, tools, whoIs(request), request.params.id, now())
    if (!taken) throw new NotFound()
    return reply.notice('Anulamos la clave: ya no abre nada.').redirect(KEYS, 303)
  })
}

function webhookRoutes(app: App, post: WebhookPost): void {
  const { db, tools, now } = app.identity
  const { keys, random } = tools
  const params = { schema: { params: Hook } }
  /** The webhook of that number, when it is of a key of theirs. */
  const own = async (request: FastifyRequest<{ Params: { id: number; aviso: number } }>) => {
    const key = await ownKey(request, request.params.id)
    const webhook = await findWebhook(db, key.id, request.params.aviso)
    if (!webhook) throw new NotFound()
    const by = `login:${whoIs(request).loginId}`
    const which = { apiKeyId: key.id, id: webhook.id, by }
    return { webhook, which, page: `${KEYS}/${key.id}` }
  }

  app.post(`${KEYS}/:id/avisos/:aviso/prueba`, params, async (request, reply) => {
    const { webhook, page } = await own(request)
    const { accepted, status, answer } = await tryWebhook({ db, keys, post, random, now }, webhook)
    const words = status === null ? answer : `Contestó ${status} ${answer}`.trim()
    return reply.notice(words, accepted ? 'ok' : 'mal').redirect(page, 303)
  })

  app.post(`${KEYS}/:id/avisos/:aviso/repeticion`, params, async (request, reply) => {
    const { which, page } = await own(request)
    await transaction(db, async (tx) =>
      resumeWebhook(tx, { keys }, which, await forgottenEvents(tx), now()),
    )
    return reply
      .notice('Le enviamos de nuevo todo, desde el primer evento que guardamos.')
      .redirect(page, 303)
  })

  app.post(`${KEYS}/:id/avisos/:aviso/reanudacion`, params, async (request, reply) => {
    const { which, page } = await own(request)
    await transaction(db, (tx) => resumeWebhook(tx, { keys }, which, null, now()))
    return reply.notice('Sigue donde quedó.').redirect(page, 303)
  })

  app.post(`${KEYS}/:id/avisos/:aviso/pausa`, params, async (request, reply) => {
    const { which, page } = await own(request)
    await transaction(db, (tx) => haltWebhook(tx, { keys }, which, now()))
    return reply.notice('No la llamamos hasta que la reanudes.').redirect(page, 303)
  })

  app.post(`${KEYS}/:id/avisos/:aviso/retiro`, params, async (request, reply) => {
    const { which, page } = await own(request)
    await transaction(db, (tx) => dropWebhook(tx, { keys }, which, now()))
    return reply.notice('Ya no la llamamos.').redirect(page, 303)
  })
}

/** The key of that id, when it is of the firm that whoever asks leads. */
async function ownKey(request: FastifyRequest, id: number) {
  const { firmId } = await leadOf(request)
  const key = await findKeyById(request.server.identity.db, id)
  if (key?.firm?.id !== firmId) throw new NotFound()
  return key
}

async function showNew(
  request: FastifyRequest,
  reply: FastifyReply,
  entered: Entered,
  problems: Problems,
): Promise<FastifyReply> {
  const { db, now } = request.server.identity
  const { clients } = await clientScopeOf(db, whoIs(request).loginId, dayOf(now()))
  const data = {
    values: { name: entered.nombre, days: entered.dias, networks: entered.redes },
    allClients: entered.alcance === 'todos',
    clients: [...clients.values()].map(({ partyId, name, number }) => ({
      value: String(partyId),
      name: `${readableName(name)} · ${number}`,
      checked: entered.cliente.includes(String(partyId)),
    })),
    kinds: documentKinds.map(({ slug, plural }) => ({
      value: slug,
      name: plural,
      checked: entered.tipo.includes(slug),
    })),
    problems,
    daysMax: DAYS_MAX,
  }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(newFirmKeyPage, data, { title: 'Crear una clave', status })
}
