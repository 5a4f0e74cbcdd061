import type { WebhookStatus } from '../../db/tables/api-keys.ts'

/** An address of a firm that is called with what happens. */
export interface Webhook {
  readonly id: number
  readonly apiKeyId: number
  readonly url: string
  readonly createdAt: Date
  readonly status: WebhookStatus
  /** It has all events up to this one. */
  readonly seq: number
  readonly attempts: number
  readonly failingSince: Date | null
  readonly nextAt: Date
  readonly answer: string | null
  readonly calledAt: Date | null
  readonly acceptedAt: Date | null
}

/** One that a worker is calling, with what signs the call. */
export interface ClaimedWebhook extends Webhook {
  readonly sealedSecret: string
}

/** How a call ended. */
export type WebhookSettlement =
  /** There was nothing that it may be told. */
  | { readonly as: 'passed'; readonly reached: number }
  | { readonly as: 'accepted'; readonly reached: number; readonly answer: string }
  | {
      readonly as: 'postponed'
      readonly answer: string
      readonly since: Date
      readonly next: Date
    }
  | { readonly as: 'dead'; readonly answer: string }

/** For so long a call is tried again before the webhook is given up. */
export const GIVE_UP_HOURS = 72
export const WEBHOOKS_PER_KEY = 5
