import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { RideFile } from '#src/ride/pdf/ride-file.ts'

const facts = {
  title: 'Factura 001-002-000018710',
  author: 'Ñandú & Cía. <Ecuador>',
  subject: 'RIDE',
  keywords: 'clave',
  createdAt: new Date('2026-11-16T15:42:14Z'),
  creator: 'Portal',
}

function small(): Buffer {
  const file = new RideFile(facts)
  const resources = file.reserve()
  file.pack(resources, '<<>>')
  file.writePage(Buffer.from('0 0 10 10 re f'), `/MediaBox[0 0 595 842]/Resources ${resources} 0 R`)
  return file.bytes()
}

/** The offsets that the table of the file tells, by object number. */
function offsetsOf(pdf: Buffer): Map<number, number> {
  const text = pdf.toString('latin1')
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
  const head = /^(\d+) 0 obj\n<<\/Type\/XRef[\s\S]*?\/Length (\d+)>>\nstream\n/.exec(
    text.slice(start),
  )
  if (head === null) throw new Error('no cross-reference stream where the file says')
  const from = start + head[0].length
  const table = inflateSync(pdf.subarray(from, from + Number(head[2])))
  const offsets = new Map<number, number>()
  for (let id = 1; id * 7 < table.length; id++) {
    if (table[id * 7] === 1) offsets.set(id, table.readUInt32BE(id * 7 + 1))
  }
  return offsets
}

describe('RideFile, over the internals of pdfkit', () => {
  it('tells where every object lies', () => {
    const pdf = small()
    const offsets = offsetsOf(pdf)
    expect(offsets.size).toBeGreaterThan(8)
    for (const [id, offset] of offsets) {
      expect(pdf.toString('latin1', offset, offset + 12)).toContain(`${id} 0 obj`)
    }
  })

  it('writes the same bytes whenever it is asked', () => {
    expect(small().equals(small())).toBe(true)
  })

  it('escapes the names of its metadata, which pdfkit does not', () => {
    const text = small().toString('utf8')
    expect(text).toContain('<rdf:li>Ñandú &amp; Cía. &lt;Ecuador&gt;</rdf:li>')
  })
})
