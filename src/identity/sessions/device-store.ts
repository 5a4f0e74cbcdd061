import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** A browser in which a login has been used before. */
interface Device {
  id: number
  label: string
  firstSeenAt: Date
  seenAt: Date
}

export async function findDevice(
  db: Db,
  loginId: number,
  tokenHash: string,
): Promise<Device | null> {
  const row = await db
    .selectFrom('device')
    .select(['id', 'label', 'first_seen_at', 'seen_at'])
    .where('token_hash', '=', tokenHash)
    .where('login_id', '=', loginId)
    .executeTakeFirst()
  return row ? toDevice(row) : null
}

export async function devicesOf(db: Db, loginId: number): Promise<Device[]> {
  const rows = await db
    .selectFrom('device')
    .select(['id', 'label', 'first_seen_at', 'seen_at'])
    .where('login_id', '=', loginId)
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return rows.map(toDevice)
}

export async function addDevice(
  tx: Tx,
  device: { loginId: number; tokenHash: string; label: string },
  now: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('device')
    .values({
      login_id: device.loginId,
      token_hash: device.tokenHash,
      label: device.label,
      first_seen_at: now.toISOString(),
      seen_at: now.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function markDeviceSeen(
  tx: Tx,
  deviceId: number,
  label: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('device')
    .set({ seen_at: now.toISOString(), label })
    .where('id', '=', deviceId)
    .execute()
}

/** As `takeAttempt` of a login, for the counter of a known device. */
export async function takeDeviceAttempt(
  db: Db,
  deviceId: number,
  max: number,
): Promise<number | null> {
  const row = await db
    .updateTable('device')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', '=', deviceId)
    .where('failures', '<', max)
    .returning('failures')
    .executeTakeFirst()
  return row?.failures ?? null
}

/** As `giveAttemptBack` of a login. */
export async function giveDeviceAttemptBack(db: Db, deviceId: number): Promise<void> {
  await db
    .updateTable('device')
    .set((eb) => ({ failures: eb('failures', '-', 1) }))
    .where('id', '=', deviceId)
    .where('failures', '>', 0)
    .execute()
}

export async function forgiveDevice(db: Db, deviceId: number): Promise<void> {
  await db.updateTable('device').set({ failures: 0 }).where('id', '=', deviceId).execute()
}

export async function forgiveDevicesOf(tx: Tx, loginId: number): Promise<void> {
  await tx.updateTable('device').set({ failures: 0 }).where('login_id', '=', loginId).execute()
}

/** The browser is a stranger again; its sessions keep their row, without it. */
export async function forgetDevice(tx: Tx, loginId: number, deviceId: number): Promise<boolean> {
  await tx
    .updateTable('session')
    .set({ device_id: null })
    .where('device_id', '=', deviceId)
    .where('login_id', '=', loginId)
    .execute()
  const { numDeletedRows } = await tx
    .deleteFrom('device')
    .where('id', '=', deviceId)
    .where('login_id', '=', loginId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Every browser is a stranger to this login again. */
export async function forgetDevicesOf(tx: Tx, loginId: number): Promise<void> {
  await tx
    .updateTable('session')
    .set({ device_id: null })
    .where('login_id', '=', loginId)
    .where('device_id', 'is not', null)
    .execute()
  await tx.deleteFrom('device').where('login_id', '=', loginId).execute()
}

function toDevice(row: {
  id: number
  label: string
  first_seen_at: string
  seen_at: string
}): Device {
  return {
    id: row.id,
    label: row.label,
    firstSeenAt: new Date(row.first_seen_at),
    seenAt: new Date(row.seen_at),
  }
}
