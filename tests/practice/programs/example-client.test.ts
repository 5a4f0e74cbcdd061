import { execFile } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge } from '#tests/support/judges.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { bill, keyOf, openFirm, type Program, withholding } from './support.ts'

/** What the way to the portal does to a call before it gets there. */
type Trouble = (path: string) => 'busy' | 'broken' | null

/** A bad line to the portal, as a server of its own; answers its address. */
async function badLine(program: Program, troubleOf: Trouble): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const at = (request.url ?? '').replace('/api/v1', '')
    const trouble = troubleOf(at)
    if (trouble === 'broken') return request.socket.destroy()
    if (trouble === 'busy') return response.writeHead(429, { 'retry-after': '1' }).end()
    const sent = await text(request)
    const body = sent === '' ? {} : { body: JSON.parse(sent) }
    const answer = await program.call(request.method as 'GET' | 'PUT', at, body)
    return response.writeHead(answer.statusCode).end(answer.rawPayload)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The client as the page shows it, for a portal at another address. */
async function clientOf({ app, context }: TestPortal, address: string): Promise<string> {
  const { host, origin } = new URL(context.config.publicUrl)
  const { body } = await app.inject({ url: '/api', headers: { host } })
  const [, shown = ''] = /<pre class="programa"[^>]*><code>([^<]*)<\/code>/.exec(body) ?? []
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" }
  return shown.replaceAll(/&([^;]+);/g, (_, sign) => signs[sign] ?? '?').replaceAll(origin, address)
}

describeWithJudge('jq', 'the example of a client, run by a shell', () => {
  it('fetches what is new, waits when it is told to, and skips nothing on a line that breaks', async () => {
    const { portal, program } = await openFirm()
    const met = new Set<string>()
    const first = bill(6, maria)
    const last = bill(9, maria)
    let isBroken = true
    const address = await badLine(await program(), (at) => {
      if (!at.endsWith('.xml')) return null
      if (at.includes(keyOf(last))) return isBroken ? 'broken' : null
      return met.size < met.add(at).size ? 'busy' : null
    })
    const folder = temporaryFolder()
    fs.writeFileSync(path.join(folder, '.portal-clave'), 'clave')
    const client = await clientOf(portal, address)
    const run = () =>
      promisify(execFile)('sh', ['-c', client], {
        cwd: folder,
        env: { ...process.env, HOME: folder },
      })
    const files = () => fs.readdirSync(folder).filter((name) => name.endsWith('.xml'))

    await load(portal, [first, withholding(8, pedro)])
    await run()
    expect(files().toSorted()).toEqual(
      [first, withholding(8, pedro)].map(({ name }) => name).sort(),
    )
    expect(fs.readFileSync(path.join(folder, first.name), 'utf8')).toBe(first.xml)

    await load(portal, [last])
    await expect(run()).rejects.toThrow()
    expect(files()).not.toContain(last.name)
    isBroken = false
    await run()
    expect(files()).toContain(last.name)
    expect(files()).toHaveLength(3)
  })
})
