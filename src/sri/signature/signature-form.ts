import { DS, digestMethods, type HashName } from './algorithms.ts'
import type { XmlNode } from './canonical/xml-tree.ts'
import { type Said, type SignatureFaultCode, signatureFault } from './messages.ts'

/** Carries a fault out of the reader; never leaves `readSignature`. */
export class FormStopped extends Error {
  readonly fault: Said<SignatureFaultCode>
  constructor(fault: Said<SignatureFaultCode>) {
    super(fault.code)
    this.fault = fault
  }
}

export function stop(code: SignatureFaultCode, value?: string): never {
  throw new FormStopped(signatureFault(code, value === undefined ? {} : { value }))
}

export function all(node: XmlNode, name: string, namespace = DS): XmlNode[] {
  return node.children.filter((child) => child.local === name && child.namespace === namespace)
}

export function only(node: XmlNode, name: string, namespace = DS): XmlNode {
  const [child, second] = all(node, name, namespace)
  return child === undefined || second !== undefined ? stop('signature-form', name) : child
}

export function optional(node: XmlNode, name: string, namespace = DS): XmlNode | null {
  return all(node, name, namespace).length === 0 ? null : only(node, name, namespace)
}

export function algorithmOf(node: XmlNode): string {
  return node.attributes['Algorithm'] ?? stop('signature-form', `${node.local}/@Algorithm`)
}

/** Parameters would say more than the algorithm's name does. */
export function noChildren(node: XmlNode): void {
  if (node.children.length > 0) stop('signature-form', node.local)
}

/** DigestMethod and DigestValue, wherever in the signature they stand. */
export function digestOf(node: XmlNode): { hash: HashName; digest: Buffer } {
  const method = only(node, 'DigestMethod')
  const hash = digestMethods.get(algorithmOf(method))
  if (hash === undefined) stop('algorithm-refused', algorithmOf(method))
  noChildren(method)
  return { hash, digest: base64(only(node, 'DigestValue')) }
}

/** Without the blanks that lines are cut with. Anything else that is no base64 is refused. */
export function base64Text(node: XmlNode): string {
  return base64(node).toString('base64')
}

export function base64(node: XmlNode): Buffer {
  const text = /[ \t\r\n]/.test(node.text) ? node.text.replaceAll(/[ \t\r\n]/g, '') : node.text
  const bytes = Buffer.from(text, 'base64')
  // Decoding passes over what it does not know; only what comes out again was all there.
  const whole = node.children.length === 0 && text !== '' && bytes.toString('base64') === text
  return whole ? bytes : stop('signature-form', node.local)
}
