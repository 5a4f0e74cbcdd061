import type fs from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { type CsvEncoding, chunksOf, detectEncoding } from './csv-encoding.ts'
import { CsvParser } from './csv-parser.ts'
import { normalName } from './header.ts'
import { type RawRows, ROW_CHARACTERS_MAX } from './table.ts'

/** A few hundred rows: whoever shares the thread waits for no more. */
const CHUNK_BYTES = 64 * 1024
const DELIMITERS = [';', ',', '\t']
/** What tells Excel the delimiter; it is no row. */
const SEPARATOR_LINE = /^sep=([;,\t])\r?\n/i

/**
 * The rows of a CSV file: comma, semicolon or tab, whichever takes apart more of the known names;
 * UTF-8 or windows-1252; any line break.
 */
export async function* readCsv(handle: fs.FileHandle, names: ReadonlySet<string>): RawRows {
  const encoding = await detectEncoding(handle)
  let parser: CsvParser | null = null
  for await (const text of texts(handle, encoding)) {
    if (parser === null) {
      const opened: Opened = open(text, names)
      parser = opened.parser
      yield parser.push(opened.text)
    } else yield parser.push(text)
  }
  if (parser !== null) yield parser.end()
}

async function* texts(handle: fs.FileHandle, encoding: CsvEncoding): AsyncGenerator<string> {
  const utf8 = new StringDecoder('utf8')
  const old = new TextDecoder('windows-1252')
  let first = true
  for await (const chunk of chunksOf(handle, CHUNK_BYTES)) {
    // In the old code page a byte is a letter, so that none is ever cut in two.
    const text = encoding === 'utf-8' ? utf8.write(chunk) : old.decode(chunk)
    yield first ? text.replace(/^\ufeff/, '') : text
    first = false
  }
  yield utf8.end()
}

/** The parser that the first piece asks for, and what of that piece is rows. */
interface Opened {
  readonly parser: CsvParser
  readonly text: string
}

function open(text: string, names: ReadonlySet<string>): Opened {
  const newline = text.includes('\n') ? '\n' : '\r'
  const told = SEPARATOR_LINE.exec(text)
  if (told !== null) {
    const rest = text.slice(told[0].length)
    return { parser: new CsvParser(told[1] ?? ';', newline), text: rest }
  }
  const head = text.slice(0, ROW_CHARACTERS_MAX)
  const first = head.slice(0, Math.max(0, head.search(/[\n\r]/)) || head.length)
  const known = (delimiter: string): number =>
    first.split(delimiter).filter((cell) => names.has(normalName(cell.replaceAll('"', '')))).length
  const best = DELIMITERS.reduce((one, other) => (known(other) > known(one) ? other : one))
  return { parser: new CsvParser(best, newline), text }
}
