import type { Generated } from 'kysely'

export interface IdentityTables {
  party: PartyTable
  party_identification: PartyIdentificationTable
  contact: ContactTable
  login: LoginTable
  first_login_window: FirstLoginWindowTable
  session: SessionTable
  device: DeviceTable
  one_time_code: OneTimeCodeTable
  initial_password: InitialPasswordTable
  mailed_link: MailedLinkTable
  throttle: ThrottleTable
  second_factor: SecondFactorTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  approval: ApprovalTable
}

/** A person or company to whom receipts belong. */
interface PartyTable {
  id: Generated<number>
  name: string
  created_at: string
  /** The party that this one turned out to be; nothing leads here any more. */
  merged_into: number | null
}

/** A number by which a party is known; a natural person has two that lead to the same party. */
interface PartyIdentificationTable {
  number: string
  kind: 'cedula' | 'ruc' | 'passport' | 'foreign'
  party_id: number
}

/** An address that the bank holds or that the customer registered and confirmed. */
interface ContactTable {
  id: Generated<number>
  party_id: number
  kind: 'email'
  value: string
  source: 'bank' | 'customer'
  confirmed_at: string | null
  replaced_at: string | null
  created_at: string
}

interface LoginTable {
  id: Generated<number>
  party_id: number | null
  username: string
  display_name: string
  role: 'customer' | 'accountant' | 'loader' | 'approver' | 'administrator' | 'auditor'
  password_hash: string | null
  password_changed_at: string | null
  email: string | null
  alerts: Generated<'each' | 'daily' | 'off'>
  theme: Generated<'auto' | 'claro' | 'oscuro'>
  shortcuts: Generated<number>
  failures: Generated<number>
  failures_total: Generated<number>
  locked_at: string | null
  /** Its owner said «no fui yo»; only the bank opens it again. */
  frozen_at: string | null
  /** An administrator took this person's access away. */
  disabled_at: string | null
  last_login_at: string | null
  previous_login_at: string | null
  created_at: string
}

/** While a window is open, the cédula opens the page that sets a password, once, and nothing else. */
interface FirstLoginWindowTable {
  party_id: number
  opened_at: string
  closes_at: string
  used_at: string | null
}

/** What the token in the cookie names. A limited session opens only the pages of its scope. */
interface SessionTable {
  id: string
  scope: 'full' | 'first-login' | 'recovery' | 'unknown-device' | 'second-factor'
  login_id: number | null
  party_id: number | null
  subject: string
  /** Sealed: what was entered and waits to be confirmed. */
  draft: string | null
  device_id: number | null
  return_to: string | null
  user_agent: string
  address: string
  created_at: string
  seen_at: string
  expires_at: string
  ended_at: string | null
}

/** A browser that has signed in before, so that strangers' failures cannot shut its owner out. */
interface DeviceTable {
  id: Generated<number>
  login_id: number
  token_hash: string
  label: string
  failures: Generated<number>
  first_seen_at: string
  seen_at: string
}

interface OneTimeCodeTable {
  id: Generated<number>
  session_id: string | null
  login_id: number | null
  party_id: number | null
  purpose: string
  code_hash: string
  attempts_left: number
  sent_at: string
  expires_at: string
  ended_at: string | null
}

/** The random password mailed to somebody who forgot theirs; the old one lives until this is used. */
interface InitialPasswordTable {
  id: Generated<number>
  login_id: number
  password_hash: string
  created_at: string
  expires_at: string
  ended_at: string | null
}

/** A link in a mail that does one thing once: unlocks a login, or freezes it («no fui yo»). */
interface MailedLinkTable {
  id: Generated<number>
  login_id: number
  purpose: 'unlock' | 'freeze'
  token_hash: string
  created_at: string
  expires_at: string
  used_at: string | null
}

/** Counts per identity, per source and per purpose, over a fixed window. */
interface ThrottleTable {
  name: string
  count: number
  window_ends_at: string
}

/** The app of somebody of the bank's staff that shows a new code each half minute. */
interface SecondFactorTable {
  login_id: number
  /** Sealed. */
  secret: string
  /** Of the last code that was taken: it and earlier ones are not taken again. */
  last_step: number
  confirmed_at: string
}

/** One of ten codes for who has lost the app; good once. */
interface RecoveryCodeTable {
  id: Generated<number>
  login_id: number
  code_hash: string
  created_at: string
  used_at: string | null
}

/** A key that a device, a browser or a stick keeps for its owner (WebAuthn). */
interface PasskeyTable {
  id: Generated<number>
  login_id: number
  name: string
  credential_id: string
  public_key: string
  counter: number
  /** How the browser reached it, comma-separated. */
  transports: string
  created_at: string
  used_at: string | null
}

/** Something that takes two people of the bank, from its proposal to its decision. */
interface ApprovalTable {
  id: Generated<number>
  /** A kind of `FOUR_EYES`. */
  kind: string
  /** What it is about: `party:7`, `lot:12`. */
  subject: string
  /** Sealed JSON: what the deed needs to know. */
  payload: string
  proposed_by: number
  proposed_at: string
  reason: string
  decided_by: number | null
  decided_at: string | null
  verdict: 'approved' | 'refused' | 'withdrawn' | null
  decision_reason: string | null
}
