import http from 'node:http'
import { SERVICES_PATH } from '../sri/service/operations.ts'
import { homePage } from './home-page.ts'
import type { SimulatedSri } from './simulated-sri.ts'
import { answerSoap, serviceNames } from './soap/soap-door.ts'
import { writeFault } from './soap/write-answers.ts'
import { wsdlOf } from './soap/wsdl.ts'
import type { Switchboard } from './switchboard.ts'
import type { Fault } from './switches.ts'
import { printSwitches } from './switches.ts'

interface Simulator {
  readonly sri: SimulatedSri
  readonly board: Switchboard
}

type Request = http.IncomingMessage
type Response = http.ServerResponse

/** A document of 320 KB is 430 KB in base64. */
const BODY_BYTES_MAX = 1024 * 1024

/** The simulator over HTTP: the services, the page of whoever tries things out, its two deeds. */
export function simulatorServer(simulator: Simulator): http.Server {
  return http.createServer((request, response) => {
    // Whoever leaves in the middle is nobody's failure.
    serve(simulator, request, response).catch((error: unknown) => {
      if (response.headersSent || request.destroyed) request.destroy()
      else send(response, 500, 'text/plain', `Falló el simulador: ${error}`)
    })
  })
}

async function serve(simulator: Simulator, request: Request, response: Response): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://simulador.invalid')
  const service = pathname.startsWith(`${SERVICES_PATH}/`)
    ? pathname.slice(SERVICES_PATH.length + 1)
    : ''
  if (Object.hasOwn(serviceNames, service)) {
    if (request.method === 'POST') await serveSoap(simulator, service, request, response)
    else serveWsdl(service, search, request, response)
    return
  }
  const route = `${request.method} ${pathname}`
  const { sri, board } = simulator
  if (route === 'GET /') page(response, 200, homePage(sri, board.switches))
  else if (route === 'GET /conmutadores') json(response, 200, printSwitches(board.switches))
  else if (route === 'POST /conmutadores') await changeSwitches(simulator, request, response)
  else if (route === 'POST /anulaciones') await annul(simulator, request, response)
  else send(response, 404, 'text/plain', 'Aquí no hay nada.')
}

async function serveSoap(
  { sri, board }: Simulator,
  service: string,
  request: Request,
  response: Response,
): Promise<void> {
  const name = serviceNames[service]
  const fault = name === undefined ? null : board.faultFor(name)
  if (fault === 'outage') {
    request.socket.destroy()
    return
  }
  const body = await bodyOf(request)
  if (fault !== null && fault !== 'lost') {
    misbehave(fault, response)
    return
  }
  if (body === null) {
    // The rest of it is not waited for.
    response.shouldKeepAlive = false
    send(response, 413, 'text/plain', '')
    return
  }
  if (!/^text\/xml\b/i.test(request.headers['content-type'] ?? '')) {
    send(response, 415, 'text/plain', '')
    return
  }
  const { status, xml } = answerSoap(service, body, sri)
  if (fault === 'lost') request.socket.destroy()
  else send(response, status, 'text/xml', xml)
}

const FIREWALL =
  '<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>'

/** Of a silence nothing is ever sent: the connection stays open until the other side has enough. */
function misbehave(fault: Exclude<Fault, 'outage' | 'lost'>, response: Response): void {
  if (fault === 'page') send(response, 200, 'text/html', FIREWALL)
  if (fault === 'empty') send(response, 200, 'text/xml', '')
  if (fault === 'fault') send(response, 500, 'text/xml', writeFault('Server', 'Falla simulada'))
}

function serveWsdl(service: string, search: string, request: Request, response: Response): void {
  const origin = `http://127.0.0.1:${request.socket.localPort}`
  const wsdl = wsdlOf(service, `${origin}${SERVICES_PATH}/${service}`)
  if (search.toLowerCase() === '?wsdl' && wsdl !== null) send(response, 200, 'text/xml', wsdl)
  else send(response, 405, 'text/plain', 'Agrega ?wsdl para ver el contrato.')
}

async function changeSwitches(
  { sri, board }: Simulator,
  request: Request,
  response: Response,
): Promise<void> {
  const given = await givenBy(request, response)
  if (given === null) return
  sri.decideDue()
  const problems = board.change(given.values)
  const status = problems.length === 0 ? 200 : 422
  if (given.json) {
    const { switches } = board
    json(response, status, problems.length === 0 ? printSwitches(switches) : { problems })
  } else if (problems.length === 0) home(response)
  else page(response, 422, homePage(sri, board.switches, problems))
}

async function annul(
  { sri, board }: Simulator,
  request: Request,
  response: Response,
): Promise<void> {
  const given = await givenBy(request, response)
  if (given === null) return
  const annulled = sri.annul(String(given.values['claveAcceso'] ?? ''))
  if (given.json) {
    if (annulled.ok) json(response, 200, { estado: annulled.state })
    else json(response, 422, { problems: [annulled.reason] })
  } else if (annulled.ok) home(response)
  else page(response, 422, homePage(sri, board.switches, [annulled.reason]))
}

interface Given {
  readonly json: boolean
  readonly values: Readonly<Record<string, unknown>>
}

/** What a form or a program gave; null when it was answered already that it cannot be taken. */
async function givenBy(request: Request, response: Response): Promise<Given | null> {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    // Any page that a browser has open could throw the switches of this machine.
    send(response, 403, 'text/plain', 'Solo desde la página del simulador.')
    return null
  }
  const body = (await bodyOf(request))?.toString() ?? ''
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { json: false, values: Object.fromEntries(new URLSearchParams(body)) }
  }
  const values = type.startsWith('application/json') ? objectIn(body) : null
  if (values !== null) return { json: true, values }
  json(response, 400, { problems: ['Envía un objeto JSON (application/json) o un formulario.'] })
  return null
}

function objectIn(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Null when it is larger than any request. */
async function bodyOf(request: Request): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request) {
    length += piece.length
    if (length > BODY_BYTES_MAX) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function home(response: Response): void {
  response.writeHead(303, { location: '/' }).end()
}

function page(response: Response, status: number, html: string): void {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
  response.setHeader('content-security-policy', policy)
  send(response, status, 'text/html', html)
}

function json(response: Response, status: number, value: object): void {
  send(response, status, 'application/json', JSON.stringify(value))
}

function send(response: Response, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type};charset=UTF-8`,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
