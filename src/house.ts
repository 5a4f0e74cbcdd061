import type { Context } from './context.ts'
import { identityComposers } from './identity/mail.ts'
import type { Composers } from './outbox/mail.ts'
import { receiptComposers } from './receipts/mail.ts'
import type { RidePool } from './ride/ride-pool.ts'
import { createRidePool } from './ride/ride-pool.ts'
import type { Assets } from './web/assets.ts'
import { loadAssets } from './web/assets.ts'
import { openMetrics } from './web/operations.ts'
import type { Templates } from './web/render.ts'
import { loadTemplates } from './web/render.ts'

/** What is made once and kept ready: templates, files for browsers, drawing threads, metrics. */
export interface House {
  assets: Assets
  templates: Templates
  registry: ReturnType<typeof openMetrics>
  ridePool: RidePool
  composers: Composers
  close(): Promise<void>
}

export async function furnishHouse(context: Context): Promise<House> {
  const assets = await loadAssets()
  const templates = loadTemplates(assets)
  const ridePool = createRidePool()
  const needs = {
    templates,
    ridePool,
    brand: context.policy.brand,
    publicUrl: context.config.publicUrl,
  }
  return {
    assets,
    templates,
    registry: openMetrics(),
    ridePool,
    composers: new Map([...identityComposers(needs), ...receiptComposers(needs)]),
    close: () => ridePool.close(),
  }
}
