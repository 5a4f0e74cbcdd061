declare const dataOf: unique symbol

/**
 * A template and the data it needs, so that a handler that forgets a field does not compile
 * (a template would print nothing where the field should stand).
 */
export type View<Data> = {
  /** Path under `views/` without `.eta`. */
  readonly name: string
  /** The template of the part that htmx asks for; the whole body when null. */
  readonly part: string | null
  readonly [dataOf]?: (data: Data) => void
}

/**
 * Declares a view: `view<{ receipts: Receipt[] }>('receipts/index', { part: 'receipts/_results' })`.
 * With `part`, a request of htmx for less than a page is answered with that template and the same
 * data, so that one route serves both.
 */
export function view<Data>(name: string, options: { part?: string } = {}): View<Data> {
  return { name, part: options.part ?? null }
}
