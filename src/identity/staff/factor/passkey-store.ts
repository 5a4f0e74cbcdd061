import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'

/** What is kept of a passkey; its private half never leaves the device. */
export interface Passkey {
  id: number
  name: string
  credentialId: string
  /** COSE, base64url. */
  publicKey: string
  /** How often the device says to have signed; 0 for ever where it does not count. */
  counter: number
  transports: string[]
  createdAt: Date
  usedAt: Date | null
}

export type NewPasskey = Pick<
  Passkey,
  'name' | 'credentialId' | 'publicKey' | 'counter' | 'transports'
>

export async function passkeysOf(db: Db, loginId: number): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkey')
    .selectAll()
    .where('login_id', '=', loginId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports.split(',').filter(Boolean),
    createdAt: new Date(row.created_at),
    usedAt: row.used_at === null ? null : new Date(row.used_at),
  }))
}

/** @returns false when that key is registered already, by whomever */
export async function addPasskey(
  tx: Tx,
  loginId: number,
  passkey: NewPasskey,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('passkey')
    .values({
      login_id: loginId,
      name: passkey.name,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: passkey.transports.join(','),
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function markPasskeyUsed(
  tx: Tx,
  passkeyId: number,
  counter: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('passkey')
    .set({ counter, used_at: now.toISOString() })
    .where('id', '=', passkeyId)
    .execute()
}

/** @returns false when this login has no such key */
export async function removePasskey(tx: Tx, loginId: number, passkeyId: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('passkey')
    .where('id', '=', passkeyId)
    .where('login_id', '=', loginId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
