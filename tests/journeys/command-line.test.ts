import fs from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { openDb } from '#src/db/open.ts'
import { dayOf } from '#src/values/day.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { START } from '#tests/support/portal.ts'
import { portal, SECRETS } from '#tests/support/processes.ts'

const { ENCRYPTION_KEY } = SECRETS

/** Only what commands may ask for: a folder and the key. */
function dataIn(folder: string): Record<string, string> {
  return { ENCRYPTION_KEY, DATA_DIR: folder }
}

async function chainOf(folder: string) {
  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  const columns = ['actor', 'action', 'subject', 'detail'] as const
  const rows = await db.selectFrom('audit').select(columns).orderBy('id').execute()
  await db.destroy()
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }))
}

it('loads, backs up, restores and verifies, and the chain says who did', async () => {
  const folder = temporaryFolder()
  const files = path.join(folder, 'files')
  fs.mkdirSync(files)
  for (const { name, xml } of demoReceipts(dayOf(START)).slice(0, 8)) {
    fs.writeFileSync(path.join(files, name), xml)
  }
  const here = dataIn(path.join(folder, 'here'))
  const loaded = await portal(['load', files, '--json'], here)
  expect([loaded.code, JSON.parse(loaded.stdout).loaded]).toEqual([0, 8])
  const again = await portal(['load', files, '--json'], here)
  expect(JSON.parse(again.stdout)).toMatchObject({ loaded: 0, duplicated: 8, rejected: 0 })
  const person = ['--id', '0102030400', '--name', 'Ana Loor', '--email', 'ana@correo.example']
  expect((await portal(['user', 'add', ...person], here)).code).toBe(0)

  const file = path.join(folder, 'copy.backup')
  const saved = await portal(['backup', file, '--json'], here)
  expect(JSON.parse(saved.stdout)).toMatchObject({ ok: true, rows: { receipt: 8, audit: 4 } })
  const there = dataIn(path.join(folder, 'there'))
  expect((await portal(['restore', file], there)).code).toBe(0)
  const verified = await portal(['verify', '--json'], there)
  expect([verified.code, JSON.parse(verified.stdout).ok]).toEqual([0, true])

  const chain = await chainOf(path.join(folder, 'there'))
  const ended = { paths: 1, loaded: 8, duplicated: 0, rejected: 0 }
  expect(chain).toMatchObject([
    { actor: 'command-line', action: 'receipts.loaded', detail: { loaded: 8, duplicated: 0 } },
    { actor: 'command-line', action: 'receipts.load-ended', detail: ended },
    { actor: 'command-line', action: 'receipts.load-ended', detail: { duplicated: 8 } },
    { actor: 'command-line', action: 'customer.added', detail: { email: true } },
    { actor: 'command-line', action: 'database.restored' },
  ])
  expect(JSON.stringify(chain)).not.toMatch(/ana|loor|0102030400/i)
})

it('restores nothing with another key or over what is there, and says which it was', async () => {
  const folder = temporaryFolder()
  const here = dataIn(path.join(folder, 'here'))
  expect((await portal(['user', 'add', '--id', '0102030400', '--name', 'Ana'], here)).code).toBe(0)
  const file = path.join(folder, 'copy.backup')
  expect((await portal(['backup', file], here)).code).toBe(0)
  const there = { ...dataIn(path.join(folder, 'there')), ENCRYPTION_KEY: 'cd'.repeat(32) }
  const unread = await portal(['restore', file], there)
  expect([unread.code, unread.stdout]).toEqual([1, ''])
  expect(unread.stderr).toContain('se hizo con otra ENCRYPTION_KEY. Usa la que tenía')
  const full = await portal(['restore', file, '--json'], here)
  expect([full.code, full.stderr]).toEqual([1, ''])
  expect(JSON.parse(full.stdout)).toMatchObject({ ok: false, refusal: 'not-empty' })
})

it('writes nothing with a key that is not the one of the data', async () => {
  const here = dataIn(temporaryFolder())
  const add = (id: string) => ['user', 'add', '--id', id, '--name', 'Ana Loor']
  expect((await portal(add('0102030400'), here)).code).toBe(0)
  const other = { ...here, ENCRYPTION_KEY: 'cd'.repeat(32) }
  for (const command of [add('0912345675'), ['backup', path.join(here['DATA_DIR'] ?? '', 'b')]]) {
    const refused = await portal(command, other)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('ENCRYPTION_KEY no es la de estos datos'),
    ])
  }
  expect((await portal(['verify'], here)).code).toBe(0)
})

it('holds the data against an earlier report, and tells that the end of the chain was cut', async () => {
  const folder = temporaryFolder()
  const here = dataIn(folder)
  for (const id of ['0102030400', '0912345675']) {
    expect((await portal(['user', 'add', '--id', id, '--name', 'Ana Loor'], here)).code).toBe(0)
  }
  const report = path.join(folder, 'report.json')
  fs.writeFileSync(report, (await portal(['verify', '--json'], here)).stdout)
  const { standing } = JSON.parse(fs.readFileSync(report, 'utf8'))
  expect(standing).toMatchObject({ chain: { rows: 2 }, receipts: 0 })
  const same = await portal(['verify', '--against', report], here)
  expect([same.code, same.stdout]).toEqual([0, expect.stringContaining(standing.chain.head)])

  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  await sql`drop trigger audit_no_delete`.execute(db)
  await sql`delete from audit where id = 2`.execute(db)
  await db.destroy()
  // The chain is whole in itself; what was counted beside it is not.
  const alone = await portal(['verify'], here)
  expect([alone.code, alone.stdout]).toEqual([1, expect.stringContaining('day_figure (')])
  const cut = await portal(['verify', '--against', report], here)
  expect([cut.code, cut.stdout]).toEqual([1, expect.stringContaining('tenía 2 filas')])

  for (const nonsense of [
    { chain: null },
    { ...standing, receipts: -1 },
    { ...standing, conflicts: 1e300 },
    { ...standing, chain: { ...standing.chain, rows: -2 } },
    { ...standing, chain: { ...standing.chain, head: 'abc' } },
  ]) {
    fs.writeFileSync(report, JSON.stringify({ standing: nonsense }))
    const none = await portal(['verify', '--against', report], here)
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no es un informe')])
  }
  const { stdout } = await portal(['verify'], { ...here, ENCRYPTION_KEY: 'cd'.repeat(32) })
  expect(stdout).toContain('revisa que ENCRYPTION_KEY sea la de siempre')
})

it('gives the first administrator an access, by mail or, when told, on the terminal', async () => {
  const folder = temporaryFolder()
  const here = dataIn(folder)
  const person = (user: string) => [
    ...['user', 'add', '--role', 'administrator', '--user', user, '--name', 'Ana Loor'],
    ...['--email', 'ana.loor@bancoceibo.example'],
  ]
  const mailed = await portal([...person('ana.loor'), '--json'], here)
  const report = JSON.parse(mailed.stdout)
  expect([mailed.code, Object.keys(report)]).toEqual([
    0,
    ['ok', 'loginId', 'username', 'expiresAt'],
  ])
  const again = await portal(person('Ana.Loor'), here)
  expect([again.code, again.stderr]).toEqual([1, 'Ana.Loor: Ese usuario ya existe. Elige otro.\n'])
  const wrong = await portal(
    ['user', 'add', '--role', 'jefa', '--user', '0912345675', '--name', 'Ana', '--email', 'x'],
    here,
  )
  expect([wrong.code, wrong.stderr.split('\n')]).toEqual([
    1,
    expect.objectContaining({ length: 4 }),
  ])
  const printed = await portal([...person('ana.dos'), '--print'], here)
  expect(printed.stdout).toMatch(/contraseña inicial [A-Z2-9]{12}, una sola vez/)

  const chain = await chainOf(folder)
  expect(chain).toMatchObject([
    {
      actor: 'command-line',
      action: 'staff.added',
      detail: { role: 'administrator', mailed: true },
    },
    { actor: 'command-line', action: 'staff.added', detail: { mailed: false } },
  ])
  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  const mails = await db.selectFrom('mail').select(['reason', 'to_address']).execute()
  await db.destroy()
  expect(mails).toEqual([{ reason: 'staff-access', to_address: 'ana.loor@bancoceibo.example' }])
})

it('exits 1 when something was refused and 2 when it was called wrongly', {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder()
  const here = dataIn(path.join(folder, 'data'))
  fs.writeFileSync(path.join(folder, 'nota.xml'), 'esto no es un XML')
  const refused = await portal(['load', path.join(folder, 'nota.xml')], here)
  expect(refused.code).toBe(1)
  const wrong = [
    [['load'], 'Falta'],
    [['vuela'], 'Órdenes del portal'],
    [['toString'], 'Órdenes del portal'],
    [['user', 'add'], 'Falta --id'],
    [['user', 'add', '--role', 'auditor'], 'Falta --user'],
    [['user', 'add', '--id', '0102030400', '--role', 'auditor'], 'Elige: --id'],
    [['user', 'add', '--id', '0102030400', '--print'], '--print es para personas del banco'],
    [['user', 'unlock'], 'Falta decir qué usuario'],
    [['user', 'unlock', 'ana', 'eva'], 'Sobra «eva»'],
    [['backup'], 'Falta decir qué archivo'],
    [['backup', 'a', 'b'], 'Sobra «b»'],
    [['verify', '--rapido'], 'No existe la opción --rapido'],
    [['demo', '--rapido'], 'No existe la opción --rapido'],
  ] as const
  for (const [args, reason] of wrong) {
    const run = await portal([...args], here)
    expect([args, run.code, run.stdout]).toEqual([args, 2, ''])
    expect(run.stderr).toContain(reason)
    expect(run.stderr).not.toMatch(/\n\s+at /)
  }
  const unset = await portal(['load', folder], {})
  expect([unset.code, unset.stderr]).toEqual([2, expect.stringContaining('ENCRYPTION_KEY: falta')])
  expect(unset.stderr).not.toMatch(/MAIL_FROM|SMTP_URL|SESSION_SECRET/)
})

it.each([
  [
    ['--help'],
    [
      'load RUTA',
      'user add (--id',
      'user unlock USUARIO',
      'backup ARCHIVO',
      'verify [--against',
      'migrate [--json]',
    ],
  ],
  [
    ['load', '--help'],
    ['RUTA', '--json'],
  ],
  [
    ['user', 'add', '--help'],
    ['--id', '--name', '--email', '--json', '--role', '--user', '--print'],
  ],
  [
    ['user', 'unlock', '--help'],
    ['USUARIO', '--json', '«no fui yo»'],
  ],
  [['backup', '--help'], ['ARCHIVO']],
  [
    ['restore', '-h'],
    ['ARCHIVO', 'ENCRYPTION_KEY'],
  ],
  [
    ['verify', '--help'],
    ['--json', '--against INFORME', 'sin cambiar nada'],
  ],
  [['migrate', '--help'], ['npm run portal -- migrate']],
  [
    ['demo', '--help'],
    ['--reset', 'RUTA'],
  ],
])('%j explains itself without any configuration', async (args, words) => {
  const run = await portal(args, {})
  expect([run.code, run.stderr]).toEqual([0, ''])
  for (const word of words) expect(run.stdout).toContain(word)
})

it('says which migrations it applied, and which are lacking, which verify does not mend', async () => {
  const folder = temporaryFolder()
  const here = dataIn(folder)
  const DATABASE_URL = `sqlite:${path.join(folder, 'other.db')}`
  const absent = await portal(['verify'], { ...here, DATABASE_URL })
  expect([absent.code, absent.stderr]).toEqual([
    1,
    expect.stringMatching(/^verify: no existe .+\n$/),
  ])
  fs.writeFileSync(path.join(folder, 'other.db'), '')
  const lacking = await portal(['verify', '--json'], { ...here, DATABASE_URL })
  expect(lacking.code).toBe(1)
  expect(JSON.parse(lacking.stdout)).toMatchObject({ ok: false, checks: [{ ok: false }] })
  expect(lacking.stdout).toContain('falta la migración 0001_identity')

  const { ENCRYPTION_KEY: _, ...keyless } = here
  const applied = await portal(['migrate'], { ...keyless, DATABASE_URL })
  expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('0001_identity')])
  const again = await portal(['migrate'], { ...keyless, DATABASE_URL })
  expect([again.code, again.stdout]).toEqual([0, 'La base ya estaba al día.\n'])
  const third = await portal(['migrate', '--json'], { ...keyless, DATABASE_URL })
  expect(JSON.parse(third.stdout)).toEqual({ ok: true, applied: [] })
  expect((await portal(['verify'], { ...here, DATABASE_URL })).code).toBe(0)
})

it('tells what it cannot work with in one line', async () => {
  const folder = temporaryFolder()
  const here = dataIn(folder)
  const broken = path.join(folder, 'broken.db')
  fs.writeFileSync(broken, 'x'.repeat(4_096))
  fs.writeFileSync(path.join(folder, 'a-file'), '')
  expect((await portal(['migrate'], here)).code).toBe(0)
  const nowhere = path.join(folder, 'nowhere/x')
  const failing: [string[], Record<string, string>, RegExp][] = [
    [['restore', nowhere], {}, /no existe .+nowhere/],
    [['backup', nowhere], {}, /no existe .+nowhere/],
    [['restore', folder], { DATABASE_URL: 'sqlite::memory:' }, /es una carpeta/],
    [['migrate'], { DATABASE_URL: `sqlite:${nowhere}` }, /no existe la carpeta/],
    [['migrate'], { DATABASE_URL: `sqlite:${broken}` }, /dañada/],
    [['migrate'], { DATABASE_URL: 'postgres://127.0.0.1:1/x' }, /no se llega al servidor/],
    [['migrate'], { DATA_DIR: path.join(folder, 'a-file/x') }, /no es una carpeta/],
    [['migrate'], { DATA_DIR: path.join(folder, 'a-file') }, /ya existe/],
  ]
  for (const [args, environment, reason] of failing) {
    const run = await portal(args, { ...here, ...environment })
    expect([args, run.code, run.stderr]).toEqual([args, 1, expect.stringMatching(reason)])
    expect(run.stderr).toMatch(/^[^\n]+\n$/)
  }
})
