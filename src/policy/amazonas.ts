import type { Policy } from './policy.ts'

/**
 * The receipts portal of the instructions «Ingreso y uso – Aplicación Web de Facturación
 * Electrónica»: first user and password are the cédula, then a personal password and an e-mail.
 * Where they give no number, the banking channel of the same bank or current guidance does.
 */
export const amazonas: Policy = {
  brand: {
    name: 'Banco Ceibo',
    legalName: 'BANCO CEIBO S.A.',
    rucs: ['0990000000001'],
    phone: '1700 000 000',
    hours: 'lunes a viernes de 08:30 a 17:30',
    motto: 'Tus comprobantes, siempre a mano',
    safety: 'Nunca te pediremos tu contraseña ni tus códigos por correo, llamada o WhatsApp.',
    mailFooter: '',
    colour: '#0b6650',
    logo: null,
  },
  password: {
    lengthMin: 8,
    lengthMax: 64,
    lettersMin: 5,
    uppercaseMin: 1,
    digitsMin: 0,
    symbols: true,
    spaces: true,
  },
  code: {
    alphabet: 'ABCDEFGHJKMNPQRSTUVWXYZ23456789',
    length: 5,
    lifetimeMinutes: 5,
    attemptsMax: 5,
    resendAfterSeconds: 30,
  },
  login: { failuresMax: 3, failuresCeiling: 100 },
  session: { idleMinutes: 15, staffIdleMinutes: 15, absoluteHours: 8, limitedMinutes: 10 },
  firstLogin: {
    proof: 'onFile',
    windowHours: 24 * 30,
    receiptOpensWindow: true,
    sourcePer10Minutes: 30,
    sourcePerDay: 150,
  },
  recovery: { initialPasswordHours: 24, perHour: 3, perDay: 10 },
  mail: { retryHours: 72, digestHour: 18, bulkPerMinute: 12_000 },
  intake: { filesMax: 500, fileMegabytesMax: 512, refuseBadSignatures: false },
  retention: { sessionDays: 35, deviceDays: 180, lotFileDays: 90, eventDays: 400 },
}
