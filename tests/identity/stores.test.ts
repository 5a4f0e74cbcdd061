import { expect, it } from 'vitest'
import { insertRows } from '#src/db/bulk-insert.ts'
import { transaction } from '#src/db/transaction.ts'
import { findEnrolment, useWindow } from '#src/identity/first-login/enrolment-store.ts'
import { forgetExpired } from '#src/identity/forget-expired.ts'
import { activateLogin, findLoginByName } from '#src/identity/login-store.ts'
import { addLink, useLink } from '#src/identity/mailed-link-store.ts'
import { addCustomer } from '#src/identity/parties/add-customer.ts'
import { bankAddressOf } from '#src/identity/parties/contact-store.ts'
import { takeAttempt } from '#src/identity/passwords/attempt-store.ts'
import { addSession, findSession } from '#src/identity/sessions/session-store.ts'
import { hit } from '#src/identity/throttles/throttle-store.ts'
import { readUserName } from '#src/identity/user-name.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { MARIA, PEDRO } from './support.ts'

const NOW = new Date('2026-11-21T17:00:00.000Z')
const KEY = Buffer.alloc(32, 1)
const LIMIT = { max: 3, minutes: 10 }

const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

eachDatabase((open) => {
  async function openWithMaria() {
    const db = await open()
    const added = await addCustomer(db, MARIA, amazonas, NOW)
    if (!added.ok) throw new Error(added.message)
    const login = await transaction(db, (tx) =>
      activateLogin(
        tx,
        {
          partyId: added.partyId,
          username: MARIA.number,
          name: MARIA.name,
          passwordHash: 'x',
          email: MARIA.email,
        },
        NOW,
      ),
    )
    return { db, partyId: added.partyId, login }
  }

  it('counts tries at once to the limit and no further, and starts again when the window ends', async () => {
    const db = await open()
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => hit(db, KEY, 'test', 'somebody', LIMIT, NOW)),
    )
    expect(tries.filter((taken) => taken.ok)).toHaveLength(3)
    const late = await hit(db, KEY, 'test', 'somebody', LIMIT, minutesLater(4))
    expect(late).toEqual({ ok: false, retryAfterSeconds: 360 })
    expect((await hit(db, KEY, 'test', 'somebody else', LIMIT, NOW)).ok).toBe(true)
    expect(await hit(db, KEY, 'test', 'somebody', LIMIT, minutesLater(10))).toEqual({
      ok: true,
      count: 1,
    })
  })

  it('stores nothing of whom it counts', async () => {
    const db = await open()
    await hit(db, KEY, 'test', MARIA.number, LIMIT, NOW)
    expect(JSON.stringify(await db.selectFrom('throttle').selectAll().execute())).not.toContain(
      MARIA.number,
    )
  })

  it('hands out three attempts, however many ask at once', async () => {
    const { db, login } = await openWithMaria()
    const attempts = await Promise.all(
      Array.from({ length: 20 }, () => takeAttempt(db, login.id, 3, 100)),
    )
    expect(attempts.filter((attempt) => attempt !== null).toSorted()).toEqual([1, 2, 3])
  })

  it('hands out none beyond the ceiling', async () => {
    const { db, login } = await openWithMaria()
    await db.updateTable('login').set({ failures_total: 100 }).execute()
    expect(await takeAttempt(db, login.id, 3, 100)).toBeNull()
  })

  it('finds a login by each number of its party', async () => {
    const { db, login } = await openWithMaria()
    for (const number of [MARIA.number, `${MARIA.number}001`]) {
      const found = await findLoginByName(db, readUserName(number)?.numbers ?? [])
      expect(found?.id).toBe(login.id)
    }
    expect(await findLoginByName(db, [PEDRO.number])).toBeNull()
  })

  it('lets a window be used once', async () => {
    const db = await open()
    const added = await addCustomer(db, { number: MARIA.number, name: MARIA.name }, amazonas, NOW)
    if (!added.ok) throw new Error(added.message)
    const use = () => transaction(db, (tx) => useWindow(tx, added.partyId, NOW))
    expect((await Promise.all([use(), use(), use()])).filter(Boolean)).toHaveLength(1)
    expect(await findEnrolment(db, [MARIA.number], NOW)).toBeNull()
  })

  it('uses a mailed link once, for its purpose and in its time', async () => {
    const { db, login } = await openWithMaria()
    const link = {
      loginId: login.id,
      purpose: 'unlock' as const,
      tokenHash: 'h',
      expiresAt: minutesLater(5),
    }
    await transaction(db, (tx) => addLink(tx, link, NOW))
    const use = (purpose: 'unlock' | 'freeze', now: Date) =>
      transaction(db, (tx) => useLink(tx, purpose, 'h', now))
    expect(await use('freeze', NOW)).toBeNull()
    expect(await use('unlock', minutesLater(5))).toBeNull()
    const uses = await Promise.all([use('unlock', NOW), use('unlock', NOW)])
    expect(uses.filter((id) => id === login.id)).toHaveLength(1)
  })

  it('reads a session and its login in one query', async () => {
    const { db, login, partyId } = await openWithMaria()
    const session = {
      id: 's1',
      scope: 'full' as const,
      loginId: login.id,
      partyId,
      subject: MARIA.number,
      draft: null,
      deviceId: null,
      returnTo: null,
      userAgent: 'x',
      address: 'y',
      expiresAt: minutesLater(60),
    }
    await transaction(db, (tx) => addSession(tx, session, NOW))
    for (const db2 of [db, db]) {
      expect(await findSession(db2, 's1')).toMatchObject({
        login: { id: login.id, partyId, displayName: MARIA.name, shortcuts: true },
      })
    }
    expect(await findSession(db, 's2')).toBeNull()
  })

  it('adds a customer, and again with another address', async () => {
    const db = await open()
    const customer = {
      number: PEDRO.number,
      name: ' Pedro   Andrade ',
      email: 'uno@correo.example',
    }
    const first = await addCustomer(db, customer, amazonas, NOW)
    const again = await addCustomer(
      db,
      { ...customer, email: 'dos@correo.example' },
      amazonas,
      minutesLater(60),
    )
    expect(first.ok && again.ok && first.partyId === again.partyId).toBe(true)
    expect(first.ok && (await bankAddressOf(db, first.partyId))).toBe('dos@correo.example')
    const refusals = await Promise.all([
      addCustomer(db, { ...customer, number: '0912345670' }, amazonas, NOW),
      addCustomer(db, { ...customer, name: ' ' }, amazonas, NOW),
      addCustomer(db, { ...customer, email: 'no es' }, amazonas, NOW),
    ])
    expect(refusals.map((added) => !added.ok && added.refusal)).toEqual([
      'bad-number',
      'bad-name',
      'bad-email',
    ])
  })

  it('refuses to open a window for somebody who has signed in', async () => {
    const { db } = await openWithMaria()
    const added = await addCustomer(
      db,
      { ...MARIA, email: 'otro@correo.example' },
      amazonas,
      minutesLater(60 * 24 * 31),
    )
    expect(added).toMatchObject({ ok: false, refusal: 'has-login' })
  })

  it('forgets in slices, however much has run out', async () => {
    const db = await open()
    const rows = Array.from({ length: 2_500 }, (_, at) => [`${at}`, 1, NOW.toISOString()])
    await transaction(db, (tx) =>
      insertRows(tx, { table: 'throttle', columns: ['name', 'count', 'window_ends_at'], rows }),
    )
    expect(await forgetExpired(db, amazonas.retention, minutesLater(60 * 24 * 2))).toMatchObject({
      throttle: 2_500,
    })
    expect(await db.selectFrom('throttle').selectAll().execute()).toEqual([])
  })

  it('forgets what has run out, and nothing else', async () => {
    const { db, login, partyId } = await openWithMaria()
    await hit(db, KEY, 'test', 'somebody', LIMIT, NOW)
    const session = {
      id: 's1',
      scope: 'full' as const,
      loginId: login.id,
      partyId,
      subject: MARIA.number,
      draft: null,
      deviceId: null,
      returnTo: null,
      userAgent: 'x',
      address: 'y',
      expiresAt: minutesLater(60),
    }
    await transaction(db, (tx) => addSession(tx, session, NOW))
    expect(
      Object.values(await forgetExpired(db, amazonas.retention, minutesLater(60))).every(
        (count) => count === 0,
      ),
    ).toBe(true)
    expect(await forgetExpired(db, amazonas.retention, minutesLater(60 * 24 * 40))).toMatchObject({
      throttle: 1,
      session: 1,
    })
  })
})
