import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { doEverything } from './everything.ts'
import { addPerson, lastCode, lastLink, MARIA, PEDRO, signIn, signUp } from './support.ts'

/** What the chain tells of `doEverything`; a story that failed would be missing. */
const NOTED = [
  'first-login.started',
  'first-login.completed',
  'login.locked',
  'login.unlocked',
  'login.signed-in',
  'recovery.asked',
  'recovery.used',
  'password.chosen',
  'email.changed',
  'alerts.changed',
  'password.changed',
  'login.signed-in',
  'session.closed',
  'device.forgotten',
  'login.signed-in',
  'session.others-closed',
  'session.ended',
  'login.signed-in',
  'login.frozen',
]

/** Where stories write besides `audit` itself. */
const WRITTEN = [
  'login',
  'session',
  'device',
  'one_time_code',
  'initial_password',
  'mailed_link',
  'throttle',
  'contact',
  'first_login_window',
  'mail',
]

/**
 * Makes every write fail that comes after an entry in the audit chain, in the same transaction: the
 * chain has one lock for everybody, which must be taken last and held briefly.
 */
async function forbidWritesAfterAudit(db: Db): Promise<void> {
  await sql`create table chained (txid bigint primary key)`.execute(db)
  await sql`create function note_chained() returns trigger language plpgsql as
    $$ begin insert into chained values (txid_current()); return null; end $$`.execute(db)
  await sql`create trigger note_chained after insert on audit
    for each row execute function note_chained()`.execute(db)
  await sql`create function refuse_late() returns trigger language plpgsql as $$ begin
    if exists (select 1 from chained where txid = txid_current()) then
      raise exception 'written after the audit chain: %', tg_table_name;
    end if; return null; end $$`.execute(db)
  for (const table of WRITTEN) {
    await sql`create trigger refuse_late before insert or update or delete on ${sql.table(table)}
      execute function refuse_late()`.execute(db)
  }
  onTestFinished(async () => {
    await sql`drop function note_chained, refuse_late cascade`.execute(db)
    await sql`drop table chained`.execute(db)
  })
}

eachDatabase((open, make) => {
  it('takes somebody from the first login through lock, recovery and every change', async () => {
    const portal = await openPortal({ db: await open() })
    if (make !== 'sqlite') await forbidWritesAfterAudit(portal.db)
    await doEverything(portal)
    const entries = await portal.db.selectFrom('audit').select('action').orderBy('id').execute()
    expect(entries.map(({ action }) => action)).toEqual(NOTED)
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('lets one of many finish at once', async () => {
    const portal = await openPortal({ db: await open() })
    await signUp(portal, PEDRO)
    await addPerson(portal, MARIA)
    const browsers = [1, 2, 3].map((at) => portal.browser({ address: `198.51.${at}.1` }))
    const codes: string[] = []
    for (const browser of browsers) {
      await signIn(browser, MARIA.number, MARIA.number)
      await browser.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email })
      codes.push(await lastCode(portal, 'email-code'))
    }
    const tries = browsers.map((browser, at) =>
      browser.post('/codigo', { codigo: codes[at] ?? '' }),
    )
    await Promise.all(tries)
    const pages = await Promise.all(browsers.map((browser) => browser.get('/perfil')))
    expect(pages.filter((page) => page.statusCode === 200)).toHaveLength(1)
    const logins = await portal.db.selectFrom('login').select('id').execute()
    expect(logins).toHaveLength(2)
  })

  it('answers everybody who acts on one login at once', async () => {
    const portal = await openPortal({ db: await open() })
    const home = await signUp(portal, MARIA)
    const others = [1, 2, 3, 4].map((at) => portal.browser({ address: `198.51.${at}.1` }))
    for (const other of others) await signIn(other, MARIA.number, MARIA.password)
    const freeze = await lastLink(portal, 'new-device')
    const next = 'Una frase de otra tarde'
    const answers = await Promise.all([
      home.post('/perfil/contrasena', { actual: MARIA.password, nueva: next }),
      ...others.map((other) => signIn(other, MARIA.number, MARIA.password)),
      portal.browser().post('/recuperar', { usuario: MARIA.number }),
      portal.browser().post(freeze),
    ])
    expect(answers.map((answer) => answer.statusCode).filter((code) => code >= 500)).toEqual([])
    expect((await home.get('/perfil')).statusCode).toBe(303)
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })
})
