import fs from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import type { Terminal } from './terminal.ts'
import type { Standing, VerifyReport } from './verify.ts'
import { verify } from './verify.ts'
import { WrongUse } from './wrong-use.ts'

export const verifyHelp = `Comprueba la base, los documentos, el índice y la bitácora, sin cambiar nada.

Uso: npm run portal -- verify [--against INFORME] [--json]

  --against INFORME  un informe anterior, hecho con --json: dice si desde entonces se cortó el final
                     de la bitácora o hay menos comprobantes
  --json             imprime solo un objeto JSON con cada comprobación
  --help             muestra esta ayuda

Quien puede cambiar la base puede cortar el final de la bitácora sin que en ella se note: guarda los
informes en otro lugar. Termina con 0 si todo está bien, 1 si hay problemas.
`

/**
 * `verify [--against FILE] [--json]`: exit 0 when everything is as it must be, 1 when not. Changes
 * nothing.
 */
export async function runVerify(
  args: string[],
  context: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const options = { json: { type: 'boolean' }, against: { type: 'string' } } as const
  const { values } = parseArgs({ args, options })
  const earlier = values.against === undefined ? null : await readStanding(values.against)
  const report = await verifyOrSayWhatLacks(context, earlier)
  terminal.stdout.write(values.json ? `${jsonText(report)}\n` : inWords(report))
  return report.ok ? 0 : 1
}

function inWords({ ok, checks, standing }: VerifyReport): string {
  const lines = checks.flatMap((check) => [
    `${check.ok ? '✓' : '✗'} ${check.name}: ${check.count} revisados`,
    ...check.problems.map((problem) => `    ${plainLine(problem)}`),
  ])
  if (standing) {
    const { chain, receipts } = standing
    lines.push(`Bitácora: fila ${chain.rows}, huella ${chain.head}`, `Comprobantes: ${receipts}`)
  }
  lines.push(ok ? 'Todo está bien.' : 'Hay problemas: ve arriba.')
  return `${lines.join('\n')}\n`
}

/** Where things stood in an earlier report. */
async function readStanding(file: string): Promise<Standing> {
  const text = await fs.readFile(file, 'utf8')
  const standing = standingIn(text)
  if (standing) return standing
  throw new WrongUse(`${plainLine(file)} no es un informe de «verify --json» sin problemas graves.`)
}

const HASH = /^[0-9a-f]{64}$/

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function standingIn(text: string): Standing | null {
  try {
    const { standing } = JSON.parse(text) as { standing?: Standing | null }
    const { rows, head } = standing?.chain ?? {}
    const counts = [rows, standing?.receipts, standing?.conflicts]
    const known = typeof head === 'string' && HASH.test(head) && counts.every(isCount)
    return known && standing ? standing : null
  } catch {
    return null
  }
}

/** Without its tables there is nothing to look at, and making them here would be a change. */
async function verifyOrSayWhatLacks(
  context: Parameters<typeof verify>[0],
  earlier: Standing | null,
): Promise<VerifyReport> {
  const lacking = await pendingMigrations(context.db)
  if (lacking.length === 0) return verify(context, earlier)
  const problems = lacking.map((name) => `falta la migración ${name}`)
  const check = { name: 'Migraciones', ok: false, count: lacking.length, problems }
  return { ok: false, checks: [check], standing: null, seconds: 0 }
}
