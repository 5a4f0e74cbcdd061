import { parseArgs } from 'node:util'
import type { Db } from '../../db/open.ts'
import type { IssuancePage, ListedIssuance, StateCount } from '../../issuing/issuance/list-store.ts'
import { countIssuances, listIssuances } from '../../issuing/issuance/list-store.ts'
import { nextActionOf } from '../../issuing/states/next-action.ts'
import { SPENT } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { formatCount } from '../../values/count.ts'
import { jsonText, plainLine } from '../../values/terminal-text.ts'
import type { Terminal } from '../terminal.ts'
import { CLOSED, GROUPS, readFilter, SINGLE } from './issuance-filter.ts'
import { titleOf } from './issuance-row.ts'

const SLUGS = [...GROUPS, ...SINGLE, CLOSED].flatMap(({ slug }) => (slug ? [slug] : []))

export const issuancesHelp = `Cuenta los envíos al SRI por estado, o muestra los de un estado.

Uso: npm run portal -- issuances [--state ESTADO] [--lot NUMERO] [--json]

  --state ESTADO  muestra cada uno: ${SLUGS.slice(0, 5).join(', ')},
                  ${SLUGS.slice(5, 10).join(', ')},
                  ${SLUGS.slice(10).join(', ')}
  --lot NUMERO    solo los de un lote, como 2026-11-0047; «autorizado» pide uno
  --json          imprime solo un objeto JSON
  --help          muestra esta ayuda

Termina con 0, o con 1 si el lote o el estado no existen, 2 si la orden está mal escrita.
`

const COUNTED_MAX = 1_000_000
const SLICE = 500

/** `issuances [--state S] [--lot N] [--json]`: what is on its way to the SRI. */
export async function showIssuances(
  args: string[],
  { db }: { db: Db },
  { stdout, stderr }: Terminal,
): Promise<0 | 1> {
  const { values } = parseArgs({
    args,
    options: { state: { type: 'string' }, lot: { type: 'string' }, json: { type: 'boolean' } },
  })
  const { state = '', lot = '', json = false } = values
  const typed = { estado: state, lote: lot, tipo: '', establecimiento: '', emisor: '' }
  const { group, filter, problem } = await readFilter(db, typed)
  if (problem !== null || group.slug !== state) {
    stderr.write(problem === null ? `No hay un estado «${plainLine(state)}».\n` : `${problem}\n`)
    return 1
  }
  if (state === '') {
    const counts = await countsOf(db, filter)
    stdout.write(json ? `${jsonText(Object.fromEntries(counts))}\n` : countLines(counts))
    return 0
  }
  const all: ListedIssuance[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page: IssuancePage = await listIssuances(db, filter, { after, limit: SLICE })
    if (json) all.push(...page.issuances)
    else stdout.write(page.issuances.map(lineOf).join(''))
    after = page.next
  }
  if (json) stdout.write(`${jsonText({ issuances: all.map(factsOf) })}\n`)
  return 0
}

type Counts = readonly (readonly [slug: string, count: number])[]

async function countsOf(
  db: Db,
  filter: Awaited<ReturnType<typeof readFilter>>['filter'],
): Promise<Counts> {
  const singles = SINGLE.filter(({ slug }) => filter.lotId !== null || slug !== 'autorizado')
  const states = singles.flatMap((one) => (one.states === 'closed' ? [] : one.states))
  const open = await countIssuances(db, { ...filter, states }, COUNTED_MAX)
  const closed = await countIssuances(db, { ...filter, states: 'closed' }, COUNTED_MAX)
  const count = (counts: ReadonlyMap<string, StateCount>, name: string) =>
    counts.get(name)?.count ?? 0
  return [
    ...states.map((state) => [STATE_WORDS[state].slug, count(open, state)] as const),
    [CLOSED.slug, count(closed, 'closed')] as const,
  ]
}

function countLines(counts: Counts): string {
  const some = counts.filter(([, count]) => count > 0)
  if (some.length === 0) return 'Nada está en camino al SRI.\n'
  return some.map(([slug, count]) => `${slug.padEnd(16)} ${formatCount(count)}\n`).join('')
}

function lineOf(one: ListedIssuance): string {
  const { text } = nextActionOf({ ...one, isClosed: one.closedAt !== null })
  const said = one.answer === null ? '' : ` ${one.answerCode ?? ''} ${plainLine(one.answer)}`
  return `${one.accessKey}  ${titleOf(one)}: ${STATE_WORDS[one.isSpent ? SPENT : one.state].name}.${said} ${text}\n`
}

function factsOf(one: ListedIssuance) {
  const { accessKey, kind, state, tries, answerCode, answer, nextAt, createdAt, closedAt } = one
  return {
    accessKey,
    number: titleOf(one).split(' ').at(-1),
    kind,
    state: STATE_WORDS[one.isSpent ? SPENT : state].slug,
    tries,
    answerCode,
    answer,
    nextAt,
    createdAt,
    closedAt,
  }
}
