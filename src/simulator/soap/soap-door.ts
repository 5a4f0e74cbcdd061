import { hasAccessKeyShape } from '../../sri/access-key.ts'
import type { Operation } from '../../sri/service/operations.ts'
import { operations } from '../../sri/service/operations.ts'
import { readSoap } from '../../sri/service/read-soap.ts'
import { decodeXml } from '../../sri/xml/xml-text.ts'
import type { SimulatedSri } from '../simulated-sri.ts'
import type { ServiceName } from '../switches.ts'
import {
  writeAuthorizations,
  writeConsulted,
  writeFault,
  writeMalformedKey,
  writeReception,
} from './write-answers.ts'

/** The services by the last part of their address. */
export const serviceNames: Readonly<Record<string, ServiceName>> = {
  [operations.send.service]: 'recepcion',
  [operations.authorization.service]: 'autorizacion',
  [operations.consult.service]: 'consulta',
}

interface SoapAnswer {
  readonly status: 200 | 500
  readonly xml: string
}

type Answer = (value: string, sri: SimulatedSri) => SoapAnswer

const ANSWERS: readonly (readonly [Operation, Answer])[] = [
  [operations.send, answerSending],
  [
    operations.authorization,
    (key, sri) => {
      const malformed = key !== '' && !hasAccessKeyShape(key)
      return fine(
        malformed ? writeMalformedKey(key) : writeAuthorizations(key, sri.answersFor(key)),
      )
    },
  ],
  [operations.consult, (key, sri) => fine(writeConsulted(key, sri.consult(key)))],
]

/**
 * Answers one SOAP request. A parameter that is qualified counts as missing, as it does at the SRI.
 *
 * @param service last part of the address that was asked.
 */
export function answerSoap(service: string, body: Uint8Array, sri: SimulatedSri): SoapAnswer {
  const decoded = decodeXml(body, Number.POSITIVE_INFINITY)
  const soap = decoded.ok ? readSoap(decoded.text) : null
  if (!soap?.ok) return fault('Client', 'Error reading XMLStreamReader.')
  const { name, namespace, children } = soap.content
  const found = ANSWERS.find(
    ([operation]) =>
      operation.service === service && operation.name === name && operation.namespace === namespace,
  )
  if (found === undefined) {
    return fault('Client', `Unexpected wrapper element {${namespace ?? ''}}${name} found.`)
  }
  const [{ parameter }, answer] = found
  const value = children.find((child) => child.name === parameter && child.namespace === null)
  return answer(value?.text.trim() ?? '', sri)
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

function answerSending(base64: string, sri: SimulatedSri): SoapAnswer {
  if (!BASE64.test(base64)) return fault('Client', 'Unmarshalling Error')
  return fine(writeReception(sri.receive(Buffer.from(base64, 'base64'))))
}

function fine(xml: string): SoapAnswer {
  return { status: 200, xml }
}

function fault(code: 'Client' | 'Server', text: string): SoapAnswer {
  return { status: 500, xml: writeFault(code, text) }
}
