import { openSqliteFile } from '../db/sqlite-file.ts'
import type { SriMessage } from '../sri/service/sri-service.ts'

export const PENDING = 'EN PROCESAMIENTO'
export const AUTHORIZED = 'AUTORIZADO'
export const REJECTED = 'NO AUTORIZADO'

/** A document that was received, and what became of it; one key may have several. */
export interface Submission {
  readonly id: number
  readonly accessKey: string
  readonly number: string
  /** As it was sent. */
  readonly document: Uint8Array
  readonly receivedAt: Date
  /** When it is or was decided. */
  readonly dueAt: Date
  readonly state: string
  readonly messages: readonly SriMessage[]
  /** The code that it was to be decided with when it was received; null for none. */
  readonly wanted: string | null
}

interface Row {
  id: number
  access_key: string
  number: string
  document: Buffer
  received_at: number
  due_at: number
  state: string
  messages: string
  wanted: string | null
}

/** Instants are milliseconds since 1970; a document may be sent again once it was not authorised. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY,
    access_key TEXT NOT NULL,
    number TEXT NOT NULL,
    document BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('${PENDING}', '${AUTHORIZED}', '${REJECTED}')),
    messages TEXT NOT NULL,
    wanted TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS submission_of_key ON submission (access_key, id);
  CREATE UNIQUE INDEX IF NOT EXISTS submission_key ON submission (access_key)
    WHERE state <> '${REJECTED}';
  CREATE UNIQUE INDEX IF NOT EXISTS submission_number ON submission (number)
    WHERE state <> '${REJECTED}';
  CREATE INDEX IF NOT EXISTS submission_due ON submission (due_at) WHERE state = '${PENDING}';
  CREATE TABLE IF NOT EXISTS annulment (
    access_key TEXT PRIMARY KEY,
    accepted_at INTEGER NOT NULL
  ) STRICT;
`

/** What the simulator keeps, in a file of its own: what it confirmed survives its end. */
export class SubmissionStore {
  readonly #db: ReturnType<typeof openSqliteFile>

  /** @param file made when it is not there; `:memory:` keeps nothing. */
  constructor(file: string) {
    this.#db = openSqliteFile(file, { busyMs: 1_000 })
    this.#db.exec(TABLES)
  }

  /** Keeps a document that is to be decided. */
  add(one: Omit<Submission, 'id' | 'state' | 'messages'>): void {
    const { accessKey, number, document, receivedAt, dueAt, wanted } = one
    this.#db
      .prepare(
        `INSERT INTO submission
           (access_key, number, document, received_at, due_at, state, messages, wanted)
         VALUES (?, ?, ?, ?, ?, '${PENDING}', '[]', ?)`,
      )
      .run(accessKey, number, document, receivedAt.getTime(), dueAt.getTime(), wanted)
  }

  /** Every document with that key, the oldest first. */
  ofKey(accessKey: string): Submission[] {
    return this.#select('WHERE access_key = ? ORDER BY id', accessKey)
  }

  /** The key that holds a number; null when it is free. */
  keyOfNumber(number: string): string | null {
    const [one] = this.#select(`WHERE number = ? AND state <> '${REJECTED}'`, number)
    return one?.accessKey ?? null
  }

  /** Those to be decided by now, in the order in which they are due. */
  due(now: Date): Submission[] {
    const where = `WHERE state = '${PENDING}' AND due_at <= ? ORDER BY due_at, id`
    return this.#select(where, now.getTime())
  }

  newest(count: number): Submission[] {
    return this.#select('ORDER BY id DESC LIMIT ?', count)
  }

  decide(id: number, state: string, messages: readonly SriMessage[]): void {
    this.#db
      .prepare(
        `UPDATE submission SET state = ?, messages = ? WHERE id = ? AND state = '${PENDING}'`,
      )
      .run(state, JSON.stringify(messages), id)
  }

  /** @param acceptedAt when whoever has to agrees. */
  annul(accessKey: string, acceptedAt: Date): void {
    this.#db
      .prepare('INSERT INTO annulment (access_key, accepted_at) VALUES (?, ?)')
      .run(accessKey, acceptedAt.getTime())
  }

  /** When the annulment of a key is or was accepted; null when nobody asked for it. */
  annulledAt(accessKey: string): Date | null {
    const row = this.#db
      .prepare('SELECT accepted_at FROM annulment WHERE access_key = ?')
      .get(accessKey) as { accepted_at: number } | undefined
    return row === undefined ? null : new Date(row.accepted_at)
  }

  close(): void {
    this.#db.close()
  }

  #select(rest: string, value: string | number): Submission[] {
    const rows = this.#db.prepare(`SELECT * FROM submission ${rest}`).all(value) as Row[]
    return rows.map((row) => ({
      id: row.id,
      accessKey: row.access_key,
      number: row.number,
      document: row.document,
      receivedAt: new Date(row.received_at),
      dueAt: new Date(row.due_at),
      state: row.state,
      messages: JSON.parse(row.messages),
      wanted: row.wanted,
    }))
  }
}
