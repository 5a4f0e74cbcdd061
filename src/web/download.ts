import type { FastifyReply } from 'fastify'
import { DOCUMENT_SECURITY_POLICY } from './safety/security-headers.ts'

/** What may stand in the plain `filename=`: nothing that ends the quotes or leaves the folder. */
const UNSAFE = /[^A-Za-z0-9._ -]/g

/**
 * Marks the answer as a file to keep: `attachment(reply, 'Factura_001-002-000018710.pdf', 'application/pdf')`.
 * Any name is safe in the header (RFC 6266 with an RFC 8187 name beside the plain one), and the
 * document may do nothing should a browser show it. The caller sends the body.
 */
export function attachment(reply: FastifyReply, name: string, type: string): FastifyReply {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(UNSAFE, '_')
  const extended = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, percent)
  return reply.headers({
    'content-type': type,
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${extended}`,
    'content-security-policy': DOCUMENT_SECURITY_POLICY,
  })
}

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
}
