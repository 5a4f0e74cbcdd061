import type { ChainState } from '../audit/audit-store.ts'
import { AUDITED, auditFigure, verifyChain } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { checkIntegrity } from '../db/integrity-store.ts'
import { pendingMigrations } from '../db/migrate.ts'
import type { Db } from '../db/open.ts'
import { snapshot } from '../db/snapshot-store.ts'
import { checkFigures } from '../figures/check-figures.ts'
import { FigureSums } from '../figures/figure.ts'
import { RECEIPTS_WITHDRAWN } from '../intake/lots/withdraw-lot.ts'
import { countAnswers } from '../issuing/issuance/answer-count-store.ts'
import { ANSWERED } from '../issuing/states/answers.ts'
import { MAIL_SENT } from '../outbox/mail-figures.ts'
import { countSentMails } from '../outbox/sent-count-store.ts'
import { checkDays } from '../receipts/checks/check-days.ts'
import type { ReceiptsCheck } from '../receipts/checks/check-receipts.ts'
import { checkReceipts } from '../receipts/checks/check-receipts.ts'
import { RECEIPTS_LOADED } from '../receipts/kept/note-kept.ts'
import { LOADED, RECEIPTS } from '../receipts/kept/receipt-figures.ts'
import { dayOf } from '../values/day.ts'

export interface Check {
  name: string
  ok: boolean
  /** How many things were looked at. */
  count: number
  problems: readonly string[]
}

/** Where things stand at the end: what a later run holds its own against. */
export interface Standing {
  /** The last row of the audit chain: how many there are up to it, and its hash. */
  chain: { rows: number; head: string }
  receipts: number
  /** Files put aside because another one has their access key. */
  conflicts: number
}

export interface VerifyReport {
  ok: boolean
  checks: Check[]
  /** Null when the chain is broken or there are no tables: nothing can be held against that. */
  standing: Standing | null
  seconds: number
}

/**
 * Everything that must be true of the data, as it stands at one moment: whoever loads or signs in
 * meanwhile neither waits nor is mistaken for a fault. Changes nothing.
 *
 * @param earlier where things stood once: a chain that lost its end since is whole in itself
 */
export async function verify(
  context: Pick<Context, 'db' | 'keys' | 'now'>,
  earlier: Standing | null = null,
): Promise<VerifyReport> {
  const { keys, now } = context
  const start = now().getTime()
  const lacking = await pendingMigrations(context.db)
  const { checks, standing } = await snapshot(context.db, async (db) => {
    const database = await checkDatabase(db, lacking)
    const walk = await walkChain(db, keys.audit, earlier)
    const found = await checkReceipts(db)
    const sums = await checkDays(db)
    return {
      checks: [
        database,
        toCheck('Bitácora', walk.chain.count, chainProblems(walk.chain)),
        ...checkDocuments(found),
        toCheck('Sumas por día contra el índice', sums.days, sums.problems),
        await checkDayFigures(db, walk, found),
        checkLoaded(walk, found),
        ...(earlier ? [checkAgainst(earlier, walk, found)] : []),
      ],
      standing: standingOf(walk, found),
    }
  })
  const seconds = (now().getTime() - start) / 1_000
  return { ok: checks.every((check) => check.ok), checks, standing, seconds }
}

const PROBLEMS_MAX = 100

/** Its name says what was done: PostgreSQL does not look through its own files when asked. */
async function checkDatabase(db: Db, lacking: readonly string[]): Promise<Check> {
  const { rows, thorough, problems } = await checkIntegrity(db)
  const migrations = lacking.map((name) => `falta la migración ${name}`)
  const done = thorough ? 'archivo, índices y referencias' : 'filas contadas, restricciones válidas'
  return toCheck(`Base de datos (${done})`, rows, [...migrations, ...problems])
}

interface ChainWalk {
  chain: ChainState
  /** How many receipts there are, by what loads and withdrawals noted down. */
  kept: number
  /** How many were withdrawn since the earlier run. */
  withdrawnSince: number
  /** Whether the row that was the last one then is where it was. */
  holdsEarlier: boolean
  /** What the figures of the bank should say of it. */
  figures: FigureSums
}

async function walkChain(db: Db, key: Buffer, earlier: Standing | null): Promise<ChainWalk> {
  let kept = 0
  let withdrawnSince = 0
  let holdsEarlier = earlier === null || earlier.chain.rows === 0
  const figures = new FigureSums()
  const chain = await verifyChain(db, key, (row, place) => {
    const day = dayOf(new Date(row.at))
    figures.add({ name: auditFigure(row.action), day, value: 1, cents: 0 })
    if (row.action === RECEIPTS_LOADED) kept += JSON.parse(row.detail).loaded
    if (row.action === RECEIPTS_WITHDRAWN) {
      const { withdrawn } = JSON.parse(row.detail)
      kept -= withdrawn
      if (place > (earlier?.chain.rows ?? 0)) withdrawnSince += withdrawn
    }
    if (place === earlier?.chain.rows) holdsEarlier = row.hash === earlier.chain.head
  })
  return { chain, kept, withdrawnSince, holdsEarlier, figures }
}

function chainProblems(chain: ChainState): string[] {
  if (chain.ok) return []
  const hint = chain.count === 0 ? '; revisa que ENCRYPTION_KEY sea la de siempre' : ''
  return [`la cadena se rompe en la fila ${chain.brokenAt}${hint}`]
}

function checkDocuments({ receipts, conflicts, documents, index }: ReceiptsCheck): Check[] {
  return [
    toCheck('Documentos contra su huella', receipts + conflicts, documents),
    toCheck('Índice contra los documentos', receipts, index),
  ]
}

/** The figures of the bank against what they count; of a broken chain only a part was seen. */
async function checkDayFigures(db: Db, walk: ChainWalk, found: ReceiptsCheck): Promise<Check> {
  const receipts = found.figures.all()
  const checks = [
    await checkFigures(
      db,
      RECEIPTS,
      receipts.filter(({ name }) => name !== LOADED),
    ),
    await checkFigures(
      db,
      LOADED,
      receipts.filter(({ name }) => name === LOADED),
    ),
    await checkFigures(db, MAIL_SENT, await countSentMails(db)),
    await checkFigures(db, ANSWERED, await countAnswers(db)),
    ...(walk.chain.ok ? [await checkFigures(db, AUDITED, walk.figures.all())] : []),
  ]
  const problems = checks.flatMap((check) => check.problems).slice(0, PROBLEMS_MAX)
  const count = checks.reduce((sum, { figures }) => sum + figures, 0)
  return toCheck('Cifras del panel contra lo que cuentan', count, problems)
}

/** A receipt that is gone with all its rows is missing nowhere else. */
function checkLoaded({ chain, kept }: ChainWalk, { receipts }: ReceiptsCheck): Check {
  const same = !chain.ok || kept === receipts
  const problem = `la bitácora dice que debe haber ${kept} y hay ${receipts}`
  return toCheck('Comprobantes contra la bitácora', receipts, same ? [] : [problem])
}

function checkAgainst(earlier: Standing, walk: ChainWalk, found: ReceiptsCheck): Check {
  const { chain, receipts, conflicts } = earlier
  const problems: string[] = []
  if (!walk.holdsEarlier) {
    problems.push(
      `la bitácora tenía ${chain.rows} filas y esa última ya no está: se cortó o es otra`,
    )
  }
  if (found.receipts < receipts - walk.withdrawnSince) {
    problems.push(
      `había ${receipts} comprobantes, se retiraron ${walk.withdrawnSince} y hay ${found.receipts}`,
    )
  }
  if (found.conflicts < conflicts) {
    problems.push(`había ${conflicts} archivos apartados y hay ${found.conflicts}`)
  }
  return toCheck('Contra el informe anterior', chain.rows + receipts + conflicts, problems)
}

function standingOf({ chain }: ChainWalk, found: ReceiptsCheck): Standing | null {
  if (!chain.ok) return null
  const { receipts, conflicts } = found
  return { chain: { rows: chain.count, head: chain.head }, receipts, conflicts }
}

function toCheck(name: string, count: number, problems: readonly string[]): Check {
  return { name, ok: problems.length === 0, count, problems }
}
