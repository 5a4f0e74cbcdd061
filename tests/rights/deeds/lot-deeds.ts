import { pedro } from '#fixtures/people.ts'
import { PEDRO } from '#tests/identity/support.ts'
import { bill } from '#tests/intake/lots/journey-support.ts'
import { cedulaOf, sendMended, spoiled, templateOf } from '#tests/intake/lots/rows-support.ts'
import { readLot, upload, work } from '#tests/intake/lots/support.ts'
import { newest, REASON } from '../objects.ts'
import type { Deeds, World } from './deed.ts'
import { loader, told } from './deed.ts'

const lotAt = (number: string) => `/interno/lotes/${number}`
const diegoOf = ({ staff }: World) => staff.loader.browser
/** A lot that the deed, or the one before, made. */
const LOT = /^lot:2026-11-000[3-9]$/
const rows = (w: World) => `lot:${w.rows}`
const mariasParty = (w: World) => `party:${w.party}`
const to = { ...pedro, id: PEDRO.number }

/** What is done with lots, and with the mails that left for them. */
export const lotDeeds: Deeds = {
  'POST /interno/lotes': {
    act: (w) => upload(w.portal, diegoOf(w), [bill(11, to)]),
    leaves: told(loader, 'lot.loaded', LOT),
  },
  'POST /interno/lotes/:numero/pausa': {
    act: async (w) => diegoOf(w).post(`${lotAt(await newestLot(w))}/pausa`),
    leaves: told(loader, 'lot.paused', LOT),
  },
  'POST /interno/lotes/:numero/reanudacion': {
    act: async (w) => diegoOf(w).post(`${lotAt(await newestLot(w))}/reanudacion`),
    leaves: told(loader, 'lot.resumed', LOT),
  },
  'POST /interno/lotes/:numero/cancelacion': {
    act: async (w) => diegoOf(w).post(`${lotAt(await newestLot(w))}/cancelacion`),
    leaves: told(loader, 'lot.stopped', LOT),
  },
  'POST /interno/lotes/:numero/descarte': {
    before: (w) => readLot(w.portal, diegoOf(w), [bill(12, to)]),
    act: async (w) => diegoOf(w).post(`${lotAt(await newestLot(w))}/descarte`),
    leaves: told(loader, 'lot.discarded', LOT),
  },
  'POST /interno/lotes/:numero/filas/:n': {
    act: async (w) => {
      const row = `${lotAt(w.rows)}/filas/${w.row}`
      const form = await diegoOf(w).get(row)
      const id = /<input id="(c0-\d+)"[^>]*aria-invalid/.exec(form.body)?.[1] ?? ''
      const good = await templateOf(diegoOf(w), 'factura')
      return diegoOf(w).post(row, { [id]: cedulaOf(good) ?? '' })
    },
    leaves: told(loader, 'lot.row-mended', rows),
  },
  'POST /interno/lotes/:numero/publicacion': {
    act: (w) => diegoOf(w).post(`${lotAt(w.rows)}/publicacion`, { motivo: REASON }),
    leaves: told(loader, 'approval.proposed', rows),
  },
  'POST /interno/lotes/:numero/emision': {
    before: async (w) => {
      const points = w.portal.db.updateTable('emission_point')
      await points.set({ active: 0 }).execute()
      const { id } = await w.portal.db
        .selectFrom('approval')
        .select('id')
        .where('subject', '=', `lot:${w.rows}`)
        .executeTakeFirstOrThrow()
      await w.staff.approver.browser.post(`/interno/aprobaciones/${id}/aprobacion`)
      await work(w.portal)
      await points.set({ active: 1 }).execute()
    },
    act: (w) => diegoOf(w).post(`${lotAt(w.rows)}/emision`),
    leaves: told(loader, 'lot.resumed', rows),
  },
  'POST /interno/lotes/:numero/correcciones': {
    act: async (w) => {
      const good = (await templateOf(diegoOf(w), 'factura')).replaceAll('COM-', 'MAS-')
      const { bad } = spoiled(good)
      const lot = await readLot(w.portal, diegoOf(w), [{ name: 'b.csv', content: bad }], 'factura')
      return sendMended(w.portal, diegoOf(w), lot, { name: 'c.csv', content: good })
    },
    leaves: told(loader, 'lot.mended', LOT),
  },
  'POST /interno/lotes/:numero/errores.csv': {
    act: async (w) => {
      const { bad } = spoiled(await templateOf(diegoOf(w), 'factura'))
      const lot = await readLot(w.portal, diegoOf(w), [{ name: 'e.csv', content: bad }], 'factura')
      return diegoOf(w).post(`${lot}/errores.csv`)
    },
    leaves: told(loader, 'lot.faults-exported', LOT),
  },
  'POST /interno/lotes/:numero/retiro': {
    before: async (w) => {
      const lot = await readLot(w.portal, diegoOf(w), [bill(13, to)])
      await diegoOf(w).post(`${lot}/publicacion`, { motivo: REASON })
      const id = await newest(w.portal, 'approval')
      await w.staff.approver.browser.post(`/interno/aprobaciones/${id}/aprobacion`)
      await work(w.portal)
    },
    act: async (w) => diegoOf(w).post(`${lotAt(await newestLot(w))}/retiro`, { motivo: REASON }),
    leaves: told(loader, 'approval.proposed', LOT),
  },
  'POST /interno/lotes/:numero/recorrido/:paso/descarga': {
    act: (w) => diegoOf(w).post(`${lotAt(w.lot)}/recorrido/rebotados/descarga`),
    leaves: told(loader, 'deliveries.exported', (w) => `lot:${w.lot}`),
  },
  'POST /interno/entregas/:dia/:paso/descarga': {
    act: (w) => diegoOf(w).post('/interno/entregas/2026-11-20/rebotados/descarga'),
    leaves: told(loader, 'deliveries.exported', () => 'receipts'),
  },
  'POST /interno/correos/muertos/:id/revision': {
    act: (w) => diegoOf(w).post(`/interno/correos/muertos/${w.dead}/revision`),
    leaves: told(loader, 'address.revived', mariasParty),
  },
  'POST /interno/correos/:id/reenvio': {
    act: (w) => diegoOf(w).post(`/interno/correos/${w.mail}/reenvio`),
    leaves: told(loader, 'mail.resent', mariasParty),
  },
}

async function newestLot({ portal }: World): Promise<string> {
  const { month, sequence } = await portal.db
    .selectFrom('lot')
    .select(['month', 'sequence'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return `${month}-${String(sequence).padStart(4, '0')}`
}
