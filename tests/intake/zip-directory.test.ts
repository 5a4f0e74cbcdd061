import path from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { writeZip } from '#fixtures/receipts/many.ts'
import { listZip } from '#src/intake/sources/zip-directory.ts'
import { temporaryFolder } from '../support/databases.ts'
import { folderWith } from './loading.ts'
import type { RawEntry } from './zip-bytes.ts'
import { zipBytes } from './zip-bytes.ts'

const COMMENT = Buffer.from('con comentario')

/** The same archive with a comment at its end, which the fast reader leaves to the other one. */
function commented(archive: Buffer): Buffer {
  const copy = Buffer.concat([archive, COMMENT])
  copy.writeUInt16LE(COMMENT.length, archive.length - 2)
  return copy
}

const entry = fc.record<RawEntry>(
  {
    name: fc.oneof(
      fc.constantFrom('a.xml', 'b/ñandú.xml', 'c\\d.xml', '../e.xml', '.DS_Store', 'f/', 'g.zip'),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    ),
    content: fc.string({ maxLength: 60 }),
    method: fc.constantFrom(0, 8, 12),
    flags: fc.constantFrom(0, 0x1, 0x800, 0x801),
    mode: fc.constantFrom(0o100644, 0o120777),
    says: fc.record(
      {
        size: fc.constantFrom(3, 400_000),
        packedSize: fc.constantFrom(1, 5_000),
        crc32: fc.constant(9),
        offset: fc.constantFrom(0, 7, 90_000),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['name', 'content'] },
)

it('lists an archive the same whether it is read at once or in steps', async () => {
  const archives = fc.array(entry, { maxLength: 4 }).map((entries) => zipBytes(entries))
  await fc.assert(
    fc.asyncProperty(archives, async (bytes) => {
      const folder = folderWith({ 'rápido.zip': bytes, 'lento.zip': commented(bytes) })
      const fast = await listZip(path.join(folder, 'rápido.zip'), 'lote.zip')
      const slow = await listZip(path.join(folder, 'lento.zip'), 'lote.zip')
      const place = (one: (typeof fast)[number]) => ({ ...one, archive: '' })
      expect(fast.map(place)).toEqual(slow.map(place))
    }),
    { numRuns: 150 },
  )
})

it('lists what a real writer of ZIPs wrote', async () => {
  const zip = path.join(temporaryFolder(), 'lote.zip')
  const receipts = Array.from({ length: 300 }, (_, at) => ({ name: `${at}.xml`, xml: '<a/>' }))
  await writeZip(zip, receipts)
  const listed = await listZip(zip, 'lote.zip')
  expect(listed.filter((one) => one.kind === 'entry')).toHaveLength(300)
})
