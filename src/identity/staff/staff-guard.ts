import type { FastifyRequest } from 'fastify'
import { initialsOf, readableName } from '../../values/person-name.ts'
import { Forbidden, NotFound, SignInRequired } from '../../web/errors/errors.ts'
import type { Visitor } from '../../web/pages/brand.ts'
import type { Person, Staff } from '../person.ts'
import { isStaffRole } from '../person.ts'
import { standingOf } from '../session-guard.ts'
import type { Session } from '../sessions/session.ts'
import { personOf } from '../sessions/session.ts'
import { countWaitingFor } from './approvals/approval-store.ts'
import type { Site } from './factor/webauthn.ts'
import { siteAt } from './factor/webauthn.ts'
import type { Right } from './rights.ts'
import { APPROVALS, mayDo } from './rights.ts'
import { roleWords } from './role-words.ts'
import { pagesOf } from './staff-pages.ts'

/** Counting to a hundred says that there are more than 99. */
const WAITING_MAX = 100

/** Guard of everything under /interno: sets `request.person` and `request.visitor`, or asks to sign in. */
export async function requireStaff(request: FastifyRequest): Promise<void> {
  const standing = await standingOf(request)
  const person = standing.state === 'open' ? personOf(standing.session) : null
  if (!person || !isStaff(person))
    throw new SignInRequired({ expired: standing.state === 'lapsed' })
  request.person = person
  const { db, policy } = request.server.identity
  const decides = mayDo(person.role, 'approvals.decide')
  const waiting = decides ? await countWaitingFor(db, person.loginId, WAITING_MAX) : 0
  request.visitor = staffVisitor(person, policy.session.staffIdleMinutes, waiting)
}

/** The guard of one route: 403 unless this person's role has the right. Behind `requireStaff`. */
export function requireRight(right: Right) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!mayDo(staffOf(request).role, right)) throw new Forbidden()
  }
}

/** The same question again, for an answer that goes on after the guard has let it in. */
export async function stillMay(request: FastifyRequest, right: Right): Promise<boolean> {
  const standing = await standingOf(request)
  const person = standing.state === 'open' ? personOf(standing.session) : null
  return person !== null && isStaff(person) && mayDo(person.role, right)
}

/** The signed-in person of the bank, behind `requireStaff`. */
export function staffOf(request: FastifyRequest): Staff {
  const { person } = request
  if (!person || !isStaff(person)) throw new NotFound()
  return person
}

/** The limited session of somebody of the bank who is on the way in; anybody else starts anew. */
export async function limitedStaffSession(
  request: FastifyRequest,
  scope: 'recovery' | 'second-factor',
): Promise<Session> {
  const standing = await standingOf(request)
  const session = standing.state === 'open' ? standing.session : null
  const { login } = session ?? {}
  if (session?.scope === scope && login && isStaffRole(login.role)) return session
  throw new SignInRequired({ expired: standing.state === 'lapsed' })
}

/** The site whose passkeys work where this request came in; null where none do. */
export function siteOf(request: FastifyRequest): Site | null {
  const { config, policy } = request.server.identity
  return siteAt(config.publicUrl, request.headers.host, policy.brand.name)
}

function isStaff(person: Person): person is Staff {
  return isStaffRole(person.role)
}

const MENU = [{ href: '/interno/perfil', text: 'Tu perfil', icon: 'usuario' }] as const

function staffVisitor(person: Staff, idleMinutes: number, waiting: number): Visitor {
  const name = readableName(person.displayName)
  const navigation = pagesOf(person.role).map((page) =>
    page.href === APPROVALS ? { ...page, count: waiting } : page,
  )
  return {
    name: `${name}, ${roleWords(person.role).name}`,
    initials: initialsOf(name),
    navigation,
    menu: MENU,
    idleSeconds: idleMinutes * 60,
    shortcuts: false,
  }
}
