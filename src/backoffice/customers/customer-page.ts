import { entriesAbout } from '../../audit/audit-entry-store.ts'
import type { Db } from '../../db/open.ts'
import type { Staff } from '../../identity/person.ts'
import { deviceLabel } from '../../identity/sessions/device.ts'
import { devicesOf } from '../../identity/sessions/device-store.ts'
import { openSessionsOf } from '../../identity/sessions/session-store.ts'
import { allWaitingAbout } from '../../identity/staff/approvals/approval-store.ts'
import { mayDo, RECEIPTS } from '../../identity/staff/rights.ts'
import type { StandingOnScreen } from '../../identity/staff/views.ts'
import type { Policy } from '../../policy/policy.ts'
import { listName, signedValue, statusFacts } from '../../receipts/receipt.ts'
import { ownScope } from '../../receipts/scope/scope.ts'
import { receiptsOf } from '../../receipts/search/page-store.ts'
import { noFilter } from '../../receipts/search/search-filter.ts'
import { formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import type { Problems } from '../../web/forms.ts'
import { describeEntries, type EntryOnScreen } from '../audit/audit-list.ts'
import { contactsOf, mailsOfParty } from './customer-page-store.ts'
import { standingOfCustomer } from './customer-standing.ts'
import type { Customer } from './customer-store.ts'
import { mailStates, mailWords } from './messages.ts'
import { partySubject } from './party-subject.ts'

/** Everything that the page of one customer prints. */
export interface CustomerPage {
  id: number
  name: string
  numbers: readonly { kind: string; number: string }[]
  since: Date
  standing: StandingOnScreen
  login: { lastLoginAt: Date | null; email: string | null; alerts: string } | null
  contacts: readonly ContactOnScreen[]
  receipts: readonly ReceiptOnScreen[]
  mails: readonly MailOnScreen[]
  devices: readonly { label: string; seenAt: Date; address: string; open: boolean }[]
  history: readonly EntryOnScreen[]
  /** Addresses of proposals that wait for a decision. */
  waiting: readonly { id: number }[]
  /** What this person may do for them, by the name of the deed in its address. */
  offers: ReadonlySet<string>
  /** The change of address as it was entered. */
  values: Readonly<Record<'correo' | 'motivo', string>>
  problems: Problems
}

interface ContactOnScreen {
  value: string
  source: string
  at: Date
  confirmedAt: Date | null
  replacedAt: Date | null
}

interface ReceiptOnScreen {
  href: string
  kind: string
  number: string
  day: string
  status: string
  tone: string
  value: string
}

interface MailOnScreen {
  what: string
  address: string
  state: { text: string; kind: string }
  at: Date
}

const KINDS = { cedula: 'Cédula', ruc: 'RUC', passport: 'Pasaporte', foreign: 'Del exterior' }
const SOURCES = { bank: 'Lo tiene el banco', customer: 'Lo registró el cliente' }
const ALERTS = { each: 'Uno por comprobante', daily: 'Un resumen al día', off: 'Ninguno' }

const FEW = 8
const CONTACTS_MAX = 20

interface Needs {
  db: Db
  policy: Policy
}

type Typed = Pick<CustomerPage, 'values' | 'problems'>

/** Gathers what the bank knows of one customer; each part is a query or two, whatever their number. */
export async function describeCustomer(
  { db, policy }: Needs,
  customer: Customer,
  viewer: Staff,
  now: Date,
  typed: Typed = { values: { correo: '', motivo: '' }, problems: {} },
): Promise<CustomerPage> {
  const { partyId, login } = customer
  const subject = partySubject(partyId)
  const newest = { order: '-fecha' as const, cursor: null, size: FEW }
  const [contacts, receipts, mails, devices, entries, waiting] = await Promise.all([
    contactsOf(db, partyId, CONTACTS_MAX),
    receiptsOf(db, ownScope(partyId), noFilter, newest),
    mailsOfParty(db, partyId, FEW),
    login ? browsersOf(db, login.id, policy.session.idleMinutes, now) : [],
    entriesAbout(db, subject, 'customer.seen', FEW),
    allWaitingAbout(db, subject),
  ])
  return {
    id: partyId,
    name: readableName(customer.name),
    numbers: customer.numbers.map(({ kind, number }) => ({ kind: KINDS[kind], number })),
    since: customer.createdAt,
    standing: standingOfCustomer(customer),
    login: login && {
      lastLoginAt: login.lastLoginAt,
      email: login.email,
      alerts: ALERTS[login.alerts],
    },
    contacts: contacts.map(({ createdAt, source, ...contact }) => ({
      ...contact,
      source: SOURCES[source],
      at: createdAt,
    })),
    receipts: receipts.receipts.map(describeReceipt),
    mails: mails.map(({ reason, address, status, createdAt, sentAt }) => ({
      what: mailWords(reason),
      address,
      state: mailStates[status],
      at: sentAt ?? createdAt,
    })),
    devices,
    history: await describeEntries(db, entries),
    waiting,
    offers: offersFor(customer, viewer),
    ...typed,
  }
}

function describeReceipt(
  receipt: Awaited<ReturnType<typeof receiptsOf>>['receipts'][number],
): ReceiptOnScreen {
  const value = signedValue(receipt)
  const { name, tone } = statusFacts(receipt.status)
  return {
    href: `${RECEIPTS}/${receipt.accessKey}`,
    kind: listName(receipt.kind),
    number: receipt.number,
    day: receipt.issuedOn,
    status: name,
    tone,
    value: value === null ? '' : formatMoney(value),
  }
}

/** Open sessions first, then the browsers that are known from before. */
async function browsersOf(db: Db, loginId: number, idleMinutes: number, now: Date) {
  const [sessions, devices] = await Promise.all([
    openSessionsOf(db, loginId, idleMinutes, now),
    devicesOf(db, loginId),
  ])
  const open = sessions.map(({ userAgent, address, seenAt }) => ({
    label: deviceLabel(userAgent),
    address,
    seenAt,
    open: true,
  }))
  const known = devices.map(({ label, seenAt }) => ({ label, address: '', seenAt, open: false }))
  return [...open, ...known].slice(0, FEW)
}

/** What makes sense for this customer now, and this person may do. */
function offersFor({ login, windowClosesAt }: Customer, { role }: Staff): Set<string> {
  const offers = new Set<string>()
  if (mayDo(role, 'customers.help')) {
    offers.add(login?.frozen ? 'reapertura' : 'acceso')
    if (!login) offers.add(windowClosesAt ? 'renovar' : 'ventana')
    if (login?.locked) offers.add('desbloqueo')
  }
  if (mayDo(role, 'approvals.propose')) offers.add('correo')
  if (mayDo(role, 'customers.view')) offers.add('vista')
  return offers
}
