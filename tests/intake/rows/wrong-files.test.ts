import { buffer } from 'node:stream/consumers'
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readRows } from '#src/intake/rows/read-rows.ts'
import { templateCsv, templateXlsx } from '#src/intake/rows/templates/template-files.ts'
import { zipBytes } from '../zip-bytes.ts'
import { csvOf, exampleLines, faultsOf, fileOf, readFile, TODAY } from './support.ts'

const good = csvOf('invoice', exampleLines('invoice', { total: '', valor_iva: '' }))
const [names = '', row = ''] = good.split('\n')
const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const xlsx = await buffer(templateXlsx('invoice'))

const files: [what: string, content: Uint8Array | string, sentence: string][] = [
  [
    'nothing',
    '',
    'El archivo está vacío. Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  ],
  [
    'blank lines',
    '\n\n  \n',
    'El archivo está vacío. Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  ],
  [
    'only the names',
    names,
    'El archivo tiene solo los nombres de las columnas. Agrega al menos una fila.',
  ],
  [
    'a PDF',
    '%PDF-1.7\n…',
    'El archivo es un PDF, no una tabla. Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  ],
  [
    'a web page called a workbook',
    '<html><table><tr><td>referencia</td></tr></table></html>',
    'El archivo es una página web, aunque se llame de otro modo. Ábrelo en Excel y guárdalo como libro .xlsx o como CSV UTF-8.',
  ],
  [
    'an XML',
    '\ufeff<?xml version="1.0"?><factura/>',
    'El archivo es un XML, no una tabla. Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  ],
  [
    'a ZIP',
    zipBytes([{ name: 'filas.csv', content: good }]),
    'El archivo es un ZIP, no una tabla. Descomprímelo. Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  ],
  [
    'a workbook of former years',
    Buffer.concat([ole, Buffer.alloc(2_000, 1)]),
    'El archivo es del Excel anterior a 2007 (.xls). Ábrelo en Excel y guárdalo como libro .xlsx o como CSV UTF-8.',
  ],
  [
    'a workbook with a password',
    Buffer.concat([ole, Buffer.alloc(2_000, 1), Buffer.from('EncryptedPackage', 'utf16le')]),
    'El libro de Excel tiene contraseña. Quítasela y vuelve a subirlo.',
  ],
  [
    'a binary workbook',
    zipBytes([{ name: 'xl/workbook.bin', content: 'x' }]),
    'El archivo es un libro binario de Excel (.xlsb). Ábrelo en Excel y guárdalo como libro .xlsx o como CSV UTF-8.',
  ],
  [
    'a letter',
    zipBytes([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content: '<a/>' },
    ]),
    'No pudimos leer el archivo. Guárdalo como CSV con codificación UTF-8 y vuelve a subirlo.',
  ],
  [
    'an OpenDocument',
    zipBytes([
      { name: 'mimetype', content: 'x' },
      { name: 'content.xml', content: '<a/>' },
    ]),
    'El archivo es una hoja de OpenDocument (.ods). Guárdala como .xlsx o como CSV.',
  ],
  [
    'UTF-16',
    Buffer.from(`\ufeff${good}`, 'utf16le'),
    'El archivo está en UTF-16 («texto Unicode»). Guárdalo como CSV UTF-8.',
  ],
  [
    'UTF-16 without a mark',
    Buffer.from(good, 'utf16le'),
    'El archivo está en UTF-16 («texto Unicode»). Guárdalo como CSV UTF-8.',
  ],
  [
    'an image',
    Buffer.from('89504e470d0a1a0a0000', 'hex'),
    'No pudimos leer el archivo. Guárdalo como CSV con codificación UTF-8 y vuelve a subirlo.',
  ],
  [
    'rows without names',
    row,
    'La primera fila no tiene los nombres de las columnas. Cópialos de la plantilla de este tipo de comprobante.',
  ],
  [
    'the names of another kind',
    templateCsv('withholding'),
    'Estas columnas son de la plantilla de comprobantes de retención. Elige ese tipo de comprobante o cambia el archivo.',
  ],
  [
    'a column missing',
    good.replace('identificacion;razon', 'razon').replace('"0959997214";', ''),
    'Falta la columna «identificacion». Compara con la plantilla.',
  ],
  [
    'columns missing',
    'referencia;fecha_emision;tipo_identificacion;identificacion;razon_social;forma_pago;descripcion;precio_unitario\nx',
    'Faltan las columnas «cantidad» y «codigo_iva». Compara con la plantilla.',
  ],
  [
    'a column twice',
    good.replace('direccion', 'correo'),
    'La columna «correo» está dos veces. Deja una sola y compara con la plantilla.',
  ],
  [
    'a column without a name',
    good.replace(';descuento', ';'),
    'La columna 18 no tiene nombre en la primera fila. Ponle el de la plantilla o quítala.',
  ],
  [
    'a name with a slip',
    good.replace(';descuento', ';descuentos'),
    'No conocemos la columna «descuentos»: ¿es «descuento»? Corrige su nombre o quítala.',
  ],
  [
    'a name that would be code',
    good.replace(';descuento', ';<script>alert(1)</script>'),
    'No conocemos la columna «<script>alert(1)</script>». Corrige su nombre o quítala.',
  ],
  [
    'a million columns',
    `${names}${';x'.repeat(1_000_000)}\n${row}`,
    'La fila 1 es larguísima: no es una tabla con la forma de la plantilla. Revísala.',
  ],
  [
    'a thousand columns',
    `${names}${';x'.repeat(1_000)}\n${row}`,
    'El archivo tiene demasiadas columnas. Deja solo las de la plantilla.',
  ],
  [
    'a cell of ten megabytes',
    `${names}\n${row}\n${'x'.repeat(10_000_000)}`,
    'La fila 3 es larguísima: no es una tabla con la forma de la plantilla. Revísala.',
  ],
  [
    'a quoted cell of ten megabytes',
    `${names}\n${row}\n"${'x\n'.repeat(5_000_000)}"`,
    'En la fila 3 se abren unas comillas que no se cierran, y no se sabe dónde termina. Ciérralas o quítalas.',
  ],
  [
    'a quote that nobody closes',
    `${names}\n${row}\n"COM-2;05;`,
    'En la fila 3 se abren unas comillas que no se cierran, y no se sabe dónde termina. Ciérralas o quítalas.',
  ],
  [
    'half a workbook',
    xlsx.subarray(0, xlsx.length / 2),
    'El libro de Excel está dañado o incompleto. Ábrelo en Excel y guárdalo como libro .xlsx o como CSV UTF-8.',
  ],
]

describe('a file that is no table of ours', () => {
  it.each(files)('%s gets one clear sentence', async (_, content, sentence) => {
    const { refusal } = await readFile(content)
    expect(refusal?.message).toBe(sentence)
  })

  it('refuses more than a hundred megabytes without reading them', async () => {
    const path = fileOf('')
    const fs = await import('node:fs')
    fs.truncateSync(path, 101 * 1024 ** 2)
    const batches = []
    for await (const batch of readRows(path, 'invoice', { today: TODAY })) batches.push(batch)
    expect(batches).toMatchObject([{ ok: false, refusal: { code: 'too-large' } }])
  })
})

describe('cells that mean harm', () => {
  it('zero bytes, control characters and turned text are named where they stand', async () => {
    for (const evil of ['\u0000', '\u0007', '\u001b[2J', '\u202e', '\u2028', '\ud800']) {
      const faults = faultsOf(await readFile(good.replace('Comisión', `Comi${evil}sión`)))
      expect(faults).toMatchObject([{ row: 2, column: 'descripcion' }])
    }
  })

  it('formulas stay the text that they are', async () => {
    for (const formula of ['=1+1', '+1+1', '@SUM(A1)', '-2+3|cmd', '=HYPERLINK(0)']) {
      const { receipts } = await readFile(
        good.replace('"Comisión por transferencia interbancaria"', `"${formula}"`),
      )
      expect(receipts[0]?.draft?.document.content).toMatchObject({
        detalles: [{ descripcion: formula }],
      })
    }
  })

  it('whatever bytes a file has, reading ends with receipts or a sentence', async () => {
    const bytes = Buffer.from(good.repeat(3))
    for (let seed = 1; seed <= 60; seed += 1) {
      const noisy = Buffer.from(bytes)
      for (let at = seed; at < noisy.length; at += 97 + seed * 13) {
        noisy[at] = (seed * 31 + at * 17) % 256
      }
      const { receipts, refusal } = await readFile(noisy)
      expect(refusal !== null || receipts.length > 0).toBe(true)
    }
    for (let seed = 1; seed <= 60; seed += 1) {
      const noisy = Buffer.from(xlsx)
      for (let at = seed * 3; at < noisy.length; at += 211 + seed * 29) noisy[at] = (seed * 7) % 256
      const { receipts, refusal } = await readFile(noisy)
      expect(refusal !== null || receipts.length > 0).toBe(true)
    }
  })

  it('a gzip is no table', async () => {
    const { refusal } = await readFile(zlib.gzipSync(good))
    expect(refusal?.code).toBe('not-a-table')
  })
})
