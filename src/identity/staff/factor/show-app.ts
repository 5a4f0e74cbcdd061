import type { PendingApp } from './enrol-app.ts'
import type { QrDrawing } from './qr.ts'
import { drawQr } from './qr.ts'

/** An app to be set up, for its page: the QR, and the secret in groups of four to be typed. */
export function showApp(
  { secret, address }: PendingApp,
  problem: string | null,
): { qr: QrDrawing; secret: string; problem: string | null } {
  return { qr: drawQr(address), secret: secret.match(/.{1,4}/g)?.join(' ') ?? secret, problem }
}
