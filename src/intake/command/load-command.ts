import { parseArgs } from 'node:util'
import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import { formatCount } from '../../values/count.ts'
import type { Keys } from '../../values/keys.ts'
import { jsonText, plainLine } from '../../values/terminal-text.ts'
import { loadFiles } from '../load-files.ts'
import type { LoadedItem, LoadTotals } from '../load-report.ts'
import { walkPaths } from '../sources/walk-paths.ts'
import type { PacedStream } from './paced-write.ts'
import { writePaced } from './paced-write.ts'
import type { ProgressStream } from './progress-bar.ts'
import { duration, ProgressBar } from './progress-bar.ts'

export const loadHelp = `Carga comprobantes electrónicos (XML) en el portal.

Uso: npm run portal -- load RUTA… [--json]

  RUTA     un XML, una carpeta (con todas las suyas) o un ZIP
  --json   imprime solo un objeto JSON con el resultado de cada archivo
  --help   muestra esta ayuda

Cargar dos veces lo mismo no duplica nada: lo que ya está se cuenta como repetido.
Termina con 0 si todo se cargó, 1 si algo se rechazó, 2 si el comando está mal escrito.
`

/** What the command takes from the context of the process. */
interface LoadCommandNeeds {
  db: Db
  policy: Pick<Policy, 'firstLogin' | 'intake'>
  config: { issuers: readonly string[]; signatureAuthorities: readonly string[] }
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

interface CommandStreams {
  stdout: PacedStream
  stderr: ProgressStream
}

/**
 * `load PATH… [--json]`: loads the receipts and reports each refused file with its reason. With
 * `--json` standard output holds one object and nothing else; progress goes to standard error.
 *
 * @returns 0 all done, 1 some refused, 2 wrong use
 */
export async function runLoad(
  args: readonly string[],
  needs: LoadCommandNeeds,
  streams: CommandStreams,
): Promise<0 | 1 | 2> {
  const asked = readArguments(args)
  if (!asked.ok) {
    streams.stderr.write(`${asked.reason}\n\n${loadHelp}`)
    return 2
  }
  if (asked.help) {
    streams.stdout.write(loadHelp)
    return 0
  }
  const { stdout, stderr } = streams
  const bar = new ProgressBar(stderr, stderr.isTTY ? await count(asked.paths) : null)
  const report = asked.json ? new JsonReport(stdout) : new PlainReport(stdout, bar)
  const totals = await loadFiles(asked.paths, {
    ...needs,
    issuers: needs.config.issuers,
    authorities: needs.config.signatureAuthorities,
    onItem: (item) => report.add(item),
    onProgress: ({ loaded, duplicated, rejected }) => bar.show(loaded + duplicated + rejected),
  })
  bar.clear()
  report.end(totals)
  await noteEnd(needs, asked.paths.length, totals)
  return totals.rejected > 0 ? 1 : 0
}

/**
 * What was kept is noted with what was kept; this tells that the load came to its end, and of what
 * was refused. Names of files and folders may name people, so only how many there were.
 */
async function noteEnd(needs: LoadCommandNeeds, paths: number, totals: LoadTotals): Promise<void> {
  const { loaded, duplicated, rejected, warnings } = totals
  const entry: AuditEntry = {
    actor: 'command-line',
    action: 'receipts.load-ended',
    subject: 'receipts',
    detail: { paths, loaded, duplicated, rejected, warnings },
  }
  await transaction(needs.db, (tx) => record(tx, needs.keys.audit, entry, needs.now()))
}

type Asked =
  | { ok: true; help: boolean; json: boolean; paths: string[] }
  | { ok: false; reason: string }

function readArguments(args: readonly string[]): Asked {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    const help = values.help ?? false
    if (!help && positionals.length === 0) return { ok: false, reason: 'Falta decir qué cargar.' }
    return { ok: true, help, json: values.json ?? false, paths: positionals }
  } catch {
    const unknown = args.find((arg) => arg.startsWith('-') && !['--json', '--help'].includes(arg))
    return { ok: false, reason: `No existe la opción ${plainLine(unknown ?? '')}.` }
  }
}

async function count(paths: readonly string[]): Promise<number> {
  let files = 0
  for await (const _ of walkPaths(paths)) files += 1
  return files
}

/** One object, written as the files come so that it need not be held: items first, totals last. */
class JsonReport {
  readonly #stdout: CommandStreams['stdout']
  #count = 0

  constructor(stdout: CommandStreams['stdout']) {
    this.#stdout = stdout
  }

  add(item: LoadedItem): Promise<void> | undefined {
    const start = this.#count === 0 ? '{"items":[' : ','
    this.#count += 1
    return writePaced(this.#stdout, `${start}\n${jsonText(item)}`)
  }

  end(totals: LoadTotals): void {
    const rest = jsonText(totals).slice(1)
    this.#stdout.write(`${this.#count === 0 ? '{"items":[' : '\n'}],${rest}\n`)
  }
}

/** For people: each refused file as it comes, the sums at the end. */
class PlainReport {
  readonly #stdout: CommandStreams['stdout']
  readonly #bar: ProgressBar

  constructor(stdout: CommandStreams['stdout'], bar: ProgressBar) {
    this.#stdout = stdout
    this.#bar = bar
  }

  add({ outcome, name, message, code, badSignature }: LoadedItem): Promise<void> | undefined {
    if (badSignature !== null) {
      this.#bar.clear()
      return writePaced(
        this.#stdout,
        `Sin firma válida  ${plainLine(name)}\n                  ${plainLine(badSignature)}\n`,
      )
    }
    if (outcome !== 'rejected') return undefined
    this.#bar.clear()
    return writePaced(
      this.#stdout,
      `Rechazado  ${plainLine(name)}\n           ${plainLine(message ?? '')} [${code}]\n`,
    )
  }

  end({ loaded, duplicated, rejected, warnings, badSignatures, seconds }: LoadTotals): void {
    const all = loaded + duplicated + rejected
    const rate = seconds > 0 ? ` (${formatCount(all / seconds)} por segundo)` : ''
    this.#stdout.write(
      `${formatCount(all)} archivos en ${duration(seconds)}${rate}: ${formatCount(loaded)} cargados, ` +
        `${formatCount(duplicated)} que ya estaban, ${formatCount(rejected)} rechazados.\n`,
    )
    if (badSignatures > 0) {
      this.#stdout.write(`${formatCount(badSignatures)} de los cargados sin una firma válida.\n`)
    }
    if (warnings > 0) {
      this.#stdout.write(
        `${formatCount(warnings)} observaciones en los cargados; --json las muestra.\n`,
      )
    }
  }
}
