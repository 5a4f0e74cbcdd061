import Type from 'typebox'
import type { Area } from '../../web/area.ts'
import { refusalsOf } from '../../web/errors/refusals.ts'
import { apiKeyOf, requireApiKey } from './api-key-guard.ts'

const Key = Type.Object({
  nombre: Type.String({ description: 'Para qué programa es.' }),
  permisos: Type.Array(Type.String(), { description: 'Qué puede hacer.' }),
  vence: Type.String({ format: 'date-time', description: 'Hasta cuándo sirve.' }),
})

/** What a program asks about its own key: whether it works, for what and until when. */
export const apiKeyProgramRoutes: Area = async (app) => {
  app.get(
    '/api/v1/clave',
    {
      onRequest: requireApiKey(),
      schema: {
        summary: 'La clave con la que llamas',
        response: { 200: Key, ...refusalsOf([401]) },
      },
    },
    async (request) => {
      const { name, rights, expiresAt } = apiKeyOf(request)
      return { nombre: name, permisos: [...rights], vence: expiresAt.toISOString() }
    },
  )
}
