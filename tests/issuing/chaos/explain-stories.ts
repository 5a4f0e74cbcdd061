import type { Db } from '#src/db/open.ts'
import { AFTER_ASKING, AFTER_SENDING, type AskingState } from '#src/issuing/states/transitions.ts'

/** Where the table of states lets a document go from each state, by what its story tells. */
function waysFrom(state: string): ReadonlySet<string> {
  const asked = (of: AskingState) => Object.values(AFTER_ASKING[of]).map(({ to }) => to)
  switch (state) {
    case 'numbered':
    case 'corrected':
    case 'repeated':
      return new Set(['ready', 'faulty'])
    case 'ready':
      // Whoever sends it may die, and the next one asks.
      return new Set([...Object.values(AFTER_SENDING).map(({ to }) => to), ...asked('sending')])
    case 'faulty':
    case 'returned':
    case 'unauthorized':
      return new Set(['corrected', 'repeated'])
    case 'unanswered':
    case 'received':
    case 'registered':
    case 'number-taken':
      return new Set(asked(state))
    default:
      return new Set()
  }
}

/** Documents whose story does not lead to where they stand, or takes a way that there is not. */
export async function explainStories(db: Db): Promise<string[]> {
  const issuances = await db.selectFrom('issuance').select(['id', 'state']).execute()
  const events = await db
    .selectFrom('issuance_event')
    .select(['issuance_id', 'what'])
    .orderBy('id')
    .execute()
  const stories = Map.groupBy(events, ({ issuance_id }) => issuance_id)
  return issuances.flatMap(({ id, state }) => {
    const story = (stories.get(id) ?? []).map(({ what }) => what)
    const told = story.join(' → ')
    if (story[0] !== 'numbered' || story.at(-1) !== state) return [`${id} está ${state}: ${told}`]
    const isWay = (what: string, at: number) => at === 0 || waysFrom(story[at - 1] ?? '').has(what)
    return story.every(isWay) ? [] : [`${id} no pudo ir así: ${told}`]
  })
}
