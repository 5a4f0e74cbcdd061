import type { Context } from './context.ts'
import { identityComposers } from './identity/mail.ts'
import { issuingComposers } from './issuing/mail.ts'
import type { Composers } from './outbox/mail.ts'
import { queueState } from './outbox/queue-store.ts'
import { rideMarkOf } from './policy/ride-mark.ts'
import type { FactsPool } from './practice/facts/facts-pool.ts'
import { createFactsPool } from './practice/facts/facts-pool.ts'
import { practiceComposers } from './practice/mail.ts'
import { packageComposers } from './practice/packages/mail.ts'
import { WebhookPost } from './practice/webhooks/webhook-post.ts'
import { receiptComposers } from './receipts/mail.ts'
import type { RidePool } from './ride/ride-pool.ts'
import { createRidePool } from './ride/ride-pool.ts'
import { addGauges, openMetrics } from './web/operations.ts'
import type { Assets } from './web/pages/assets.ts'
import { loadAssets } from './web/pages/assets.ts'
import type { Templates } from './web/pages/render.ts'
import { loadTemplates } from './web/pages/render.ts'
import { isPlainLoopback } from './web/safety/cookies.ts'

/** What pages are made of; the same for every house of a process. */
export interface Prints {
  readonly assets: Assets
  readonly templates: Templates
}

/** Reads, compresses and compiles what pages are made of: tenths of a second. */
export async function loadPrints(): Promise<Prints> {
  const assets = await loadAssets()
  return { assets, templates: loadTemplates(assets) }
}

/** What is made once and kept ready: templates, files for browsers, drawing threads, metrics. */
export interface House extends Prints {
  registry: ReturnType<typeof openMetrics>
  ridePool: RidePool
  factsPool: FactsPool
  composers: Composers
  webhookPost: WebhookPost
  close(): Promise<void>
}

export function furnishHouse(context: Context, prints: Prints): House {
  const { assets, templates } = prints
  const { config, live, policy } = context
  const { brand } = policy
  const ridePool = createRidePool(rideMarkOf(policy))
  live.onChange((changed) => ridePool.repaint(rideMarkOf(changed)))
  const factsPool = createFactsPool()
  const registry = openMetrics()
  // A portal that runs on this machine alone, to try it out, may call what does as well.
  const webhookPost = new WebhookPost({
    allowsLoopback: isPlainLoopback(new URL(config.publicUrl)),
  })
  // Every process would answer the same: only those that send are asked.
  if (config.role !== 'web') {
    addGauges(registry, 'mail_queue', 'Mails that have not left, by state.', () =>
      mailGauges(context),
    )
  }
  const needs = {
    templates,
    ridePool,
    brand,
    publicUrl: config.publicUrl,
  }
  return {
    assets,
    templates,
    registry,
    ridePool,
    factsPool,
    composers: new Map([
      ...identityComposers(needs),
      ...receiptComposers(needs),
      ...issuingComposers(needs),
      ...practiceComposers(needs),
      ...packageComposers(needs),
    ]),
    webhookPost,
    close: async () => {
      await Promise.all([ridePool.close(), factsPool.close(), webhookPost.close()])
    },
  }
}

async function mailGauges({ db, now }: Context): Promise<Record<string, number>> {
  const { pending, sending, failed, oldestDueSeconds } = await queueState(db, now())
  return { pending, sending, failed, oldest_due_seconds: oldestDueSeconds }
}
