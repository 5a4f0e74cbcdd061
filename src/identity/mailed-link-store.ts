import type { Db } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'

export type LinkPurpose = 'unlock' | 'freeze'

export async function addLink(
  tx: Tx,
  link: { loginId: number; purpose: LinkPurpose; tokenHash: string; expiresAt: Date },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('mailed_link')
    .values({
      login_id: link.loginId,
      purpose: link.purpose,
      token_hash: link.tokenHash,
      created_at: now.toISOString(),
      expires_at: link.expiresAt.toISOString(),
    })
    .execute()
}

/** Whether a link would still do something; asking uses nothing up. */
export async function isLinkGood(
  db: Db,
  purpose: LinkPurpose,
  tokenHash: string,
  now: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('mailed_link')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst()
  return row !== undefined
}

/** Uses a link up and answers whose it is; null when it is used, past or unknown. */
export async function useLink(
  tx: Tx,
  purpose: LinkPurpose,
  tokenHash: string,
  now: Date,
): Promise<number | null> {
  const row = await tx
    .updateTable('mailed_link')
    .set({ used_at: now.toISOString() })
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .returning('login_id')
    .executeTakeFirst()
  return row?.login_id ?? null
}
