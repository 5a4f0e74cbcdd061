import { expect, it } from 'vitest'
import { unlockUser } from '#src/backoffice/unlock-command.ts'
import { colleague, PASSWORD, signInAgain, typeIn } from '#tests/identity/staff/support.ts'
import { MARIA, signUp } from '#tests/identity/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

/** Runs the command as the terminal would; answers its exit code and what it printed. */
async function unlock({ context }: TestPortal, ...args: string[]): Promise<[number, string]> {
  let printed = ''
  const stream = { write: (text: string) => (printed += text) }
  const code = await unlockUser(args, context, { stdout: stream, stderr: stream })
  return [code, printed]
}

eachDatabase((open) => {
  it('lets in again the only administrator, whom wrong tries had locked out', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana.loor', 'administrator')
    const stranger = portal.browser({ address: '198.51.100.3' })
    for (const browser of [stranger, ana.browser]) {
      for (let at = 0; at < 3; at += 1) await typeIn(browser, ana.user, 'No es esta')
      expect((await typeIn(browser, ana.user, PASSWORD)).statusCode).toBe(422)
    }
    expect(await unlock(portal, 'Ana.Loor')).toEqual([0, 'Listo: ana.loor ya puede ingresar.\n'])
    for (const browser of [stranger, ana.browser]) {
      const entered = await signInAgain(portal, browser, ana)
      expect(entered.headers.location).toBe('/interno')
    }
    const entries = await portal.db
      .selectFrom('audit')
      .select(['actor', 'subject'])
      .where('action', '=', 'staff.unlocked')
      .execute()
    expect(entries).toEqual([{ actor: 'command-line', subject: `login:${ana.id}` }])
  })

  it('says what it did not do, for programs too, and opens no customer', async () => {
    const portal = await openPortal({ db: await open() })
    await colleague(portal, 'ana.loor', 'administrator')
    await signUp(portal, MARIA)
    for (let at = 0; at < 3; at += 1) {
      await portal.browser().post('/ingresar', { usuario: MARIA.number, contrasena: 'No es esta' })
    }
    expect(await unlock(portal, 'ana.loor')).toEqual([1, expect.stringContaining('No estaba')])
    const nobody = [1, `${MARIA.number}: No hay nadie del banco con ese usuario.\n`]
    expect(await unlock(portal, MARIA.number)).toEqual(nobody)
    const [code, printed] = await unlock(portal, 'nadie', '--json')
    expect([code, JSON.parse(printed)]).toMatchObject([1, { ok: false, refusal: 'none' }])
    const chain = await portal.db.selectFrom('audit').select('action').execute()
    expect(chain.map(({ action }) => action)).not.toContain('staff.unlocked')
  })
})
