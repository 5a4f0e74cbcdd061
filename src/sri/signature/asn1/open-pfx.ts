import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { decrypt, macHolds, type Spelling, spellingsOf } from './pfx-password.ts'
import {
  type Asn1,
  childrenOf,
  contentOf,
  derOf,
  octetsOf,
  oidOf,
  type PfxFault,
  PfxStopped,
  parseBer,
} from './pfx-values.ts'

/** What a PKCS#12 file holds, in no order that means anything. */
interface PfxContents {
  readonly keys: readonly KeyObject[]
  readonly certificates: readonly X509Certificate[]
}

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  nestedBag: '1.2.840.113549.1.12.10.1.6',
} as const

const NESTING_MAX = 8

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
    const [, authSafe, macData] = childrenOf(parseBer(Buffer.from(bytes).toString('latin1')))
    const safe = octetsOf(contentOf(authSafe, OIDS.data))
    return { ok: true, ...unlock(safe, macData, spellingsOf(password)) }
  } catch (error) {
    if (error instanceof PfxStopped) return { ok: false, fault: error.fault }
    throw error
  }
}

function unlock(safe: string, macData: Asn1 | undefined, spellings: Spelling[]): PfxContents {
  const fitting = spellings.filter((spelling) => macHolds(safe, macData, spelling))
  // Where a checksum tells the right password, what then cannot be opened is sealed in a strange way.
  let fault: PfxFault =
    macData === undefined || fitting.length === 0 ? 'wrong-password' : 'encryption'
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

/** Reads with one spelling of the password. */
class PfxReader {
  readonly #spelling: Spelling
  readonly #keys: KeyObject[] = []
  readonly #certificates: X509Certificate[] = []

  constructor(spelling: Spelling) {
    this.#spelling = spelling
  }

  read(safe: string): PfxContents {
    for (const info of childrenOf(parseBer(safe))) {
      const type = oidOf(childrenOf(info)[0])
      if (type === OIDS.data) this.#readBags(octetsOf(contentOf(info, type)), 0)
      else if (type === OIDS.encryptedData) {
        const [, encrypted] = childrenOf(contentOf(info, type))
        const [, algorithm, sealed] = childrenOf(encrypted)
        this.#readBags(decrypt(algorithm, octetsOf(sealed), this.#spelling), 0)
      }
    }
    return { keys: this.#keys, certificates: this.#certificates }
  }

  #readBags(contents: string, depth: number): void {
    if (depth > NESTING_MAX) throw new PfxStopped('not-a-pfx')
    for (const bag of childrenOf(parseBer(contents))) {
      const [id, holder] = childrenOf(bag)
      const [value] = childrenOf(holder)
      const type = oidOf(id)
      if (type === OIDS.keyBag) this.#addKey(derOf(value))
      else if (type === OIDS.shroudedKeyBag) {
        const [algorithm, sealed] = childrenOf(value)
        this.#addKey(decrypt(algorithm, octetsOf(sealed), this.#spelling))
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
}
