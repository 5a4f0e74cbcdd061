import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const File = Type.Object({
  ruta: Type.String({ maxLength: 1_000 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Sha256,
})

/** What a check needs of `manifiesto.json`. */
const Manifest = Type.Object({
  version: Type.Literal(1),
  parte: Type.Integer({ minimum: 1 }),
  partes: Type.Integer({ minimum: 1, maximum: 1_000 }),
  consulta: Type.String(),
  totales: Type.Object({ comprobantes: Type.Integer(), archivos: Type.Integer() }),
  sellos: Type.Array(
    Type.Object({
      contribuyente: Type.String(),
      mes: Type.String({ pattern: '^\\d{4}-\\d{2}$' }),
      edicion: Type.Integer({ minimum: 1 }),
      comprobantes: Type.Integer(),
      raiz: Sha256,
    }),
  ),
  otros: Type.Array(File),
  comprobantes: Type.Array(
    Type.Object({
      contribuyente: Type.String(),
      clave: Type.String({ pattern: '^\\d{49}$' }),
      fecha: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      estado: Type.String(),
      xml: Type.String(),
      falta: Type.Optional(Type.String()),
      archivos: Type.Array(File),
    }),
  ),
})
export type Manifest = Static<typeof Manifest>

/** How the list of a package, or of a part of one, is called. */
export const MANIFEST_NAME = /^manifiesto(_parte-\d+-de-\d+)?\.json$/

/** Null when it is no manifest of this portal. */
export function readManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Manifest, value) ? value : null
  } catch {
    return null
  }
}
