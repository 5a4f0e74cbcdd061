import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../web/area.ts'
import { isLinkGood } from '../mailed-link-store.ts'
import { UNLOCKED } from '../messages.ts'
import { linkHash } from '../notify.ts'
import { inEvenTime } from '../same-time.ts'
import { takeSession } from '../session-guard.ts'
import { freezeLogin, unlockLogin } from '../sign-in/follow-link.ts'
import { limitSource } from '../throttles/source-guard.ts'
import { readUserName } from '../user-name.ts'
import { linkPage, messagePage, recoverPage, recoverSentPage } from '../views.ts'
import { sendInitialPassword } from './send-initial-password.ts'

const Forgotten = Type.Object({ usuario: Type.String({ maxLength: 200, default: '' }) })
const ByToken = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{10,64}$' }) })

const RECOVER_TITLE = 'Recupera tu contraseña'

/** Ways back in: /recuperar, and the links that mails carry. */
export const recoveryRoutes: Area = async (app) => {
  const { db, tools, policy, now } = app.identity

  app.get('/recuperar', async (_request, reply) =>
    reply.page(
      recoverPage,
      { usuario: '', problem: null },
      { title: RECOVER_TITLE, layout: 'access' },
    ),
  )

  app.post(
    '/recuperar',
    { schema: { body: Forgotten }, preHandler: limitSource('recovery') },
    async (request, reply) => {
      const { usuario } = request.body
      if (usuario.trim() === '') {
        const data = { usuario: '', problem: 'Escribe tu cédula, RUC o usuario.' }
        return reply.page(recoverPage, data, {
          title: RECOVER_TITLE,
          layout: 'access',
          status: 422,
        })
      }
      const name = readUserName(usuario)
      if (name) await inEvenTime(() => sendInitialPassword(db, tools, name, now()))
      return reply.redirect('/recuperar/enviado', 303)
    },
  )

  app.get('/recuperar/enviado', async (_request, reply) => {
    const data = { hours: policy.recovery.initialPasswordHours, phone: policy.brand.phone }
    return reply.page(recoverSentPage, data, { title: 'Revisa tu correo', layout: 'access' })
  })

  addLinkRoutes(app)
}

/** The links of mails: looking at one does nothing, its button does. */
function addLinkRoutes(app: App): void {
  const { db, tools, policy, now } = app.identity

  app.get('/desbloquear/:token', { schema: { params: ByToken } }, async (request, reply) => {
    const good = await isLinkGood(db, 'unlock', linkHash(tools, request.params.token), now())
    if (!good) return showUsedLink(reply)
    const data = {
      action: request.url,
      title: 'Desbloquea tu ingreso',
      text: 'Bloqueamos el ingreso después de varios intentos fallidos. Si los hiciste tú, desbloquéalo y entra con tu contraseña. Si no fuiste tú, desbloquéalo y cámbiala al entrar.',
      button: 'Desbloquear mi ingreso',
      danger: false,
    }
    return reply.page(linkPage, data, { title: 'Desbloquea tu ingreso', layout: 'access' })
  })

  app.post('/desbloquear/:token', { schema: { params: ByToken } }, async (request, reply) => {
    const done = await unlockLogin(db, tools, request.params.token, now())
    if (!done) return showUsedLink(reply)
    return reply.notice(UNLOCKED).redirect('/ingresar', 303)
  })

  app.get('/no-fui-yo/:token', { schema: { params: ByToken } }, async (request, reply) => {
    const good = await isLinkGood(db, 'freeze', linkHash(tools, request.params.token), now())
    if (!good) return showUsedLink(reply)
    const data = {
      action: request.url,
      title: '¿No fuiste tú?',
      text: `Cerraremos tu acceso y todas tus sesiones ahora mismo. Para abrirlo de nuevo tendrás que llamarnos al ${policy.brand.phone} con tu cédula a la mano.`,
      button: 'No fui yo, cerrar mi acceso',
      danger: true,
    }
    return reply.page(linkPage, data, { title: 'Cierra tu acceso', layout: 'access' })
  })

  app.post('/no-fui-yo/:token', { schema: { params: ByToken } }, async (request, reply) => {
    const done = await freezeLogin(db, tools, request.params.token, now())
    if (!done) return showUsedLink(reply)
    takeSession(reply)
    const data = {
      icon: 'candado',
      title: 'Cerramos tu acceso',
      text: `Nadie puede entrar con tu usuario y terminamos todas sus sesiones. ${keysWords(done.keys)}Llámanos al ${policy.brand.phone} con tu cédula a la mano para revisarlo contigo.`,
      action: { href: '/ingresar', text: 'Ir al inicio' },
    }
    return reply.page(messagePage, data, { title: 'Cerramos tu acceso', layout: 'access' })
  })
}

/** What was made with the login is not left behind when it opens again. */
function keysWords(keys: number): string {
  if (keys === 0) return ''
  const which = keys === 1 ? 'la clave que dio' : `las ${keys} claves que dio`
  return `Anulamos ${which} a programas de tu firma: crea otras cuando recuperes tu acceso. `
}

function showUsedLink(reply: FastifyReply): FastifyReply {
  const data = {
    icon: 'reloj',
    title: 'Este enlace ya no sirve',
    text: 'Se usó antes o ya venció. Si aún lo necesitas, intenta ingresar de nuevo o recupera tu contraseña.',
    action: { href: '/ingresar', text: 'Ir a ingresar' },
  }
  return reply.page(messagePage, data, { title: 'Enlace vencido', layout: 'access', status: 410 })
}
