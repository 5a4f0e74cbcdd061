import type { PainterOptions } from '../ride/draw-ride.ts'
import { CEIBO_LOGO } from '../ride/layout/logo.ts'
import type { Policy } from './policy.ts'

/** The bank's mark as it is drawn on receipts. */
export function rideMarkOf({ brand: { logo, rucs } }: Pick<Policy, 'brand'>): PainterOptions {
  return { brand: { logo: logo?.drawn ?? CEIBO_LOGO, rucs } }
}
