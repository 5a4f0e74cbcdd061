/** What is wrong with a field of the form that brings a certificate. */
export const certificateProblems = {
  ruc: 'Escribe el RUC del emisor: 13 dígitos que terminan en 001.',
  waiting:
    'Ya hay un certificado de este emisor que espera a otra persona: que lo decida, o retíralo si es tuyo, antes de subir otro.',
  file: 'Elige el archivo .p12 o .pfx que te dio la entidad certificadora.',
}

/** A form that did not come to its end. */
export const brokenCertificates = {
  'too-large': 'Ese archivo es demasiado grande para ser un certificado: tiene más de 1 MB.',
  'too-many': 'Elige un solo archivo.',
  cut: 'El archivo llegó incompleto. Inténtalo de nuevo.',
} as const

/** Why one that waits is not put in use. */
export const certificateRefusals = {
  gone: 'Ese certificado ya no espera: recházalo y que lo suban de nuevo si hace falta.',
  overtaken:
    'Mientras esperaba se puso en uso otro certificado de este emisor: recházalo, y que suban de nuevo el que corresponda.',
}
