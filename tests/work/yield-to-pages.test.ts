import { once } from 'node:events'
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

const MODULE = new URL('../../src/work/yield-to-pages.ts', import.meta.url).href
const OF_THREAD = `require('os').getPriority(Number(require('fs').readlinkSync('/proc/thread-self').split('/').at(-1)))`
const THREAD = `
  const { parentPort, Worker } = require('node:worker_threads')
  import(${JSON.stringify(MODULE)}).then(({ yieldToPages }) => {
    yieldToPages()
    const own = ${OF_THREAD}
    const inner = new Worker("require('node:worker_threads').parentPort.postMessage(" + ${JSON.stringify(OF_THREAD)} + ")", { eval: true })
    inner.once('message', (begun) => parentPort.postMessage({ own, begun }))
  })
`

test.runIf(process.platform === 'linux')(
  'a thread that yields, and those it begins, come after the pages; the pages stay where they were',
  async () => {
    const before = os.getPriority()
    const [priorities] = await once(new Worker(THREAD, { eval: true }), 'message')
    expect(priorities).toEqual({ own: 19, begun: 19 })
    expect(os.getPriority()).toBe(before)
  },
)
