import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FakeSri } from './fake-sri.ts'

/** Lets other processes reach a fake tax authority, which outlives them; answers its address. */
export async function serveSri(sri: FakeSri): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const answered =
      request.url === '/send' ? await sri.send(body) : await sri.authorization(body.toString())
    response.end(JSON.stringify(answered))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
