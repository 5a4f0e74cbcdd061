import { parseArgs } from 'node:util'
import type { Context } from '../../context.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { mendIn } from '../../issuing/correction/mend-issuance.ts'
import { issuanceIdOf } from '../../issuing/issuance/issuance-id-store.ts'
import { findIssuance, stoppedIssuances } from '../../issuing/issuance/issuance-store.ts'
import { resumeIn } from '../../issuing/issuance/resume-issuance.ts'
import { type ListedState, SPENT } from '../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../issuing/states/state-words.ts'
import { CORRECTABLE } from '../../issuing/states/transitions.ts'
import { jsonText, plainLine } from '../../values/terminal-text.ts'
import type { Terminal } from '../terminal.ts'
import { WrongUse } from '../wrong-use.ts'

const STATES: readonly ListedState[] = [...CORRECTABLE, SPENT]
const SLUGS = STATES.map((state) => STATE_WORDS[state].slug)

export const retryHelp = `Envía otra vez al SRI lo que se detuvo, cuando lo que estaba mal se arregló fuera del documento, y
sigue intentando lo que se quedó sin intentos.

Uso: npm run portal -- issuances retry CLAVE… | --state ESTADO [--json]

  CLAVE           clave de acceso de 49 dígitos
  --state ESTADO  todos los que están en un estado: ${SLUGS.join(', ')}
  --json          imprime solo un objeto JSON
  --help          muestra esta ayuda

Conservan su clave y su número. Cada uno queda en la bitácora. Termina con 0 si todos salen otra vez,
1 si alguno se rechazó (con su motivo), 2 si la orden está mal escrita.
`

const WHO = { actor: 'command-line', name: 'La línea de órdenes' }
const SLICE = 500

interface Refused {
  readonly accessKey: string
  readonly reason: string
}

/** `issuances retry CLAVE… | --state S`: sends again, as it is, what stands still. */
export async function retryIssuances(
  args: string[],
  context: Pick<Context, 'db' | 'keys' | 'now' | 'random'>,
  { stdout, stderr }: Terminal,
): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { state: { type: 'string' }, json: { type: 'boolean' } },
  })
  const state = STATES.find((one) => STATE_WORDS[one].slug === values.state)
  if ((values.state === undefined) === (positionals.length === 0) || (values.state && !state)) {
    throw new WrongUse(`Nombra las claves, o un estado: ${SLUGS.join(', ')}.`)
  }
  const found = state ? keysIn(context.db, state) : positionals
  let retried = 0
  const refused: Refused[] = []
  for await (const accessKey of found) {
    const reason = await retry(context, accessKey)
    if (reason === null) retried += 1
    else refused.push({ accessKey: plainLine(accessKey), reason })
  }
  for (const { accessKey, reason } of refused) stderr.write(`${accessKey}: ${reason}\n`)
  stdout.write(
    values.json ? `${jsonText({ retried, refused })}\n` : `Se envían otra vez: ${retried}.\n`,
  )
  return refused.length > 0 ? 1 : 0
}

async function* keysIn(
  db: Db,
  state: Parameters<typeof stoppedIssuances>[1],
): AsyncGenerator<string> {
  for (let afterId = 0; ; ) {
    const page = await stoppedIssuances(db, state, { afterId, limit: SLICE })
    for (const { accessKey } of page) yield accessKey
    afterId = page.at(-1)?.id ?? afterId
    if (page.length < SLICE) return
  }
}

/** Why not, in a sentence; null when it is on its way. */
async function retry(
  { db, ...needs }: Pick<Context, 'db' | 'keys' | 'now' | 'random'>,
  accessKey: string,
): Promise<string | null> {
  return transaction(db, async (tx) => {
    const id = await issuanceIdOf(tx, accessKey)
    const issuance = id === null ? null : await findIssuance(tx, id)
    if (!issuance) return 'No hay un envío con esa clave.'
    if (issuance.isSpent) return (await resumeIn(tx, needs, WHO, issuance.id))?.message ?? null
    const { edition } = issuance
    const mended = await mendIn(tx, needs, WHO, { id: issuance.id, edition, draft: null })
    return mended.ok || typeof mended.refusal === 'string' ? null : mended.refusal.message
  })
}
