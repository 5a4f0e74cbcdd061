import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runBackup } from '#src/backoffice/backup-commands.ts'
import { transaction } from '#src/db/transaction.ts'
import { VERSION } from '#src/work/version.ts'
import { noteWorker } from '#src/work/worker-store.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { readLot, upload, work } from '#tests/intake/lots/support.ts'
import { note, queue } from '#tests/outbox/outbox.ts'
import { eachDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

/** What the page says of each thing, by name: «Bien: Atiende». */
async function readingsOf(browser: Browser): Promise<Record<string, string>> {
  const { body } = await browser.get('/interno/salud')
  const rows = [...body.matchAll(/<dt>([^<]+)<\/dt>\s*<dd>([\s\S]*?)<\/dd>/g)]
  const plain = (html = '') =>
    html
      .replaceAll(/<\/span>/g, ': ')
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll(/\s+/g, ' ')
      .replace(' : ', ': ')
      .trim()
  return Object.fromEntries(rows.map(([, name = '', value]) => [name, plain(value)]))
}

async function hearFrom(
  { db, clock }: TestPortal,
  more: { version?: string; mailDownSince?: Date } = {},
): Promise<void> {
  const at = clock.now()
  const worker = { owner: 'one', host: 'portal-1', startedAt: at, seenAt: at, version: VERSION }
  await transaction(db, (tx) => noteWorker(tx, { ...worker, mailDownSince: null, ...more }))
}

eachDatabase((open, make) => {
  // What PGlite writes is watched by nobody: see `writeStateOf`.
  it.skipIf(make === 'pglite')('tells whether mails leave and work is done', async () => {
    const portal = await openPortal({ db: await open() })
    const { db, clock } = portal
    const { browser } = await colleague(portal, 'ana', 'loader')
    await db.deleteFrom('mail').execute()
    expect(await readingsOf(browser)).toMatchObject({
      'Servidor de correo': 'Mal: No se sabe',
      'Proceso de trabajo': 'Mal: Ninguno',
      'Correos urgentes': 'Bien: 0 en la cola',
      Escritura: 'Bien: Se puede escribir',
      Migraciones: 'Bien: Todas hechas',
      'Firma electrónica': 'Todavía no se emite desde el portal',
      'Certificado del sitio': 'Sin TLS',
      Respaldo: 'Aquí no consta ninguno',
      // How full is for the machine of the day to say; that its disk is measured is for us.
      'Disco de los datos': expect.stringMatching(
        /^(Bien|Espera|Mal): [\d.,]+ \S+ libres de [\d.,]+ \S+/,
      ),
    })
    await hearFrom(portal)
    await queue(db, [note('maria', { urgent: true }), note('pedro')], clock.now())
    expect(await readingsOf(browser)).toMatchObject({
      'Servidor de correo': 'Bien: Atiende',
      'Correos urgentes': 'Bien: 1 en la cola, el más antiguo desde hace menos de 1 min',
    })
    clock.advance({ minutes: 6 })
    expect(await readingsOf(browser)).toMatchObject({
      'Servidor de correo': 'Mal: No se sabe',
      'Correos urgentes': 'Mal: 1 en la cola, el más antiguo desde hace 6 min',
      'Correos de aviso': 'Bien: 1 en la cola, el más antiguo desde hace 6 min',
    })
    const mailDownSince = new Date(clock.now().getTime() - 7_200_000)
    await hearFrom(portal, { mailDownSince, version: '0.0.1' })
    const down = await readingsOf(browser)
    expect(down['Servidor de correo']).toBe('Mal: No atiende desde hace 2 h')
    expect(down['Proceso de trabajo']).toMatch(/^Bien: Versión|^Espera: Versión/)
  })

  it.skipIf(make === 'pglite')('lists the work that waits and that failed', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'diego', 'loader')
    const file = { name: 'roto.xml', content: '<factura>' }
    const lot = await upload(portal, browser, [file])
    portal.clock.advance({ minutes: 10 })
    const waiting = await browser.get('/interno/salud')
    expect(waiting.body).toContain(
      `<a href="${lot.headers.location}">Leer el lote 2026-11-0001</a>`,
    )
    expect((await readingsOf(browser))['Trabajos en curso']).toBe(
      'Mal: 0 en marcha, 1 en espera, el más antiguo hace 10 min',
    )
    await work(portal)
    const second = await readLot(portal, browser, [{ ...file, content: '<factura/>' }])
    const lost = { status: 'failed', problem: 'Algo falló.', ended_at: '2026-11-21T17:00:00.000Z' }
    await portal.db
      .updateTable('job')
      .set(lost as never)
      .where('subject_id', '=', 2)
      .execute()
    expect(await readingsOf(browser)).toMatchObject({
      'Trabajos en curso': 'Bien: 0 en marcha, 0 en espera',
      'Trabajos que fallaron': 'Mal: 1',
    })
    const failed = await browser.get('/interno/salud')
    expect(failed.body).toContain(`<a href="${second}">Leer el lote 2026-11-0002</a>`)
    expect(failed.body).toContain('Algo falló.')
  })
})

it('tells how old the last backup is, and of one that did not run', async () => {
  const portal = await openPortal()
  const quiet = { write: () => undefined }
  const file = path.join(temporaryFolder(), 'copy.backup')
  await runBackup([file], portal.context, { stdout: quiet, stderr: quiet })
  portal.clock.advance({ hours: 3 })
  const again = await colleague(portal, 'eva', 'administrator')
  expect((await readingsOf(again.browser))['Respaldo']).toBe('Bien: El último, hace 3 h')
  portal.clock.advance({ days: 3 })
  const late = await colleague(portal, 'rosa', 'auditor')
  expect((await readingsOf(late.browser))['Respaldo']).toBe('Espera: El último, hace 3 días')
})

it('shows no secret, no address and nothing of a person', async () => {
  const secrets = {
    smtpUrl: 'smtp://avisos:clave-secreta@correo.example',
    sessionSecret: 'un secreto de las sesiones, de 32 signos',
    metricsToken: 'token-de-metricas-123',
  }
  const portal = await openPortal({ config: secrets })
  const { browser } = await colleague(portal, 'ana', 'auditor')
  await queue(portal.db, [note('maria')], portal.clock.now())
  const { body } = await browser.get('/interno/salud')
  for (const secret of ['clave-secreta', 'correo.example', 'secreto', 'token-de', 'maria']) {
    expect(body).not.toContain(secret)
  }
  expect(body).not.toContain(portal.context.config.dataDir)
})

describeWithJudge('openssl', 'the certificate of the site', () => {
  it.each([
    [2, 'Mal: Vence en '],
    [20, 'Espera: Vence en '],
    [300, 'Bien: Vence en '],
  ])('that lasts %i days is told so', async (days, said) => {
    const folder = temporaryFolder()
    const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
    const newKey = ['-newkey', 'rsa:2048', '-nodes']
    const files = ['-keyout', keyFile, '-out', certFile]
    const subject = ['-subj', '/CN=portal.banco.example']
    runTool('openssl', ['req', '-x509', ...newKey, ...files, '-days', String(days), ...subject])
    expect(fs.existsSync(certFile)).toBe(true)
    const portal = await openPortal({ config: { tls: { certFile, keyFile } }, start: new Date() })
    const { browser } = await colleague(portal, 'ana', 'administrator')
    expect((await readingsOf(browser))['Certificado del sitio']).toContain(said)
  })
})
