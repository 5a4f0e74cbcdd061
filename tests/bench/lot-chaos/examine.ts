import { setTimeout as pause } from 'node:timers/promises'
import { manyPeople } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { lotById } from '#src/intake/lots/lot-store.ts'
import { RECEIPT_ALERT } from '#src/receipts/alerts/alert-customers.ts'
import { funnelOn } from '#tests/intake/lots/journey-support.ts'
import type { Taken } from '#tests/outbox/mail-drop.ts'
import { receiptsTold } from '#tests/receipts/support/receipts-told.ts'
import type { Documents } from './documents.ts'
import type { HttpVisitor } from './http-visitor.ts'

function unless(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem]
}

/** Each receipt that was made is there once, with its bytes, for its owner alone; and no other. */
export async function wrongReceipts(db: Db, { made, people }: Documents): Promise<string[]> {
  const found = await db
    .selectFrom('receipt')
    .innerJoin('receipt_document', 'receipt_document.receipt_id', 'receipt.id')
    .leftJoin('receipt_owner', 'receipt_owner.receipt_id', 'receipt.id')
    .leftJoin('login', 'login.party_id', 'receipt_owner.party_id')
    .select(['receipt_owner.access_key as owned', 'receipt.access_key', 'sha256', 'username'])
    .execute()
  const byKey = Map.groupBy(found, ({ access_key }) => access_key)
  const count = byKey.size
  return [
    ...unless(count === people + made.length, `hay ${count} comprobantes`),
    ...made.flatMap(({ key, owner, sha256 }) => {
      const [one, ...more] = byKey.get(key) ?? []
      if (!one) return [`falta ${key}`]
      const same = one.sha256 === sha256 && one.owned === key && one.username === owner
      return unless(same && more.length === 0, `${key} no es el que se cargó, o no de quien es`)
    }),
  ]
}

/** Each receipt was mailed once to its owner's address, and to no other; a repeat is the same mail. */
export async function wrongMails(
  db: Db,
  { made, people }: Documents,
  taken: ReadonlyMap<string, Taken>,
): Promise<string[]> {
  const addresses = new Map(manyPeople(people).map(({ id, email }) => [id, email]))
  const came = Map.groupBy(taken.values(), ({ number }) => number)
  const wrong = made.flatMap(({ number, owner }) => {
    const [one, ...more] = came.get(number) ?? []
    if (!one) return [`no llegó el correo de ${number}`]
    const theirs = one.to.length === 1 && one.to[0] === addresses.get(owner)
    return [
      ...unless(theirs, `el correo de ${number} llegó a ${one.to.join(' y ')}`),
      ...unless(more.length === 0, `${number} llegó en ${1 + more.length} correos distintos`),
    ]
  })
  const numbers = new Set(made.map(({ number }) => number))
  const strange = [...came.keys()].filter((number) => number !== null && !numbers.has(number))
  const noted = await db
    .selectFrom('mail')
    .select(({ fn }) => ['status', fn.countAll<number>().as('mails')])
    .where('reason', '=', RECEIPT_ALERT)
    .groupBy('status')
    .execute()
  const told = noted.map(({ status, mails }) => `${mails} ${status}`).join(', ')
  return [
    ...wrong,
    ...strange.map((number) => `llegó un correo de ${number}, que no está en el lote`),
    ...unless(told === `${made.length} sent`, `la bandeja de salida dice ${told}`),
  ]
}

/** How many mails about receipts came, and how many of them came again. */
export function countMails(taken: ReadonlyMap<string, Taken>) {
  const mails = [...taken.values()].filter(({ number }) => number !== null)
  const times = mails.reduce((sum, mail) => sum + mail.times, 0)
  return { arrived: mails.length, repeated: times - mails.length }
}

const FUNNEL_SECONDS_MAX = 240
const LOOK_MS = 2_000

/** What the lot says of itself: read, published, and each step of its receipts. */
export async function wrongLot(
  db: Db,
  lotId: number,
  count: number,
  see: { staff: HttpVisitor; lot: string },
): Promise<string[]> {
  const { status, summary } = await lotById(db, lotId)
  const items = await db
    .selectFrom('lot_item')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('items')])
    .where('lot_id', '=', lotId)
    .groupBy('outcome')
    .execute()
  const told = items.map((item) => `${item.items} ${item.outcome}`).join(', ')
  const kept = JSON.stringify(summary?.outcomes)
  const steps = JSON.stringify(await funnelOnceFollowed(see, count))
  return [
    ...unless(status === 'published', `el lote está ${status}`),
    ...unless(kept === `{"loaded":${count}}`, `el resumen del lote dice ${kept}`),
    ...unless(told === `${count} loaded`, `los lugares del lote dicen ${told}`),
    ...unless(
      steps === JSON.stringify([count, count, count]),
      `el recorrido del lote dice cargados, autorizados y enviados ${steps}`,
    ),
  ]
}

/** The look at what became of receipts recurs each minute, some time after the last mail. */
async function funnelOnceFollowed(
  { staff, lot }: { staff: HttpVisitor; lot: string },
  count: number,
): Promise<(number | undefined)[]> {
  const deadline = Date.now() + FUNNEL_SECONDS_MAX * 1_000
  for (;;) {
    const funnel = await funnelOn(staff, lot)
    const steps = ['Cargados', 'Autorizados', 'Enviados'].map((name) => funnel[name]?.[0])
    if (steps.every((step) => step === count) || Date.now() > deadline) return steps
    await pause(LOOK_MS)
  }
}

/** Each of the crowd finds all that is theirs. */
export async function wrongPages(
  db: Db,
  crowd: ReadonlyMap<string, HttpVisitor>,
): Promise<string[]> {
  const problems: string[] = []
  for (const [number, visitor] of crowd) {
    const { body } = await visitor.get('/comprobantes?periodo=rango')
    const owned = await db
      .selectFrom('receipt_owner')
      .innerJoin('login', 'login.party_id', 'receipt_owner.party_id')
      .where('username', '=', number)
      .select(({ fn }) => fn.countAll<number>().as('receipts'))
      .executeTakeFirstOrThrow()
    const told = receiptsTold(body)
    problems.push(...unless(told === Number(owned.receipts), `la página de ${number} dice ${told}`))
  }
  return problems
}
