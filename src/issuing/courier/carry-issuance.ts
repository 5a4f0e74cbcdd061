import type { Packer } from '../../receipts/documents/stored-document.ts'
import type { KnownVerdict } from '../../receipts/signatures/signature-verdict.ts'
import type { ServiceFailure, SriService } from '../../sri/service/sri-service.ts'
import type { IssuanceRow } from '../issuance/claim-store.ts'
import { decide, type Standing } from '../states/decide.ts'
import { type Authorized, type Hearing, hearAuthorization, hearReception } from '../states/hear.ts'
import { FAILURES, withoutPromise } from '../states/sentences.ts'
import {
  AFTER_ASKING,
  AFTER_SENDING,
  type AskHeard,
  type AskingState,
  type Move,
} from '../states/transitions.ts'
import { authorizedFile } from './authorized-file.ts'
import type { ServiceHeard, ServiceWatch } from './service-watch.ts'
import type { Carried } from './settle.ts'

/** A document that is held, with its signed file. */
export interface ClaimedIssuance {
  readonly row: IssuanceRow
  readonly step: 'send' | 'ask'
  readonly signed: Buffer
  /** What the signature of that very file was found to be worth. */
  readonly known: KnownVerdict | null
}

interface CarryNeeds {
  readonly service: SriService
  readonly now: () => Date
  readonly random: (length: number) => Buffer
}

/** Makes the one request that is due for a document, and works out what follows. Writes nothing. */
export async function carryIssuance(
  needs: CarryNeeds,
  watch: ServiceWatch,
  claimed: ClaimedIssuance,
  pack: Packer,
): Promise<Carried> {
  return claimed.step === 'send' ? send(needs, watch, claimed) : ask(needs, watch, claimed, pack)
}

async function send(
  needs: CarryNeeds,
  watch: ServiceWatch,
  { row, signed }: ClaimedIssuance,
): Promise<Carried> {
  const askedAt = needs.now()
  const answered = await needs.service.send(signed)
  const hearing = hearReception(answered, row.access_key)
  const failure = answered.ok ? null : answered.failure
  const service = watch.heard('reception', failure, { askedAt, now: needs.now() })
  const standing = standingOf(row)
  const counted = isCounted(failure, service) ? standing : { ...standing, sends: row.sends - 1 }
  const move = AFTER_SENDING[hearing.heard]
  return { ...settled(needs, row, counted, hearing, move), ready: null, service }
}

async function ask(
  needs: CarryNeeds,
  watch: ServiceWatch,
  { row, signed, known }: ClaimedIssuance,
  pack: Packer,
): Promise<Carried> {
  const askedAt = needs.now()
  const answered = await needs.service.authorization(row.access_key)
  const now = needs.now()
  const state = row.state as AskingState
  const sent = {
    accessKey: row.access_key,
    document: signed.toString('utf8'),
    edition: row.edition,
    sentAt: new Date(row.sent_at ?? row.changed_at),
    refusedThrough: row.refused_through,
  }
  const hearing = hearAuthorization(answered, sent, state, now)
  const failure = answered.ok ? null : answered.failure
  const service = watch.heard('authorization', failure, { askedAt, now })
  const ready = isAuthorized(hearing)
    ? authorizedFile(row.access_key, { signed, known }, hearing.authorization, pack)
    : null
  const standing = standingOf(row)
  const counted = isCounted(failure, service)
    ? standing
    : { ...standing, questions: row.questions - 1 }
  const move = AFTER_ASKING[state][hearing.heard]
  return { ...settled(needs, row, counted, hearing, move), ready, service }
}

/** Whether a request is one of the tries of its key: not what never arrived, or met a service that is down for all. */
function isCounted(failure: ServiceFailure | null, { heard }: ServiceHeard): boolean {
  return failure === null || (FAILURES[failure.kind].arrived && heard === 'silent')
}

function isAuthorized(hearing: Hearing<AskHeard> | Authorized): hearing is Authorized {
  return hearing.heard === 'authorized'
}

function settled(
  { now, random }: CarryNeeds,
  row: IssuanceRow,
  standing: Standing,
  { heard, code, says, refusedThrough }: Hearing,
  move: Move,
): Pick<Carried, 'settlement'> {
  const chance = random(4).readUInt32LE() / 2 ** 32
  const world = { now: now(), random: chance, limited: heard === 'limit' }
  const decision = decide(standing, move, world)
  const told = move.says ?? says
  return {
    settlement: {
      row,
      decision,
      code,
      says: decision.isSpent ? withoutPromise(told) : told,
      ...(refusedThrough === undefined ? {} : { refusedThrough }),
    },
  }
}

/** What the next step of a document depends on, by its row. */
export function standingOf(row: IssuanceRow): Standing {
  return {
    state: row.state,
    tries: row.tries,
    refusals: row.refusals,
    refusedAt: row.refused_at === null ? null : new Date(row.refused_at),
    sends: row.sends,
    questions: row.questions,
  }
}
