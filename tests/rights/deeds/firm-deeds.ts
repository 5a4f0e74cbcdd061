import { BILL } from '#tests/intake/emissions/examples.ts'
import { newest } from '../objects.ts'
import type { Deeds, Line, World } from './deed.ts'
import { lead, told } from './deed.ts'

const OWN = 'a bookmark that the program keeps for itself'
const URL = 'http://127.0.0.1:9/otra'

const theMember = (w: World) => `login:${w.member}`
const leadsHook = (w: World) => `webhook:${w.leadsHook}`

function byProgram(name: 'ours' | 'bank', action: Line['action'], subject: RegExp) {
  return ({ programs }: World) => ({ actor: `api-key:${programs[name].keyId}`, action, subject })
}

/** What who leads a firm does, and what programs do. */
export const firmDeeds: Deeds = {
  'POST /empresas/equipo': {
    act: ({ firm }) =>
      firm.lead.browser.post('/empresas/equipo', {
        nombre: 'Iván Mora',
        usuario: 'ivanmora',
        correo: 'ivan@firma.example',
      }),
    leaves: told(lead, 'member.added', /^login:\d+$/),
  },
  'POST /empresas/equipo/:id/clientes': {
    act: ({ firm, member, party }) =>
      firm.lead.browser.post(`/empresas/equipo/${member}/clientes`, { cliente: String(party) }),
    leaves: told(lead, 'clients.passed', theMember),
  },
  'POST /empresas/equipo/:id/retiro': {
    act: ({ firm, member }) => firm.lead.browser.post(`/empresas/equipo/${member}/retiro`),
    leaves: told(lead, 'member.removed', theMember),
  },
  'POST /empresas/claves': {
    act: ({ firm }) => firm.lead.browser.post('/empresas/claves', { nombre: 'ERP', dias: '30' }),
    leaves: told(lead, 'api-key.added', /^api-key:\d+$/),
  },
  'POST /empresas/claves/:id/avisos/:aviso/prueba': {
    act: ({ firm, key, leadsHook }) =>
      firm.lead.browser.post(`/empresas/claves/${key}/avisos/${leadsHook}/prueba`),
    leaves: 'calls with nothing in it, and changes nothing',
  },
  'POST /empresas/claves/:id/avisos/:aviso/pausa': {
    act: ({ firm, key, leadsHook }) =>
      firm.lead.browser.post(`/empresas/claves/${key}/avisos/${leadsHook}/pausa`),
    leaves: told(lead, 'webhook.paused', leadsHook),
  },
  'POST /empresas/claves/:id/avisos/:aviso/reanudacion': {
    act: ({ firm, key, leadsHook }) =>
      firm.lead.browser.post(`/empresas/claves/${key}/avisos/${leadsHook}/reanudacion`),
    leaves: told(lead, 'webhook.resumed', leadsHook),
  },
  'POST /empresas/claves/:id/avisos/:aviso/repeticion': {
    act: ({ firm, key, leadsHook }) =>
      firm.lead.browser.post(`/empresas/claves/${key}/avisos/${leadsHook}/repeticion`),
    leaves: told(lead, 'webhook.repeated', leadsHook),
  },
  'POST /empresas/claves/:id/avisos/:aviso/retiro': {
    act: ({ firm, key, leadsHook }) =>
      firm.lead.browser.post(`/empresas/claves/${key}/avisos/${leadsHook}/retiro`),
    leaves: told(lead, 'webhook.removed', leadsHook),
  },
  'POST /api/v1/emisiones': {
    act: ({ programs }) =>
      programs.bank.call('POST', '/emisiones', { body: { ...BILL, referencia: 'COM-2' } }),
    leaves: byProgram('bank', 'issuance.begun', /^issuance:\d+$/),
  },
  'POST /api/v1/descargas': {
    act: ({ programs }) => programs.ours.call('POST', '/descargas', { body: { formato: 'pdf' } }),
    leaves: 'reads: each receipt in it is in the story of that receipt',
  },
  'POST /api/v1/descargas/:id/cancelacion': {
    act: async ({ programs, portal }) =>
      programs.ours.call('POST', `/descargas/${await newest(portal, 'package')}/cancelacion`),
    leaves: 'ends what the program asked for itself',
  },
  'PUT /api/v1/eventos/cursor': {
    act: async ({ programs }) => {
      const { siguiente: cursor } = (await programs.ours.call('GET', '/eventos')).json()
      return programs.ours.call('PUT', '/eventos/cursor', { body: { cursor } })
    },
    leaves: OWN,
  },
  'POST /api/v1/webhooks': {
    act: ({ programs }) => programs.ours.call('POST', '/webhooks', { body: { url: URL } }),
    leaves: byProgram('ours', 'webhook.added', /^webhook:\d+$/),
  },
  'POST /api/v1/webhooks/:id/prueba': {
    act: ({ programs, webhook }) => programs.ours.call('POST', `/webhooks/${webhook}/prueba`),
    leaves: 'calls with nothing in it, and changes nothing',
  },
  'POST /api/v1/webhooks/:id/repeticion': {
    act: ({ programs, webhook }) =>
      programs.ours.call('POST', `/webhooks/${webhook}/repeticion`, { body: {} }),
    leaves: byProgram('ours', 'webhook.resumed', /^webhook:\d+$/),
  },
  'DELETE /api/v1/webhooks/:id': {
    act: ({ programs, webhook }) => programs.ours.call('DELETE', `/webhooks/${webhook}`),
    leaves: byProgram('ours', 'webhook.removed', /^webhook:\d+$/),
  },
  'POST /empresas/claves/:id/anulacion': {
    act: ({ firm, secondKey }) => firm.lead.browser.post(`/empresas/claves/${secondKey}/anulacion`),
    leaves: told(lead, 'api-key.revoked', (w) => `api-key:${w.secondKey}`),
  },
}
