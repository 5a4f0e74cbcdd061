import type { Db } from '../../db/open.ts'
import { nextAttempt } from '../../outbox/retry-schedule.ts'
import { eventsOf } from '../../receipts/feed/event-page-store.ts'
import { forgottenEvents } from '../../receipts/feed/forget-events-store.ts'
import { grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import type { Keys } from '../../values/keys.ts'
import { unseal } from '../../values/keys.ts'
import { describeEvent } from '../feed/describe-events.ts'
import { writePlace } from '../feed/feed-cursor.ts'
import { scopeOfKeyId } from '../keys/key-scope.ts'
import { signedHeaders } from './signature.ts'
import type { ClaimedWebhook, Webhook, WebhookSettlement } from './webhook.ts'
import { GIVE_UP_HOURS } from './webhook.ts'
import type { PostOutcome, WebhookPost } from './webhook-post.ts'

export interface CallNeeds {
  db: Db
  keys: Pick<Keys, 'seal' | 'token'>
  post: Pick<WebhookPost, 'send'>
  now: () => Date
  random: (length: number) => Buffer
}

/** So many events a call; the next call follows at once. */
const EVENTS_A_CALL = 100
const UINT32 = 2 ** 32
/** By which the other side says that there is nobody there any more. */
const GONE = 410

const TROUBLE = 'Algo falló de nuestro lado al prepararla. La repetiremos.'
const MISSED =
  'Ya no guardamos los eventos que le faltaban. Pide la lista y repítela desde un cursor reciente.'
const KEY_ENDED = 'La clave de este aviso ya no sirve.'

/**
 * Calls a webhook with the next events that its key may read, and says what is to be noted; writes
 * nothing itself but that their customers' receipts were told of, before they are. What was not
 * accepted is told again, under the same name unless newer events have come to it: who was told
 * twice can tell by the ids of the events.
 */
export async function callWebhook(
  needs: CallNeeds,
  webhook: ClaimedWebhook,
): Promise<WebhookSettlement> {
  const { db, keys, now } = needs
  const may = await scopeOfKeyId(db, webhook.apiKeyId, now())
  if (may === null) return { as: 'dead', answer: KEY_ENDED }
  const page = await eventsOf(db, may.scope, { after: webhook.seq, size: EVENTS_A_CALL })
  if (webhook.seq < (await forgottenEvents(db))) return { as: 'dead', answer: MISSED }
  const [first] = page.events
  if (!first) return { as: 'passed', reached: page.reached }
  const body = JSON.stringify({
    prueba: false,
    eventos: page.events.map((event) => describeEvent(event, may.clients)),
    siguiente: writePlace(keys.token, webhook.apiKeyId, page.reached),
  })
  const parties = new Set(page.events.map(({ partyId }) => partyId))
  const user = { loginId: may.loginId, apiKeyId: webhook.apiKeyId }
  await noteLook(db, user, 'webhook', grantsOfParties(may.scope, parties), now())
  const delivery = `${webhook.id}-${first.seq}-${page.events.at(-1)?.seq}`
  const outcome = await send(needs, webhook, { delivery, body })
  if (outcome.accepted) {
    return { as: 'accepted', reached: page.reached, answer: wordsOf(outcome) }
  }
  return afterFailure(needs, webhook, outcome)
}

/** Calls it with no event at all, to see whether it can be reached. */
export async function tryWebhook(
  needs: CallNeeds,
  webhook: Webhook & { readonly sealedSecret: string },
): Promise<PostOutcome> {
  const siguiente = writePlace(needs.keys.token, webhook.apiKeyId, webhook.seq)
  const body = JSON.stringify({ prueba: true, eventos: [], siguiente })
  const delivery = `${webhook.id}-prueba-${needs.random(4).toString('hex')}`
  return send(needs, webhook, { delivery, body })
}

async function send(
  { keys, post, now }: CallNeeds,
  { url, sealedSecret }: { url: string; sealedSecret: string },
  message: { delivery: string; body: string },
): Promise<PostOutcome> {
  const secret = unseal(keys.seal, sealedSecret)
  return post.send(url, signedHeaders(secret, message, now()), message.body)
}

/** What is to be noted of a call that could not even be made: it is tried again like any other. */
export function afterTrouble(needs: CallNeeds, webhook: ClaimedWebhook): WebhookSettlement {
  return afterFailure(needs, webhook, { accepted: false, status: null, answer: TROUBLE })
}

function afterFailure(
  { now, random }: CallNeeds,
  webhook: ClaimedWebhook,
  outcome: PostOutcome,
): WebhookSettlement {
  const answer = wordsOf(outcome)
  const since = webhook.failingSince ?? now()
  const retrying = { createdAt: since, urgent: false, attempts: webhook.attempts + 1 }
  const fraction = random(4).readUInt32BE() / UINT32
  const next = nextAttempt(retrying, GIVE_UP_HOURS, now(), fraction)
  if (outcome.status === GONE || next === null) return { as: 'dead', answer }
  return { as: 'postponed', answer, since, next }
}

function wordsOf({ status, answer }: PostOutcome): string {
  return status === null ? answer : `${status} ${answer}`.trim()
}
