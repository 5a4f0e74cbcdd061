import { createHmac } from 'node:crypto'
import forge from 'node-forge'
import { type Asn1, childrenOf, numberOf, octetsOf, oidOf, PfxStopped } from './pfx-values.ts'

const PBES2 = '1.2.840.113549.1.5.13'
const MAC_HASHES: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/**
 * Rounds of a key derivation; a file that asks for more wants to keep us busy. PBKDF2 is OpenSSL's,
 * the derivation that PKCS#12 has of its own is the library's and a hundred times as slow.
 */
const ROUNDS_MAX = { own: 200_000, pbkdf2: 2_000_000 } as const
const MAC_KEY_ID = 3

/**
 * One way to write a password down: the old schemes take UTF-16 units, the new one bytes, and tools
 * have never agreed on either for what is beyond ASCII.
 */
export interface Spelling {
  /** Null is the empty password of those who leave out even its end. */
  readonly units: string | null
  readonly bytes: string
}

export function spellingsOf(password: string): Spelling[] {
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

/** Also true when there is none, or one of a kind we cannot compute: then only decrypting tells. */
export function macHolds(safe: string, macData: Asn1 | undefined, { units }: Spelling): boolean {
  if (macData === undefined) return true
  const [digestInfo, salt, rounds] = childrenOf(macData)
  const [algorithm, digest] = childrenOf(digestInfo)
  const name = MAC_HASHES[oidOf(childrenOf(algorithm)[0])]
  if (name === undefined) return true
  limitRounds(macData, ROUNDS_MAX.own)
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

/** What an algorithm and a password make of what was sealed with both. */
export function decrypt(
  algorithm: Asn1 | undefined,
  sealed: string,
  { units, bytes }: Spelling,
): string {
  const [id, parameters] = childrenOf(algorithm)
  const scheme = oidOf(id)
  if (parameters === undefined) throw new PfxStopped('not-a-pfx')
  limitRounds(parameters, scheme === PBES2 ? ROUNDS_MAX.pbkdf2 : ROUNDS_MAX.own)
  const cipher = cipherOf(scheme, parameters, scheme === PBES2 ? bytes : units)
  cipher.update(forge.util.createBuffer(sealed))
  if (!cipher.finish()) throw new PfxStopped('not-a-pfx')
  return cipher.output.getBytes()
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

function limitRounds(parameters: Asn1, max: number): void {
  for (const part of childrenOf(parameters)) {
    if (part.type === forge.asn1.Type.INTEGER) {
      const number = numberOf(part)
      if (number < 1 || number > max) throw new PfxStopped('encryption')
    } else if (Array.isArray(part.value)) limitRounds(part, max)
  }
}
