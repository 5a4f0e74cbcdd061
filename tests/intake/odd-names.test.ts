import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { openSqlite, temporaryFolder } from '../support/databases.ts'
import { portal, SECRETS } from '../support/processes.ts'
import { folderWith, load } from './loading.ts'

/** A name as a system that writes Latin-1 leaves it on the disk. */
function latin1(...parts: string[]): Buffer {
  return Buffer.from(parts.join(path.sep), 'latin1')
}

const [first, second, third] = [...manyReceipts({ count: 3, people: 3, seed: 9 })]

/** Files, a folder and a ZIP whose names are no UTF-8, beside one whose name is. */
async function oddFolder(): Promise<string> {
  const folder = temporaryFolder()
  fs.writeFileSync(latin1(folder, 'Facturaci\xf3n.xml'), first?.xml ?? '')
  fs.writeFileSync(path.join(folder, 'Ñandú.xml'), 'GIF89a')
  fs.mkdirSync(latin1(folder, 'A\xf1o'))
  fs.writeFileSync(latin1(folder, 'A\xf1o', 'marzo.xml'), second?.xml ?? '')
  const zip = path.join(folder, 'x.zip')
  await writeZip(zip, third ? [third] : [])
  fs.renameSync(zip, latin1(folder, 'Env\xedo.zip'))
  return folder
}

test('loads what has a name of older systems, and shows the name as it was meant', async () => {
  const folder = await oddFolder()
  const { items } = await load(await openSqlite(), folder)
  expect(items.map(({ name, outcome }) => [path.relative(folder, name), outcome])).toEqual([
    ['Año/marzo.xml', 'loaded'],
    [`Envío.zip/lote-1/${third?.name}`, 'loaded'],
    ['Facturación.xml', 'loaded'],
    ['Ñandú.xml', 'rejected'],
  ])
})

test('loads the same with threads, and what is named by what is left of its name', async () => {
  const folder = await oddFolder()
  const more = manyReceipts({ count: 40, people: 9, seed: 10 })
  for (const { name, xml } of more) fs.writeFileSync(latin1(folder, 'A\xf1o', name), xml)
  const { loaded, duplicated, rejected } = await load(await openSqlite(), folder, { threads: 2 })
  expect([loaded, duplicated, rejected]).toEqual([43, 0, 1])
  const named = ['Facturaci\ufffdn.xml', 'A\ufffdo/marzo.xml', 'Env\ufffdo.zip']
  const paths = named.map((name) => path.join(folder, name))
  const again = await load(await openSqlite(), [...paths, path.join(folder, 'No est\ufffd.xml')])
  expect(again.items.map(({ outcome, code }) => code ?? outcome)).toEqual([
    ...['loaded', 'loaded', 'loaded'],
    'not-found',
  ])
})

test('prints no sign of a name that a terminal would obey', async () => {
  const folder = folderWith({ 'a\u001b[2J\u202eb\nc.xml': 'GIF89a', 'd\u009b31m/e.xml': 'GIF89a' })
  const here = { ENCRYPTION_KEY: SECRETS.ENCRYPTION_KEY, DATA_DIR: temporaryFolder() }
  const plain = await portal(['load', folder, `${folder}/\u001b[31m`], here)
  const whole = await portal(['load', folder, '--json'], here)
  const wrong = await portal(['load', '--\u001b[31m'], here)
  const lost = await portal(['backup', `${folder}/\u001b[31m/x`], here)
  const unseen = /[^\P{Cc}\n]|\p{Cf}/u
  for (const { stdout, stderr } of [plain, whole, wrong, lost]) {
    expect(stdout + stderr).not.toMatch(unseen)
  }
  expect(plain.stdout.match(/^Rechazado {2}.*\n {11}/gm)).toHaveLength(3)
  expect(plain.stdout).toContain(`${folder}/a\ufffd[2J\ufffdb\ufffdc.xml`)
  expect(JSON.parse(whole.stdout).items[0].name).toBe(`${folder}/a\u001b[2J\u202eb\nc.xml`)
})
