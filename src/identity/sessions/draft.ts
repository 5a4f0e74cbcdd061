import { seal, unseal } from '../../values/keys.ts'
import type { Session } from './session.ts'

/** What somebody has entered in a session and not confirmed yet. */
export type Draft =
  | {
      kind: 'first-login'
      /** Whether the code sent to the address the bank holds was given. */
      proven: boolean
      /** Set once the form was accepted: the address, and the password as a hash only. */
      chosen: { email: string; passwordHash: string } | null
    }
  /** In a full session: the new address that waits for its code. */
  | { kind: 'email'; email: string }
  /** What a customer is about to let a firm read, as JSON of who keeps grants. */
  | { kind: 'access'; grant: string }
  /** The secret of an app that has not shown a code yet (base 32). */
  | { kind: 'totp'; secret: string }
  /** What a passkey is to sign (base64url). */
  | { kind: 'passkey'; challenge: string }
  /** The same for one that is being made, and what its owner calls it. */
  | { kind: 'new-passkey'; challenge: string; name: string }
  /** Codes that their owner has not said to have kept. */
  | { kind: 'recovery-codes'; codes: string[] }

type DraftOf<Kind extends Draft['kind']> = Extract<Draft, { kind: Kind }>

/** `key` is `keys.seal`. */
export function sealDraft(key: Buffer, draft: Draft): string {
  return seal(key, JSON.stringify(draft))
}

/** The draft of one kind; null when there is none. Throws when it was not we who sealed it. */
export function draftOf<Kind extends Draft['kind']>(
  key: Buffer,
  session: Session,
  kind: Kind,
): DraftOf<Kind> | null {
  if (session.draft === null) return null
  const draft = JSON.parse(unseal(key, session.draft)) as Draft
  return draft.kind === kind ? (draft as DraftOf<Kind>) : null
}
