import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { ChainState } from '../../audit/audit-store.ts'
import { verifyChain } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { staffNames } from '../../identity/staff/login-name-store.ts'
import { noteExport } from '../../identity/staff/note-export.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { wantsPart } from '../../web/pages/page.ts'
import { auditPage, chainLine, chainPage } from '../views.ts'
import { actionWords, KNOWN_ACTIONS } from './action-words.ts'
import { auditCsv } from './audit-csv.ts'
import { pageOfEntries } from './audit-list.ts'
import type { AuditTyped } from './audit-search.ts'
import { AuditQuery, auditQuery, noteOf, readAuditSearch, writePlace } from './audit-search.ts'
import { actorWords, KNOWN_ACTORS } from './audit-words.ts'

type Needs = { db: Db; keys: Pick<Keys, 'audit'>; now: () => Date }

const AUDIT = '/interno/auditoria'
const LONG_MILLISECONDS = 600_000
const TITLE = 'Auditoría'
const reads = { onRequest: requireRight('audit.read') }

/** The chain for who audits: to be looked through, verified and taken away, which it notes. */
export const auditRoutes: Area<Needs> = async (app, { db, keys, now }) => {
  app.get(AUDIT, { ...reads, schema: { querystring: AuditQuery } }, async (request, reply) =>
    showEntries(reply, db, request.query),
  )

  app.post(
    `${AUDIT}.csv`,
    { ...reads, schema: { body: AuditQuery }, handlerTimeout: LONG_MILLISECONDS },
    async (request, reply) => {
      const { filter, problems } = readAuditSearch(request.body)
      if (Object.keys(problems).length > 0) return showEntries(reply, db, request.body)
      const exported = {
        action: 'audit.exported',
        subject: 'audit',
        detail: noteOf(filter),
      } as const
      await noteExport({ db, keys, now }, staffOf(request), exported)
      const table = Readable.from(auditCsv(db, filter), { objectMode: false })
      const file = `auditoria_${dayOf(now())}.csv`
      return attachment(reply, file, 'text/csv; charset=utf-8').send(table)
    },
  )

  const verify = shared(() => verifyChain(db, keys.audit))
  app.get(
    `${AUDIT}/cadena`,
    { ...reads, handlerTimeout: LONG_MILLISECONDS },
    async (request, reply) => {
      const data = { chain: await verify(), at: now() }
      return wantsPart(request)
        ? reply.partial(chainLine, data)
        : reply.page(chainPage, data, { title: TITLE })
    },
  )
}

/** Whoever asks while the chain is being walked gets the answer of that walk. */
function shared(walk: () => Promise<ChainState>): () => Promise<ChainState> {
  let running: Promise<ChainState> | null = null
  return () => {
    running ??= walk().finally(() => {
      running = null
    })
    return running
  }
}

async function showEntries(reply: FastifyReply, db: Db, typed: AuditTyped): Promise<FastifyReply> {
  const { filter, place, problems } = readAuditSearch(typed)
  const wrong = Object.keys(problems).length > 0
  const { entries, last } = wrong
    ? { entries: [], last: null }
    : await pageOfEntries(db, filter, place)
  const address = (at: string | null) => `${AUDIT}?${auditQuery(typed, at)}`
  const data = {
    typed,
    problems,
    actors: await actorChoices(db, typed.actor),
    actions: withChosen(
      KNOWN_ACTIONS.map((value) => ({ value, text: actionWords(value) })),
      typed.accion,
    ),
    entries,
    newest: place ? address(null) : null,
    older: last ? address(writePlace(last)) : null,
  }
  return reply.page(auditPage, data, { title: TITLE, status: wrong ? 422 : 200 })
}

async function actorChoices(db: Db, chosen: string) {
  const staff = await staffNames(db)
  const people = staff.map(({ id, name }) => ({ value: `login:${id}`, text: name }))
  const others = KNOWN_ACTORS.map((value) => ({ value, text: actorWords(value) }))
  return withChosen([...people, ...others], chosen)
}

type Choice = { value: string; text: string }

/** A customer, or a deed of another age, is no choice of the list until an address names it. */
function withChosen(choices: Choice[], chosen: string): Choice[] {
  const known = chosen === '' || choices.some(({ value }) => value === chosen)
  return known ? choices : [...choices, { value: chosen, text: chosen }]
}
