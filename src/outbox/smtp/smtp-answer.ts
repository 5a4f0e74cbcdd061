import type { Delivery } from './transport.ts'

/** What the mail library says of a try that failed. */
export interface SmtpError {
  message: string
  /** Its own word: `ECONNECTION`, `EAUTH`, `EENVELOPE`… */
  code?: string
  /** The command that was answered; `CONN` for whatever the connection itself suffered. */
  command?: string
  /** The three digits of the server, when it answered. */
  responseCode?: number | false
  response?: string | false
  /** The system call that failed: `connect` when nobody listens. */
  syscall?: string
  timeoutType?: string
}

const ANSWER_MAX = 300

/** Failures of the way, not of the mail: the next mail would meet them too. */
const OF_THE_WAY = new Set(['EAUTH', 'ETLS', 'EDNS', 'EPROXY', 'ENOAUTH', 'EOAUTH2'])
const BEFORE_ANY_MAIL = new Set(['EHLO', 'HELO', 'LHLO', 'STARTTLS'])
const TIMEOUT_WITHIN_A_MAIL = 'SOCKET_TIMEOUT'
const CLOSING = 421
const OUT_OF_ORDER = 503
const TOO_BIG = 552

/** Tells a failure of this mail from one of the way, and «never» from «not now». */
export function deliveryOf(error: SmtpError): Delivery {
  if (wayIsBlocked(error)) return { outcome: 'unavailable', answer: headline(error) }
  const digits = error.responseCode || 0
  const never = digits === 0 ? refusedByLibrary(error) : digits >= 500 && digits !== OUT_OF_ORDER
  return { outcome: never ? 'refused' : 'postponed', answer: headline(error) }
}

/**
 * A connection lost within a mail is not counted here: a mail that makes a server hang up must not
 * stop all others.
 */
function wayIsBlocked(error: SmtpError): boolean {
  const { code = '', command = '', responseCode } = error
  if (OF_THE_WAY.has(code) || command.startsWith('AUTH') || BEFORE_ANY_MAIL.has(command))
    return true
  if (responseCode === CLOSING || error.syscall === 'connect') return true
  if (error.timeoutType !== undefined) return error.timeoutType !== TIMEOUT_WITHIN_A_MAIL
  if (code === 'EPROTOCOL' && command === 'CONN' && error.message.startsWith('Invalid greeting')) {
    return true
  }
  // The pool found no connection that lasted until the first byte of the mail.
  if (code === 'ECONNECTION' && command === '') return true
  // A refusal of our own sender says nothing of the recipient: every mail would get it.
  return command === 'MAIL FROM' && Number(responseCode) >= 500 && responseCode !== TOO_BIG
}

/** Too large for what the server announced, or an address no server would take. */
function refusedByLibrary({ code, command }: SmtpError): boolean {
  return (
    (code === 'EMESSAGE' && command === 'MAIL FROM') || (code === 'EENVELOPE' && command === 'API')
  )
}

/** The server's words, or the library's when there was none, on one short line. */
function headline(error: SmtpError): string {
  const words = error.response || `${error.code ?? ''} ${error.message}`
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, ANSWER_MAX)
}
