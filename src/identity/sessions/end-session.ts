import type { AuditDetail } from '../../audit/audit-action.ts'
import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Person } from '../person.ts'
import type { Tools } from '../tools.ts'
import { forgetDevice } from './device-store.ts'
import { endSession, endSessionsOf, endSessionsOnDevice, findSession } from './session-store.ts'
import { whileSignedIn } from './while-signed-in.ts'

/** Ends the session of the browser that asks. */
export async function signOut(
  db: Db,
  tools: Tools,
  session: { id: string; loginId: number | null },
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    const wasOpen = await endSession(tx, session.id, now)
    if (!wasOpen || session.loginId === null) return
    const name = `login:${session.loginId}`
    await record(tx, tools.keys.audit, { actor: name, action: 'session.ended', subject: name }, now)
  })
}

/** Ends another session of the same person. @returns false when it is not one of theirs */
export async function closeSession(
  db: Db,
  tools: Tools,
  person: Person,
  sessionId: string,
  now: Date,
): Promise<boolean> {
  return whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, sessionId)
    if (session?.login?.id !== person.loginId) return false
    const detail = { own: sessionId === person.sessionId }
    if (await endSession(tx, sessionId, now))
      await note(tx, tools, person, 'session.closed', detail, now)
    return true
  })
}

/** Ends, inside a transaction, the session in which too many codes were wrong. */
export async function endSessionByCodes(
  tx: Tx,
  tools: Tools,
  { loginId, sessionId }: Pick<Person, 'loginId' | 'sessionId'>,
  now: Date,
): Promise<void> {
  if (!(await endSession(tx, sessionId, now))) return
  const entry: AuditEntry = {
    actor: 'system',
    action: 'session.ended',
    subject: `login:${loginId}`,
    detail: { cause: 'wrong codes' },
  }
  await record(tx, tools.keys.audit, entry, now)
}

/** Ends every session of a login whose password somebody inside one of them did not know. */
export async function endSessionsByLock(
  db: Db,
  tools: Tools,
  loginId: number,
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    const sessions = await endSessionsOf(tx, loginId, null, now)
    if (sessions === 0) return
    const subject = `login:${loginId}`
    const detail: AuditDetail = { cause: 'lock', sessions }
    const entry: AuditEntry = { actor: 'system', action: 'session.all-ended', subject, detail }
    await record(tx, tools.keys.audit, entry, now)
  })
}

/** Ends every session of a person but the one that asks. */
export async function closeOtherSessions(
  db: Db,
  tools: Tools,
  person: Person,
  now: Date,
): Promise<number> {
  return whileSignedIn(db, person, async (tx) => {
    const sessions = await endSessionsOf(tx, person.loginId, person.sessionId, now)
    if (sessions > 0) await note(tx, tools, person, 'session.others-closed', { sessions }, now)
    return sessions
  })
}

/**
 * The browser becomes a stranger: its sessions end, and its next sign-in is announced as one from a
 * new device. @returns false when it is not one of theirs
 */
export async function forgetKnownDevice(
  db: Db,
  tools: Tools,
  person: Person,
  deviceId: number,
  now: Date,
): Promise<boolean> {
  return whileSignedIn(db, person, async (tx) => {
    await endSessionsOnDevice(tx, person.loginId, deviceId, now)
    if (!(await forgetDevice(tx, person.loginId, deviceId))) return false
    await note(tx, tools, person, 'device.forgotten', { device: deviceId }, now)
    return true
  })
}

async function note(
  tx: Parameters<typeof record>[0],
  tools: Tools,
  person: Person,
  action: AuditEntry['action'],
  detail: AuditDetail,
  now: Date,
): Promise<void> {
  const name = `login:${person.loginId}`
  await record(tx, tools.keys.audit, { actor: name, action, subject: name, detail }, now)
}
