import crypto from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { operations } from '#src/sri/service/operations.ts'

/** What it saw happen to requests, by name. */
export type Sights = Readonly<Record<string, number>>

/** Stands between the portal and the SRI, and sees every document that passes. */
export interface Witness {
  readonly origin: string
  /** Fingerprints of the documents that were sent, by their access keys. */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>
  requests(): number
  sights(): Sights
  close(): Promise<void>
}

const DOCUMENT = /<xml>([^<]*)<\/xml>/
const KEY = /<claveAcceso>(\d{49})</

/** @param patienceMs after which it answers itself, as a gateway does; for ever when absent */
export async function openWitness(sri: string, patienceMs?: number): Promise<Witness> {
  const sent = new Map<string, Set<string>>()
  const sights: Record<string, number> = {}
  let requests = 0
  const see = (name: string) => {
    sights[name] = (sights[name] ?? 0) + 1
  }
  const agent = new http.Agent({ keepAlive: true })
  const server = http.createServer(async (request, response) => {
    requests += 1
    const body = await bodyOf(request).catch(() => null)
    if (body === null) return
    if (request.url?.endsWith(operations.send.service)) noteDocument(sent, body.toString())
    const { method = 'POST', url: path = '', headers } = request
    const passed = http.request(sri, { agent, method, path, headers })
    const gateway = setTimeout(
      () => {
        see('silence')
        passed.destroy()
        response.writeHead(504, { 'content-type': 'text/html' }).end('<html>Gateway Timeout</html>')
      },
      patienceMs ?? 2 ** 31 - 1,
    )
    passed.on('response', async (answer) => {
      const bytes = await bodyOf(answer).catch(() => null)
      clearTimeout(gateway)
      if (bytes === null) {
        request.socket.destroy()
        return
      }
      see(nameOf(answer, bytes))
      if (!response.headersSent) response.writeHead(answer.statusCode ?? 502, answer.headers)
      response.end(bytes)
    })
    passed.on('error', () => {
      clearTimeout(gateway)
      if (response.headersSent || response.destroyed) return
      see('cut')
      request.socket.destroy()
    })
    response.on('close', () => {
      clearTimeout(gateway)
      if (response.writableFinished) return
      see('given up')
      passed.destroy()
    })
    passed.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    requests: () => requests,
    sights: () => sights,
    close: async () => {
      server.closeAllConnections()
      agent.destroy()
      server.close()
    },
  }
}

function noteDocument(sent: Map<string, Set<string>>, body: string): void {
  const document = Buffer.from(DOCUMENT.exec(body)?.[1] ?? '', 'base64')
  const key = KEY.exec(document.toString())?.[1] ?? 'none'
  const prints = sent.get(key) ?? new Set()
  prints.add(crypto.createHash('sha256').update(document).digest('hex'))
  sent.set(key, prints)
}

function nameOf({ statusCode, headers }: http.IncomingMessage, bytes: Buffer): string {
  if (bytes.length === 0) return 'empty'
  if (headers['content-type']?.startsWith('text/html')) return 'page'
  if (statusCode !== 200) return 'fault'
  const code = /<identificador>(\d+)</.exec(bytes.toString('latin1'))?.[1]
  const state = /<estado>([^<]+)</.exec(bytes.toString('latin1'))?.[1] ?? 'none'
  return state === 'DEVUELTA' ? `DEVUELTA ${code}` : state
}

async function bodyOf(message: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of message) pieces.push(piece)
  return Buffer.concat(pieces)
}
