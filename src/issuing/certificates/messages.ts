/** What is wrong with a field of the form that brings a certificate. */
export const certificateProblems = {
  ruc: 'Escribe el RUC del emisor: 13 dígitos que terminan en 001.',
  file: 'Elige el archivo .p12 o .pfx que te dio la entidad certificadora.',
}

/** A form that did not come to its end. */
export const brokenCertificates = {
  'too-large': 'Ese archivo es demasiado grande para ser un certificado: tiene más de 1 MB.',
  'too-many': 'Elige un solo archivo.',
  cut: 'El archivo llegó incompleto. Inténtalo de nuevo.',
} as const
