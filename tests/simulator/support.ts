import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { issue } from '#fixtures/certificates/certificates.ts'
import { maria } from '#fixtures/people.ts'
import type { Draft } from '#fixtures/receipts/draft.ts'
import { bancoCeibo } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { InvoiceContent, ReceiptDocument } from '#src/sri/documents/document.ts'
import type { ServiceLimits } from '#src/sri/service/http-sri-service.ts'
import { httpSriService } from '#src/sri/service/http-sri-service.ts'
import type { Answered, Authorization, SriService } from '#src/sri/service/sri-service.ts'
import type { Signer } from '#src/sri/signature/signer.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import type { Day } from '#src/values/day.ts'
import { dayOf } from '#src/values/day.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** A simulator that runs in a process of its own, and the portal's client of it. */
export interface Running {
  readonly origin: string
  readonly child: ChildProcess
  readonly client: SriService
  /** Throws switches while it runs. */
  set(switches: Record<string, unknown>): Promise<Response>
}

/** Starts one; whoever starts it ends it with `stop`. */
export async function startSimulator(
  args: string[] = [],
  limits: Partial<ServiceLimits> = {},
): Promise<Running> {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'src/cli.ts'), 'sri-simulator', '--port', '0', ...args],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/compiled'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'close')])) as [string]
  const origin = /http:\S+/.exec(String(line))?.[0]
  if (origin === undefined) throw new Error(`The simulator did not start: ${line}`)
  const client = httpSriService({
    address: `${origin}/comprobantes-electronicos-ws`,
    now: () => new Date(),
    limits: { failuresMax: 1_000, connectMs: 2_000, answerMs: 10_000, ...limits },
  })
  return { origin, child, client, set: (switches) => postJson(`${origin}/conmutadores`, switches) }
}

/** Ends it at once, as a failing machine would. */
export async function stop({ child, client }: Running): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null
  child.kill('SIGKILL')
  if (ended) await once(child, 'close')
  await client.close()
}

/** One simulator for all tests of a file; each begins with the switches at rest and no delay. */
export function simulatorForAll(limits: Partial<ServiceLimits> = {}): { readonly sri: Running } {
  const held: { sri?: Running } = {}
  beforeAll(async () => {
    held.sri = await startSimulator([], limits)
  })
  beforeEach(() => held.sri?.set(AT_ONCE))
  afterAll(async () => {
    if (held.sri) await stop(held.sri)
  })
  return held as { sri: Running }
}

const AT_ONCE = {
  demoraMs: 0,
  ceroMs: 0,
  demoraAnulacionMs: 0,
  caida: 0,
  sinRespuesta: 0,
  paginaHtml: 0,
  respuestaVacia: 0,
  fallaSoap: 0,
  respuestaPerdida: 0,
  duplicadas: 'no',
  contradictorias: 'no',
  fallasPorcentaje: 0,
  servicios: 'recepcion,autorizacion,consulta',
  cerrados: '',
  rechazar: '',
}

export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export const today: Day = dayOf(new Date())

let sequence = 0

/** A number that no other document of the file has. */
export function draft(facts: Partial<Draft> = {}): Draft {
  sequence += 1
  return { day: today, series: '001-002', environment: 'test', sequence, ...facts }
}

export interface Sendable {
  readonly key: string
  readonly bytes: Buffer
}

const YEAR_MS = 365 * 24 * 3_600_000
const signers = new Map<string, Signer>()

/** Signs for an issuer with a made-up certificate that is valid today. */
function signerOf(ruc: string): Signer {
  const at = Date.now()
  const from = new Date(at - YEAR_MS).toISOString()
  const to = new Date(at + YEAR_MS).toISOString()
  const signer = signers.get(ruc) ?? createSigner(issue({ ruc, from, to }), 'rsa-sha1')
  signers.set(ruc, signer)
  return signer
}

export function signed(document: ReceiptDocument): Sendable {
  const { claveAcceso = '', ruc = '' } = document.content.infoTributaria ?? {}
  const xml = `${XML_DECLARATION}\n${writeDocument(document)}`
  return { key: claveAcceso, bytes: signText(xml, ruc) }
}

function signText(xml: string, ruc: string): Buffer {
  return Buffer.from(signerOf(ruc).sign(xml, new Date(Date.now() - 60_000)))
}

/** The text of a document without its signature. */
export function unsigned({ bytes }: Sendable): string {
  return bytes.toString().replace(/<ds:Signature .*<\/ds:Signature>/s, '')
}

/** Another text, which no document of ours would have, signed as well. */
export function signedAgain(
  one: Sendable,
  change: (xml: string) => string,
  key = one.key,
): Sendable {
  return { key, bytes: signText(change(unsigned(one)), bancoCeibo.ruc) }
}

/** An invoice that the SRI would authorise, unless it is changed. */
export function invoiceOf(
  facts: Partial<Draft> = {},
  change: (content: InvoiceContent) => void = () => undefined,
): Sendable {
  const document = invoice(draft(facts), maria, [services.certificate])
  change(document.content)
  return signed(document)
}

/** What `mensaje` says of it, one after the other: `43 CLAVE ACCESO REGISTRADA`. */
export function codesOf(answered: Answered<{ messages: readonly { identifier: string }[] }>) {
  if (!answered.ok) throw new Error(answered.failure.detail)
  return answered.answer.messages.map(({ identifier }) => identifier)
}

/** The answers for a key; throws when there was none at all. */
export async function answersFor({ client }: Running, key: string): Promise<Authorization[]> {
  const answered = await client.authorization(key)
  if (!answered.ok) throw new Error(answered.failure.detail)
  return [...answered.answer.authorizations]
}

/** Asks until the SRI has decided. */
export async function decided(sri: Running, key: string): Promise<Authorization[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answers = await answersFor(sri, key)
    if (answers.length > 0 && answers.every(({ state }) => state !== 'EN PROCESAMIENTO')) {
      return answers
    }
    await pause(25)
  }
  throw new Error('The simulator did not decide')
}
