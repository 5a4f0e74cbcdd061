import { expect, it } from 'vitest'
import type { CertificateWish, Issued } from '#fixtures/certificates/certificates.ts'
import { issue, rootAuthority, strangeAuthority } from '#fixtures/certificates/certificates.ts'
import { pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { verifyChain } from '#src/audit/audit-store.ts'
import { transaction } from '#src/db/transaction.ts'
import { announceExpiry } from '#src/issuing/certificates/announce-expiry.ts'
import {
  replaceCertificate,
  signingIdentityOf,
} from '#src/issuing/certificates/certificate-store.ts'
import { readCertificate } from '#src/sri/signature/certificate.ts'
import { toldBy } from '#tests/backoffice/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague, signInAgain } from '../../identity/staff/support.ts'
import { begin, foundBank, request } from '../bank.ts'
import { upload, waiting } from './upload.ts'

const RUC = '0990000000001'
const PASSWORD = 'Ñandú de prueba'

/** A made-up certificate of the bank, for two years from a little before the clock of the tests. */
function fileOf(wish: CertificateWish = {}): Buffer {
  return pkcs12(issue({ ruc: RUC, ...wish }), PASSWORD)
}

type Certificates = { retired_at: string | null; in_use_at: string | null; sealed: string }[]

function certificatesOf({ db }: TestPortal): Promise<Certificates> {
  return db
    .selectFrom('signing_certificate')
    .select(['retired_at', 'in_use_at', 'sealed'])
    .orderBy('id')
    .execute()
}

/** How each certificate stands: whether it was ever in use, is retired, and has its key. */
async function standingsOf(portal: TestPortal): Promise<string[]> {
  return (await certificatesOf(portal)).map(({ retired_at, in_use_at, sealed }) =>
    [in_use_at && 'used', retired_at && 'retired', sealed && 'key'].filter(Boolean).join(' '),
  )
}

async function signsWith({ db, context }: TestPortal): Promise<string | null> {
  const identity = await signingIdentityOf(db, context.keys.seal, RUC)
  if (identity && !identity.certificate.checkPrivateKey(identity.key)) return 'another key'
  return identity && readCertificate(identity.certificate).name
}

async function bring(portal: TestPortal, by: Browser, name: string, more: CertificateWish = {}) {
  const file = fileOf({ name, ...more })
  return upload(portal, by, { ruc: RUC, file, password: PASSWORD })
}

eachDatabase((open) => {
  it('takes none of an authority that the bank does not trust, when it says whom it does', async () => {
    const trusting = async ({ certificate }: Issued) => {
      const config = { signatureAuthorities: [`${certificate}`] }
      const portal = await openPortal({ db: await open(), config })
      const ana = await colleague(portal, 'ana', 'administrator')
      return { portal, answer: await bring(portal, ana.browser, 'FIRMA UNO') }
    }
    const refused = await trusting(strangeAuthority())
    expect(refused.answer.statusCode).toBe(422)
    expect(refused.answer.body).toContain('que no está entre las autoridades reconocidas')
    expect(await certificatesOf(refused.portal)).toEqual([])
    expect((await trusting(rootAuthority())).answer.statusCode).toBe(303)
  })

  it('signs with what was uploaded once another person approves, and wipes the key before', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana', 'administrator')
    const eva = await colleague(portal, 'eva', 'approver')
    const first = await bring(portal, ana.browser, 'FIRMA UNO')
    expect([first.statusCode, first.headers.location]).toEqual([303, '/interno/firma'])
    await foundBank(portal.db)
    await begin(portal.db, [request('a')])
    const { body: list } = await ana.browser.get('/interno/envios')
    expect(list).toContain('Nada se firma: espera aprobación el certificado del emisor')
    expect(list).toContain('El certificado de su emisor espera aprobación')
    expect((await ana.browser.get('/interno/firma')).body).not.toContain('Subir el de')
    expect(await signsWith(portal)).toBe(null)
    const shown = (await eva.browser.get('/interno/aprobaciones')).body
    for (const text of ['Firma Uno', `RUC ${RUC}`, 'es el primero de este emisor', 'Serie'])
      expect(shown).toContain(text)
    expect(await toldBy(eva.browser, `${await waiting(eva)}/aprobacion`)).toBe('Aprobada y hecha.')
    expect(await signsWith(portal)).toBe('FIRMA UNO')

    await bring(portal, ana.browser, 'FIRMA DOS')
    expect(await signsWith(portal)).toBe('FIRMA UNO')
    const second = await waiting(eva)
    expect((await eva.browser.get(second)).body).toContain('Al de Firma Uno, serie')
    const page = (await eva.browser.get('/interno/firma')).body
    expect(page).toContain(`href="${second}">Ver la propuesta`)
    expect(page).not.toContain('Subir un certificado')
    await toldBy(eva.browser, `${second}/aprobacion`)
    expect(await signsWith(portal)).toBe('FIRMA DOS')
    expect(await standingsOf(portal)).toEqual(['used retired', 'used key'])
    const rows = await portal.db.selectFrom('signing_certificate').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE KEY|BEGIN/)
    expect((await ana.browser.get('/interno/firma')).body).toMatch(
      /Vence en 54 días[\s\S]*Reemplazado/,
    )
    // What it replaced is told of the decided proposal too.
    expect((await eva.browser.get(second)).body).toContain('Al de Firma Uno, serie')
    const chain = await portal.db.selectFrom('audit').select(['action', 'actor']).execute()
    const of = (action: string) => chain.filter((one) => one.action === action)
    expect(of('certificate.added').map(({ actor }) => actor)).toEqual(
      Array(2).fill(`login:${ana.id}`),
    )
    const put = of('certificate.put-in-use').map(({ actor }) => actor)
    expect(put).toEqual(Array(2).fill(`login:${eva.id}`))
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('wipes the key of what is refused or taken back, and signs as before', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana', 'administrator')
    const eva = await colleague(portal, 'eva', 'approver')
    await bring(portal, ana.browser, 'FIRMA UNO')
    await eva.browser.post(`${await waiting(eva)}/aprobacion`)
    await bring(portal, ana.browser, 'FIRMA DOS')
    const motivo = 'No es la que contratamos'
    expect(await toldBy(eva.browser, `${await waiting(eva)}/rechazo`, { motivo })).toBe(
      'Rechazada.',
    )
    await bring(portal, ana.browser, 'FIRMA TRES')
    expect(await toldBy(ana.browser, `${await waiting(ana)}/retiro`)).toBe('La retiraste.')
    expect(await standingsOf(portal)).toEqual(['used key', 'retired', 'retired'])
    expect(await signsWith(portal)).toBe('FIRMA UNO')
    const page = (await ana.browser.get('/interno/firma')).body
    expect(page.match(/Descartado/g)).toHaveLength(2)
    const told = await portal.db
      .selectFrom('audit')
      .select(['action', 'subject'])
      .where('action', 'in', ['approval.refused', 'approval.withdrawn'])
      .orderBy('id')
      .execute()
    expect(told).toEqual([
      { action: 'approval.refused', subject: 'certificate:2' },
      { action: 'approval.withdrawn', subject: 'certificate:3' },
    ])
  })

  it('puts nothing in use for who uploaded it, a loader, a forged number or the second click', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana', 'administrator')
    const { browser: lucia } = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    await bring(portal, ana.browser, 'FIRMA UNO')
    const proposal = await waiting(eva)
    expect(await toldBy(ana.browser, `${proposal}/aprobacion`)).toContain('La propusiste tú')
    expect(await toldBy(lucia, `${proposal}/aprobacion`)).toBe('403')
    expect(await toldBy(lucia, `${proposal}/retiro`)).toBe('404')
    expect(await toldBy(eva.browser, '/interno/aprobaciones/999/aprobacion')).toBe('404')
    for (const other of [lucia, eva.browser]) {
      expect((await bring(portal, other, 'AJENA')).statusCode).toBe(403)
    }
    expect(await standingsOf(portal)).toEqual(['key'])
    const told = await Promise.all([
      toldBy(eva.browser, `${proposal}/aprobacion`),
      toldBy(eva.browser, `${proposal}/aprobacion`),
    ])
    expect(told.toSorted()).toEqual(['Aprobada y hecha.', 'Otra persona ya la decidió.'])
    expect(await standingsOf(portal)).toEqual(['used key'])
  })

  it('lets one wait at a time, also of two that come at once', async () => {
    const portal = await openPortal({ db: await open() })
    const ana = await colleague(portal, 'ana', 'administrator')
    const rosa = await colleague(portal, 'rosa', 'administrator')
    const answers = await Promise.all([
      bring(portal, ana.browser, 'FIRMA UNO'),
      bring(portal, rosa.browser, 'FIRMA DOS'),
    ])
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([303, 422])
    const refused = answers.find(({ statusCode }) => statusCode === 422)?.body
    expect(refused).toContain('Ya hay un certificado de este emisor que espera')
    expect(refused).toContain(`value="${RUC}"`)
    expect(await standingsOf(portal)).toEqual(['key'])
    expect(
      (await rosa.browser.get('/interno/aprobaciones')).body.match(/Cambiar el cert/g),
    ).toHaveLength(1)
  })

  it('examines it again when it is approved, and that nothing took its place', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, context, clock } = portal
    const ana = await colleague(portal, 'ana', 'administrator')
    const eva = await colleague(portal, 'eva', 'approver')
    await bring(portal, ana.browser, 'FIRMA UNO')
    const proposal = await waiting(eva)
    const identity = issue({ ruc: RUC, name: 'LA DE LA LÍNEA DE ÓRDENES' })
    await transaction(db, (tx) => {
      const given = { issuerRuc: RUC, identity, addedBy: ana.id }
      return replaceCertificate(tx, context.keys.seal, given, clock.now())
    })
    expect(await toldBy(eva.browser, `${proposal}/aprobacion`)).toContain('se puso en uso otro')
    expect(await signsWith(portal)).toBe('LA DE LA LÍNEA DE ÓRDENES')
    await eva.browser.post(`${proposal}/rechazo`, { motivo: 'Llegó tarde' })

    await bring(portal, ana.browser, 'FIRMA DOS')
    const late = await waiting(eva)
    clock.advance({ days: 60 })
    await signInAgain(portal, eva.browser, eva)
    expect(await toldBy(eva.browser, `${late}/aprobacion`)).toContain('caducó')
    expect(await standingsOf(portal)).toEqual(['retired', 'used key', 'key'])
  })

  it('tells who administers 60, 30 and 7 days before the end, each time once', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser: ana } = await colleague(portal, 'ana', 'administrator')
    const eva = await colleague(portal, 'eva', 'approver')
    await upload(portal, ana, { ruc: RUC, file: fileOf(), password: PASSWORD })
    await eva.browser.post(`${await waiting(eva)}/aprobacion`)
    // One that only waits is nobody's concern yet.
    await bring(portal, ana, 'FIRMA DOS')
    const { valid_to } = await portal.db
      .selectFrom('signing_certificate')
      .select('valid_to')
      .orderBy('id')
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
