import type { FastifyReply, FastifyRequest } from 'fastify'

/** The colours a person chose; `auto` follows the device. */
export type Theme = 'auto' | 'claro' | 'oscuro'

const COOKIE = 'tema'
const YEAR_SECONDS = 31_536_000

/** The theme in the cookie `tema`; anything else than the three words is `auto`. */
export function themeOf(request: FastifyRequest): Theme {
  // A request refused before its cookies were read has none.
  const theme = request.cookies?.[COOKIE]
  return theme === 'claro' || theme === 'oscuro' ? theme : 'auto'
}

/** Keeps the theme in this browser for a year. It says nothing of the person, so it needs no prefix. */
export function keepTheme(reply: FastifyReply, theme: Theme, secure: boolean): FastifyReply {
  return reply.setCookie(COOKIE, theme, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: YEAR_SECONDS,
  })
}
