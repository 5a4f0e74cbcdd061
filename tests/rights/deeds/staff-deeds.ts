import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { PASSWORD, secretOn, typeIn } from '#tests/identity/staff/support.ts'
import type { Browser } from '#tests/support/portal.ts'
import { LOGO, newest, REASON, sendFields } from '../objects.ts'
import type { Deeds, World } from './deed.ts'
import { administrator, approver, loader, secondAdministrator, told } from './deed.ts'

/** Passkeys are for names, so the portal is reached by one. */
const NAMED = { host: 'localhost:3000', origin: 'http://localhost:3000' }
const OTHER_PASSWORD = 'Colibri en la otra ventana'

const diegoOf = ({ staff }: World): Browser => staff.loader.browser
const anaOf = ({ staff }: World): Browser => staff.administrator.browser
const theColleague = (w: World) => `login:${w.colleague}`
const motto = () => 'parameter:brand.motto'
const member = (deed: string, form = {}) => {
  return (w: World) => anaOf(w).post(`/interno/usuarios/${w.colleague}/${deed}`, form)
}

/** Diego signs in at another machine too. */
async function signInElsewhere({ portal, staff }: World, address: string): Promise<void> {
  const { user, secret } = staff.loader
  const there = portal.browser({ address })
  portal.clock.advance({ seconds: 30 })
  await typeIn(there, user, PASSWORD)
  await there.post('/interno/codigo', { codigo: totpCode(secret, portal.clock.now()) })
}

/** What the bank's people do with their own access, and who administers with that of others. */
export const staffDeeds: Deeds = {
  'POST /interno/perfil/sesiones/:id': {
    act: async (w) => {
      await signInElsewhere(w, '198.51.100.20')
      return diegoOf(w).post(`/interno/perfil/sesiones/${await otherSession(w)}`)
    },
    leaves: told(loader, 'session.closed'),
  },
  'POST /interno/perfil/sesiones': {
    act: async (w) => {
      await signInElsewhere(w, '198.51.100.21')
      return diegoOf(w).post('/interno/perfil/sesiones')
    },
    leaves: told(loader, 'session.others-closed'),
  },
  'POST /interno/perfil/contrasena': {
    act: (w) =>
      diegoOf(w).post('/interno/perfil/contrasena', { actual: PASSWORD, nueva: OTHER_PASSWORD }),
    leaves: told(loader, 'password.changed'),
  },
  'POST /interno/perfil/segundo-factor': {
    act: (w) => diegoOf(w).post('/interno/perfil/segundo-factor', { contrasena: OTHER_PASSWORD }),
    leaves: 'changes nothing before the code of the new app',
  },
  'POST /interno/perfil/segundo-factor/nuevo': {
    act: async (w) => {
      const secret = secretOn(await diegoOf(w).get('/interno/perfil/segundo-factor/nuevo'))
      const codigo = totpCode(secret, w.portal.clock.now())
      return diegoOf(w).post('/interno/perfil/segundo-factor/nuevo', { codigo })
    },
    leaves: told(loader, 'second-factor.changed'),
  },
  'POST /interno/perfil/respaldo': {
    act: (w) => diegoOf(w).post('/interno/perfil/respaldo', { contrasena: OTHER_PASSWORD }),
    leaves: told(loader, 'second-factor.changed'),
  },
  'POST /interno/perfil/respaldo/guardado': {
    act: (w) => diegoOf(w).post('/interno/perfil/respaldo/guardado'),
    leaves: 'hides from their owner codes that the line before told of',
  },
  'POST /interno/perfil/llaves': {
    act: (w) =>
      diegoOf(w).post(
        '/interno/perfil/llaves',
        { nombre: 'Portátil', contrasena: OTHER_PASSWORD },
        NAMED,
      ),
    leaves: 'changes nothing before the device has made the key',
  },
  'POST /interno/perfil/llaves/:id/eliminacion': {
    act: (w) =>
      diegoOf(w).post(
        `/interno/perfil/llaves/${w.passkey}/eliminacion`,
        { contrasena: OTHER_PASSWORD },
        NAMED,
      ),
    leaves: told(loader, 'second-factor.changed'),
  },
  'POST /interno/usuarios': {
    act: (w) =>
      anaOf(w).post('/interno/usuarios', {
        usuario: 'nuria',
        nombre: 'Nuria Vera',
        correo: 'nuria@bancoceibo.example',
        rol: 'auditor',
      }),
    leaves: told(administrator, 'staff.added', /^login:\d+$/),
  },
  'POST /interno/usuarios/:id/rol': {
    act: member('rol', { rol: 'approver' }),
    leaves: told(administrator, 'staff.role-changed', theColleague),
  },
  'POST /interno/usuarios/:id/desbloqueo': {
    act: async (w) => {
      const { user } = w.staff.auditor
      for (let at = 0; at < 3; at += 1) await typeIn(w.portal.browser(), user, 'No es esta')
      return member('desbloqueo')(w)
    },
    leaves: told(administrator, 'staff.unlocked', theColleague),
  },
  'POST /interno/usuarios/:id/restablecimiento': {
    act: member('restablecimiento'),
    leaves: told(administrator, 'staff.access-reset', theColleague),
  },
  'POST /interno/usuarios/:id/desactivacion': {
    act: member('desactivacion'),
    leaves: told(administrator, 'staff.disabled', theColleague),
  },
  'POST /interno/usuarios/:id/activacion': {
    act: member('activacion'),
    leaves: told(administrator, 'staff.enabled', theColleague),
  },
  'POST /interno/claves': {
    act: (w) =>
      anaOf(w).post('/interno/claves', { nombre: 'Comisiones', permiso: 'issue', dias: '30' }),
    leaves: told(administrator, 'api-key.added', /^api-key:\d+$/),
  },
  'POST /interno/claves/:id/anulacion': {
    act: (w) => anaOf(w).post(`/interno/claves/${w.bankKey}/anulacion`),
    leaves: told(administrator, 'api-key.revoked', (w) => `api-key:${w.bankKey}`),
  },
  'POST /interno/contadores': {
    act: (w) =>
      anaOf(w).post('/interno/contadores', {
        ruc: '1790016919001',
        firma: 'Cevallos y Asociados',
        nombre: 'Lucía Cevallos',
        usuario: 'luciacevallos',
        correo: 'lucia@cevallos.example',
      }),
    leaves: told(administrator, 'firm.added', /^firm:\d+$/),
  },
  'POST /interno/auditoria.csv': {
    act: ({ staff }) => staff.secondAdministrator.browser.post('/interno/auditoria.csv'),
    leaves: told(secondAdministrator, 'audit.exported', () => 'audit'),
  },
  'POST /interno/parametros/logo': {
    act: async (w) => {
      await anaOf(w).post(`/interno/aprobaciones/${w.logoChange}/retiro`)
      return sendFields(w, anaOf(w), '/interno/parametros/logo', { motivo: REASON }, LOGO)
    },
    leaves: told(administrator, 'approval.proposed', () => 'parameter:brand.logo'),
  },
  'POST /interno/aprobaciones/:id/aprobacion': {
    act: ({ staff, parameterChange }) =>
      staff.approver.browser.post(`/interno/aprobaciones/${parameterChange}/aprobacion`),
    leaves: told(approver, 'approval.approved', motto),
  },
  'POST /interno/parametros/:parametro': {
    act: (w) =>
      anaOf(w).post('/interno/parametros/lema', { valor: 'Tu banco de hoy', motivo: REASON }),
    leaves: told(administrator, 'approval.proposed', motto),
  },
  'POST /interno/aprobaciones/:id/retiro': {
    act: async (w) =>
      anaOf(w).post(`/interno/aprobaciones/${await newest(w.portal, 'approval')}/retiro`),
    leaves: told(administrator, 'approval.withdrawn', motto),
  },
  'POST /interno/parametros/:parametro/regreso': {
    act: (w) => anaOf(w).post('/interno/parametros/lema/regreso', { cambio: '0' }),
    leaves: told(administrator, 'approval.proposed', motto),
  },
  'POST /interno/aprobaciones/:id/rechazo': {
    act: async (w) =>
      w.staff.approver.browser.post(
        `/interno/aprobaciones/${await newest(w.portal, 'approval')}/rechazo`,
        { motivo: 'Mejor como estaba' },
      ),
    leaves: told(approver, 'approval.refused', motto),
  },
}

/** The newest session of the loader that is open. */
async function otherSession({ portal, staff }: World): Promise<string> {
  const { id } = await portal.db
    .selectFrom('session')
    .select('id')
    .where('login_id', '=', staff.loader.id)
    .where('ended_at', 'is', null)
    .where('address', '=', '198.51.100.20')
    .executeTakeFirstOrThrow()
  return id
}
