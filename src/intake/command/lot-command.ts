import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Db } from '../../db/open.ts'
import type { ItemOutcome } from '../../db/tables/intake.ts'
import { formatCount } from '../../values/count.ts'
import { jsonText } from '../../values/terminal-text.ts'
import { isLive } from '../../work/job.ts'
import { lastJobOf } from '../../work/job-store.ts'
import type { Lot } from '../lots/lot.ts'
import { parseLotNumber } from '../lots/lot.ts'
import { LOT_JOBS } from '../lots/lot-jobs.ts'
import { findLot } from '../lots/lot-store.ts'
import { faulty } from '../lots/lot-summary.ts'
import { outcomeText, outcomeWords, statusWords } from '../lots/staff/messages.ts'
import type { ProgressStream } from './progress-bar.ts'
import { ProgressBar } from './progress-bar.ts'

export const lotHelp = `Muestra un lote y, mientras algo se hace con él, su avance hasta que termina.

Uso: npm run portal -- lot NUMERO [--json]

  NUMERO   como 2026-11-0047
  --json   imprime solo un objeto JSON cuando termina
  --help   muestra esta ayuda

Termina con 0 si todo está bien, 1 si hay documentos con error o el lote no existe, 2 si la orden está
mal escrita.
`

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: ProgressStream
}

const LOOK_MS = 500

/** `lot NUMBER [--json]`: follows a lot to the end of what is being done to it. */
export async function showLot(
  args: string[],
  { db }: { db: Db },
  terminal: Terminal,
): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const number = parseLotNumber(positionals[0] ?? '')
  const lot = number && (await findLot(db, number))
  if (!number || !lot) {
    terminal.stderr.write('No hay un lote con ese número. Se escribe como 2026-11-0047.\n')
    return 1
  }
  await follow(db, lot.id, terminal.stderr)
  const now = (await findLot(db, number)) ?? lot
  terminal.stdout.write(values.json ? `${jsonText(factsOf(now))}\n` : wordsOf(now))
  return now.summary && faulty(now.summary) > 0 ? 1 : 0
}

async function follow(db: Db, lotId: number, stream: ProgressStream): Promise<void> {
  let bar: ProgressBar | undefined
  for (;;) {
    const job = await lastJobOf(db, lotId, LOT_JOBS)
    if (job === null || !isLive(job) || job.status === 'paused') break
    bar ??= new ProgressBar(stream, job.total)
    bar.show(job.done)
    await pause(LOOK_MS)
  }
  bar?.clear()
}

function factsOf({ number, status, summary }: Lot) {
  return { number, status, outcomes: summary?.outcomes ?? {} }
}

function wordsOf({ number, kind, status, summary }: Lot): string {
  const counts = (Object.keys(outcomeWords) as ItemOutcome[]).flatMap((outcome) => {
    const count = summary?.outcomes[outcome] ?? 0
    return count === 0 ? [] : [`  ${outcomeText(outcome, kind)}: ${formatCount(count)}\n`]
  })
  const { text } = statusWords({ kind, status, summary })
  return `Lote ${number}: ${text.toLowerCase()}\n${counts.join('')}`
}
