import {
  createPacker,
  type Dictionary,
  type Packer,
  type StoredDocument,
} from '../../receipts/documents/stored-document.ts'
import type { SignatureVerdict } from '../../receipts/signatures/signature-verdict.ts'
import type { Environment } from '../../sri/access-key.ts'
import { checkDocument } from '../../sri/check.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { writeDocument, XML_DECLARATION } from '../../sri/xml/write-xml.ts'
import type { Day } from '../../values/day.ts'
import { isUnnamedFee, OWN_FAULT, SIGNING_FAULT } from '../issuance/issuance.ts'
import type { Issuer, Numbered } from '../issuer/issuer.ts'
import { refuseIssuing } from '../messages.ts'
import { addIssuer } from './add-issuer.ts'
import type { Signing, SigningPlan } from './signing.ts'

/** A document to be made. Plain data, for threads; the draft stays the text that it is in its row. */
export interface MakingTask {
  readonly issuanceId: number
  readonly issuerId: number
  readonly draft: string
  readonly isFee: boolean
  readonly environment: Environment
  readonly establishment: string
  readonly point: string
  readonly sequence: number
  readonly accessKey: string
  /** The instant that its signature names. */
  readonly signedAt: string
}

/** What making depends on, besides the drafts. Plain data, for threads. */
export interface MakingRules {
  readonly issuers: readonly IssuerRules[]
  readonly dictionary: Dictionary | null
  readonly today: Day
}

export interface IssuerRules {
  readonly issuer: Issuer
  /** Of its establishments, by their codes. */
  readonly addresses: Readonly<Record<string, string>>
  readonly signing: SigningPlan
}

/** A document that is signed and packed, or why it cannot be. */
export type MadeDocument =
  | {
      readonly issuanceId: number
      readonly document: StoredDocument
      /** What was found of its signature, before it leaves. */
      readonly verdict: SignatureVerdict
    }
  | {
      readonly issuanceId: number
      readonly document: null
      readonly code: typeof OWN_FAULT | typeof SIGNING_FAULT
      /** In Spanish; all that is wrong. */
      readonly says: string
    }

/** What the SRI takes at most; above it, it answers 26. */
const FILE_BYTES_MAX = 320 * 1024
const PROBLEMS_MAX = 5

/** Builds, judges, writes, signs and verifies documents, one after another. */
export class DocumentMaker {
  readonly #issuers: ReadonlyMap<number, IssuerRules & { readonly signs: Signing }>
  readonly #today: Day
  readonly #pack: Packer

  /** @param signings one for each issuer, in the order of the rules */
  constructor(rules: MakingRules, signings: readonly Signing[]) {
    this.#issuers = new Map(
      rules.issuers.map((one, at) => {
        const signs = signings[at]
        if (!signs) throw new Error('An issuer without anything to sign with')
        return [one.issuer.id, { ...one, signs }]
      }),
    )
    this.#today = rules.today
    this.#pack = createPacker(rules.dictionary)
  }

  /** Whatever a draft holds, the answer is a document or what is wrong: one never stops the others. */
  make(task: MakingTask): MadeDocument {
    try {
      return this.#make(task)
    } catch {
      return faulty(task.issuanceId, SIGNING_FAULT, [NOT_MADE])
    }
  }

  #make(task: MakingTask): MadeDocument {
    const { issuanceId } = task
    const rules = this.#issuers.get(task.issuerId)
    if (!rules) throw new Error(`Nothing is known of the issuer ${task.issuerId}`)
    const draft = JSON.parse(task.draft) as ReceiptDraft
    const numbered: Numbered = { ...task, issuedOn: draft.issuedOn }
    const address = rules.addresses[task.establishment] ?? rules.issuer.address
    const document = addIssuer(draft, { issuer: rules.issuer, address, numbered })
    const problems = checkDocument(document, { today: this.#today }).map(({ message }) => message)
    if (isUnnamedFee(draft, task.isFee)) problems.push(refuseIssuing('fee-unnamed').message)
    if (problems.length > 0) return faulty(issuanceId, OWN_FAULT, problems)
    return this.#sign(task, rules.signs, `${XML_DECLARATION}\n${writeDocument(document)}`)
  }

  #sign({ issuanceId, signedAt }: MakingTask, signing: Signing, xml: string): MadeDocument {
    const signed = signing.sign(xml, new Date(signedAt))
    const verdict = signing.judge(signed)
    if (verdict.fault !== null) return faulty(issuanceId, SIGNING_FAULT, [verdict.fault])
    const file = Buffer.from(signed)
    if (file.byteLength > FILE_BYTES_MAX) return faulty(issuanceId, OWN_FAULT, [TOO_LARGE])
    return { issuanceId, document: this.#pack(file), verdict }
  }
}

const NOT_MADE =
  'El portal no pudo armar y firmar el documento. Avisa a soporte y pide que se intente otra vez.'
const TOO_LARGE =
  'El documento firmado pasa de los 320 KB que recibe el SRI. Acorta sus textos o repártelo en dos.'

function faulty(
  issuanceId: number,
  code: typeof OWN_FAULT | typeof SIGNING_FAULT,
  problems: readonly string[],
): MadeDocument {
  const more = problems.length - PROBLEMS_MAX
  const rest = more > 0 ? [`Y ${more} más.`] : []
  return {
    issuanceId,
    document: null,
    code,
    says: [...problems.slice(0, PROBLEMS_MAX), ...rest].join(' '),
  }
}
