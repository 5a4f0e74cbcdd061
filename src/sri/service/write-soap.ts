import { create } from 'xmlbuilder2'
import type { Operation } from './operations.ts'

export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/'

/**
 * The envelope of a request. Only the operation carries the namespace: the SRI answers a client
 * that qualifies the parameter as if it were missing.
 */
export function writeRequest(operation: Operation, value: string): string {
  const { namespace, name, parameter } = operation
  const envelope = create().ele('soapenv:Envelope', {
    'xmlns:soapenv': SOAP_NAMESPACE,
    'xmlns:ec': namespace,
  })
  envelope.ele('soapenv:Header')
  const asked = envelope.ele('soapenv:Body').ele(`ec:${name}`).ele(parameter)
  // The builder lets `&x;` through as if it were a reference; it escapes the other signs itself.
  asked.txt(withoutForbidden(value).replaceAll('&', '&amp;'))
  return envelope.end({ headless: true })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text of an element; what XML forbids is left out. */
export function escapeText(text: string): string {
  return withoutForbidden(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

function withoutForbidden(text: string): string {
  return text.toWellFormed().replaceAll(FORBIDDEN, '')
}
