import type { Generated } from 'kysely'

export interface IssuingTables {
  issuer: IssuerTable
  establishment: EstablishmentTable
  emission_point: EmissionPointTable
  emission_sequence: EmissionSequenceTable
  issuance: IssuanceTable
  issuance_document: IssuanceDocumentTable
  issuance_event: IssuanceEventTable
  outage: OutageTable
  sri_contact: SriContactTable
}

/** Who issues, with what the law makes each document say of them. */
interface IssuerTable {
  id: Generated<number>
  ruc: string
  /** Where documents are sent now; keys and numbers of the two never mix. */
  environment: 'test' | 'production'
  name: string
  trade_name: string | null
  /** Of the head office. */
  address: string
  keeps_accounts: number
  /** Numbers of resolutions, as documents print them; null where there is none. */
  special_taxpayer: string | null
  withholding_agent: string | null
  rimpe: 'entrepreneur' | 'popular' | null
  large_taxpayer: string | null
  /** Of the firm whose system issues, when it is not the issuer's own. */
  provider_ruc: string | null
  algorithm: 'rsa-sha1' | 'rsa-sha256'
  changed_at: string
}

interface EstablishmentTable {
  issuer_id: number
  /** Three digits. */
  code: string
  address: string
}

interface EmissionPointTable {
  issuer_id: number
  establishment: string
  /** Three digits. */
  code: string
  active: number
  /** Where a draft goes that names no place. */
  is_default: number
}

/** The next number of a series; there is no row before the first one is taken or set. */
interface EmissionSequenceTable {
  issuer_id: number
  environment: 'test' | 'production'
  kind: string
  establishment: string
  point: string
  next: number
}

/** Where a document stands on its way through the SRI: see `STEPS` in issuing/states. */
export type IssuanceState =
  | 'numbered'
  | 'faulty'
  | 'ready'
  | 'sending'
  | 'unanswered'
  | 'received'
  | 'registered'
  | 'number-taken'
  | 'number-lost'
  | 'returned'
  | 'unauthorized'
  | 'different'
  | 'authorized'

export type IssuanceStep = 'make' | 'send' | 'ask'

/** A document that has its number and its key, from the draft to the authorised receipt. */
interface IssuanceTable {
  id: Generated<number>
  /** What it is issued for, so that asking twice issues once: `lot:12:5`, `key:…`. */
  source: string
  issuer_id: number
  environment: 'test' | 'production'
  kind: string
  establishment: string
  point: string
  sequence: number
  access_key: string
  /** JSON of a `ReceiptDraft`, as last corrected. */
  draft: string
  /** 1, and one more for each correction: what the SRI said of an earlier one is no longer so. */
  edition: number
  /** A charge of the bank, which can only be undone when its buyer has a name. */
  is_fee: number
  /** Of the invoice that a credit note gives back, as its draft says; null of anything else. */
  credited_number: string | null
  state: IssuanceState
  /** Null while nothing is due: it is through, or waits for a person. */
  next_step: IssuanceStep | null
  /** When it is due; while somebody holds it, when that ends unless they say more. */
  next_at: string | null
  claimed_by: string | null
  /** Rounds without getting on, for the length of the pauses. */
  tries: number
  /** When it was last sent: what is unknown to the SRI long after was lost there. */
  sent_at: string | null
  /** Bad sends of this key since `refused_at`: more than two lock it for a day. */
  refusals: number
  refused_at: string | null
  /** The SRI's own time of the last of its refusals that was acted upon: what it lists up to it is past. */
  refused_through: string | null
  /** How often its key was sent and asked for since a person last looked at it. */
  sends: Generated<number>
  questions: Generated<number>
  /** When that was enough: nothing is due until a person has looked. */
  spent_at: string | null
  /** What was last heard of it: the SRI's number for it or ours, and a sentence for staff. */
  answer_code: string | null
  answer: string | null
  /** The lot that brought it, and the place there. */
  lot_id: number | null
  lot_n: number | null
  /** The receipt that it became. */
  receipt_id: number | null
  /** When somebody said that nothing more is done with it: its number went to another document. */
  closed_at: string | null
  created_at: string
  changed_at: string
}

/** The signed file as it is sent, packed; gone once the receipt holds it. */
interface IssuanceDocumentTable {
  issuance_id: number
  sha256: string
  size: number
  dictionary_id: number | null
  bytes: Uint8Array
  /** JSON: what its signature was found to be worth when it was made; null in old ones. */
  verdict: string | null
}

/** What happened to a document on its way. Rows are only ever added. */
interface IssuanceEventTable {
  id: Generated<number>
  issuance_id: number
  at: string
  /** The state that it came to, or `corrected`. */
  what: string
  code: string | null
  text: string | null
}

/** The two services of the SRI that documents go through. */
export type OutageService = 'reception' | 'authorization'

/** A time during which one of the SRI's services did not answer. */
interface OutageTable {
  id: Generated<number>
  /** Null in old ones: of those nobody has written it down. */
  service: OutageService | null
  began_at: string
  /** The failure that began it. */
  cause: string
  /** One document at a time tries whether they answer again: how many did, and when the next may. */
  trials: number
  trial_at: string
  /** The moment of the first answer. */
  ended_at: string | null
  /** How many documents waited at its end. */
  waited: number | null
  /** The key of the document that was answered first. */
  first_key: string | null
}

/** When the SRI last answered anything, to the minute. One row, once it has. */
interface SriContactTable {
  id: number
  answered_at: string
}
