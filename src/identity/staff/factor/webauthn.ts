import net from 'node:net'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { NewPasskey, Passkey } from './passkey-store.ts'

/** The library is only for who uses a passkey: it is read when the first one does. */
const library = () => import('@simplewebauthn/server')

/** For which site a passkey is good: `{ id: 'portal.banco.example', origin: 'https://…' }`. */
export interface Site {
  id: string
  origin: string
  /** As the browser names it. */
  name: string
}

/** ES256, EdDSA, RS256: what devices have; the library would also offer what Node calls experimental. */
const ALGORITHMS = [-7, -8, -257]
const TIMEOUT_MS = 120_000
const CHALLENGE_BYTES = 32

type Known = Pick<Passkey, 'credentialId' | 'transports'>

/** What a browser is to sign, new each time; base64url. */
export function newChallenge(random: (length: number) => Buffer): string {
  return random(CHALLENGE_BYTES).toString('base64url')
}

/** What `navigator.credentials.create` is asked for, as JSON. `challenge` is base64url. */
export async function creationOptions(
  site: Site,
  user: { id: number; name: string; displayName: string },
  known: readonly Known[],
  challenge: string,
): Promise<object> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: site.name,
    rpID: site.id,
    userID: Uint8Array.from(Buffer.from(`login:${user.id}`)),
    userName: user.name,
    userDisplayName: user.displayName,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    excludeCredentials: known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: TIMEOUT_MS,
  })
}

/** The key that a browser made for that challenge; null when what it sent proves nothing. */
export async function readCreation(
  site: Site,
  challenge: string,
  sent: string,
): Promise<Omit<NewPasskey, 'name'> | null> {
  const { verifyRegistrationResponse } = await library()
  try {
    const response = JSON.parse(sent) as RegistrationResponseJSON
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!registrationInfo) return null
    const { id, publicKey, counter, transports = [] } = registrationInfo.credential
    const key = Buffer.from(publicKey).toString('base64url')
    return { credentialId: id, publicKey: key, counter, transports: transports.filter(isPlain) }
  } catch {
    // Whatever is wrong with it (no JSON, another site, another challenge), it is no key.
    return null
  }
}

/** What `navigator.credentials.get` is asked for, as JSON. */
export async function requestOptions(
  site: Site,
  known: readonly Known[],
  challenge: string,
): Promise<object> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: site.id,
    allowCredentials: known.map(toDescriptor),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    userVerification: 'preferred',
    timeout: TIMEOUT_MS,
  })
}

/** Which of these keys signed that challenge, and how often it has; null when none did. */
export async function readSignature(
  site: Site,
  challenge: string,
  keys: readonly Passkey[],
  sent: string,
): Promise<{ passkey: Passkey; counter: number } | null> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const response = JSON.parse(sent) as AuthenticationResponseJSON
    const passkey = keys.find(({ credentialId }) => credentialId === response.id)
    if (!passkey) return null
    const publicKey = Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url'))
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential: { id: passkey.credentialId, publicKey, counter: passkey.counter },
      requireUserVerification: false,
    })
    return verified ? { passkey, counter: authenticationInfo.newCounter } : null
  } catch {
    // As above; a counter that went back (a copied key) ends here too.
    return null
  }
}

function toDescriptor({ credentialId, transports }: Known) {
  return { id: credentialId, transports }
}

/** A browser says of its transports what it likes. */
function isPlain(transport: string): boolean {
  return /^[a-z-]{1,20}$/.test(transport)
}

/**
 * The site that passkeys are for, where somebody reached the portal: the name in `publicUrl`, or on
 * its own machine the name that was typed. Null where it was reached by number: browsers make keys
 * for names only.
 */
export function siteAt(publicUrl: string, host: string | undefined, name: string): Site | null {
  const { protocol } = new URL(publicUrl)
  const { hostname, origin } = new URL(`${protocol}//${host ?? ''}`)
  return net.isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { id: hostname, origin, name } : null
}
