import type { CookieSerializeOptions } from '@fastify/cookie'
import { isLoopback } from '../../values/network.ts'

/** How this portal names and marks its cookies. */
export type Cookies = {
  readonly secure: boolean
  /** `__Host-sesion`, or `sesion` over plain http on loopback. */
  name(base: string): string
  /** Path `/`, no domain, HttpOnly, SameSite=Strict, Secure with the prefix. */
  readonly options: Readonly<CookieSerializeOptions>
}

/** Whether people reach the portal over plain http on their own machine (demo, tests). */
export function isPlainLoopback(publicUrl: URL): boolean {
  return publicUrl.protocol === 'http:' && isLoopback(publicUrl.hostname)
}

/**
 * The cookie rules for where people reach the portal. Everywhere but on plain loopback a cookie
 * is `__Host-` and Secure: a sibling host can neither set nor read it (RFC 6265bis 4.1.3.2).
 */
export function cookiesFor(publicUrl: URL): Cookies {
  const secure = !isPlainLoopback(publicUrl)
  return {
    secure,
    name: (base) => (secure ? `__Host-${base}` : base),
    options: { path: '/', httpOnly: true, sameSite: 'strict', secure },
  }
}
