/** What a sentence of this room may tell. */
interface Facts {
  readonly value?: string
  readonly expected?: string
}

type Sentence = (facts: Facts) => string

const VALUE_CHARACTERS_MAX = 80

/** Why a signature does not hold, or not without doubt. */
const signatureFaults = {
  'no-signature': () => 'El comprobante no lleva firma.',
  'several-signatures': () => 'El comprobante lleva más de una firma y no se sabe cuál vale.',
  'signature-misplaced': () =>
    'La firma no está donde debe: es lo último dentro del comprobante, y nada va después.',
  'signature-form': ({ value }) =>
    `La firma está mal armada: falta, sobra o no se entiende «${value ?? ''}».`,
  'root-id': () =>
    'El comprobante no lleva id="comprobante" en su primer elemento, que es lo que se firma.',
  'repeated-id': ({ value }) =>
    `Dos partes del comprobante llevan el mismo id «${value ?? ''}» y no se sabe cuál se firmó.`,
  'outside-reference': ({ value }) =>
    `La firma se refiere a algo que no está en el comprobante: «${value ?? ''}».`,
  'unknown-reference': ({ value }) =>
    `La firma se refiere a una parte que no se firma: «${value ?? ''}».`,
  'document-not-signed': () => 'La firma no cubre el comprobante entero.',
  'properties-not-signed': () => 'La firma no cubre su propia fecha y su certificado.',
  'transform-refused': ({ value }) =>
    `La firma pide transformar el comprobante de un modo que no se admite: «${value ?? ''}».`,
  'canonicalization-refused': ({ value }) =>
    `La firma pide una forma canónica que no se admite: «${value ?? ''}».`,
  'algorithm-refused': ({ value }) =>
    `La firma usa un algoritmo que no se admite: «${value ?? ''}». Se admiten RSA con SHA-1 y SHA-256.`,
  'document-altered': () => 'El comprobante se modificó después de firmarse.',
  'properties-altered': () =>
    'La fecha o los datos de la firma se modificaron después de firmarse el comprobante.',
  'key-info-altered': () =>
    'El certificado que lleva la firma se cambió después de firmarse el comprobante.',
  'value-mismatch': () => 'El valor de la firma no corresponde a la clave del certificado.',
  'key-value-differs': () =>
    'La clave que la firma lleva aparte (KeyValue) no es la del certificado; vale la del certificado.',
  'weak-key': ({ value }) =>
    `La clave del certificado es demasiado corta: ${value ?? ''} bits. El mínimo es 2048.`,
  'not-rsa': () => 'La clave del certificado no es RSA, la única que admite el SRI.',
  'certificate-unreadable': () => 'No se puede leer el certificado que lleva la firma.',
  'no-signing-certificate': () => 'La firma no dice con qué certificado se hizo.',
  'other-certificate': () =>
    'El certificado que lleva la firma no es aquel con el que dice estar hecha.',
  'no-signing-time': () => 'La firma no dice cuándo se hizo.',
  'signing-time-form': () => 'No se entiende la fecha de la firma.',
  'certificate-expired': ({ value }) =>
    `El certificado ya había caducado cuando se firmó: valía hasta el ${value ?? ''}.`,
  'certificate-not-yet': ({ value }) =>
    `El certificado aún no valía cuando se firmó: empieza el ${value ?? ''}.`,
  'certificate-of-authority': () =>
    'El certificado es de una autoridad o de alguien que se certificó a sí mismo como tal; no es de firma.',
  'not-for-signing': () => 'El certificado no es de firma digital.',
  'for-encryption': () =>
    'El certificado es de cifrado y no de firma digital. El SRI anunció que los rechaza, aunque ha autorizado comprobantes firmados así.',
  'other-ruc': ({ value, expected }) =>
    `El certificado es de otro contribuyente: su RUC es ${value ?? ''} y el del emisor ${expected ?? ''}.`,
  'other-person': () => 'El certificado es de otra persona: su cédula no es la del RUC del emisor.',
  'no-ruc': () => 'El certificado no dice de qué contribuyente es: no lleva RUC ni cédula.',
  'no-issuer': () => 'El comprobante no dice el RUC de su emisor.',
  'untrusted-authority': ({ value }) =>
    `El certificado no viene de una autoridad reconocida. Lo emitió «${value ?? ''}».`,
  'authorities-unknown': () =>
    'No se comprobó la autoridad que emitió el certificado, porque no se dieron autoridades reconocidas.',
  'not-examined': () => 'No se pudo comprobar, por lo que se dice de la forma de la firma.',
} satisfies Record<string, Sentence>

/** Why a PKCS#12 file is refused. */
const pkcs12Refusals = {
  'p12-too-large': () =>
    'El archivo es demasiado grande para ser un certificado. Busca el archivo .p12 o .pfx que te dio la autoridad.',
  'p12-not-a-p12': () =>
    'El archivo no es un certificado .p12 o .pfx, o está incompleto. Busca el archivo que te dio la autoridad de certificación.',
  'p12-password': () => 'La contraseña del certificado no es correcta. Escríbela otra vez.',
  'p12-encryption': () =>
    'El archivo está protegido de un modo que no se admite. Expórtalo otra vez con AES-256 o 3DES.',
  'p12-no-key': () =>
    'El archivo no trae la clave privada, y sin ella no se firma. Expórtalo otra vez con su clave.',
  'p12-no-certificate': () =>
    'El archivo trae una clave, pero no su certificado. Pide a la autoridad el archivo completo.',
  'p12-not-rsa': () =>
    'La clave del archivo no es RSA, la única que admite el SRI. Pide a la autoridad un certificado RSA de 2048 bits.',
} satisfies Record<string, Sentence>

/** What is noticed when a certificate is to sign from now on. */
const certificateFindings = {
  expired: ({ value }) => `El certificado caducó el ${value ?? ''}. Renuévalo y sube el nuevo.`,
  'not-yet-valid': ({ value }) =>
    `El certificado vale desde el ${value ?? ''}. Espera hasta entonces o sube otro.`,
  'expires-soon': ({ value }) =>
    `El certificado caduca el ${value ?? ''}. Pide su renovación a la autoridad.`,
  'is-authority': () =>
    'El certificado es de una autoridad y no de firma. Sube el que la autoridad emitió para ti.',
  'not-for-signing': () =>
    'El certificado no es de firma digital, y el SRI rechaza lo que se firma con él. Sube el de firma.',
  'for-encryption': () =>
    'El certificado es de cifrado y no de firma digital. El SRI anunció que los rechaza, aunque los ha admitido: sube el de firma, o prueba antes en el ambiente de pruebas.',
  'other-ruc': ({ value, expected }) =>
    `El certificado es del RUC ${value ?? ''} y el emisor es ${expected ?? ''}. Sube un certificado del emisor.`,
  'other-person': ({ expected }) =>
    `El certificado es de otra persona: su cédula no es la del RUC ${expected ?? ''}. Sube un certificado del emisor.`,
  'no-ruc': ({ expected }) =>
    `El certificado no lleva el RUC ${expected ?? ''} ni cédula, y el SRI rechaza lo que se firma con él. Pide uno para facturación electrónica.`,
  'not-rsa': () =>
    'La clave del certificado no es RSA, la única que admite el SRI. Pide uno RSA de 2048 bits.',
  'weak-key': ({ value }) =>
    `La clave del certificado tiene ${value ?? ''} bits y hacen falta 2048. Pide un certificado nuevo.`,
  'self-signed': () =>
    'El certificado no lo emitió ninguna autoridad, y el SRI rechaza lo que se firma con él. Pide uno a una autoridad acreditada.',
  'untrusted-authority': ({ value }) =>
    `El certificado lo emitió «${value ?? ''}», que no está entre las autoridades reconocidas. Sube uno de una autoridad acreditada.`,
} satisfies Record<string, Sentence>

export type SignatureFaultCode = keyof typeof signatureFaults
export type Pkcs12RefusalCode = keyof typeof pkcs12Refusals
export type CertificateFindingCode = keyof typeof certificateFindings

/** A code for programs and its Spanish sentence. */
export interface Said<Code extends string> {
  readonly code: Code
  readonly message: string
}

export function signatureFault(
  code: SignatureFaultCode,
  facts: Facts = {},
): Said<SignatureFaultCode> {
  return { code, message: tell(signatureFaults[code], facts) }
}

export function pkcs12Refusal(code: Pkcs12RefusalCode): Said<Pkcs12RefusalCode> {
  return { code, message: tell(pkcs12Refusals[code], {}) }
}

export function certificateFinding(
  code: CertificateFindingCode,
  facts: Facts = {},
): Said<CertificateFindingCode> {
  return { code, message: tell(certificateFindings[code], facts) }
}

/** The sentence when all holds: `Firmado por … el 16 nov 2026, 18:09.` */
export function verifiedSentence(name: string, when: string | null): string {
  const by = `Firmado por ${clip(name)}`
  return when === null ? `${by}; la firma no dice cuándo se hizo.` : `${by} el ${when}.`
}

function tell(sentence: Sentence, facts: Facts): string {
  const { value } = facts
  return sentence(value === undefined ? facts : { ...facts, value: clip(value) })
}

/** Documents and certificates are anybody's: what they say is put on one line and cut. */
function clip(text: string): string {
  const line = text
    .slice(0, VALUE_CHARACTERS_MAX * 4)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return line.length <= VALUE_CHARACTERS_MAX ? line : `${line.slice(0, VALUE_CHARACTERS_MAX - 1)}…`
}
