import { createReadStream } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { WebError } from './errors/errors.ts'

/** A file that never changes under its name. */
interface SentFile {
  readonly path: string
  readonly bytes: number
  /** Of its bytes, in quotes. */
  readonly etag: string
}

const BEYOND = {
  title: 'El archivo no llega hasta ahí',
  text: 'Pide desde un byte que tenga, o el archivo entero.',
}

/** First and last byte, both included. */
interface Range {
  readonly first: number
  readonly last: number
}

/**
 * Answers with a file, or with the part that is asked for, so that a download that broke off is gone on
 * with (RFC 9110, 13 and 14): 200, 206, 304 or 416; to HEAD the same without bytes. The caller has set
 * what kind of file it is.
 */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, bytes, etag }: SentFile,
): FastifyReply {
  reply.header('etag', etag).header('accept-ranges', 'bytes')
  if (names(request.headers['if-none-match'], etag)) return reply.code(304).send()
  const range = rangeOf(request, bytes, etag)
  if (range === 'beyond') {
    reply.header('content-range', `bytes */${bytes}`)
    throw new WebError(416, 'RANGE', BEYOND)
  }
  const { first, last } = range ?? { first: 0, last: bytes - 1 }
  reply.header('content-length', last - first + 1)
  if (range) reply.code(206).header('content-range', `bytes ${first}-${last}/${bytes}`)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(createReadStream(path, { start: first, end: last, highWaterMark: 256 * 1024 }))
}

function names(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes('*') || tags.includes(etag)
}

/** One range, at most 2^53; whatever else is written there means nothing, and the whole is sent. */
const ONE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/

/** Null when all of it is to be sent: nothing else is asked for, or of another file than this. */
function rangeOf(request: FastifyRequest, bytes: number, etag: string): Range | 'beyond' | null {
  const asked = ONE_RANGE.exec(request.headers.range ?? '')
  const only = request.headers['if-range']
  if (asked === null || (only !== undefined && only !== etag)) return null
  const [, from = '', to = ''] = asked
  if (from === '' && to === '') return null
  if (from === '') {
    const length = Math.min(Number(to), bytes)
    return length === 0 ? 'beyond' : { first: bytes - length, last: bytes - 1 }
  }
  const [first, last] = [Number(from), to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)]
  if (to !== '' && Number(to) < first) return null
  return first >= bytes ? 'beyond' : { first, last }
}
