import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { WebError } from '../../web/errors/errors.ts'
import { answerProblems } from '../../web/errors/problems.ts'
import { reportRefusals, UNREAD, UNSIGNED } from './messages.ts'
import { noteReport } from './note-report.ts'
import { isSigned } from './signed-body.ts'

interface Needs {
  db: Db
  keys: Pick<Keys, 'mail'>
  config: Pick<Config, 'bounceSecret'>
  now: () => Date
}

const REPORT_BYTES_MAX = 262_144

/**
 * The door through which a mail server hands in what it could not deliver: the raw report, signed
 * with `BOUNCE_SECRET`. There is none when there is no secret.
 */
export const bounceRoutes: Area<Needs> = async (app, { db, keys, config, now }) => {
  const { bounceSecret } = config
  if (bounceSecret === null) return
  answerProblems(app, UNREAD)
  // A report under another name would be held for one that is not signed.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('message/rfc822', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.post(
    '/api/v1/rebotes',
    { bodyLimit: REPORT_BYTES_MAX, config: { provesItself: true } },
    async (request, reply) => {
      const { headers, body } = request
      const signed = {
        timestamp: headers['x-bounce-timestamp'],
        signature: headers['x-bounce-signature'],
        body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      }
      if (!isSigned(bounceSecret, signed, now())) throw new WebError(401, 'UNSIGNED', UNSIGNED)
      const noted = await noteReport(db, keys, signed.body, now())
      if (noted.ok) return reply.code(204).send()
      const { status, words } = reportRefusals[noted.refusal]
      throw new WebError(status, noted.refusal, words)
    },
  )
}
