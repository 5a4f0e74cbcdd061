import type { Db } from '../db/open.ts'
import { transaction } from '../db/transaction.ts'
import { GroupCommit } from '../work/group-commit.ts'
import type { Settlement } from './mail-store.ts'
import { settleMails } from './mail-store.ts'

/**
 * Writes down how mails ended, those that end together in one commit. The disk is not waited for: a
 * power cut may repeat the mails of its last moments, each with the Message-ID it had; the end of
 * the process repeats none that was noted.
 */
export class Settling extends GroupCommit<Settlement> {
  constructor(db: Db, owner: string, now: () => Date) {
    super((settlements) =>
      transaction(db, (tx) => settleMails(tx, owner, settlements, now()), 'process'),
    )
  }
}
