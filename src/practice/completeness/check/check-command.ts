import { parseArgs } from 'node:util'
import type { Db } from '../../../db/open.ts'
import { findPartyByNumber } from '../../../identity/parties/party-store.ts'
import { formatCount } from '../../../values/count.ts'
import { jsonText, plainLine } from '../../../values/terminal-text.ts'
import { latestSeals } from '../seal-store.ts'
import type { CheckedSeal, PackageCheck } from './judge-package.ts'
import { judgePackage } from './judge-package.ts'
import { readCopies } from './read-copies.ts'

export const checkHelp = `Comprueba si un paquete de comprobantes está completo y sin cambios.

Uso: npm run portal -- check-package ARCHIVO… [--against-database] [--json]

  ARCHIVO             el ZIP (o todas sus partes), o la carpeta donde se abrió
  --against-database  compara los sellos también con los de la base de datos
  --json              imprime solo un objeto JSON
  --help              muestra esta ayuda

Sin --against-database no necesita ni el portal ni su configuración: usa el manifiesto y los sellos que
vienen adentro. Termina con 0 si todo está, 1 si algo falta, sobra o cambió, 2 si la orden está mal escrita.
`

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

/** What the database says of a seal of the package. */
type Against = CheckedSeal & { readonly inDatabase: 'same' | 'newer' | 'other' | 'none' }

/** `check-package FILE…`: an accountant's copy against its lists and seals, and against `db` if given. */
export async function checkPackage(
  args: string[],
  db: Db | null,
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, 'against-database': { type: 'boolean' } },
  })
  if (positionals.length === 0) {
    terminal.stderr.write(`Falta decir qué comprobar.\n\n${checkHelp}`)
    return 2
  }
  const copies = await readCopies(positionals).catch(() => null)
  if (copies === null || copies.manifests.length === 0) {
    const reason = copies ? NO_MANIFEST : UNREADABLE
    terminal.stdout.write(values.json ? `${jsonText({ ok: false, reason })}\n` : `${reason}\n`)
    return 1
  }
  const { files, manifests, own } = copies
  const check = judgePackage(manifests, files, own)
  const against = db === null ? null : await compare(db, check.seals)
  const ok = check.ok && (against ?? []).every(({ inDatabase }) => inDatabase === 'same')
  const facts = { ...check, ok, ...(against ? { seals: against } : {}) }
  terminal.stdout.write(values.json ? `${jsonText(facts)}\n` : wordsOf(check, against, ok))
  return ok ? 0 : 1
}

async function compare(db: Db, seals: readonly CheckedSeal[]): Promise<Against[]> {
  const compared: Against[] = []
  for (const seal of seals) {
    const party = await findPartyByNumber(db, seal.taxpayer)
    const months = { from: seal.month, to: seal.month }
    const [stored] = party ? await latestSeals(db, [party.id], months) : []
    const inDatabase =
      stored === undefined
        ? 'none'
        : stored.root === seal.root
          ? 'same'
          : stored.edition > seal.edition
            ? 'newer'
            : 'other'
    compared.push({ ...seal, inDatabase })
  }
  return compared
}

const NAMES_SHOWN = 20

const NO_MANIFEST = 'No hay un manifiesto.json del portal: no hay con qué comparar.'
const UNREADABLE =
  'No se puede leer: no está, no es un ZIP entero o tiene nombres que salen de su carpeta.'

const VERDICTS: Readonly<Record<CheckedSeal['verdict'], string>> = {
  whole: 'completo según su sello',
  different: 'NO coincide con su sello',
  part: 'no se puede comparar con su sello sin las demás partes',
}

const IN_DATABASE: Readonly<Record<Against['inDatabase'], string>> = {
  same: 'igual en la base de datos',
  newer: 'la base de datos tiene una edición más nueva',
  other: 'OTRO sello en la base de datos',
  none: 'sin sello en la base de datos',
}

function wordsOf(check: PackageCheck, against: readonly Against[] | null, ok: boolean): string {
  const lines = [
    `${formatCount(check.receipts)} comprobantes, ${formatCount(check.files)} archivos en la lista.`,
    ...namesOf('Faltan', check.missing),
    ...namesOf('Cambiaron', check.changed),
    ...namesOf('No están en la lista', check.unknown),
    ...(check.partsMissing.length > 0
      ? [`Faltan las partes ${check.partsMissing.join(', ')}.`]
      : []),
    ...(check.incomplete > 0
      ? [
          `De ${formatCount(check.incomplete)} el portal no tenía algún archivo; LEEME.txt dice por qué.`,
        ]
      : []),
    ...check.seals.map((seal, at) => {
      const stored = against?.[at]
      const more = stored ? `; ${IN_DATABASE[stored.inDatabase]}` : ''
      const name = plainLine(`${seal.taxpayer} ${seal.month}`)
      return `${name}, edición ${seal.edition}: ${VERDICTS[seal.verdict]}${more} (${seal.root.slice(0, 16)}…)`
    }),
    ok ? 'Está completo y sin cambios.' : 'NO está completo o algo cambió.',
  ]
  return `${lines.join('\n')}\n`
}

function namesOf(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `  ${plainLine(name)}`)
  const rest = names.length - shown.length
  const more = rest > 0 ? [`  y ${formatCount(rest)} más`] : []
  return [`${title}: ${formatCount(names.length)}`, ...shown, ...more]
}
