import type { Generated } from 'kysely'

export interface AuditTables {
  audit: AuditTable
}

interface AuditTable {
  id: Generated<number>
  at: string
  actor: string
  action: string
  subject: string
  detail: string
  previous_hash: string
  hash: string
}
