import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { forgetLoads } from '#src/backoffice/customers/load/forget-loads.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, lastMail, MARIA, PEDRO, signUp } from '#tests/identity/support.ts'
import { multipart, sendForm } from '#tests/intake/lots/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { toldBy } from './support.ts'

const LOADS = '/interno/clientes/carga'
const MOTIVE = { motivo: 'Base de la agencia norte' }

async function send(
  portal: TestPortal,
  browser: Browser,
  file: string | Buffer,
  name = 'clientes.csv',
): Promise<Answer> {
  const { body, type } = multipart([{ name, content: file }])
  return sendForm(portal, browser, body, type, LOADS)
}

/** What the page counts, by its words. */
async function countsOn(browser: Browser, address: string): Promise<Record<string, string>> {
  const page = await browser.get(address)
  const pairs = page.body.matchAll(/<dt>([^<]+)<\/dt><dd>([^<]+)<\/dd>/g)
  return Object.fromEntries([...pairs].map(([, term, text]) => [term, text]))
}

async function proposalOn(browser: Browser, address: string): Promise<string> {
  const page = await browser.get(address)
  return /href="(\/interno\/aprobaciones\/\d+)"/.exec(page.body)?.[1] ?? page.body
}

const FILE = [
  'Identificación;Nombre;Correo',
  `${MARIA.number};María José Paredes;maria.nueva@correo.example`,
  `${PEDRO.number};Pedro Andrade;${PEDRO.email}`,
  '0926687856;"Ñáñez; ""Jo"" Torre";jo@correo.example',
  '0926687856001;Otra vez;jo@correo.example',
  '="0900000000";Sin Dígito;',
  '0105566046;;x@y.ec',
  '0105566046;Sin Correo Bueno;x@y',
  '0105566046;Con\0Cero;',
  '0105566046;Sin Correo;',
  '',
].join('\r\n')

eachDatabase((open) => {
  it('registers who is new, and leaves addresses and first logins to a second person', async () => {
    const portal = await openPortal({ db: await open() })
    const maria = await addPerson(portal, MARIA, MARIA.email)
    await signUp(portal, PEDRO)
    const lucia = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    const read = await send(portal, lucia.browser, FILE)
    const address = String(read.headers.location)
    expect(address).toMatch(/carga\/\d+$/)
    expect(await countsOn(lucia.browser, address)).toEqual({
      'Clientes nuevos': '2',
      'Conocidos, con otro correo': '2',
      'Conocidos, sin novedad': '0',
      'Filas con errores': '5',
    })
    const page = await lucia.browser.get(address)
    for (const text of ['ya está en la fila 4', 'falta el nombre', 'el correo no sirve'])
      expect(page.body).toContain(text)
    expect((await lucia.browser.post(`${address}/ventanas`, MOTIVE)).statusCode).toBe(404)

    expect(await toldBy(lucia.browser, `${address}/confirmacion`)).toBe('Registramos 2 clientes.')
    const again = await lucia.browser.post(`${address}/confirmacion`)
    expect(again.headers.location).toBe(LOADS)
    const found = await lucia.browser.get('/interno/clientes?q=nanez')
    expect(found.body).toContain('Nunca ha ingresado')
    expect(await toldBy(lucia.browser, `${address}/ventanas`, MOTIVE)).toContain('Lo propusiste')
    expect(await toldBy(lucia.browser, `${address}/ventanas`, MOTIVE)).toContain('Ya hay un cambio')
    const windows = await proposalOn(lucia.browser, address)
    expect(await toldBy(lucia.browser, `${windows}/aprobacion`)).toBe('403')
    const shown = await eva.browser.get(windows)
    for (const text of ['Abrir primeros ingresos', '30 días', 'Base de la agencia norte'])
      expect(shown.body).toContain(text)
    expect(await toldBy(eva.browser, `${windows}/aprobacion`)).toBe('Aprobada y hecha.')
    const opened = await lucia.browser.get('/interno/clientes?q=nanez')
    expect(opened.body).toContain('Primer ingreso abierto')

    expect(await toldBy(lucia.browser, `${address}/correos`, MOTIVE)).toContain('Lo propusiste')
    const changing = await proposalOn(lucia.browser, address)
    // Who decides reads which address takes the place of which, before deciding.
    for (const place of [address, changing]) {
      const body = (await eva.browser.get(place)).body.replaceAll('<wbr>', '')
      for (const email of [MARIA.email, 'maria.nueva@']) expect(body).toContain(email)
    }
    await toldBy(eva.browser, `${changing}/aprobacion`)
    expect((await eva.browser.get(changing)).body.replaceAll('<wbr>', '')).toContain(
      `${MARIA.email} &#8594; maria.nueva@`,
    )
    expect((await lucia.browser.get(`/interno/clientes/${maria}`)).body).toContain('maria.nueva@')
    expect((await lastMail(portal, 'contact-changed')).to).toBe(MARIA.email)
    expect(await countsOn(lucia.browser, address)).toMatchObject({
      'Conocidos, con otro correo': '0',
      'Conocidos, sin novedad': '4',
    })
    expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
  })

  it('shows the file to whoever decides on it, and gives one customer one address', async () => {
    const portal = await openPortal({ db: await open() })
    const maria = await addPerson(portal, MARIA, MARIA.email)
    await addPerson(portal, PEDRO, PEDRO.email)
    const lucia = await colleague(portal, 'lucia', 'loader')
    const eva = await colleague(portal, 'eva', 'approver')
    const union = `/interno/clientes/${maria}/union`
    await lucia.browser.post(union, { ...MOTIVE, con: PEDRO.number })
    const [merge] = /\/interno\/aprobaciones\/\d+/.exec(
      (await eva.browser.get(`/interno/clientes/${maria}`)).body,
    ) ?? ['']
    expect(await toldBy(eva.browser, `${merge}/aprobacion`)).toBe('Aprobada y hecha.')
    const rows = [
      `${MARIA.number};María;una@correo.example`,
      `${PEDRO.number};María;otra@correo.example`,
    ]
    const file = `identificacion;nombre;correo\n${rows.join('\n')}`
    const address = String((await send(portal, lucia.browser, file)).headers.location)
    await lucia.browser.post(`${address}/confirmacion`)
    await lucia.browser.post(`${address}/correos`, MOTIVE)
    const seen = await eva.browser.get(address)
    expect(seen.statusCode).toBe(200)
    expect(seen.body).not.toContain(`action="${address}`)
    await toldBy(eva.browser, `${await proposalOn(lucia.browser, address)}/aprobacion`)
    const held = await portal.db
      .selectFrom('contact')
      .select('value')
      .where('party_id', '=', maria)
      .where('replaced_at', 'is', null)
      .execute()
    expect(held).toEqual([{ value: 'otra@correo.example' }])
  })

  it('is confirmed by who brought it, and by no colleague', async () => {
    const portal = await openPortal({ db: await open() })
    const lucia = await colleague(portal, 'lucia', 'loader')
    const ana = await colleague(portal, 'ana', 'administrator')
    const address = String((await send(portal, lucia.browser, FILE)).headers.location)
    const page = await ana.browser.get(address)
    expect(page.body).toContain('Lo subió Lucia')
    expect(page.body).not.toContain('/confirmacion')
    expect((await ana.browser.post(`${address}/confirmacion`)).headers.location).toBe(address)
    expect(await toldBy(ana.browser, `${address}/confirmacion`)).toContain('quien subió el archivo')
    expect(await portal.db.selectFrom('party').selectAll().execute()).toEqual([])
    expect(await toldBy(lucia.browser, `${address}/confirmacion`)).toBe('Registramos 4 clientes.')
  })

  it('says so when a file has nobody new', async () => {
    const portal = await openPortal({ db: await open() })
    await addPerson(portal, MARIA, MARIA.email)
    const { browser } = await colleague(portal, 'lucia', 'loader')
    const file = `identificacion;nombre;correo\n${MARIA.number};María;${MARIA.email}`
    const address = String((await send(portal, browser, file)).headers.location)
    expect((await browser.get(address)).body).toContain('Confirmar la carga')
    expect(await toldBy(browser, `${address}/confirmacion`)).toBe(
      'No había a quién registrar: nadie en el archivo es nuevo.',
    )
  })

  it('registers ten thousand at once, and nobody twice when two confirm', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'lucia', 'loader')
    const rows = Array.from({ length: 10_000 }, (_, at) => {
      return `${String(1_790_000_000 + at).padStart(10, '0')}001,Empresa ${at},e${at}@correo.example`
    })
    const { headers } = await send(
      portal,
      browser,
      `identificacion,nombre,correo\n${rows.join('\n')}`,
    )
    const address = String(headers.location)
    expect(await countsOn(browser, address)).toMatchObject({ 'Clientes nuevos': '10.000' })
    const answers = await Promise.all([
      browser.post(`${address}/confirmacion`),
      browser.post(`${address}/confirmacion`),
    ])
    expect(answers.map(({ headers: { location } }) => location).sort()).toEqual([LOADS, address])
    const { count } = await portal.db
      .selectFrom('party')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(10_000)
  })
})

it.each([
  ['', 'está vacío'],
  [' \n', 'no trae ningún cliente'],
  ['identificacion;nombre\n1;2', 'La primera fila debe decir'],
  ['a\0b;c;d', 'La primera fila debe decir|tabla|texto'],
  [`identificacion;nombre;correo\n${'0926687856;A;\n'.repeat(10_002)}`, 'Son más de 10.000 filas'],
  ['x'.repeat(2 * 1_048_576 + 1), 'pasa de 2 MB'],
])('refuses a file that is no list of customers, with a sentence', async (file, sentence) => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'lucia', 'loader')
  const answer = await send(portal, browser, file)
  expect([answer.statusCode, answer.body]).toEqual([
    422,
    expect.stringMatching(new RegExp(sentence)),
  ])
})

it('shows what a file holds, and keeps it unreadable in the table', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'lucia', 'loader')
  const hostile =
    'identificacion;nombre;correo\n0912345675;<script>alert(1)</script>;"=cmd|\' /C calc\'!A0"'
  const { headers } = await send(portal, browser, hostile, '<b>.csv')
  const page = await browser.get(String(headers.location))
  expect(page.body).not.toContain('<script>alert')
  expect(page.body).toContain('&lt;b&gt;.csv')
  const row = await portal.db.selectFrom('customer_load').select('draft').executeTakeFirstOrThrow()
  expect(row.draft).not.toContain('cmd')
  expect((await browser.get(`${LOADS}/999999`)).statusCode).toBe(404)
  const { dataDir } = portal.context.config
  expect(fs.readdirSync(dataDir).filter((name) => name.startsWith('clientes-'))).toEqual([])
  const cut = fs.mkdtempSync(path.join(dataDir, 'clientes-'))
  fs.utimesSync(cut, portal.clock.now(), portal.clock.now())
  portal.clock.advance({ days: 8 })
  await forgetLoads(portal.db, dataDir, portal.clock.now())
  expect(fs.existsSync(cut)).toBe(false)
  const left = await portal.db.selectFrom('customer_load').select('draft').executeTakeFirstOrThrow()
  expect(left.draft).toBeNull()
})

it.each([
  ['comas', `correo,Nombre,Identificación\n,Ñáñez,${MARIA.number}`, 'utf8'],
  ['tabuladores', `identificacion\tnombre\tcorreo\r\n${MARIA.number}\tÑáñez\t`, 'utf8'],
  ['las letras de Windows', `identificacion;nombre;correo\n="${MARIA.number}";Ñáñez;`, 'latin1'],
] as const)('reads a file with %s', async (_what, text, encoding) => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'lucia', 'loader')
  const { headers } = await send(portal, browser, Buffer.from(text, encoding))
  await browser.post(`${headers.location}/confirmacion`)
  const { name } = await portal.db.selectFrom('party').select('name').executeTakeFirstOrThrow()
  expect(name).toBe('Ñáñez')
})
