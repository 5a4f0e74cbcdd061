export type Tag =
  | 'Document'
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'P'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure'

/** Marked content on a page, or an element below. */
type Kid = { readonly page: number; readonly mark: number } | { readonly element: number }

interface Element {
  readonly tag: Tag
  readonly parent: number
  readonly attributes: string
  readonly kids: Kid[]
}

export const DOCUMENT = 0

/**
 * What a screen reader hears: the tree of headings, lists and tables, whose leaves point at the
 * marked content of the pages (ISO 32000-1, 14.7).
 */
export class StructureTree {
  readonly #elements: Element[] = [{ tag: 'Document', parent: -1, attributes: '', kids: [] }]
  /** For each page, the element of each mark. */
  readonly #marks: number[][] = []

  add(tag: Tag, parent: number, attributes = ''): number {
    const element = this.#elements.length
    this.#elements.push({ tag, parent, attributes, kids: [] })
    this.#elements[parent]?.kids.push({ element })
    return element
  }

  tagOf(element: number): Tag {
    return this.#elements[element]?.tag ?? 'P'
  }

  /** Says that the next marked content of a page belongs to an element; returns its number. */
  mark(element: number, page: number): number {
    const marks = this.#marks[page] ?? []
    this.#marks[page] = marks
    const mark = marks.length
    marks.push(element)
    this.#elements[element]?.kids.push({ page, mark })
    return mark
  }

  get size(): number {
    return this.#elements.length
  }

  /**
   * The objects of the tree: the elements in order, and the two that hold them together.
   * @param ids the object number of each element; @param pages of each page
   */
  serialize(
    ids: readonly number[],
    rootId: number,
    pages: readonly number[],
  ): {
    readonly elements: readonly string[]
    readonly root: string
    readonly parents: string
  } {
    const parents = this.#marks.map(
      (marks, page) => `${page}[${marks.map((element) => `${ids[element]} 0 R`).join(' ')}]`,
    )
    return {
      elements: this.#elements.map((element) => serializeElement(element, ids, rootId, pages)),
      root: `<</Type/StructTreeRoot/K ${ids[DOCUMENT]} 0 R/ParentTreeNextKey ${pages.length}`,
      parents: `<</Nums[${parents.join('')}]>>`,
    }
  }
}

function serializeElement(
  { tag, parent, attributes, kids }: Element,
  ids: readonly number[],
  rootId: number,
  pages: readonly number[],
): string {
  const first = kids.find((kid) => 'page' in kid)
  const home = first?.page
  let printed = ''
  for (const kid of kids) {
    if ('element' in kid) printed += ` ${ids[kid.element]} 0 R`
    else if (kid.page === home) printed += ` ${kid.mark}`
    else printed += `<</Type/MCR/Pg ${pages[kid.page]} 0 R/MCID ${kid.mark}>>`
  }
  if (kids.length !== 1) printed = `[${printed}]`
  const page = home === undefined ? '' : `/Pg ${pages[home]} 0 R`
  const above = parent < 0 ? rootId : ids[parent]
  return `<</S/${tag}/P ${above} 0 R${page}${attributes}/K${printed}>>`
}
