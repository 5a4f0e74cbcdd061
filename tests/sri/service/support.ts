import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import net from 'node:net'
import { onTestFinished } from 'vitest'
import type { ServiceLimits } from '#src/sri/service/http-sri-service.ts'
import { httpSriService } from '#src/sri/service/http-sri-service.ts'
import type { SriService } from '#src/sri/service/sri-service.ts'

/** A clock that only moves when told to. */
export function handClock(start = '2026-11-16T10:00:00-05:00') {
  let at = Date.parse(start)
  return {
    now: () => new Date(at),
    pass: (milliseconds: number) => {
      at += milliseconds
    },
  }
}

/** The client against a server of the test, with limits that do not make tests wait. */
export function clientOf(
  origin: string,
  limits: Partial<ServiceLimits> = {},
  now: () => Date = () => new Date(),
): SriService {
  const service = httpSriService({
    address: `${origin}/comprobantes-electronicos-ws`,
    now,
    limits: { connectMs: 2_000, answerMs: 5_000, failuresMax: 1_000, ...limits },
  })
  onTestFinished(() => service.close())
  return service
}

export interface Asked {
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

/** A server that answers every request as told and remembers what it was asked. */
export async function serveHttp(
  answer: (response: http.ServerResponse, asked: Asked, request: http.IncomingMessage) => void,
): Promise<{ origin: string; asked: Asked[]; connections: () => number }> {
  const asked: Asked[] = []
  let connections = 0
  const server = http.createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const one = {
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(pieces).toString(),
    }
    asked.push(one)
    answer(response, one, request)
  })
  server.on('connection', () => {
    connections += 1
  })
  const origin = await listen(server)
  onTestFinished(() => server.closeAllConnections())
  return { origin, asked, connections: () => connections }
}

/** A server below HTTP: whatever connects is the test's to do with as it likes. */
export async function serveSockets(each: (socket: Socket, number: number) => void) {
  let count = 0
  const open = new Set<Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
    count += 1
    each(socket, count)
  })
  const origin = await listen(server)
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
  })
  return { origin, connections: () => count }
}

async function listen(server: net.Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An answer of the SRI around what is inside. */
export function soap(inside: string): string {
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${inside}</soap:Body></soap:Envelope>`
}

export const RECEIVED = soap(
  '<ns2:validarComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.recepcion"><RespuestaRecepcionComprobante><estado>RECIBIDA</estado><comprobantes/></RespuestaRecepcionComprobante></ns2:validarComprobanteResponse>',
)

export function authorizations(key: string, inside: string): string {
  return soap(
    `<ns2:autorizacionComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.autorizacion"><RespuestaAutorizacionComprobante><claveAccesoConsultada>${key}</claveAccesoConsultada>${inside}</RespuestaAutorizacionComprobante></ns2:autorizacionComprobanteResponse>`,
  )
}
