import { findLogin } from '../identity/login-store.ts'
import { countRecoveryCodes } from '../identity/staff/factor/recovery-code-store.ts'
import { listMembers } from '../identity/staff/people/people-store.ts'
import { mayDo, pagesOf } from '../identity/staff/rights.ts'
import { roleWords } from '../identity/staff/role-words.ts'
import { requireRight, staffOf } from '../identity/staff/staff-guard.ts'
import { readableName } from '../values/person-name.ts'
import type { Area } from '../web/area.ts'
import { NotFound } from '../web/errors/errors.ts'
import { homePage } from './views.ts'

const PROFILE = {
  href: '/interno/perfil',
  text: 'Tu perfil',
  icon: 'usuario',
  about: 'Cuida tu contraseña, tu segundo factor y tus sesiones.',
}

/** Where staff land: what this role is for, and the pages there are for it. */
export const homeRoutes: Area = async (app) => {
  const { db, policy } = app.identity

  app.get('/interno', { onRequest: requireRight('home.see') }, async (request, reply) => {
    const { loginId, role, displayName } = staffOf(request)
    const login = await findLogin(db, loginId)
    const administers = mayDo(role, 'people.manage')
    const members = administers ? await listMembers(db, policy.login) : []
    const data = {
      name: readableName(displayName).split(' ')[0] ?? '',
      role: roleWords(role).name,
      about: roleWords(role).about,
      previousLoginAt: login?.previousLoginAt ?? null,
      codesLeft: await countRecoveryCodes(db, loginId),
      locked: members.filter(({ locked, disabledAt }) => locked && !disabledAt).length,
      places: [...pagesOf(role).filter(({ about }) => about !== ''), PROFILE],
    }
    return reply.page(homePage, data, { title: 'Inicio' })
  })

  // What is not there looks the same to everybody who has signed in, and leads home.
  app.get('/interno/*', { onRequest: requireRight('home.see') }, async () => {
    throw new NotFound()
  })
}
