import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { issuerSubject } from './change-issuer.ts'
import type { EmissionPoint, Issuer } from './issuer.ts'
import { isPlace, TEXT_MAX } from './issuer.ts'
import { establishmentsOf, keepEstablishment, keepPoint, pointsOf } from './issuer-store.ts'
import type { PlaceRefusal } from './place-messages.ts'

type PointWish = Omit<EmissionPoint, 'address'>

/** Null: it is so now. */
type Changed = PlaceRefusal | null

/** Opens an establishment, or gives it another address; audited. */
export async function changeEstablishment(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  issuer: Issuer,
  { code, address: typed }: { code: string; address: string },
  actor: string,
  now: Date,
): Promise<Changed> {
  if (!isPlace({ establishment: code, point: '001' })) return 'bad-code'
  const address = typed.trim()
  if (address === '' || address.length > TEXT_MAX || /[\r\n]/.test(address)) return 'bad-address'
  const before = (await establishmentsOf(tx, issuer.id)).find((one) => one.code === code)
  if (before?.address === address) return 'unchanged'
  await keepEstablishment(tx, issuer.id, { code, address })
  const entry = {
    actor,
    action: 'establishment.changed',
    subject: issuerSubject(issuer.ruc),
    detail: { ...(before ? { from: before.address } : {}), to: `${code}, ${address}` },
  } as const
  await record(tx, keys.audit, entry, now)
  return null
}

/**
 * Opens a point of emission, or puts it in or out of use; audited. There is never a default that is
 * not in use: what names no place would be refused.
 */
export async function changePoint(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  issuer: Issuer,
  wish: PointWish,
  actor: string,
  now: Date,
): Promise<Changed> {
  if (!isPlace(wish)) return 'bad-code'
  // Two at once would leave a default out of use: one makes it the default, the other puts it out of use.
  await lockFor(tx, 'numbering')
  const establishments = await establishmentsOf(tx, issuer.id)
  if (!establishments.some(({ code }) => code === wish.establishment)) return 'no-establishment'
  const points = await pointsOf(tx, issuer.id)
  const before = points.find((one) => nameOf(one) === nameOf(wish))
  // Another takes it over; only so is there always one.
  const isDefault = wish.isDefault || before?.isDefault === true
  if (isDefault && !wish.active) return 'default-unused'
  if (before?.active === wish.active && before.isDefault === isDefault) return 'unchanged'
  await keepPoint(tx, issuer.id, { ...wish, isDefault })
  const entry = {
    actor,
    action: 'point.changed',
    subject: issuerSubject(issuer.ruc),
    detail: {
      ...(before ? { from: wordsOf(before) } : {}),
      to: `${nameOf(wish)} ${wordsOf({ ...wish, isDefault })}`,
    },
  } as const
  await record(tx, keys.audit, entry, now)
  return null
}

function nameOf({ establishment, point }: Pick<PointWish, 'establishment' | 'point'>): string {
  return `${establishment}-${point}`
}

function wordsOf({ active, isDefault }: Pick<PointWish, 'active' | 'isDefault'>): string {
  return `${active ? 'en uso' : 'fuera de uso'}${isDefault ? ', por defecto' : ''}`
}
