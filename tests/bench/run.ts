import { execFileSync } from 'node:child_process'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { benchAccountant } from './accountant.ts'
import { benchIssue } from './issue.ts'
import { benchIssueChaos } from './issue-chaos.ts'
import { benchList } from './list.ts'
import { benchListLoading } from './list-loading.ts'
import { benchLoad } from './load.ts'
import { benchLot } from './lot.ts'
import { benchLotChaos } from './lot-chaos.ts'
import { benchMail } from './mail.ts'
import { benchPackage } from './package.ts'
import { benchRide } from './ride.ts'
import { benchRows } from './rows.ts'
import { benchSignature } from './signature.ts'

/**
 * `npm run bench [-- NAME…] [--receipts N] [--kept FOLDER] [--rows N] [--seed N] [--drawn-sizes N,N]`:
 * how fast, as ratios against the limit measured in the same run. JSON on stdout, what it is doing on stderr. Figures of a busy machine are
 * worth little: the load average before each bench is part of the answer. `list` and `list-loading`
 * fill a database of N receipts; ten million are worth keeping in a folder. `package` draws packages of
 * the sizes (up to 12,000 each) to tell what they hold in memory. `issue-chaos` and
 * `lot-chaos` [--documents N] [--kills N] run when they are named: they kill their way through rows
 * and receipts and say what they found; exit 1 when it is something.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    receipts: { type: 'string', default: '1000000' },
    kept: { type: 'string' },
    rows: { type: 'string', default: '10000' },
    documents: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '20' },
    'drawn-sizes': { type: 'string', default: '500,2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const BENCHES: Record<string, () => Promise<unknown>> = {
  accountant: () => benchAccountant(Number(values.receipts), values.kept),
  load: benchLoad,
  list: () => benchList(Number(values.receipts), values.kept),
  'list-loading': () => benchListLoading(Number(values.receipts), values.kept),
  lot: () => benchLot(Number(values.receipts), values.kept),
  ride: async () => benchRide(),
  rows: benchRows,
  signature: async () => benchSignature(),
  mail: benchMail,
  issue: benchIssue,
  'issue-chaos': () => benchIssueChaos(Number(values.rows), Number(values.seed)),
  'lot-chaos': () =>
    benchLotChaos({
      documents: Number(values.documents),
      kills: Number(values.kills),
      seed: Number(values.seed),
      kept: values.kept,
    }),
  package: () => benchPackage(values['drawn-sizes'].split(',').map(Number)),
}
/** These show something, besides what they measure; they find nothing or fail. */
const SHOWS = ['issue-chaos', 'lot-chaos']

const measured = Object.keys(BENCHES).filter((name) => !SHOWS.includes(name))
const chosen = positionals.length > 0 ? positionals : measured
const results: Record<string, unknown> = {}
for (const name of chosen) {
  const bench = BENCHES[name]
  if (!bench)
    throw new Error(`No hay un banco de pruebas «${name}»: ${Object.keys(BENCHES).join(', ')}`)
  process.stderr.write(`midiendo ${name}…\n`)
  const loadAverage = os.loadavg()[0]
  results[name] = {
    loadAverage,
    ...((await bench()) as object),
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const machine = {
  cores: os.availableParallelism(),
  cpu: os.cpus()[0]?.model,
  node: process.version,
}
process.stdout.write(`${JSON.stringify({ commit, machine, results }, null, 2)}\n`)
process.exit(chosen.some((name) => hasFound(results[name])) ? 1 : 0)

function hasFound(result: unknown): boolean {
  return Array.isArray((result as { found?: unknown }).found)
}
