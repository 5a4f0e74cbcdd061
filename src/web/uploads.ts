import type { Readable } from 'node:stream'
import type { MultipartFields } from '@fastify/multipart'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** A file of a form, on its way in. */
export interface Upload {
  /** As the browser calls it: anything at all. */
  name: string
  bytes: Readable
  /** The fields of the form that came before it. */
  fields: Readonly<Record<string, string>>
}

/** How much a form may bring. */
export interface UploadLimits {
  filesMax: number
  /** Of each file. */
  bytesMax: number
}

/** Why a form with files was not taken to its end. */
export class BrokenUpload extends Error {
  readonly reason: 'too-large' | 'too-many' | 'cut'

  constructor(reason: BrokenUpload['reason']) {
    super(reason)
    this.reason = reason
  }
}

const REASONS: Readonly<Record<string, BrokenUpload['reason']>> = {
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_FILES_LIMIT: 'too-many',
  FST_PARTS_LIMIT: 'too-many',
  FST_FIELDS_LIMIT: 'too-many',
}

/** Lets the routes of an area take forms with files. */
export async function takeUploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { fields: 10, fieldSize: 1_024, headerPairs: 20 } })
}

/**
 * The files of a form, one after another, as they come: each is to be read to its end before the
 * next. Throws `BrokenUpload` when the form is cut, or brings more than it may.
 */
export async function* uploadsOf(
  request: FastifyRequest,
  { filesMax, bytesMax }: UploadLimits,
): AsyncGenerator<Upload> {
  if (!request.isMultipart()) return
  try {
    for await (const part of request.files({ limits: { files: filesMax, fileSize: bytesMax } })) {
      yield { name: part.filename ?? '', bytes: part.file, fields: textsOf(part.fields) }
      if (part.file.truncated) throw new BrokenUpload('too-large')
    }
  } catch (error) {
    throw asBroken(error)
  }
}

function textsOf(fields: MultipartFields): Record<string, string> {
  const texts = Object.entries(fields).flatMap(([name, field]) =>
    field && 'value' in field && typeof field.value === 'string' ? [[name, field.value]] : [],
  )
  return Object.fromEntries(texts)
}

/**
 * A form with one file, small enough to be held: its fields and the file. Throws `BrokenUpload`.
 *
 * @param more how many fields there may be and how long, when a few short ones are not enough
 */
export async function readUpload(
  request: FastifyRequest,
  bytesMax: number,
  more: { fields?: number; fieldSize?: number } = {},
): Promise<{ fields: ReadonlyMap<string, string>; file: Buffer }> {
  const fields = new Map<string, string>()
  let file: Buffer = Buffer.alloc(0)
  if (!request.isMultipart()) return { fields, file }
  try {
    for await (const part of request.parts({
      limits: { files: 1, fileSize: bytesMax, ...more },
    })) {
      if (part.type === 'file') file = await part.toBuffer()
      else fields.set(part.fieldname, String(part.value))
    }
  } catch (error) {
    throw asBroken(error)
  }
  return { fields, file }
}

/** Whatever goes wrong with the form itself; anything else is somebody else's failure. */
export function asBroken(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? ''
  const reason = REASONS[code]
  if (reason) return new BrokenUpload(reason)
  const cut = /^FST_MP_|^FST_PROTO|^ERR_STREAM_PREMATURE_CLOSE$|^ECONNRESET$/.test(code)
  const unfinished =
    error instanceof Error && /unexpected end|malformed|boundary not found/i.test(error.message)
  return cut || unfinished ? new BrokenUpload('cut') : error
}
