import type { Db } from '../../db/open.ts'
import type { Staff } from '../../identity/person.ts'
import { countWaitingFor } from '../../identity/staff/approvals/approval-store.ts'
import { countRecoveryCodes } from '../../identity/staff/factor/recovery-code-store.ts'
import { listMembers } from '../../identity/staff/people/people-store.ts'
import { APPROVALS, HEALTH, LOTS, MAILS, mayDo } from '../../identity/staff/rights.ts'
import type { Lot } from '../../intake/lots/lot.ts'
import { faulty, publishable } from '../../intake/lots/lot-summary.ts'
import { openLots } from '../../intake/lots/open-lot-store.ts'
import type { ListedState } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { MAIL_FAILED } from '../../outbox/mail-figures.ts'
import type { Policy } from '../../policy/policy.ts'
import { formatCount } from '../../values/count.ts'
import { dayOf } from '../../values/day.ts'
import { failedJobs, stoppedIssuances } from './attention-store.ts'
import { countedUpTo } from './numbers.ts'
import { dayAndBefore } from './panel-figures.ts'

/** Something that needs a person, and where that person goes. */
export interface Attention {
  readonly kind: 'mal' | 'espera'
  readonly title: string
  readonly text?: string
  readonly link: { readonly href: string; readonly text: string }
}

interface Needs {
  db: Db
  policy: Pick<Policy, 'login'>
  person: Staff
  /** Receipts that have waited for the SRI for more than a day. */
  oldPending: number
  now: Date
}

/** Where what the portal issues is followed. */
const SENT = '/interno/envios'
const LOTS_MAX = 100
const JOBS_MAX = 100
const WAITING_MAX = 100
const CODES_ENOUGH = 3

/** What needs somebody, the worst first: only what this person's role may open. */
export async function attentionFor(needs: Needs): Promise<Attention[]> {
  const lots = await openLots(needs.db, LOTS_MAX)
  const found = [
    ...(await aboutPeople(needs)),
    ...aboutLots(lots),
    ...(await aboutStopped(needs)),
    ...(await aboutJobs(needs, lots)),
    ...(await aboutMails(needs)),
    ...(await aboutApprovals(needs)),
    ...aboutPending(needs),
    ...(await aboutOwnCodes(needs)),
  ]
  return found.sort((a, b) => Number(b.kind === 'mal') - Number(a.kind === 'mal'))
}

async function aboutPeople({ db, policy, person }: Needs): Promise<Attention[]> {
  if (!mayDo(person.role, 'people.manage')) return []
  const members = await listMembers(db, policy.login)
  const count = members.filter(({ locked, disabledAt }) => locked && !disabledAt).length
  if (count === 0) return []
  const title = count === 1 ? '1 persona no puede ingresar' : `${count} personas no pueden ingresar`
  const text = 'Se bloqueó por intentos fallidos y espera que alguien lo revise.'
  return [{ kind: 'mal', title, text, link: { href: '/interno/usuarios', text: 'Ver usuarios' } }]
}

function aboutLots(lots: readonly Lot[]): Attention[] {
  const stopped = lots.filter(({ status }) => status === 'stopped')
  const ready = lots.filter(
    ({ status, summary }) => status === 'ready' && summary && publishable(summary) > 0,
  )
  const withFaults = lots.filter(({ summary }) => summary && faulty(summary) > 0)
  const faults = withFaults.reduce((sum, { summary }) => sum + (summary ? faulty(summary) : 0), 0)
  const documents = faults === 1 ? '1 documento' : `${formatCount(faults)} documentos`
  const [faultsOne] = withFaults
  return [
    ...lotsItem('mal', stopped, {
      one: ({ number }) => `El lote ${number} se detuvo`,
      many: (count) => `${count} lotes se detuvieron`,
      link: 'Ver qué pasó',
    }),
    ...lotsItem('mal', withFaults, {
      one: () => `Lote ${faultsOne?.number}: ${documents} con error`,
      many: (count) => `${documents} con error en ${count} lotes`,
      link: 'Revisar los errores',
      place: '#errores',
    }),
    ...lotsItem('espera', ready, {
      one: ({ number, kind }) =>
        `El lote ${number} espera que lo ${kind === 'rows' ? 'emitan' : 'publiquen'}`,
      many: (count) => `${count} lotes esperan que los aprueben`,
      link: 'Revisar el lote',
    }),
  ]
}

interface LotWords {
  one: (lot: Lot) => string
  many: (count: string) => string
  link: string
  place?: string
}

/** One lot is named and opened; of several the list is. */
function lotsItem(
  kind: Attention['kind'],
  lots: readonly Lot[],
  { one, many, link, place = '' }: LotWords,
): Attention[] {
  const [first, second] = lots
  if (!first) return []
  if (!second) {
    return [
      { kind, title: one(first), link: { href: `${LOTS}/${first.number}${place}`, text: link } },
    ]
  }
  const count = lots.length >= LOTS_MAX ? `Más de ${LOTS_MAX - 1}` : String(lots.length)
  return [{ kind, title: many(count), link: { href: LOTS, text: 'Ver los lotes' } }]
}

const STOPPED_WORDS: Partial<Record<ListedState, readonly [one: string, many: string]>> = {
  faulty: ['no se puede emitir como está', 'no se pueden emitir como están'],
  returned: ['fue devuelto por el SRI', 'fueron devueltos por el SRI'],
  unauthorized: ['no fue autorizado por el SRI', 'no fueron autorizados por el SRI'],
  'number-lost': [
    'tiene en el SRI su número con otra clave',
    'tienen en el SRI su número con otra clave',
  ],
  different: ['es otro en el SRI', 'son otros en el SRI'],
  spent: ['se quedó sin más intentos en el SRI', 'se quedaron sin más intentos en el SRI'],
}

/** What the SRI did not take waits until a person corrects it. */
async function aboutStopped({ db, person }: Needs): Promise<Attention[]> {
  if (!mayDo(person.role, 'receipts.see')) return []
  const stopped = await stoppedIssuances(db)
  return [...stopped].map(([state, count]) => {
    const [one, many] = STOPPED_WORDS[state] ?? [STATE_WORDS[state].name, STATE_WORDS[state].name]
    const title =
      count === 1 ? `1 comprobante ${one}` : `${capital(countedUpTo(count))} comprobantes ${many}`
    const href = `${SENT}?estado=${STATE_WORDS[state].slug}`
    return { kind: 'mal', title, link: { href, text: 'Ver y corregir' } }
  })
}

/** A job of a lot that stopped is told with its lot. */
async function aboutJobs({ db, person }: Needs, lots: readonly Lot[]): Promise<Attention[]> {
  if (!mayDo(person.role, 'health.see')) return []
  const told = new Set(lots.filter(({ status }) => status === 'stopped').map(({ id }) => id))
  const failed = await failedJobs(db, JOBS_MAX)
  const count = failed.filter(
    ({ kind, subjectId }) => !(kind.startsWith('lot.') && told.has(subjectId)),
  ).length
  if (count === 0) return []
  const title =
    count === 1
      ? '1 trabajo falló y no se reintenta'
      : `${count} trabajos fallaron y no se reintentan`
  return [{ kind: 'mal', title, link: { href: `${HEALTH}#trabajos`, text: 'Ver por qué' } }]
}

async function aboutMails({ db, person, now }: Needs): Promise<Attention[]> {
  if (!mayDo(person.role, 'mails.see')) return []
  const { now: count } = await dayAndBefore(db, MAIL_FAILED, dayOf(now), 1)
  if (count === 0) return []
  const title =
    count === 1
      ? '1 correo no se pudo entregar hoy'
      : `${formatCount(count)} correos no se pudieron entregar hoy`
  return [{ kind: 'espera', title, link: { href: `${MAILS}?estado=fallidos`, text: 'Ver cuáles' } }]
}

async function aboutApprovals({ db, person }: Needs): Promise<Attention[]> {
  if (!mayDo(person.role, 'approvals.decide')) return []
  const count = await countWaitingFor(db, person.loginId, WAITING_MAX)
  if (count === 0) return []
  const many = count >= WAITING_MAX ? `Más de ${WAITING_MAX - 1}` : String(count)
  const title =
    count === 1 ? '1 propuesta espera tu decisión' : `${many} propuestas esperan tu decisión`
  return [{ kind: 'espera', title, link: { href: APPROVALS, text: 'Decidir' } }]
}

function aboutPending({ oldPending }: Needs): Attention[] {
  if (oldPending === 0) return []
  const title =
    oldPending === 1
      ? '1 comprobante espera al SRI desde hace más de un día'
      : `${capital(countedUpTo(oldPending))} comprobantes esperan al SRI desde hace más de un día`
  const text = 'Si ya tienes sus autorizaciones, cárgalas: toman el lugar de los que esperan.'
  return [{ kind: 'espera', title, text, link: { href: LOTS, text: 'Ir a los lotes' } }]
}

async function aboutOwnCodes({ db, person }: Needs): Promise<Attention[]> {
  const left = await countRecoveryCodes(db, person.loginId)
  if (left >= CODES_ENOUGH) return []
  const title =
    left === 1 ? 'Te queda 1 código de respaldo' : `Te quedan ${left} códigos de respaldo`
  const text = 'Con ellos entras el día que no tengas tu teléfono.'
  return [
    {
      kind: 'espera',
      title,
      text,
      link: { href: '/interno/perfil/respaldo', text: 'Crear otros diez' },
    },
  ]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
