import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { SaxesParser } from 'saxes'
import { localName } from '../../../sri/xml/walk-xml.ts'
import { TableRefused } from './refusal.ts'

/** What a part of a workbook tells while it is read. Names come without their prefix. */
export interface PartVisitor {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close(name: string): void
  text(text: string): void
}

const DEPTH_MAX = 64
/** So many characters without a tag or the end of a text are no cell any more. */
const SILENCE_MAX = 1024 * 1024

/**
 * Walks through one part of a workbook, piece by piece, so that memory does not grow with it.
 * A document type, whatever it declares, is refused before it means anything.
 *
 * @yields after each piece, so that the caller can pass on what it gathered.
 */
export async function* walkPart(
  stream: Readable,
  visitor: PartVisitor,
): AsyncGenerator<undefined, void, undefined> {
  const state = { silence: 0, depth: 0 }
  const parser = listen(visitor, state)
  const decoder = new StringDecoder('utf8')
  for await (const chunk of unpacked(stream)) {
    const text = decoder.write(chunk)
    state.silence += text.length
    parser.write(text)
    if (state.silence > SILENCE_MAX) throw new TableRefused('xlsx-hostile')
    yield
  }
  parser.close()
  yield
}

/** The pieces of a part; whatever unpacking complains of is damage. */
async function* unpacked(stream: Readable): AsyncGenerator<Buffer> {
  const pieces = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const piece = await pieces.next().catch(() => {
        throw new TableRefused('xlsx-damaged')
      })
      if (piece.done === true) return
      yield piece.value as Buffer
    }
  } finally {
    stream.destroy()
  }
}

/** Walks through a small part at once. */
export async function readPart(stream: Readable, visitor: PartVisitor): Promise<void> {
  for await (const _ of walkPart(stream, visitor));
}

function listen(visitor: PartVisitor, state: { silence: number; depth: number }): SaxesParser {
  const parser = new SaxesParser({ position: false })
  parser.on('error', () => {
    throw new TableRefused('xlsx-damaged')
  })
  parser.on('doctype', () => {
    throw new TableRefused('xlsx-hostile')
  })
  parser.on('opentag', ({ name, attributes }) => {
    state.silence = 0
    state.depth += 1
    if (state.depth > DEPTH_MAX) throw new TableRefused('xlsx-hostile')
    visitor.open(localName(name), attributes as Record<string, string>)
  })
  parser.on('closetag', ({ name }) => {
    state.silence = 0
    state.depth -= 1
    visitor.close(localName(name))
  })
  parser.on('text', (text) => visitor.text(text))
  parser.on('cdata', (text) => visitor.text(text))
  return parser
}
