import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { writePaced } from '#src/intake/command/paced-write.ts'

it('waits for a reader that is slower, and for nobody else', async () => {
  const stream = new PassThrough({ highWaterMark: 4 })
  expect(writePaced(stream, 'a')).toBeUndefined()
  let gone = false
  const wait = writePaced(stream, 'bcdef')?.then(() => {
    gone = true
  })
  expect(wait).toBeDefined()
  await new Promise((resolve) => setImmediate(resolve))
  expect(gone).toBe(false)
  stream.resume()
  await wait
  expect(stream.listenerCount('close')).toBe(0)
  expect(writePaced({ write: () => false }, 'g')).toBeUndefined()
})

it('goes on when the reader has gone', async () => {
  const stream = new PassThrough({ highWaterMark: 1 })
  stream.on('error', () => undefined)
  const wait = writePaced(stream, 'abc')
  stream.destroy()
  await wait
  expect(writePaced(stream, 'abc')).toBeUndefined()
})
