import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, it } from 'vitest'
import { XmlScanner } from '#src/sri/xml/scan-xml.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { arbitraryDocument, kindsAndVersions } from './support/arbitrary-document.ts'
import { authorized, invoice } from './support/documents.ts'

type Event = readonly [what: string, name: string, attributes?: Readonly<Record<string, string>>]

/** Neighbouring texts are one, however each of the two cuts them. */
function joined(events: readonly Event[]): Event[] {
  const result: Event[] = []
  for (const event of events) {
    const last = result.at(-1)
    if (event[0] === 'text' && event[1] === '') continue
    if (event[0] === 'text' && last?.[0] === 'text')
      result.splice(-1, 1, ['text', last[1] + event[1]])
    else result.push(event)
  }
  return result
}

function scanned(text: string): Event[] | null {
  const events: Event[] = []
  const visitor = {
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      events.push(['open', name, { ...attributes }])
    },
    close: (name: string) => void events.push(['close', name]),
    text: (content: string) => void events.push(['text', content]),
  }
  return new XmlScanner(text, visitor, { depth: 24, attributes: 40 }).run() ? joined(events) : null
}

/** What the strict parser makes of it; null when it complains about anything. */
function parsed(text: string): Event[] | null {
  const events: Event[] = []
  const parser = new SaxesParser({
    xmlns: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  })
  parser.on('error', (error) => {
    throw error
  })
  parser.on(
    'opentag',
    (tag) =>
      void events.push(['open', tag.name, { ...(tag.attributes as Record<string, string>) }]),
  )
  parser.on('closetag', (tag) => void events.push(['close', tag.name]))
  let depth = 0
  parser.on('opentagstart', () => {
    depth += 1
  })
  parser.on('text', (content) => {
    if (depth > 0) events.push(['text', content])
  })
  parser.on('cdata', (content) => void events.push(['text', content]))
  try {
    parser.write(text).close()
  } catch {
    return null
  }
  // Blanks after the root are text to this parser and nothing to anybody.
  const result = joined(events)
  while (result.at(-1)?.[0] === 'text') result.pop()
  return result
}

const PIECES = [
  '<a>',
  '</a>',
  '<b x="1">',
  '</b>',
  '<b/>',
  '<a x="1" x="2"/>',
  "<c y='\"'/>",
  '<c y = "1"/>',
  'texto',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '&lt;',
  '&amp;',
  '&#65;',
  '&#x41;',
  '&#0;',
  '&#xD800;',
  '&#xFFFE;',
  '&nada;',
  '&',
  '&lt',
  ']]>',
  '<![CDATA[x]]>',
  '<![CDATA[]]>',
  '<![CDATA[',
  '<!-- c -->',
  '<!--',
  '<?pi ?>',
  '<?xml version="1.0"?>',
  '<?xml version="1.1"?>',
  "<?xml version='1.0' encoding='UTF-8'?>",
  '<',
  '>',
  '"',
  "'",
  '=',
  '/',
  '<a',
  '<a ',
  '<1a>',
  '<ñ>',
  '</ñ>',
  '<a:b xmlns:a="u">',
  '</a:b>',
  '\u0001',
  '\u007f',
  '\u0085',
  '\ud83d\ude00',
  '\ud800',
  '\ufffe',
  '<a x="<"/>',
  '<a x="\t\n"/>',
  '<a x="&#10;&lt;"/>',
  '</a >',
  '<a\n>',
  '</ a>',
  '<-a/>',
  '<.a/>',
  '<a.b-c_d/>',
  '<a x="1"y="2"/>',
  '<a x/>',
  '<a x=1/>',
  '<a/ >',
  '<!DOCTYPE a>',
  '\ufeff',
  '\u2028',
]

it('walks nothing that the parser refuses, and sees the same in the rest', () => {
  const soup = fc
    .array(fc.constantFrom(...PIECES), { maxLength: 8 })
    .map((pieces) => pieces.join(''))
  const wrapped = soup.map((text) => `<a>${text}</a>`)
  fc.assert(
    fc.property(fc.oneof(soup, wrapped), (text) => {
      const events = scanned(text)
      if (events !== null) expect(events).toEqual(parsed(text))
    }),
    { numRuns: 20_000 },
  )
})

it('judges what it does not tell', () => {
  const soup = fc
    .array(fc.constantFrom(...PIECES), { maxLength: 8 })
    .map((pieces) => `<a><q>${pieces.join('')}</q></a>`)
  fc.assert(
    fc.property(soup, (text) => {
      const told: string[] = []
      const visitor = {
        open: (name: string) => {
          told.push(name)
          return name === 'q'
        },
        close: (name: string) => void told.push(`/${name}`),
        text: () => void told.push('text'),
      }
      const walked = new XmlScanner(text, visitor, { depth: 24, attributes: 40 }).run()
      expect(walked).toBe(scanned(text) !== null)
      if (walked && !text.includes('</q><')) expect(told).toEqual(['a', 'q', '/q', '/a'])
    }),
    { numRuns: 10_000 },
  )
})

it('agrees with the parser on real documents with a few characters changed', () => {
  const text = authorized()
  const change = fc.tuple(fc.nat(text.length), fc.nat(6), fc.constantFrom('', ...PIECES))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let changed = text
      for (const [at, length, piece] of changes) {
        changed = changed.slice(0, at) + piece + changed.slice(at + length)
      }
      const events = scanned(changed)
      if (events !== null) expect(events).toEqual(parsed(changed))
    }),
    { numRuns: 2_000 },
  )
})

it('takes whatever we write by the fast lane', () => {
  const fast = (text: string) => text.includes('😀') || scanned(text) !== null
  expect(fast(authorized(writeDocument(invoice())))).toBe(true)
  for (const [kind, version] of kindsAndVersions) {
    const samples = fc.sample(arbitraryDocument(kind, version), 5)
    expect(samples.every((document) => fast(writeDocument(document)))).toBe(true)
  }
})
