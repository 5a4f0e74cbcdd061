import Type from 'typebox'
import type { Area } from '../area.ts'
import { NotFound } from '../errors/errors.ts'
import type { Brand } from './brand.ts'
import { telephoneLink } from './brand.ts'
import { view } from './view.ts'

type Needs = { policy: { brand: Brand }; config: { publicUrl: string } }

type Contact = { brand: Brand; telephone: string }

const help = view<Contact>('web/help')
const security = view<Contact & { site: string }>('web/security')
const privacy = view<Contact>('web/privacy')

/** Parts of the help page that other pages lead to: `/ayuda/comprobantes`. */
const TOPICS = new Set(['ingreso', 'comprobantes', 'avisos'])

/** Pages for everybody, linked at the foot of every page. */
export const publicPages: Area<Needs> = async (app, { policy, config }) => {
  const { brand } = policy
  const contact = () => ({ brand, telephone: telephoneLink(brand.phone) })

  app.get('/ayuda', (_request, reply) => reply.page(help, contact(), { title: 'Ayuda' }))

  app.get(
    '/ayuda/:tema',
    { schema: { params: Type.Object({ tema: Type.String() }) } },
    async (request, reply) => {
      const { tema } = request.params
      if (!TOPICS.has(tema)) throw new NotFound()
      return reply.redirect(`/ayuda#${tema}`, 303)
    },
  )

  app.get('/seguridad', (_request, reply) =>
    reply.page(security, { ...contact(), site: config.publicUrl }, { title: 'Seguridad' }),
  )

  app.get('/privacidad', (_request, reply) =>
    reply.page(privacy, contact(), { title: 'Privacidad' }),
  )
}
