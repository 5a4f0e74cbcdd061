import type { StaffRole } from '../person.ts'
import { STAFF_ROLES } from '../person.ts'

/**
 * What staff may do, and who may: the one table. Every route of /interno asks for a right of it
 * (`requireRight`), and the navigation shows only what the role may open.
 */
const RIGHTS = {
  /** See the panel: the bank's figures, and what waits for who looks. */
  'home.see': STAFF_ROLES,
  /** Keep one's own password, second factor and sessions. */
  'profile.keep': STAFF_ROLES,
  /** See staff, create, change, unlock, shut out. */
  'people.manage': ['administrator'],
  /** See, create and revoke the keys of programs that use the API. */
  'api-keys.manage': ['administrator'],
  /** See the certificates with which receipts are signed. */
  'signing.see': ['approver', 'auditor', 'administrator'],
  /** Upload another, which a second person puts in use. */
  'signing.manage': ['administrator'],
  /** See who issues, where, and which numbers come next. */
  'issuer.see': ['approver', 'auditor', 'administrator'],
  /** Propose to change that; open points of emission and put them out of use. */
  'issuer.manage': ['administrator'],
  /** Read and export the audit chain. */
  'audit.read': ['auditor', 'administrator'],
  /** See any receipt, its story and its files. */
  'receipts.see': STAFF_ROLES,
  /** Note that a receipt was asked to be annulled. */
  'receipts.annul': ['loader', 'administrator'],
  /** See what is on its way to the SRI, its story and its files. */
  'issuances.see': STAFF_ROLES,
  /** Correct what the SRI returned, send it again, decide on numbers that were lost. */
  'issuances.correct': ['loader', 'administrator'],
  /** Give an invoice back by a credit note. */
  'receipts.credit': ['loader', 'administrator'],
  /** See queues, work, disks and certificates: who answers for them, and who loads and waits for them. */
  'health.see': ['loader', 'auditor', 'administrator'],
  /** See lots and what became of each of their documents. */
  'lots.see': STAFF_ROLES,
  /** Load lots, correct, pause and discard them, propose to publish or withdraw them. */
  'lots.load': ['loader'],
  /** See mails, what became of them and how far receipts have come. */
  'mails.see': STAFF_ROLES,
  /** See what waits for a second person, and what was decided. */
  'approvals.see': STAFF_ROLES,
  /** Propose what takes two people, and take it back. */
  'approvals.propose': ['loader', 'administrator'],
  /** Find customers and see what the bank knows of them. */
  'customers.see': STAFF_ROLES,
  /** Open their first login, send their access again, unlock them; load them from a file. */
  'customers.help': ['loader', 'administrator'],
  /** Make a firm known, with who leads it; what it may read only customers grant. */
  'firms.manage': ['administrator'],
  /** See the portal as a customer sees it. */
  'customers.view': ['approver', 'administrator'],
  /** See what the bank's people changed of its policy, and how it was before. */
  'parameters.see': ['approver', 'auditor', 'administrator'],
  /** Propose to change it. */
  'parameters.propose': ['administrator'],
  /** Decide on what others proposed, as far as `FOUR_EYES` lets this role. */
  'approvals.decide': ['approver', 'administrator'],
} as const satisfies Record<string, readonly StaffRole[]>

export type Right = keyof typeof RIGHTS

/** What takes two people: who may propose it, and who else may approve or refuse it. */
export const FOUR_EYES = {
  /** Another address in place of the one the bank holds of a customer. */
  'contact.change': { propose: 'approvals.propose', approve: 'approvals.decide' },
  /** The receipts of a lot go to their owners. */
  'lot.publish': { propose: 'lots.load', approve: 'approvals.decide' },
  /** They are taken out again. */
  'lot.withdraw': { propose: 'lots.load', approve: 'approvals.decide' },
  /** The same for all in a file of customers. */
  'contacts.change': { propose: 'customers.help', approve: 'approvals.decide' },
  /** The first login of all in a file who have never signed in. */
  'windows.open': { propose: 'customers.help', approve: 'approvals.decide' },
  /** What the SRI authorised under our key becomes the receipt, and not what we sent. */
  'issuance.adopt': { propose: 'issuances.correct', approve: 'approvals.decide' },
  /** Another value of a rule of the bank's policy. */
  'parameter.change': { propose: 'parameters.propose', approve: 'approvals.decide' },
  /** Another certificate to sign receipts with, or the first. */
  'certificate.replace': { propose: 'signing.manage', approve: 'approvals.decide' },
  /** Another record of who issues. */
  'issuer.change': { propose: 'issuer.manage', approve: 'approvals.decide' },
  /** Another number with which a series goes on. */
  'series.move': { propose: 'issuer.manage', approve: 'approvals.decide' },
  /** Two customers that are one person. */
  'parties.merge': { propose: 'approvals.propose', approve: 'approvals.decide' },
} as const satisfies Record<string, Readonly<Record<'propose' | 'approve', Right>>>

export type ApprovalKind = keyof typeof FOUR_EYES

export function mayDo(role: StaffRole, right: Right): boolean {
  const roles: readonly StaffRole[] = RIGHTS[right]
  return roles.includes(role)
}

/** Where any receipt is found. */
export const RECEIPTS = '/interno/comprobantes'

/** Where lots are loaded and followed. */
export const LOTS = '/interno/lotes'

/** What is on its way to the SRI. */
export const ISSUANCES = '/interno/envios'

/** What was asked to be annulled. */
export const ANNULMENTS = '/interno/anulaciones'

/** What became of mails. */
export const MAILS = '/interno/correos'

/** How far receipts have come, day by day. */
export const DELIVERIES = '/interno/entregas'

/** Where customers are found and helped. */
export const CUSTOMERS = '/interno/clientes'

/** Whether everything runs as it should. */
export const HEALTH = '/interno/salud'

/** Where proposals wait for a second person. */
export const APPROVALS = '/interno/aprobaciones'

/** Where programs are given access to the API. */
export const API_KEYS = '/interno/claves'

/** With what receipts are signed. */
export const SIGNING = '/interno/firma'

/** Who issues, where, and with which number next. */
export const ISSUERS = '/interno/emisor'

/** What each role may do, for who gives them. */
export const ROLES = '/interno/roles'

/** Where the bank's policy is seen and changed. */
export const PARAMETERS_PAGE = '/interno/parametros'
