/** What the page about the API shows of each thing that can be called. */
interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly about: string
  /** What may be sent: in the address, the headers or the body. */
  readonly inputs: readonly Field[]
  /** What comes back when it went well. */
  readonly outputs: readonly Field[]
}

interface Field {
  readonly name: string
  /** Where it goes: «dirección», «cuerpo»… */
  readonly place: string
  readonly required: boolean
  readonly about: string
}

export interface ApiGroup {
  readonly name: string
  readonly operations: readonly Operation[]
}

/** The part of OpenAPI that is read here. */
interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}
interface Described {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema?: Schema }>> }
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>
  >
}
export interface Description {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

const PLACES: Readonly<Record<string, string>> = {
  path: 'ruta',
  query: 'dirección',
  header: 'encabezado',
}
const OTHER = 'Del banco'
const METHODS = ['get', 'post', 'put', 'delete']

/** The description of the API, as people read it: by subject, in the order in which it was written. */
export function groupsOf({ paths = {} }: Description): ApiGroup[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const described = methods[method]
      return described
        ? [{ tag: described.tags?.[0] ?? OTHER, one: toOperation(method, path, described) }]
        : []
    }),
  )
  const groups = Map.groupBy(operations, ({ tag }) => tag)
  return [...groups].map(([name, some]) => ({ name, operations: some.map(({ one }) => one) }))
}

function toOperation(method: string, path: string, described: Described): Operation {
  const body = Object.values(described.requestBody?.content ?? {})[0]?.schema
  const good = Object.entries(described.responses ?? {}).find(([status]) => status.startsWith('2'))
  const answer = Object.values(good?.[1].content ?? {})[0]?.schema
  const parameters = (described.parameters ?? []).map((parameter) => ({
    name: parameter.name,
    place: PLACES[parameter.in] ?? parameter.in,
    required: parameter.required ?? false,
    about: parameter.description ?? '',
  }))
  return {
    id: `${method}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: described.summary ?? '',
    about: described.description ?? '',
    inputs: [...parameters, ...fieldsOf(body, 'cuerpo')],
    outputs: fieldsOf(answer, 'respuesta'),
  }
}

/** The fields of an object, and of what it lists. */
function fieldsOf(schema: Schema | undefined, place: string, before = ''): Field[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, field]) => {
    const own = {
      name: before + name,
      place,
      required: schema?.required?.includes(name) ?? false,
      about: field.description ?? '',
    }
    const inner = field.items ?? field
    return [own, ...fieldsOf(inner, place, `${before}${name}.`)]
  })
}

/**
 * A whole client, for whoever wants to see one: what is new since the last time, as files. It waits
 * when it is told to (429, 503), and does not note a place that it did not reach: only of what the
 * portal refuses (22) it goes on without the file.
 */
export function exampleClient(site: string): string {
  return `#!/bin/sh
# Baja el XML de cada comprobante nuevo a esta carpeta. Repítelo cuando quieras: sigue donde quedó.
set -eu
api=${site}/api/v1
ask() { curl -sSf --retry 9 -H "Authorization: Bearer $(cat ~/.portal-clave)" "$@"; }
while :; do
  page=$(ask "$api/eventos")
  echo "$page" | jq -r '.eventos[] | select(.tipo == "recibido" or .tipo == "autorizado") | .clave' |
    while read -r key; do
      ask "$api/comprobantes/$key.xml" -o "$key.xml" || { [ $? = 22 ] || exit; echo "sin archivo: $key"; }
    done
  echo "$page" | jq '{cursor: .siguiente}' |
    ask -X PUT -H 'Content-Type: application/json' -d @- "$api/eventos/cursor"
  [ "$(echo "$page" | jq .hayMas)" = true ] || break
done`
}
