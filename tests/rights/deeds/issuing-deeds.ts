import { issue } from '#fixtures/certificates/certificates.ts'
import { pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { fieldsOf } from '#tests/backoffice/issuances/support.ts'
import { ceibo } from '#tests/issuing/bank.ts'
import { upload } from '#tests/issuing/certificates/upload.ts'
import { REASON } from '../objects.ts'
import type { Deeds, World } from './deed.ts'
import { administrator, loader, told } from './deed.ts'

const diegoOf = ({ staff }: World) => staff.loader.browser
const anaOf = ({ staff }: World) => staff.administrator.browser
const at = (id: number) => `/interno/envios/${id}`
const ISSUANCE = /^issuance:\d+$/
const receipt = (w: World) => `receipt:${w.receipt}`
const issuer = () => `issuer:${ceibo.ruc}`
const NAME = 'c-infoFactura-razonSocialComprador'
const RECORD = {
  ruc: ceibo.ruc,
  razon: ceibo.name,
  comercial: 'BANCO CEIBO',
  direccion: ceibo.address,
  ambiente: 'production',
  algoritmo: 'rsa-sha1',
  contabilidad: 'si',
  motivo: REASON,
}
const POINT = `/interno/emisor/${ceibo.ruc}/puntos/001-002`
const point =
  (deed: string, form = {}) =>
  (w: World) =>
    anaOf(w).post(`${POINT}/${deed}`, form)

/** A document of those that wait for the SRI, which from now on stands as told. */
async function waitingAs(w: World, state: 'number-lost' | 'ready' | 'returned'): Promise<number> {
  const { id } = await w.portal.db
    .selectFrom('issuance')
    .select('id')
    .where('state', '=', 'ready')
    .executeTakeFirstOrThrow()
  const standing = { state, next_step: null, next_at: null, answer_code: '2' }
  await w.portal.db.updateTable('issuance').set(standing).where('id', '=', id).execute()
  return id
}

/** What is done about documents, and about who issues them. */
export const issuingDeeds: Deeds = {
  'POST /interno/envios/:id(^[0-9]+$)/correccion': {
    act: async (w) => {
      const form = fieldsOf((await diegoOf(w).get(`${at(w.returned)}/correccion`)).body)
      return diegoOf(w).post(`${at(w.returned)}/correccion`, { ...form, [NAME]: 'PAREDES MARÍA' })
    },
    leaves: told(loader, 'issuance.corrected', (w) => `issuance:${w.returned}`),
  },
  'POST /interno/envios/:id(^[0-9]+$)/reenvio': {
    act: async (w) => {
      const id = await waitingAs(w, 'returned')
      return diegoOf(w).post(`${at(id)}/reenvio`, { edicion: '1' })
    },
    leaves: told(loader, 'issuance.repeated', ISSUANCE),
  },
  'POST /interno/envios/:id(^[0-9]+$)/intentos': {
    act: async (w) => {
      const id = await waitingAs(w, 'ready')
      const spent_at = w.portal.clock.now().toISOString()
      await w.portal.db.updateTable('issuance').set({ spent_at }).where('id', '=', id).execute()
      return diegoOf(w).post(`${at(id)}/intentos`)
    },
    leaves: told(loader, 'issuance.resumed', ISSUANCE),
  },
  'POST /interno/envios/:id(^[0-9]+$)/decision': {
    act: async (w) => {
      const id = await waitingAs(w, 'number-lost')
      return diegoOf(w).post(`${at(id)}/decision`, { decision: 'cerrar', motivo: REASON })
    },
    leaves: told(loader, 'issuance.closed', ISSUANCE),
  },
  'POST /interno/envios/:id(^[0-9]+$)/cierre': {
    act: async (w) => {
      const id = await waitingAs(w, 'returned')
      return diegoOf(w).post(`${at(id)}/cierre`, { edicion: '1', motivo: REASON })
    },
    leaves: told(loader, 'issuance.closed', ISSUANCE),
  },
  'POST /interno/envios/:id(^[0-9]+$)/comparacion': {
    act: async (w) => {
      w.sri.tamper = (document) => document.replace('PAREDES', 'PAREDEZ')
      const { body } = await diegoOf(w).get(`${at(w.different)}/comparacion`)
      const sha256 = /name="sha256" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? ''
      return diegoOf(w).post(`${at(w.different)}/comparacion`, { sha256, motivo: REASON })
    },
    leaves: told(loader, 'approval.proposed', (w) => `issuance:${w.different}`),
  },
  'POST /interno/envios/caidas/:id(^[0-9]+$)/informe.csv': {
    act: (w) => diegoOf(w).post(`/interno/envios/caidas/${w.outage}/informe.csv`),
    leaves: told(loader, 'outage.exported', (w) => `outage:${w.outage}`),
  },
  'POST /interno/envios/numeros.csv': {
    act: (w) => diegoOf(w).post('/interno/envios/numeros.csv'),
    leaves: told(loader, 'numbers.exported', () => 'issuances'),
  },
  'POST /interno/comprobantes/:clave/nota-de-credito': {
    act: async (w) => {
      const form = `/interno/comprobantes/${w.receipt}/nota-de-credito`
      const page = await diegoOf(w).get(form)
      const token = /name="token" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
      return diegoOf(w).post(form, { alcance: 'todo', motivo: REASON, token })
    },
    leaves: told(loader, 'credit-note.begun', receipt),
  },
  'POST /interno/comprobantes/:clave/anulacion': {
    act: (w) => diegoOf(w).post(`/interno/comprobantes/${w.receipt}/anulacion`, { motivo: REASON }),
    leaves: told(loader, 'annulment.asked', receipt),
  },
  'POST /interno/firma': {
    act: (w) => {
      const file = pkcs12(issue({ ruc: ceibo.ruc }), 'Ñandú de prueba')
      return upload(w.portal, anaOf(w), { ruc: ceibo.ruc, file, password: 'Ñandú de prueba' })
    },
    leaves: told(administrator, 'certificate.added', /^certificate:\d+$/),
  },
  'POST /interno/emisor': {
    act: (w) =>
      anaOf(w).post('/interno/emisor', { ...RECORD, ruc: '1790016919001', razon: 'CEIBO DOS' }),
    leaves: told(administrator, 'approval.proposed', () => 'issuer:1790016919001'),
  },
  'POST /interno/emisor/:ruc/datos': {
    act: (w) => anaOf(w).post(`/interno/emisor/${ceibo.ruc}/datos`, RECORD),
    leaves: told(administrator, 'approval.proposed', issuer),
  },
  'POST /interno/emisor/:ruc/establecimientos': {
    act: (w) =>
      anaOf(w).post(`/interno/emisor/${ceibo.ruc}/establecimientos`, {
        codigo: '003',
        direccion: 'Av. 9 de Octubre 100, Guayaquil',
      }),
    leaves: told(administrator, 'establishment.changed', issuer),
  },
  'POST /interno/emisor/:ruc/puntos': {
    act: (w) =>
      anaOf(w).post(`/interno/emisor/${ceibo.ruc}/puntos`, {
        establecimiento: '001',
        punto: '009',
      }),
    leaves: told(administrator, 'point.changed', issuer),
  },
  'POST /interno/emisor/:ruc/puntos/:punto/desuso': {
    act: point('desuso'),
    leaves: told(administrator, 'point.changed', issuer),
  },
  'POST /interno/emisor/:ruc/puntos/:punto/uso': {
    act: point('uso'),
    leaves: told(administrator, 'point.changed', issuer),
  },
  'POST /interno/emisor/:ruc/puntos/:punto/preferencia': {
    act: point('preferencia'),
    leaves: told(administrator, 'point.changed', issuer),
  },
  'POST /interno/emisor/:ruc/puntos/:punto/numeros': {
    act: point('numeros', { tipo: 'factura', siguiente: '501', motivo: REASON }),
    leaves: told(administrator, 'approval.proposed', /^series:.*:001-002$/),
  },
}
