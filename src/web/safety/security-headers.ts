import type { FastifyInstance } from 'fastify'

/**
 * What a page may do: load our own files and talk to us. No inline script or style, no eval,
 * no frames, no other origin. Not `no-referrer`: it would turn the Origin of our own forms
 * into `null`, which same-origin.ts refuses.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]

const TWO_YEARS_SECONDS = 63_072_000

/** What a downloaded document may do when a browser opens it itself: nothing. */
export const DOCUMENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/**
 * Puts the headers on every answer before any route runs, errors included. Private by default:
 * what may be stored says so itself. `secure`: the portal is reached by https, so browsers are
 * told to come by nothing else.
 */
export function addSecurityHeaders(app: FastifyInstance, secure: boolean): void {
  const headers: Record<string, string> = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': UNUSED_FEATURES.map((name) => `${name}=()`).join(', '),
    'cache-control': 'no-store',
  }
  if (secure) {
    headers['strict-transport-security'] = `max-age=${TWO_YEARS_SECONDS}; includeSubDomains`
  }
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
