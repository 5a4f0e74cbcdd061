import { addPerson, MARIA, PEDRO, signIn } from '#tests/identity/support.ts'
import { loadCustomers, REASON } from '../objects.ts'
import type { Deeds, World } from './deed.ts'
import { loader, secondAdministrator, told } from './deed.ts'

const diegoOf = ({ staff }: World) => staff.loader.browser
const NEVER_IN = {
  number: '1712345675',
  name: 'Nunca Entró',
  email: 'nunca@correo.example',
  password: '',
}

const PARTY = /^party:\d+$/
const marias = (w: World) => `party:${w.maria.partyId}`
const pedros = (w: World) => `party:${w.pedro.partyId}`
const loaded = (w: World) => `customers:${w.load}`

/** Who has never signed in. */
async function neverIn({ portal }: World): Promise<number> {
  const known = await portal.db
    .selectFrom('party')
    .select('id')
    .where('name', '=', NEVER_IN.name)
    .executeTakeFirst()
  return known?.id ?? addPerson(portal, NEVER_IN, NEVER_IN.email)
}

const customer = (id: number, deed: string) => `/interno/clientes/${id}/${deed}`

/** What is done for customers. */
export const helpDeeds: Deeds = {
  'POST /interno/clientes/:id/ventana': {
    act: async (w) => {
      const id = await neverIn(w)
      w.portal.clock.advance({ minutes: 1 })
      return diegoOf(w).post(customer(id, 'ventana'))
    },
    leaves: told(loader, 'customer.window-opened', PARTY),
  },
  'POST /interno/clientes/:id/acceso': {
    act: (w) => diegoOf(w).post(customer(w.maria.partyId, 'acceso')),
    leaves: told(loader, 'customer.access-sent', marias),
  },
  'POST /interno/clientes/:id/desbloqueo': {
    act: async (w) => {
      const browser = w.portal.browser({ address: '198.51.100.30' })
      for (let at = 0; at < 3; at += 1) await signIn(browser, MARIA.number, 'No es esta')
      return diegoOf(w).post(customer(w.maria.partyId, 'desbloqueo'))
    },
    leaves: told(loader, 'customer.unlocked', marias),
  },
  'POST /interno/clientes/:id/reapertura': {
    act: async (w) => {
      const { id } = await w.portal.db
        .selectFrom('party')
        .select('id')
        .where('name', '=', 'Diana Loor')
        .executeTakeFirstOrThrow()
      return diegoOf(w).post(customer(id, 'reapertura'))
    },
    leaves: told(loader, 'customer.reopened', PARTY),
  },
  'POST /interno/clientes/:id/correo': {
    act: (w) =>
      diegoOf(w).post(customer(w.pedro.partyId, 'correo'), {
        correo: 'pedro.nuevo@correo.example',
        motivo: REASON,
      }),
    leaves: told(loader, 'approval.proposed', pedros),
  },
  'POST /interno/clientes/:id/union': {
    act: async (w) =>
      diegoOf(w).post(customer(await neverIn(w), 'union'), { con: PEDRO.number, motivo: REASON }),
    leaves: told(loader, 'approval.proposed', PARTY),
  },
  'POST /interno/clientes/:id/vista': {
    act: (w) =>
      w.staff.secondAdministrator.browser.post(customer(w.pedro.partyId, 'vista'), {
        motivo: REASON,
      }),
    leaves: told(secondAdministrator, 'customer.view-started', pedros),
  },
  'POST /interno/clientes/vista/fin': {
    act: ({ staff }) => staff.secondAdministrator.browser.post('/interno/clientes/vista/fin'),
    leaves: told(secondAdministrator, 'customer.view-ended', pedros),
  },
  'POST /interno/clientes/carga': {
    act: (w) => loadCustomers(w.portal, diegoOf(w), '0105566046'),
    leaves: 'a draft that its maker confirms, or that is forgotten',
  },
  'POST /interno/clientes/carga/:id/confirmacion': {
    act: (w) => diegoOf(w).post(`/interno/clientes/carga/${w.load}/confirmacion`),
    leaves: told(loader, 'customers.loaded', loaded),
  },
  'POST /interno/clientes/carga/:id/ventanas': {
    act: (w) => diegoOf(w).post(`/interno/clientes/carga/${w.load}/ventanas`, { motivo: REASON }),
    leaves: told(loader, 'approval.proposed', loaded),
  },
  'POST /interno/clientes/carga/:id/correos': {
    act: (w) => diegoOf(w).post(`/interno/clientes/carga/${w.load}/correos`, { motivo: REASON }),
    leaves: told(loader, 'approval.proposed', loaded),
  },
}
