import type { Logo } from '../ride/layout/logo.ts'

/** A bank's rules. What is weaker than the floor (`floor.ts`) is never in force. */
export interface Policy {
  /** Who speaks on every page and in every mail. */
  brand: Brand
  password: PasswordPolicy
  code: CodePolicy
  login: {
    /** Wrong passwords in a row that lock the login (known devices count apart). */
    failuresMax: number
    /** Wrong passwords in a row, from anywhere, after which only the bank can help. */
    failuresCeiling: number
  }
  session: {
    idleMinutes: number
    /** The same for bank staff. */
    staffIdleMinutes: number
    absoluteHours: number
    limitedMinutes: number
  }
  firstLogin: {
    /**
     * Proof asked besides the cédula: `onFile` sends a code to the address the bank holds and lets
     * in without one when it holds none; `always` lets nobody in without one.
     */
    proof: 'onFile' | 'always'
    /** How long a window stays open. */
    windowHours: number
    /** Whether a receipt for somebody who has never signed in opens their window (again). */
    receiptOpensWindow: boolean
    /**
     * First logins that may begin from one block of addresses (IPv4 /24, IPv6 /64), whoever they
     * name. A branch office has one address for all its visitors, so it is a matter of the bank.
     */
    sourcePer10Minutes: number
    sourcePerDay: number
  }
  recovery: { initialPasswordHours: number; perHour: number; perDay: number }
  mail: {
    /** How long an undeliverable mail is tried again. */
    retryHours: number
    /** Hour of Guayaquil at which the daily summary leaves. */
    digestHour: number
    /** Announcements that each worker sends in a minute; codes and links never wait for them. */
    bulkPerMinute: number
  }
  /** What staff may load at once. */
  intake: {
    filesMax: number
    fileMegabytesMax: number
    /**
     * Whether a document whose signature does not hold is left out. Else it is kept, and whoever loads
     * it and whoever sees it are told: the SRI has authorised oddly signed ones.
     */
    refuseBadSignatures: boolean
  }
  /** Days after which what is no longer needed is deleted. */
  retention: {
    /** Sessions, after their end: «who was signed in last month?» */
    sessionDays: number
    /** Known devices, after their mark ran out. */
    deviceDays: number
    /** The files of a lot, after it was published, withdrawn or discarded; its receipts stay. */
    lotFileDays: number
    /** What happened to receipts, as firms' programs are told it; the receipts stay. */
    eventDays: number
  }
}

/** One rule of a policy: `code.attemptsMax`. */
export type PolicyPath = {
  [Group in keyof Policy]: `${Group}.${Extract<keyof Policy[Group], string>}`
}[keyof Policy]

export interface Brand {
  name: string
  legalName: string
  /** The RUCs under which the bank issues: its mark is printed on their receipts and no others. */
  rucs: readonly string[]
  phone: string
  hours: string
  motto: string
  /** What the bank never asks for, on the sign-in page. */
  safety: string
  /** At the foot of every mail; may be empty. */
  mailFooter: string
  /** `#0b6650`: what is told apart by the bank's colour; the dark theme's is made of it. */
  colour: string
  /** Null is the mark of the house. */
  logo: BrandLogo | null
}

/** A mark of the bank's own. */
export interface BrandLogo {
  /** Where browsers find it; another mark has another address. */
  address: string
  /** As a receipt's PDF prints it. */
  drawn: Logo
}

export interface PasswordPolicy {
  lengthMin: number
  lengthMax: number
  lettersMin: number
  uppercaseMin: number
  digitsMin: number
  symbols: boolean
  spaces: boolean
}

export interface CodePolicy {
  /** No character that looks like another: no 0 or O, no 1, I or L. */
  alphabet: string
  length: number
  lifetimeMinutes: number
  attemptsMax: number
  resendAfterSeconds: number
}
