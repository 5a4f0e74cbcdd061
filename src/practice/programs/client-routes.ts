import Type from 'typebox'
import type { Db } from '../../db/open.ts'
import { apiKeyOf } from '../../identity/api-keys/api-key-guard.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { dayOf } from '../../values/day.ts'
import type { Area } from '../../web/area.ts'
import { scopeOfKey } from '../keys/key-scope.ts'
import { refused } from './schemas.ts'

const Open = Type.Union([Type.String({ format: 'date' }), Type.Null()])
const Client = Type.Object({
  empresa: Type.String({ description: 'RUC o cédula, como en «empresa» de lo demás.' }),
  nombre: Type.String(),
  identificaciones: Type.Array(Type.String(), { description: 'Las que sirven para «ruc».' }),
  permisos: Type.Array(
    Type.Object({
      tipos: Type.Array(Type.String(), { description: 'Vacío: todos.' }),
      desde: Open,
      hasta: Open,
    }),
    { description: 'Qué comprobantes deja leer hoy, por fecha de emisión.' },
  ),
})

/** Whose receipts a key may read today: /api/v1/empresas. */
export const clientRoutes: Area<{ db: Db; now: () => Date }> = async (app, { db, now }) => {
  app.get(
    '/api/v1/empresas',
    {
      schema: {
        tags: ['Clave'],
        summary: 'Tus clientes',
        description: 'Quienes dieron acceso, hasta donde esta clave puede leerlos hoy.',
        response: { 200: Type.Object({ empresas: Type.Array(Client) }), ...refused() },
      },
    },
    async (request) => {
      const { scope, clients } = await scopeOfKey(db, apiKeyOf(request), dayOf(now()))
      const empresas = [...clients.values()].map(({ partyId, name, number, numbers }) => ({
        empresa: number,
        nombre: name,
        identificaciones: [...numbers],
        permisos: scope
          .filter((part) => part.partyId === partyId)
          .map(({ kinds, from, to }) => ({
            tipos: kinds.map((kind) => kindFacts(kind).slug),
            desde: from,
            hasta: to,
          })),
      }))
      return { empresas }
    },
  )
}
