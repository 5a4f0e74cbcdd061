import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { SignInRequired } from '../../web/errors/errors.ts'
import type { Person } from '../person.ts'
import { holdSession } from './session-store.ts'

/**
 * A transaction of what a signed-in person changes. Their session is held until it ends; when it
 * stands no longer (it was closed while their form was on its way, or while a password was hashed),
 * nothing is done, and they are answered as by the guard: throws `SignInRequired`.
 */
export async function whileSignedIn<Result>(
  db: Db,
  { sessionId }: Pick<Person, 'sessionId'>,
  story: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  return transaction(db, async (tx) => {
    if (!(await holdSession(tx, sessionId))) throw new SignInRequired()
    return story(tx)
  })
}
