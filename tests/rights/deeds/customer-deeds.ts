import { lastCode, MARIA, signIn } from '#tests/identity/support.ts'
import { work } from '#tests/intake/lots/support.ts'
import { FIRM_RUC } from '#tests/practice/support.ts'
import { REASON, sendFields } from '../objects.ts'
import type { Deeds, World } from './deed.ts'
import { lead, maria as marias, told } from './deed.ts'

const NEW_PASSWORD = 'Guacamayo del río'
const NEW_EMAIL = 'maria.otra@correo.example'
const NOTE = 'a note of one’s own that nobody else sees'
const READING = 'reads: each receipt in it is in the story of that receipt'

const mariasParty = (w: World) => `party:${w.party}`

/** What a customer does. */
export const customerDeeds: Deeds = {
  'POST /perfil/avisos': {
    act: ({ maria }) => maria.post('/perfil/avisos', { avisos: 'daily' }),
    leaves: told(marias, 'alerts.changed'),
  },
  'POST /perfil/apariencia': {
    act: ({ maria }) => maria.post('/perfil/apariencia', { tema: 'claro' }),
    leaves: 'how one’s own screen looks',
  },
  'POST /perfil/sesiones/:id': {
    act: ({ maria, session }) => maria.post(`/perfil/sesiones/${session}`),
    leaves: told(marias, 'session.closed'),
  },
  'POST /perfil/sesiones': {
    before: ({ portal }) =>
      signIn(portal.browser({ userAgent: 'Opera' }), MARIA.number, MARIA.password),
    act: ({ maria }) => maria.post('/perfil/sesiones'),
    leaves: told(marias, 'session.others-closed'),
  },
  'POST /perfil/equipos/:id': {
    act: ({ maria, device }) => maria.post(`/perfil/equipos/${device}`),
    leaves: told(marias, 'device.forgotten'),
  },
  'POST /perfil/contrasena': {
    act: ({ maria }) =>
      maria.post('/perfil/contrasena', { actual: MARIA.password, nueva: NEW_PASSWORD }),
    leaves: told(marias, 'password.changed'),
  },
  'POST /perfil/correo': {
    act: ({ maria }) =>
      maria.post('/perfil/correo', { correo: NEW_EMAIL, contrasena: NEW_PASSWORD }),
    leaves: 'changes nothing before the code',
  },
  'POST /perfil/correo/codigo/reenviar': {
    act: ({ maria, portal }) => {
      portal.clock.advance({ minutes: 2 })
      return maria.post('/perfil/correo/codigo/reenviar')
    },
    leaves: 'sends the same question once more',
  },
  'POST /perfil/correo/codigo': {
    act: async ({ maria, portal }) =>
      maria.post('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') }),
    leaves: told(marias, 'email.changed'),
  },
  'POST /busquedas': {
    act: ({ maria }) => maria.post('/busquedas', { nombre: 'Otra', busqueda: 'tipo=factura' }),
    leaves: NOTE,
  },
  'POST /busquedas/:id/nombre': {
    act: ({ maria, search }) => maria.post(`/busquedas/${search}/nombre`, { nombre: 'Del año' }),
    leaves: NOTE,
  },
  'POST /busquedas/:id/eliminacion': {
    act: ({ maria, search }) => maria.post(`/busquedas/${search}/eliminacion`),
    leaves: NOTE,
  },
  'POST /perfil/accesos/:id/renovacion': {
    act: ({ maria, grant }) =>
      maria.post(`/perfil/accesos/${grant}/renovacion`, { vence: '2027-01-31' }),
    leaves: told(marias, 'access.renewed', mariasParty),
  },
  'POST /perfil/accesos/solicitudes/:id/rechazo': {
    act: ({ maria, request }) => maria.post(`/perfil/accesos/solicitudes/${request}/rechazo`),
    leaves: told(marias, 'access.refused', mariasParty),
  },
  'POST /perfil/accesos/:id/retiro': {
    act: ({ maria, otherGrant }) => maria.post(`/perfil/accesos/${otherGrant}/retiro`),
    leaves: told(marias, 'access.revoked', mariasParty),
  },
  'POST /perfil/accesos': {
    act: ({ maria }) =>
      maria.post('/perfil/accesos', { ruc: FIRM_RUC, tipo: 'factura', vence: '2027-01-31' }),
    leaves: 'changes nothing before the code',
  },
  'POST /perfil/accesos/codigo/reenviar': {
    act: ({ maria, portal }) => {
      portal.clock.advance({ minutes: 2 })
      return maria.post('/perfil/accesos/codigo/reenviar')
    },
    leaves: 'sends the same question once more',
  },
  'POST /perfil/accesos/codigo': {
    act: async ({ maria, portal }) =>
      maria.post('/perfil/accesos/codigo', { codigo: await lastCode(portal, 'access-code') }),
    leaves: told(marias, 'access.granted', mariasParty),
  },
  'POST /descargas': {
    act: ({ maria }) => maria.post('/descargas', { busqueda: 'periodo=rango', formato: 'xml' }),
    leaves: READING,
  },
  'POST /descargas/:id/cancelacion': {
    act: async ({ maria, portal }) => {
      const asked = await maria.post('/descargas', { busqueda: 'periodo=rango', formato: 'pdf' })
      const done = await maria.post(`${asked.headers.location}/cancelacion`)
      await work(portal)
      return done
    },
    leaves: 'ends what one asked for oneself',
  },
  'POST /comprobantes/descarga': {
    act: ({ maria, receipt }) =>
      maria.post('/comprobantes/descarga', { clave: receipt, formato: 'xml' }),
    leaves: READING,
  },
  'POST /comprobantes/:clave/correo': {
    act: ({ maria, receipt }) => maria.post(`/comprobantes/${receipt}/correo`),
    leaves: 'the mail itself stands in the story of the receipt',
  },
  'POST /consultas': {
    act: (w) =>
      sendFields(w, w.firm.lead.browser, '/consultas', { modo: 'lista', lista: w.receipt }),
    leaves: READING,
  },
  'POST /consultas/:id/lineas/:n': {
    act: ({ firm, query, line }) =>
      firm.lead.browser.post(`/consultas/${query}/lineas/${line}`, { valor: '001-002-000000001' }),
    leaves: READING,
  },
  'POST /empresas/solicitar': {
    act: ({ firm }) =>
      firm.lead.browser.post('/empresas/solicitar', { numero: '1710034065', motivo: REASON }),
    leaves: told(lead, 'access.asked', (w) => `firm:${w.firmId}`),
  },
}
