import type { Db } from '../../db/open.ts'

/** Who administers the portal and can be told of something. */
export async function administrators(
  db: Db,
): Promise<{ loginId: number; name: string; email: string }[]> {
  const rows = await db
    .selectFrom('login')
    .select(['id', 'display_name', 'email'])
    .where('party_id', 'is', null)
    .where('role', '=', 'administrator')
    .where('disabled_at', 'is', null)
    .execute()
  return rows.flatMap(({ id, display_name: name, email }) =>
    email === null ? [] : [{ loginId: id, name, email }],
  )
}
