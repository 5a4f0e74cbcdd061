import type { AuditAction } from '../../../../audit/audit-action.ts'
import { entriesAbout } from '../../../../audit/audit-entry-store.ts'
import type { Db } from '../../../../db/open.ts'
import { loginNames } from '../../../../identity/staff/login-name-store.ts'
import type { ApprovalKind } from '../../../../identity/staff/rights.ts'
import type { Lot } from '../../lot.ts'
import { lotSubject } from '../../lot.ts'

/** Something that somebody did to a lot. */
export interface LogEntry {
  text: string
  tone: 'ok' | 'espera' | 'mal' | ''
  who: string
  at: Date
}

type Words = readonly [text: string, tone: LogEntry['tone']]

/** The proposal itself is told once: by what was asked for, and by what became of it. */
const WORDS: Readonly<Record<string, Words>> = {
  'lot.loaded': ['Archivos recibidos', 'ok'],
  'lot.mended': ['Filas corregidas recibidas', 'ok'],
  'lot.row-mended': ['Una fila corregida', 'ok'],
  'lot.paused': ['Pausa pedida', 'espera'],
  'lot.resumed': ['Reanudado', ''],
  'lot.stopped': ['Cancelación pedida', 'mal'],
  'lot.discarded': ['Descartado', ''],
  'lot.published': ['Publicación aprobada', 'ok'],
  'lot.withdrawn': ['Retiro aprobado', 'ok'],
  'approval.refused': ['Propuesta rechazada', 'mal'],
  'approval.withdrawn': ['Propuesta retirada', ''],
  'lot.publish': ['Aprobación pedida para publicarlo', 'espera'],
  'lot.withdraw': ['Aprobación pedida para retirarlo', 'espera'],
} satisfies Partial<Record<AuditAction | ApprovalKind, Words>>

/** What is said otherwise of rows, whose receipts are issued. */
const OF_ROWS: Readonly<Record<string, Words>> = {
  'lot.published': ['Emisión aprobada', 'ok'],
  'lot.publish': ['Aprobación pedida para emitirlo', 'espera'],
} satisfies Partial<Record<AuditAction | ApprovalKind, Words>>

const ENTRIES_SHOWN = 30

/** The newest entries of the chain about a lot, in words. */
export async function logOf(db: Db, lot: Lot): Promise<LogEntry[]> {
  const rows = await entriesAbout(db, lotSubject(lot), 'approval.approved', ENTRIES_SHOWN)
  const idOf = (actor: string) => Number(/^login:(\d+)$/.exec(actor)?.[1] ?? 0)
  const names = await loginNames(db, [...new Set(rows.map(({ actor }) => idOf(actor)))])
  return rows.flatMap(({ action, actor, at, detail }) => {
    const own = action === 'approval.proposed' ? kindIn(detail) : action
    const words = (lot.kind === 'rows' ? OF_ROWS[own] : undefined) ?? WORDS[own]
    if (!words) return []
    const [text, tone] = words
    return [{ text, tone, who: names.get(idOf(actor)) ?? 'la línea de órdenes', at }]
  })
}

function kindIn(detail: string): string {
  return String((JSON.parse(detail) as { kind?: unknown }).kind)
}
