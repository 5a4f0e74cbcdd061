import { kindOfRoot } from '../kinds.ts'
import { type Problem, problem, type Refusal } from '../messages.ts'
import { DEPTH_MAX, localName, walkXml, type XmlVisitor, type XmlWalk } from '../xml/walk-xml.ts'
import type {
  Compiled,
  CompiledField,
  CompiledGroup,
  CompiledLeaf,
  CompiledList,
} from './compile.ts'
import { modelOfKind, type ReceiptDocument } from './document.ts'

interface ReadDocument {
  readonly document: ReceiptDocument
  /** Whether a `Signature` stands in the document; what it is worth is another room's question. */
  readonly signed: boolean
  /** What stands in it that the model does not know, or not in that place. */
  readonly oddities: readonly Problem[]
}

type DocumentReading =
  | ({ readonly ok: true } & ReadDocument)
  | { readonly ok: false; readonly refusal: Refusal }

type Value = Record<string, unknown>

/** An open element that holds others. */
interface Frame {
  readonly name: string
  readonly of: Compiled
  readonly value: Value | unknown[]
  /** Index of the last element seen in a group, to notice a wrong order. */
  last: number
}

const ODDITIES_MAX = 50
const SIGNATURE = 'Signature'

/**
 * Reads one document (not its envelope) in a single pass, with the model as look-up tables.
 * Refuses what leaves its meaning open: an element twice where one belongs, text between elements.
 *
 * @param text without byte order mark and leading white space.
 * @param clean the text stood, as it is, inside another one that has been walked.
 */
export function readContent(text: string, clean = false): DocumentReading {
  let reader: ContentReader | undefined
  const refusal = walkXml(text, { depth: DEPTH_MAX, clean }, (walk) => {
    reader = new ContentReader(walk)
    return reader
  })
  if (refusal !== null) return { ok: false, refusal }
  return { ok: true, ...(reader as ContentReader).result() }
}

class ContentReader implements XmlVisitor {
  private readonly walk: XmlWalk
  private readonly frames: Frame[] = []
  private readonly oddities: Problem[] = []
  private document: ReceiptDocument | undefined
  private signed = false
  private skipping = 0
  /** The innermost of the frames; a leaf inside it has none of its own. */
  private frame: Frame | undefined
  private leaf: CompiledLeaf | null = null
  private leafName = ''
  private buffer = ''

  constructor(walk: XmlWalk) {
    this.walk = walk
  }

  result(): ReadDocument {
    const { document, signed, oddities } = this
    if (document === undefined) throw new Error('A walked document without a root')
    return { document, signed, oddities }
  }

  open(printed: string, attributes: Readonly<Record<string, string>>): boolean {
    if (this.skipping > 0) {
      this.skipping += 1
      return true
    }
    const { frame } = this
    if (frame === undefined) this.openRoot(localName(printed), attributes)
    else if (this.leaf !== null)
      this.walk.stop('mixed-text', { field: this.path(this.leafName || undefined) })
    else if (frame.of.node === 'group') this.openField(frame, frame.of, printed)
    else if (frame.of.node !== 'list') this.walk.stop('mixed-text', { field: this.path() })
    else this.openItem(frame, frame.of, localName(printed), attributes)
    return this.skipping > 0
  }

  close(): void {
    if (this.skipping > 0) {
      this.skipping -= 1
      return
    }
    const { frame, leaf } = this
    if (frame === undefined) return
    if (leaf === null) {
      if (frame.of.node === 'pair' && frame.of.valueIn === 'text') {
        ;(frame.value as Value)['valor'] = this.buffer
      }
      this.frames.pop()
      this.frame = this.frames.at(-1)
      return
    }
    const text = leaf.trims ? this.buffer.trim() : this.buffer
    if (Array.isArray(frame.value)) frame.value.push(text)
    else frame.value[this.leafName] = text
    this.leaf = null
  }

  text(text: string): void {
    if (this.skipping > 0 || this.frame === undefined) return
    if (this.leaf !== null || this.frame.of.node === 'pair') this.buffer += text
    else if (text.trim() !== '') this.walk.stop('mixed-text', { field: this.path() })
  }

  private openRoot(name: string, attributes: Readonly<Record<string, string>>): void {
    const facts = kindOfRoot(name)
    if (facts === null) this.walk.stop('unknown-document', { field: name })
    const content: Value = {}
    const version = attributes['version']?.trim() ?? ''
    this.document = { kind: facts.kind, version, content } as ReceiptDocument
    this.push('', modelOfKind(facts.kind), content)
  }

  private push(name: string, of: Compiled, value: Value | unknown[]): void {
    this.frame = { name, of, value, last: -1 }
    this.frames.push(this.frame)
  }

  private openLeaf(leaf: CompiledLeaf, name: string): void {
    this.leaf = leaf
    this.leafName = name
    this.buffer = ''
  }

  private openField(frame: Frame, group: CompiledGroup, printed: string): void {
    const field = group.byName.get(printed) ?? group.byName.get(localName(printed))
    if (field === undefined) {
      this.skip(localName(printed))
      return
    }
    const { name, of } = field
    const holder = frame.value as Value
    // What comes after everything so far cannot have come before.
    if (field.index > frame.last) frame.last = field.index
    else this.judgeOrder(frame, field, holder)
    if (of.node === 'leaf') {
      this.openLeaf(of, name)
      return
    }
    const room = (holder[name] ?? (of.node === 'list' ? [] : {})) as Value | unknown[]
    holder[name] = room
    this.push(name, of, room)
  }

  private judgeOrder(frame: Frame, { name, of, index }: CompiledField, holder: Value): void {
    if (index < frame.last) this.note('wrong-order', name)
    const repeats = of.node === 'list' && of.repeats
    if (holder[name] !== undefined && !repeats) {
      this.walk.stop('repeated-element', { field: this.path(name) })
    }
  }

  private openItem(
    frame: Frame,
    { item, of }: CompiledList,
    name: string,
    attributes: Readonly<Record<string, string>>,
  ): void {
    if (name !== item) {
      this.skip(name)
      return
    }
    const items = frame.value as unknown[]
    if (of.node === 'leaf') {
      this.openLeaf(of, '')
      return
    }
    const value: Value = {}
    if (of.node === 'pair') {
      this.buffer = ''
      if (attributes['nombre'] !== undefined) value['nombre'] = attributes['nombre']
      if (of.valueIn === 'attribute' && attributes['valor'] !== undefined) {
        value['valor'] = attributes['valor']
      }
    }
    items.push(value)
    this.push(name, of, value)
  }

  private skip(name: string): void {
    this.skipping = 1
    if (name !== SIGNATURE || this.frames.length !== 1) {
      this.note('unknown-element', name)
      return
    }
    if (this.signed) this.walk.stop('repeated-element', { field: SIGNATURE })
    this.signed = true
  }

  private note(code: 'unknown-element' | 'wrong-order', name: string): void {
    if (this.oddities.length < ODDITIES_MAX) this.oddities.push(problem(code, this.path(name)))
  }

  /** `detalles[2].impuestos[1].valor`: the SRI's names, items counted from 1. */
  private path(name?: string): string {
    let path = ''
    for (const frame of this.frames) {
      if (frame.name === '') continue
      if (frame.of.node === 'list') path += `${path === '' ? '' : '.'}${frame.name}`
      else if (this.isItem(frame)) path += `[${this.itemNumber(frame)}]`
      else path += `${path === '' ? '' : '.'}${frame.name}`
    }
    return name === undefined ? path : `${path}${path === '' ? '' : '.'}${name}`
  }

  private isItem(frame: Frame): boolean {
    return this.frames[this.frames.indexOf(frame) - 1]?.of.node === 'list'
  }

  private itemNumber(frame: Frame): number {
    const list = this.frames[this.frames.indexOf(frame) - 1]?.value
    return Array.isArray(list) ? list.length : 0
  }
}
