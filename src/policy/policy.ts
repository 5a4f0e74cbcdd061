/** A bank's rules. What is weaker than the floor is refused when the process starts. */
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
  intake: { filesMax: number; fileMegabytesMax: number }
}

export interface Brand {
  name: string
  legalName: string
  /** The RUCs under which the bank issues: its mark is printed on their receipts and no others. */
  rucs: readonly string[]
  phone: string
  hours: string
  motto: string
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

/** Names every rule that is weaker than what no bank may go below; an empty list is a good policy. */
export function belowFloor(policy: Policy): string[] {
  const rules: [boolean, string][] = [
    [policy.code.alphabet.length ** policy.code.length < 1_000_000, 'code: fewer than 1,000,000'],
    [policy.code.attemptsMax > 6, 'code.attemptsMax: more than 6'],
    [policy.code.lifetimeMinutes > 5, 'code.lifetimeMinutes: more than 5'],
    [policy.login.failuresMax > 5, 'login.failuresMax: more than 5'],
    [policy.login.failuresCeiling > 100, 'login.failuresCeiling: more than 100'],
    [policy.session.idleMinutes > 15, 'session.idleMinutes: more than 15'],
    [policy.session.staffIdleMinutes > 15, 'session.staffIdleMinutes: more than 15'],
    [policy.session.absoluteHours > 12, 'session.absoluteHours: more than 12'],
    [policy.session.limitedMinutes > 15, 'session.limitedMinutes: more than 15'],
    [policy.password.lengthMin < 8, 'password.lengthMin: less than 8'],
    [policy.recovery.initialPasswordHours > 24, 'recovery.initialPasswordHours: more than 24'],
    [policy.firstLogin.windowHours > 24 * 90, 'firstLogin.windowHours: more than 90 days'],
    [policy.firstLogin.sourcePer10Minutes > 60, 'firstLogin.sourcePer10Minutes: more than 60'],
    [policy.firstLogin.sourcePerDay > 300, 'firstLogin.sourcePerDay: more than 300'],
  ]
  return rules.filter(([broken]) => broken).map(([, text]) => text)
}
