import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One call of a webhook, as its receiver had it. */
export interface Heard {
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

interface ReceiverOptions {
  /** Speaks https, with this certificate. */
  tls?: { key: string; cert: string }
  answer?: (response: http.ServerResponse, heard: Heard) => void
}

/** An accountant's server on this machine, and what it heard; it takes everything unless told. */
export async function openReceiver(options: ReceiverOptions = {}) {
  const { tls, answer = (response) => response.end() } = options
  const heard: Heard[] = []
  const listen = (request: http.IncomingMessage, response: http.ServerResponse) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      const one = { url: request.url ?? '', headers: request.headers, body }
      heard.push(one)
      answer(response, one)
    })
  }
  const server = tls ? https.createServer(tls, listen) : http.createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { heard, port, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/avisos` }
}
