import { createHmac, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'

type Asn1 = forge.asn1.Asn1

/** What a PKCS#12 file holds, in no order that means anything. */
interface PfxContents {
  readonly keys: readonly KeyObject[]
  readonly certificates: readonly X509Certificate[]
}

export type PfxFault = 'not-a-pfx' | 'wrong-password' | 'encryption'

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  nestedBag: '1.2.840.113549.1.12.10.1.6',
  pbes2: '1.2.840.113549.1.5.13',
} as const

const MAC_HASHES: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** Rounds of a key derivation; a file that asks for more wants to keep us busy. */
const ROUNDS_MAX = 1_000_000
const NESTING_MAX = 8
const MAC_KEY_ID = 3

class PfxStopped extends Error {
  readonly fault: PfxFault
  constructor(fault: PfxFault) {
    super(fault)
    this.fault = fault
  }
}

/**
 * One way to write a password down: the old schemes take UTF-16 units, the new one bytes, and tools
 * have never agreed on either for what is beyond ASCII.
 */
interface Spelling {
  /** Null is the empty password of those who leave out even its end. */
  readonly units: string | null
  readonly bytes: string
}

function spellingsOf(password: string): Spelling[] {
  if (password === '') {
    return [
      { units: '', bytes: '' },
      { units: null, bytes: '' },
    ]
  }
  const inUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  const typed = [...new Set([password, password.normalize('NFC'), password.normalize('NFD')])]
  const spellings = typed.map((text) => ({ units: text, bytes: inUtf8(text) }))
  if (/^[ -~]*$/.test(password)) return spellings
  const composed = password.normalize('NFC')
  // OpenSSL before 1.1 took each byte of UTF-8 for a character; tools of Windows write Latin-1.
  return [
    ...spellings,
    { units: inUtf8(composed), bytes: inUtf8(composed) },
    { units: composed, bytes: Buffer.from(composed, 'latin1').toString('latin1') },
  ]
}

/**
 * Opens a PKCS#12 file with its password: RC2-40 and 3DES as old authorities write it, AES as new
 * tools do. Keys and certificates are handed to OpenSSL as they come out of their bags; what is not
 * a certificate there is passed over.
 */
export function openPfx(
  bytes: Uint8Array,
  password: string,
): ({ readonly ok: true } & PfxContents) | { readonly ok: false; readonly fault: PfxFault } {
  try {
    const [, authSafe, macData] = childrenOf(parse(Buffer.from(bytes).toString('latin1')))
    const safe = octetsOf(contentOf(authSafe, OIDS.data))
    return { ok: true, ...unlock(safe, macData, spellingsOf(password)) }
  } catch (error) {
    if (error instanceof PfxStopped) return { ok: false, fault: error.fault }
    throw error
  }
}

function unlock(safe: string, macData: Asn1 | undefined, spellings: Spelling[]): PfxContents {
  const fitting = spellings.filter((spelling) => macHolds(safe, macData, spelling))
  let fault: PfxFault = 'wrong-password'
  for (const spelling of fitting) {
    try {
      return new PfxReader(spelling).read(safe)
    } catch (error) {
      if (!(error instanceof PfxStopped)) throw error
      // A wrong password decrypts to something that is nothing; another spelling may still fit.
      if (error.fault !== 'not-a-pfx') fault = error.fault
    }
  }
  throw new PfxStopped(fault)
}

/** Also true when there is none, or one of a kind we cannot compute: then only decrypting tells. */
function macHolds(safe: string, macData: Asn1 | undefined, { units }: Spelling): boolean {
  if (macData === undefined) return true
  const [digestInfo, salt, rounds] = childrenOf(macData)
  const [algorithm, digest] = childrenOf(digestInfo)
  const name = MAC_HASHES[oidOf(childrenOf(algorithm)[0])]
  if (name === undefined) return true
  limitRounds(macData)
  const md = forge.md[name].create() as forge.md.MessageDigest & { digestLength: number }
  const key = forge.pkcs12.generateKey(
    units as string,
    forge.util.createBuffer(octetsOf(salt)),
    MAC_KEY_ID as unknown as forge.util.ByteStringBuffer & number,
    rounds === undefined ? 1 : numberOf(rounds),
    md.digestLength,
    md,
  )
  const expected = createHmac(name, Buffer.from(key.getBytes(), 'latin1'))
    .update(Buffer.from(safe, 'latin1'))
    .digest()
  return expected.equals(Buffer.from(octetsOf(digest), 'latin1'))
}

/** Reads with one spelling of the password. */
class PfxReader {
  readonly #spelling: Spelling
  readonly #keys: KeyObject[] = []
  readonly #certificates: X509Certificate[] = []

  constructor(spelling: Spelling) {
    this.#spelling = spelling
  }

  read(safe: string): PfxContents {
    for (const info of childrenOf(parse(safe))) {
      const type = oidOf(childrenOf(info)[0])
      if (type === OIDS.data) this.#readBags(octetsOf(contentOf(info, type)), 0)
      else if (type === OIDS.encryptedData) {
        const [, encrypted] = childrenOf(contentOf(info, type))
        const [, algorithm, sealed] = childrenOf(encrypted)
        this.#readBags(this.#decrypt(algorithm, octetsOf(sealed)), 0)
      }
    }
    return { keys: this.#keys, certificates: this.#certificates }
  }

  #readBags(contents: string, depth: number): void {
    if (depth > NESTING_MAX) throw new PfxStopped('not-a-pfx')
    for (const bag of childrenOf(parse(contents))) {
      const [id, holder] = childrenOf(bag)
      const [value] = childrenOf(holder)
      const type = oidOf(id)
      if (type === OIDS.keyBag) this.#addKey(derOf(value))
      else if (type === OIDS.shroudedKeyBag) {
        const [algorithm, sealed] = childrenOf(value)
        this.#addKey(this.#decrypt(algorithm, octetsOf(sealed)))
      } else if (type === OIDS.certificateBag) {
        const [, certificate] = childrenOf(value)
        this.#addCertificate(octetsOf(childrenOf(certificate)[0]))
      } else if (type === OIDS.nestedBag) this.#readBags(derOf(value), depth + 1)
    }
  }

  #addKey(der: string): void {
    const bytes = Buffer.from(der, 'latin1')
    try {
      this.#keys.push(createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }))
    } catch {
      // Decrypted with a wrong password, or a kind of key that OpenSSL does not know.
      throw new PfxStopped('not-a-pfx')
    } finally {
      bytes.fill(0)
    }
  }

  #addCertificate(der: string): void {
    try {
      this.#certificates.push(new X509Certificate(Buffer.from(der, 'latin1')))
    } catch {
      // One that cannot be read is one that nobody can choose.
    }
  }

  #decrypt(algorithm: Asn1 | undefined, sealed: string): string {
    const [id, parameters] = childrenOf(algorithm)
    const scheme = oidOf(id)
    if (parameters === undefined) throw new PfxStopped('not-a-pfx')
    limitRounds(parameters)
    const { units, bytes } = this.#spelling
    const cipher = cipherOf(scheme, parameters, scheme === OIDS.pbes2 ? bytes : units)
    cipher.update(forge.util.createBuffer(sealed))
    if (!cipher.finish()) throw new PfxStopped('not-a-pfx')
    return cipher.output.getBytes()
  }
}

interface Decipher {
  update(input: forge.util.ByteStringBuffer): void
  finish(): boolean
  readonly output: forge.util.ByteStringBuffer
}

/** Left out of the library's types. */
const pbe = (forge.pki as unknown as { pbe: { getCipher: CipherMaker } }).pbe
type CipherMaker = (oid: string, parameters: Asn1, password: string | null) => Decipher

function cipherOf(scheme: string, parameters: Asn1, password: string | null): Decipher {
  try {
    return pbe.getCipher(scheme, parameters, password)
  } catch {
    // The library's complaint names the schemes that it knows.
    throw new PfxStopped('encryption')
  }
}

function limitRounds(parameters: Asn1): void {
  for (const part of childrenOf(parameters)) {
    if (part.type === forge.asn1.Type.INTEGER) {
      if (numberOf(part) > ROUNDS_MAX) throw new PfxStopped('encryption')
    } else if (Array.isArray(part.value)) limitRounds(part)
  }
}

/** `getCipher` and friends throw for what is no BER at all. */
function parse(bytes: string): Asn1 {
  try {
    return forge.asn1.fromDer(bytes, { parseAllBytes: false } as unknown as boolean)
  } catch {
    throw new PfxStopped('not-a-pfx')
  }
}

function childrenOf(value: Asn1 | undefined): Asn1[] {
  if (value === undefined || !Array.isArray(value.value)) throw new PfxStopped('not-a-pfx')
  return value.value
}

/** What a ContentInfo of that type holds. */
function contentOf(info: Asn1 | undefined, type: string): Asn1 {
  const [id, holder] = childrenOf(info)
  const [content] = childrenOf(holder)
  if (content === undefined || oidOf(id) !== type) throw new PfxStopped('not-a-pfx')
  return content
}

function oidOf(value: Asn1 | undefined): string {
  if (value?.type !== forge.asn1.Type.OID || typeof value.value !== 'string') {
    throw new PfxStopped('not-a-pfx')
  }
  return forge.asn1.derToOid(value.value)
}

/** Also in the pieces into which tools of Windows and Java cut it. */
function octetsOf(value: Asn1 | undefined): string {
  if (value === undefined) throw new PfxStopped('not-a-pfx')
  return typeof value.value === 'string' ? value.value : value.value.map(octetsOf).join('')
}

function derOf(value: Asn1 | undefined): string {
  if (value === undefined) throw new PfxStopped('not-a-pfx')
  return forge.asn1.toDer(value).getBytes()
}

/** Of an unsigned whole number; anything wider than four bytes counts as endless. */
function numberOf({ value }: Asn1): number {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'latin1')
  return bytes.length === 0 || bytes.length > 4
    ? Number.POSITIVE_INFINITY
    : bytes.readUIntBE(0, bytes.length)
}
