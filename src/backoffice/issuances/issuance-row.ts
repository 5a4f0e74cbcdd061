import type { Db } from '../../db/open.ts'
import { ISSUANCES, LOTS } from '../../identity/staff/rights.ts'
import { formatLotNumber } from '../../intake/lots/lot.ts'
import type { CertificateLack } from '../../issuing/certificates/certificate-store.ts'
import { issuersWithoutCertificate } from '../../issuing/certificates/certificate-store.ts'
import type { ListedIssuance } from '../../issuing/issuance/list-store.ts'
import { listIssuers } from '../../issuing/issuer/issuer-store.ts'
import type { NextAction } from '../../issuing/states/next-action.ts'
import { nextActionOf } from '../../issuing/states/next-action.ts'
import { SPENT } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { issuerRucIn } from '../../sri/access-key.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { recipientsOf } from '../../sri/recipients.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import { readableName } from '../../values/person-name.ts'
import { maskTaxId } from '../../values/tax-id.ts'
import { agoWords } from '../panel/words.ts'
import { waitWords } from './time-words.ts'

/** A document on its way, in a list of the bank's people. */
export interface IssuanceRow {
  readonly href: string
  readonly title: string
  /** Who issues it, where there are several. */
  readonly issuer: string | null
  readonly recipient: string
  readonly recipientNumber: string
  readonly state: { readonly name: string; readonly tone: Tone }
  /** «hace 3 min». */
  readonly age: string
  readonly tries: number
  readonly lot: { readonly href: string; readonly text: string } | null
  /** What the SRI, or the portal, said last. */
  readonly answer: { readonly code: string | null; readonly text: string } | null
  readonly next: NextAction
  /** «en 4 min»; null when nothing is due. */
  readonly nextIn: string | null
}

type Tone = 'ok' | 'espera' | 'mal' | ''

/** What a row tells of the issuer of its document. */
export interface KnownIssuers {
  /** By RUC; nobody where there is only one. */
  readonly names: ReadonlyMap<string, string>
  /** What those lack who have nothing to sign with, by RUC. */
  readonly unsigned: ReadonlyMap<string, CertificateLack>
}

export async function knownIssuers(db: Db): Promise<KnownIssuers> {
  const issuers = await listIssuers(db)
  const named = issuers.length > 1 ? issuers : []
  return {
    names: new Map(named.map(({ ruc, name }) => [ruc, name])),
    unsigned: await issuersWithoutCertificate(db),
  }
}

export function issuanceRow(one: ListedIssuance, issuers: KnownIssuers, now: Date): IssuanceRow {
  const isClosed = one.closedAt !== null
  const ruc = issuerRucIn(one.accessKey)
  const lacks = issuers.unsigned.get(ruc) ?? null
  const next = nextActionOf({ ...one, isClosed, lacks })
  const { name, number } = recipientOf(one.draft)
  const lot = one.lot && formatLotNumber(one.lot)
  return {
    href: `${ISSUANCES}/${one.id}`,
    title: titleOf(one),
    issuer: issuers.names.get(ruc) ?? null,
    recipient: name,
    recipientNumber: number,
    state: stateOf(one, next),
    age: agoWords(one.createdAt, now),
    tries: one.tries,
    lot: lot === null ? null : { href: `${LOTS}/${lot}`, text: lot },
    answer: one.answer === null ? null : { code: codeOf(one.answerCode), text: one.answer },
    next,
    nextIn: nextIn(one, now),
  }
}

/** «Factura 001-002-000000012». */
export function titleOf(
  one: Pick<ListedIssuance, 'kind' | 'establishment' | 'point' | 'sequence'>,
): string {
  const { kind, establishment, point, sequence } = one
  const number = formatDocumentNumber(establishment, point, String(sequence))
  return `${kindFacts(kind).name} ${number}`
}

function stateOf(
  { state, isSpent, closedAt }: ListedIssuance,
  { who }: NextAction,
): IssuanceRow['state'] {
  if (closedAt !== null) return { name: 'Cerrado', tone: '' }
  const tone = who === 'person' ? 'mal' : state === 'authorized' ? 'ok' : 'espera'
  return { name: STATE_WORDS[isSpent ? SPENT : state].name, tone }
}

/** Our own words for a failure are no code of the SRI's. */
function codeOf(code: string | null): string | null {
  return code !== null && /^\d+$/.test(code) ? code : null
}

function nextIn({ nextAt, isHeld }: ListedIssuance, now: Date): string | null {
  if (nextAt === null) return null
  return isHeld ? 'en este momento' : waitWords(nextAt, now)
}

function recipientOf({ document }: ReceiptDraft): { name: string; number: string } {
  const first = recipientsOf(document).find(({ role }) => role === 'recipient')
  if (!first) return { name: 'Consumidor final', number: '' }
  return { name: readableName(first.name), number: maskTaxId(first.id ?? '') }
}
