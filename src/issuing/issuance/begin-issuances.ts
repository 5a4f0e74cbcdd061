import { lockFor } from '../../db/lock.ts'
import type { Tx } from '../../db/transaction.ts'
import { composeAccessKey } from '../../sri/access-key.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import { holdCredits } from '../credit-notes/hold-credits.ts'
import type { EmissionPoint, Issuer, Numbered } from '../issuer/issuer.ts'
import { issuerNamed } from '../issuer/issuer.ts'
import { listIssuers, pointFor, pointsOf } from '../issuer/issuer-store.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { takeFreeNumbers } from '../numbering/kept-number-store.ts'
import { numericCode } from '../numbering/numeric-code.ts'
import type { Series } from '../numbering/sequence-store.ts'
import { addEvents } from './event-store.ts'
import type { LotPlace } from './issuance.ts'
import { isUnnamedFee } from './issuance.ts'
import type { NewIssuance } from './issuance-store.ts'
import { addIssuances, issuancesFor } from './issuance-store.ts'

/** Something to be issued. */
export interface IssuanceRequest {
  /** What it is issued for: asked twice for the same, there is one document. */
  readonly source: string
  readonly draft: ReceiptDraft
  /** Whether it is a charge of the bank, whose buyer must have a name. */
  readonly isFee: boolean
  readonly lot: LotPlace | null
}

export type BegunIssuance =
  | {
      readonly ok: true
      readonly issuanceId: number
      readonly accessKey: string
      /** False when the source had its document already. */
      readonly isNew: boolean
    }
  | { readonly ok: false; readonly refusal: IssuingRefusal }

interface BeginNeeds {
  /** Cryptographically strong bytes. */
  readonly random: (length: number) => Buffer
  /** Whose documents they are, whatever the drafts say. */
  readonly issuerId?: number
  /** The key of a credit note whose place the new one takes: it gives nothing back any more. */
  readonly insteadOf?: string
}

/**
 * Gives each draft its number and its key, in the transaction that keeps it, so that a number is
 * used once and none is left out, whoever else issues and wherever this is cut short. A draft that
 * is refused takes no number; so is a credit note that gives back more than is left of its invoice,
 * together with those before it.
 *
 * @returns one answer for each request, in order
 */
export async function beginIssuances(
  tx: Tx,
  requests: readonly IssuanceRequest[],
  needs: BeginNeeds,
  now: Date,
): Promise<BegunIssuance[]> {
  // Two that ask for the same source at once must not both find it free.
  await lockFor(tx, 'numbering')
  const sources = requests.map(({ source }) => source)
  const begun: Map<string, BegunIssuance> = new Map()
  for (const [source, found] of await issuancesFor(tx, sources)) {
    begun.set(source, { ok: true, ...found, isNew: false })
  }
  const fresh = new Map(requests.map((one) => [one.source, one] as const).toReversed())
  for (const source of begun.keys()) fresh.delete(source)
  const asked = requests.filter((one) => fresh.get(one.source) === one)
  const placed = await place(tx, asked, needs)
  const numbered: NewIssuance[] = []
  for (const group of placed.groups) {
    const { length } = group.requests
    const numbers = await takeFreeNumbers(tx, group.series, group.issuer.ruc, length)
    if (numbers === null) {
      const { establishment, point } = group.series
      const refusal = refuseIssuing('series-full', { place: `${establishment}-${point}` })
      for (const { source } of group.requests) placed.refused.set(source, refusal)
      continue
    }
    for (const [at, request] of group.requests.entries()) {
      numbered.push(withNumber(request, group, numbers[at] ?? 0, needs.random))
    }
  }
  const ids = await addIssuances(tx, numbered, now)
  await addEvents(
    tx,
    numbered.map((one, at) => numberedEvent(one, ids[at] ?? 0)),
    now,
  )
  for (const [at, { source, accessKey }] of numbered.entries()) {
    begun.set(source, { ok: true, issuanceId: ids[at] ?? 0, accessKey, isNew: true })
  }
  return requests.map((request): BegunIssuance => {
    const refusal = placed.refused.get(request.source)
    if (refusal) return { ok: false, refusal }
    const one = begun.get(request.source)
    if (!one) throw new Error(`Nothing was begun for ${request.source}`)
    return one.ok && fresh.has(request.source) && fresh.get(request.source) !== request
      ? { ...one, isNew: false }
      : one
  })
}

interface Group {
  readonly series: Series
  readonly issuer: Issuer
  readonly requests: IssuanceRequest[]
}

interface Placeable {
  readonly request: IssuanceRequest
  readonly judged: Omit<Group, 'requests'>
}

/** Sorts requests by the series in which they get their numbers; says why some get none. */
async function place(
  tx: Tx,
  requests: readonly IssuanceRequest[],
  { issuerId, insteadOf }: BeginNeeds,
): Promise<{ groups: Group[]; refused: Map<string, IssuingRefusal> }> {
  const groups = new Map<string, Group>()
  const refused = new Map<string, IssuingRefusal>()
  const issuers = requests.length > 0 ? await listIssuers(tx) : []
  const named = (draft: ReceiptDraft) =>
    issuerId === undefined
      ? issuerFor(issuers, draft)
      : (issuers.find(({ id }) => id === issuerId) ?? refuseIssuing('no-issuer'))
  const byIssuer = Map.groupBy(requests, ({ draft }) => named(draft))
  for (const [issuer, asked] of byIssuer) {
    if ('message' in issuer) {
      for (const { source } of asked) refused.set(source, issuer)
      continue
    }
    const points = await pointsOf(tx, issuer.id)
    const placeable: Placeable[] = []
    for (const request of asked) {
      const judged = judge(request, issuer, points)
      if ('series' in judged) placeable.push({ request, judged })
      else refused.set(request.source, judged)
    }
    const drafts = placeable.map(({ request }) => request.draft)
    const held = await holdCredits(tx, issuer, drafts, { except: insteadOf })
    for (const [at, { request, judged }] of placeable.entries()) {
      const refusal = held[at]
      if (refusal) {
        refused.set(request.source, refusal)
        continue
      }
      const { kind, establishment, point } = judged.series
      const name = `${issuer.id} ${kind} ${establishment} ${point}`
      const group = groups.get(name) ?? { ...judged, requests: [] }
      group.requests.push(request)
      groups.set(name, group)
    }
  }
  return { groups: [...groups.values()], refused }
}

function issuerFor(
  issuers: readonly Issuer[],
  { issuerRuc }: ReceiptDraft,
): Issuer | IssuingRefusal {
  const found = issuerNamed(issuers, issuerRuc)
  switch (found) {
    case 'none':
      return refuseIssuing('no-issuer')
    case 'several':
      return refuseIssuing('several-issuers')
    case 'unknown':
      return refuseIssuing('unknown-issuer', { ruc: issuerRuc ?? '' })
    default:
      return found
  }
}

function judge(
  { draft, isFee }: IssuanceRequest,
  issuer: Issuer,
  points: readonly EmissionPoint[],
): IssuingRefusal | Omit<Group, 'requests'> {
  const wanted = draft.series && {
    establishment: draft.series.establishment,
    point: draft.series.issuePoint,
  }
  const found = pointFor(points, wanted)
  if (!found) {
    return wanted === null
      ? refuseIssuing('no-default-point')
      : refuseIssuing('unknown-point', { place: `${wanted.establishment}-${wanted.point}` })
  }
  if (isUnnamedFee(draft, isFee)) return refuseIssuing('fee-unnamed')
  const { establishment, point } = found
  const { id: issuerId, environment } = issuer
  const { kind } = draft.document
  return { issuer, series: { issuerId, environment, kind, establishment, point } }
}

function withNumber(
  { source, draft, isFee, lot }: IssuanceRequest,
  { series, issuer }: Group,
  sequence: number,
  random: BeginNeeds['random'],
): NewIssuance {
  const numbered = { ...series, issuedOn: draft.issuedOn, sequence }
  const accessKey = keyOf(numbered, issuer.ruc, numericCode(random))
  return { ...numbered, accessKey, source, draft, isFee, lot }
}

/** The key of a document, from its number and eight digits of chance. */
export function keyOf(
  of: Omit<Numbered, 'accessKey'> & Pick<Series, 'kind'>,
  issuerRuc: string,
  code: string,
): string {
  const { issuedOn, kind, environment, establishment, point: issuePoint, sequence } = of
  return composeAccessKey({
    issuedOn,
    kind,
    issuerRuc,
    environment,
    establishment,
    issuePoint,
    sequence: String(sequence).padStart(9, '0'),
    numericCode: code,
  })
}

function numberedEvent(
  { establishment, point, sequence, accessKey }: NewIssuance,
  issuanceId: number,
) {
  const number = formatDocumentNumber(establishment, point, String(sequence))
  const text = `Recibió el número ${number} y la clave ${accessKey}.`
  return { issuanceId, what: 'numbered', code: null, text } as const
}
