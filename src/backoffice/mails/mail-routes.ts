import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Context } from '../../context.ts'
import { DELIVERIES, MAILS } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import type { Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import { returnPath } from '../../web/pages/return-path.ts'
import { deadPage, mailsPage } from '../views.ts'
import { deadOnScreen, mailOnScreen } from './mail-list.ts'
import type { MailList } from './mail-list-store.ts'
import { deadAddresses, listMails, MAIL_LISTS } from './mail-list-store.ts'
import type { Mended } from './mend-mail.ts'
import { resendMail, reviveAddress } from './mend-mail.ts'
import { listWords, mendRefusals } from './messages.ts'

type Needs = Pick<Context, 'db' | 'keys' | 'now'>

const DEAD = `${MAILS}/muertos`
const PAGE = 50

const MailQuery = Type.Object({
  estado: Type.Union(
    [
      Type.Literal('recientes'),
      Type.Literal('cola'),
      Type.Literal('fallidos'),
      Type.Literal('rebotados'),
    ],
    { default: 'recientes' },
  ),
  despues: Type.Optional(
    Type.String({ pattern: '^(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z_)?\\d{1,15}$' }),
  ),
})
const DeadQuery = Type.Object({
  despues: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
})
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
/** Which list to go back to; unsafe until `returnPath` has judged it. */
const Behind = Type.Object({ volver: Type.Optional(Type.String({ maxLength: 200 })) })

const sees = { onRequest: requireRight('mails.see') }
const helping = { onRequest: requireRight('customers.help') }

/** Mails for the bank's people, and what can be done about those that came back. */
export const mailRoutes: Area<Needs> = async (app, needs) => {
  const { db } = needs

  app.get(MAILS, { ...sees, schema: { querystring: MailQuery } }, async (request, reply) => {
    const { estado, despues } = request.query
    const found = await listMails(db, estado, { after: despues ?? null, limit: PAGE + 1 })
    const mails = found.slice(0, PAGE)
    const last = found.length > PAGE ? mails.at(-1) : undefined
    const viewer = staffOf(request)
    const data = {
      lists: tabs(estado),
      none: listWords[estado].none,
      title: listWords[estado].text,
      mails: mails.map((mail) => mailOnScreen(mail, viewer)),
      here: request.url,
      first: despues ? addressOf(estado) : null,
      more: last ? addressOf(estado, last.place) : null,
      deliveries: DELIVERIES,
    }
    return reply.page(mailsPage, data, { title: `Correos: ${listWords[estado].text}` })
  })

  app.get(DEAD, { ...sees, schema: { querystring: DeadQuery } }, async (request, reply) => {
    const beforeId = request.query.despues ?? null
    const found = await deadAddresses(db, { beforeId, limit: PAGE + 1 })
    const shown = found.slice(0, PAGE)
    const last = found.length > PAGE ? shown.at(-1) : undefined
    const viewer = staffOf(request)
    const data = {
      lists: tabs(null),
      addresses: shown.map((dead) => deadOnScreen(dead, viewer)),
      first: beforeId ? DEAD : null,
      more: last ? `${DEAD}?despues=${last.id}` : null,
      deliveries: DELIVERIES,
    }
    return reply.page(deadPage, data, { title: 'Correos muertos' })
  })

  app.post(
    `${MAILS}/:id/reenvio`,
    { ...helping, schema: { params: ById, body: Behind } },
    async (request, reply) => {
      const mended = await resendMail(needs, staffOf(request), request.params.id)
      const back = returnPath(request.body?.volver, MAILS)
      return answer(reply, mended, 'Lo enviamos de nuevo al correo que tiene hoy.', back)
    },
  )

  app.post(
    `${DEAD}/:id/revision`,
    { ...helping, schema: { params: ById } },
    async (request, reply) => {
      const mended = await reviveAddress(needs, staffOf(request), request.params.id)
      return answer(reply, mended, 'Desde ahora le llegan avisos otra vez.', DEAD)
    },
  )
}

function answer(reply: FastifyReply, mended: Mended, words: string, back: string): FastifyReply {
  if (mended.ok) return reply.notice(words).redirect(back, 303)
  if (mended.refusal === 'none') throw new NotFound({ action: { href: back, text: 'Volver' } })
  if (mended.refusal === 'signed-out') throw new SignInRequired()
  return reply.notice(mendRefusals[mended.refusal], 'mal').redirect(back, 303)
}

function addressOf(list: MailList, after?: string): string {
  const query = new URLSearchParams({ ...(list === 'recientes' ? {} : { estado: list }) })
  if (after) query.set('despues', after)
  return query.size === 0 ? MAILS : `${MAILS}?${query}`
}

/** The lists there are, and which of them this is. */
function tabs(current: MailList | null) {
  const lists = MAIL_LISTS.map((list) => ({
    href: addressOf(list),
    text: listWords[list].text,
    here: list === current,
  }))
  return [...lists, { href: DEAD, text: 'Correos muertos', here: current === null }]
}
