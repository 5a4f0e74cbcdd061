import type { Db } from '../../db/open.ts'

/** What a document is issued for that takes the place of one whose number was lost. */
export function reissueSource(lostId: number): string {
  return `${REISSUE}${lostId}`
}

const REISSUE = 'reissue:'

/** A document, with the ones whose place it took. */
export interface Succession {
  /** What the first of them was issued for. */
  readonly source: string
  /** The document that stands for all of them now. */
  readonly issuanceId: number
  /** The keys of those before it, from the first. */
  readonly formerKeys: readonly string[]
}

/** The documents that took each other's place, by any one of them; null when there is none. */
export async function successionOf(db: Db, issuanceId: number): Promise<Succession | null> {
  let first = await linkOf(db, 'id', issuanceId)
  while (first?.source.startsWith(REISSUE)) {
    first = await linkOf(db, 'id', Number(first.source.slice(REISSUE.length)))
  }
  if (!first) return null
  const formerKeys: string[] = []
  let last = first
  for (;;) {
    const next = await linkOf(db, 'source', reissueSource(last.id))
    if (!next) return { source: first.source, issuanceId: last.id, formerKeys }
    formerKeys.push(last.access_key)
    last = next
  }
}

async function linkOf(db: Db, by: 'id' | 'source', value: number | string) {
  return db
    .selectFrom('issuance')
    .select(['id', 'source', 'access_key'])
    .where(by, '=', value)
    .executeTakeFirst()
}
