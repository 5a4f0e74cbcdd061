/** How receipts are signed: the SRI's own document says SHA-1, and takes SHA-256 too. */
export type SignatureAlgorithm = 'rsa-sha1' | 'rsa-sha256'
export type HashName = 'sha1' | 'sha256'
/** Canonical XML 1.0 without comments, or its exclusive kind. */
export type CanonicalMode = 'inclusive' | 'exclusive'

export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const XADES = 'http://uri.etsi.org/01903/v1.3.2#'
export const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties'
export const ENVELOPED = `${DS}enveloped-signature`
export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'

/** The one id that the SRI looks for on the root of a receipt. */
export const DOCUMENT_ID = 'comprobante'
/** In bits; the SRI's document asks for 2048. */
export const KEY_BITS_MIN = 2048

interface AlgorithmFacts {
  readonly algorithm: SignatureAlgorithm
  readonly hash: HashName
  readonly method: string
  readonly digestMethod: string
}

export const algorithms: Readonly<Record<SignatureAlgorithm, AlgorithmFacts>> = {
  'rsa-sha1': {
    algorithm: 'rsa-sha1',
    hash: 'sha1',
    method: `${DS}rsa-sha1`,
    digestMethod: `${DS}sha1`,
  },
  'rsa-sha256': {
    algorithm: 'rsa-sha256',
    hash: 'sha256',
    method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
}

/** Whatever is not in these tables is refused: HMAC, DSA, MD5, XPath and XSLT among them. */
export const methods = new Map(Object.values(algorithms).map((facts) => [facts.method, facts]))
export const digestMethods = new Map(
  Object.values(algorithms).map(({ digestMethod, hash }) => [digestMethod, hash]),
)
export const canonicalModes: ReadonlyMap<string, CanonicalMode> = new Map([
  [INCLUSIVE, 'inclusive'],
  ['http://www.w3.org/2001/10/xml-exc-c14n#', 'exclusive'],
])
