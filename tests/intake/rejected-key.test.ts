import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import type { Day } from '#src/values/day.ts'
import { openSqlite } from '../support/databases.ts'
import { folderWith, load } from './loading.ts'

it('names the key of a rejected document whenever it can be read', async () => {
  const draft = { day: '2026-11-16' as Day, series: '001-002', sequence: 7 }
  const document = invoice(draft, maria, [services.transfer])
  const xml = writeDocument(document)
  const key = document.content.infoTributaria?.claveAcceso ?? ''
  const db = await openSqlite()
  const folder = folderWith({
    '1-suma.xml': xml.replace(/<importeTotal>[^<]+/, '<importeTotal>9999.99'),
    '2-sin-clave.xml': xml.replace(/<claveAcceso>\d+/, '<claveAcceso>12'),
    '3-cortado.xml': xml.slice(0, -40),
  })
  const { items } = await load(db, folder)
  expect(items.map((item) => [item.outcome, item.claveAcceso])).toEqual([
    ['rejected', key],
    ['rejected', null],
    ['rejected', null],
  ])
})
