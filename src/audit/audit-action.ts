/**
 * Everything the chain may tell of. The one list: whoever notes something new adds it here, and the
 * compiler asks for its words where the chain is shown.
 */
export type AuditAction =
  | 'alerts.changed'
  | 'audit.exported'
  | 'customer.added'
  | 'database.restored'
  | 'device.forgotten'
  | 'email.changed'
  | 'first-login.completed'
  | 'first-login.started'
  | 'login.frozen'
  | 'login.locked'
  | 'login.signed-in'
  | 'login.unlocked'
  | 'password.changed'
  | 'password.chosen'
  | 'receipts.load-ended'
  | 'receipts.loaded'
  | 'recovery.asked'
  | 'recovery.used'
  | 'second-factor.changed'
  | 'second-factor.enrolled'
  | 'session.all-ended'
  | 'session.closed'
  | 'session.ended'
  | 'session.others-closed'
  | 'staff.access-reset'
  | 'staff.added'
  | 'staff.disabled'
  | 'staff.enabled'
  | 'staff.role-changed'
  | 'staff.unlocked'

/** A circumstance that is a count, a moment or a word. */
export type AuditFact =
  | 'alerts'
  | 'authorized'
  | 'cause'
  | 'clashing'
  | 'device'
  | 'duplicated'
  | 'factor'
  | 'from'
  | 'loaded'
  | 'madeAt'
  | 'paths'
  | 'rejected'
  | 'role'
  | 'rows'
  | 'sessions'
  | 'sessionsEnded'
  | 'source'
  | 'to'
  | 'warnings'

/** A circumstance that is so, or is not. */
export type AuditTruth =
  | 'contactOnFile'
  | 'email'
  | 'knownDevice'
  | 'mailed'
  | 'newDevice'
  | 'own'
  | 'sent'

export type AuditDetail = Partial<Record<AuditFact, string | number> & Record<AuditTruth, boolean>>
