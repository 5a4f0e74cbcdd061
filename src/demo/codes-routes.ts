import { totpCode } from '../identity/staff/factor/totp.ts'
import type { Area } from '../web/area.ts'
import { view } from '../web/pages/view.ts'
import type { DemoColleague } from './seed-staff.ts'

interface CodesPage {
  people: readonly (DemoColleague & { code: string })[]
  at: Date
}

const codesPage = view<CodesPage>('demo/codes')

/** `/demo/codigos`: what the apps of the fictitious bank's people would show now. */
export function codesRoutes(people: readonly DemoColleague[], now: () => Date): Area {
  return async (app) => {
    app.get('/demo/codigos', async (_request, reply) => {
      const at = now()
      const shown = people.map((person) => ({ ...person, code: totpCode(person.totp, at) }))
      return reply.page(codesPage, { people: shown, at }, { title: 'Códigos de la demostración' })
    })
  }
}
