import forge from 'node-forge'

export type Asn1 = forge.asn1.Asn1

/** Why a PKCS#12 file cannot be opened. */
export type PfxFault = 'not-a-pfx' | 'wrong-password' | 'encryption'

/** Carries a fault out of the reader of PKCS#12. */
export class PfxStopped extends Error {
  readonly fault: PfxFault
  constructor(fault: PfxFault) {
    super(fault)
    this.fault = fault
  }
}

/** BER, which these files are written in, as the library's tree; whatever follows it is passed over. */
export function parseBer(bytes: string): Asn1 {
  try {
    return forge.asn1.fromDer(bytes, { parseAllBytes: false } as unknown as boolean)
  } catch {
    throw new PfxStopped('not-a-pfx')
  }
}

export function childrenOf(value: Asn1 | undefined): Asn1[] {
  if (value === undefined || !Array.isArray(value.value)) throw new PfxStopped('not-a-pfx')
  return value.value
}

/** What a ContentInfo of that type holds. */
export function contentOf(info: Asn1 | undefined, type: string): Asn1 {
  const [id, holder] = childrenOf(info)
  const [content] = childrenOf(holder)
  if (content === undefined || oidOf(id) !== type) throw new PfxStopped('not-a-pfx')
  return content
}

export function oidOf(value: Asn1 | undefined): string {
  if (value?.type !== forge.asn1.Type.OID || typeof value.value !== 'string') {
    throw new PfxStopped('not-a-pfx')
  }
  return forge.asn1.derToOid(value.value)
}

/** Also in the pieces into which tools of Windows and Java cut it. */
export function octetsOf(value: Asn1 | undefined): string {
  if (value === undefined) throw new PfxStopped('not-a-pfx')
  return typeof value.value === 'string' ? value.value : value.value.map(octetsOf).join('')
}

export function derOf(value: Asn1 | undefined): string {
  if (value === undefined) throw new PfxStopped('not-a-pfx')
  return forge.asn1.toDer(value).getBytes()
}

/** Of an unsigned whole number; anything wider than four bytes counts as endless. */
export function numberOf({ value }: Asn1): number {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'latin1')
  return bytes.length === 0 || bytes.length > 4
    ? Number.POSITIVE_INFINITY
    : bytes.readUIntBE(0, bytes.length)
}
