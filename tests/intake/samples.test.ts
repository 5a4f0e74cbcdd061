import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { documentsOf } from '#src/receipts/documents/document-store.ts'
import { openSqlite } from '../support/databases.ts'
import { describeWithShared } from '../support/judges.ts'
import { load } from './loading.ts'

interface Sample {
  file: string
  clave: string
  clave_check_digit_ok: boolean
  numeroAutorizacion: string | null
  estado: string | null
  issuer_ruc: string
  xsd: string
}

/**
 * Documents that nobody authorised are judged. The manifest says of most why they cannot pass: they
 * fail the schema, or the check digit of their key. This one passes both, and charges 3.00 of IVA
 * at 12 % on 26.00.
 */
const WRONG_SUMS = ['notaCredito_1.0.0_pruebas.xml']

function isGood(sample: Sample): boolean {
  if (sample.estado === 'AUTORIZADO') return true
  return sample.xsd === 'OK' && sample.clave_check_digit_ok && !WRONG_SUMS.includes(sample.file)
}

describeWithShared('the sample documents', (shared) => {
  const folder = path.join(shared, 'sri/samples')
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'MANIFEST.json'), 'utf8'))
  const samples = manifest.files as Sample[]
  const files = samples.map(({ file }) => path.join(folder, file))

  test('load as the manifest says', async () => {
    const db = await openSqlite()
    const { items } = await load(db, files)
    const outcomes = items.map(({ name, outcome }) => [path.basename(name), outcome])
    expect(outcomes).toEqual(
      samples.map((sample) => [sample.file, isGood(sample) ? 'loaded' : 'rejected']),
    )
    const rejected = items.filter((item) => item.outcome === 'rejected')
    for (const { code, message } of rejected) {
      expect(code).toMatch(/^[a-z-]+$/)
      expect(message).toMatch(/^[«A-ZÁÉÍÓÚ].*\.$/)
    }
  })

  test('are known by their key, and by the authorisation where the key was destroyed', async () => {
    const db = await openSqlite()
    await load(db, files)
    const rows = await db
      .selectFrom('receipt')
      .select(['file_name', 'access_key', 'issuer_ruc', 'status', 'authorization_number'])
      .execute()
    const byFile = new Map(rows.map((row) => [path.basename(row.file_name), row]))
    for (const sample of samples.filter(isGood)) {
      const row = byFile.get(sample.file)
      const key = /^\d{49}$/.test(sample.clave) ? sample.clave : sample.numeroAutorizacion
      expect(row?.access_key).toBe(key)
      expect(row?.issuer_ruc).toBe(sample.issuer_ruc)
      expect(row?.authorization_number).toBe(sample.numeroAutorizacion)
      expect(row?.status).toBe(sample.estado === 'AUTORIZADO' ? 'authorized' : 'pending')
    }
  })

  test('are kept byte for byte', async () => {
    const db = await openSqlite()
    await load(db, files)
    const rows = await db.selectFrom('receipt').select(['id', 'file_name']).execute()
    const documents = await documentsOf(
      db,
      rows.map((row) => row.id),
    )
    for (const { id, file_name } of rows) {
      expect(documents.get(id)?.equals(fs.readFileSync(file_name))).toBe(true)
    }
  })

  test('are all duplicates the second time', async () => {
    const db = await openSqlite()
    const first = await load(db, files)
    const second = await load(db, files)
    expect(second).toMatchObject({ loaded: 0, duplicated: first.loaded, rejected: first.rejected })
  })
})
