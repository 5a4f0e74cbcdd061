import { expect, it } from 'vitest'
import type { CertificateWish } from '#fixtures/certificates/certificates.ts'
import { issue } from '#fixtures/certificates/certificates.ts'
import { pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { announceExpiry } from '#src/issuing/certificates/announce-expiry.ts'
import { signingIdentityOf } from '#src/issuing/certificates/certificate-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague } from '../../identity/staff/support.ts'
import { upload } from './upload.ts'

const RUC = '0990000000001'
const PASSWORD = 'Ñandú de prueba'

/** A made-up certificate of the bank, for two years from a little before the clock of the tests. */
function fileOf(wish: CertificateWish = {}): Buffer {
  return pkcs12(issue({ ruc: RUC, ...wish }), PASSWORD)
}

eachDatabase((open) => {
  it('signs from now on with what was uploaded, and wipes the key of the one before', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, context } = portal
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const first = await upload(portal, ana, { ruc: RUC, file: fileOf(), password: PASSWORD })
    expect([first.statusCode, first.headers.location]).toEqual([303, '/interno/firma'])
    const identity = await signingIdentityOf(db, context.keys.seal, RUC)
    expect(identity?.certificate.checkPrivateKey(identity.key)).toBe(true)
    await upload(portal, ana, {
      ruc: RUC,
      file: fileOf({ name: 'OTRA FIRMA' }),
      password: PASSWORD,
    })
    const rows = await db.selectFrom('signing_certificate').selectAll().orderBy('id').execute()
    expect(rows.map(({ retired_at, sealed }) => [retired_at !== null, sealed === ''])).toEqual([
      [true, true],
      [false, false],
    ])
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE KEY|BEGIN/)
    const page = await ana.get('/interno/firma')
    expect(page.body).toContain('Reemplazado')
    expect(page.body).toContain('Vence en 54 días')
  })

  it('tells who administers 60, 30 and 7 days before the end, each time once', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    await upload(portal, ana, { ruc: RUC, file: fileOf(), password: PASSWORD })
    const { valid_to } = await portal.db
      .selectFrom('signing_certificate')
      .select('valid_to')
      .executeTakeFirstOrThrow()
    const told = []
    for (const days of [61, 59, 58, 31, 29, 8, 6, 1, -1]) {
      const now = new Date(Date.parse(valid_to) - days * 86_400_000)
      await announceExpiry(portal.db, portal.context.keys.seal, now)
      const mails = (await portal.inbox()).filter(({ reason }) => reason === 'certificate-expiring')
      told.push([days, mails.length])
      if (days === -1) expect(mails[0]?.text).toContain(`para el RUC ${RUC}`)
    }
    expect(told).toEqual([
      [61, 0],
      [59, 1],
      [58, 1],
      [31, 1],
      [29, 2],
      [8, 2],
      [6, 3],
      [1, 3],
      [-1, 3],
    ])
  })
})

it('keeps nothing of a file that would not serve, and says what is wrong with it', async () => {
  const portal = await openPortal()
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const refused = async (given: Parameters<typeof upload>[2]) => {
    const page = await upload(portal, ana, given)
    expect(page.statusCode).toBe(422)
    return page.body
  }
  const file = fileOf()
  expect(await refused({ ruc: '099', file, password: PASSWORD })).toContain('Escribe el RUC')
  expect(await refused({ ruc: RUC, file: Buffer.alloc(0), password: '' })).toContain(
    'Elige el archivo',
  )
  expect(await refused({ ruc: RUC, file, password: 'otra' })).toContain('contraseña')
  const other = fileOf({ ruc: '0999999999001' })
  expect(await refused({ ruc: RUC, file: other, password: PASSWORD })).toContain('0999999999001')
  expect(await refused({ ruc: RUC, file: Buffer.from('hola'), password: '' })).toMatch(/\.p12/)
  const large = Buffer.alloc(1_100_000)
  expect(await refused({ ruc: RUC, file: large, password: '' })).toContain('demasiado grande')
  expect(await portal.db.selectFrom('signing_certificate').selectAll().execute()).toEqual([])
})
