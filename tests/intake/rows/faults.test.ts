import { describe, expect, it } from 'vitest'
import { checkReceipt } from '#src/intake/rows/check-receipt.ts'
import { issuerComplaint } from '#src/intake/rows/issuer-complaint.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import { ceibo } from '#tests/issuing/bank.ts'
import { csvOf, exampleLines, faultsOf, readFile, TODAY } from './support.ts'

type Cells = Readonly<Record<string, string>>

/** One line of the example without its optional amounts, so that only what is changed can be wrong. */
const ALONE: Cells = { total: '', valor_iva: '', valor_retenido: '' }

async function faultsWith(kind: DocumentKind, ...changes: Cells[]) {
  const lines = exampleLines(kind, ...changes.map((change) => ({ ...ALONE, ...change })))
  return faultsOf(await readFile(csvOf(kind, lines), kind))
}

const LOST = 'Da formato de texto a la columna y escríbelo otra vez.'

const cells: [column: string, value: string, message: string][] = [
  ['fecha_emision', '31/11/2026', 'Noviembre tiene 30 días. Corrige la fecha.'],
  ['fecha_emision', '29/02/2026', 'Febrero de 2026 tiene 28 días. Corrige la fecha.'],
  [
    'fecha_emision',
    '11/16/2026',
    'Va primero el día y después el mes, como 16/11/2026. Corrige la fecha.',
  ],
  ['fecha_emision', '16/11/26', 'Escribe el año con cuatro cifras, como 16/11/2026.'],
  ['fecha_emision', 'ayer', 'No es una fecha. Escríbela como 16/11/2026.'],
  [
    'fecha_emision',
    '46342',
    'La hoja de cálculo guardó la fecha como número: parece ser 16/11/2026. Da formato de fecha a la columna.',
  ],
  ['fecha_emision', '21/11/2026', 'Esa fecha todavía no llega. Corrige la fecha.'],
  [
    'establecimiento',
    '1',
    `La hoja de cálculo quitó los ceros del comienzo: debe ser 001. ${LOST}`,
  ],
  ['establecimiento', 'A01', 'Debe ser de 3 dígitos, como 001. Corrígelo.'],
  [
    'punto_emision',
    '',
    'Establecimiento y punto de emisión van juntos. Completa los dos o deja vacíos ambos.',
  ],
  [
    'identificacion',
    '0959997210',
    'El dígito verificador no cuadra. Revisa el número con el cliente.',
  ],
  [
    'identificacion',
    '959997214',
    `La hoja de cálculo quitó los ceros del comienzo: debe ser 0959997214. ${LOST}`,
  ],
  [
    'identificacion',
    '9,59997E+08',
    'La hoja de cálculo lo redondeó y perdió sus cifras. Da formato de texto a la columna y cópialo otra vez del original.',
  ],
  [
    'identificacion',
    '0959997214001',
    'No corresponde a su tipo de identificación: parece un RUC (04). Corrige el tipo o el número.',
  ],
  [
    'identificacion',
    '9999999999999',
    'No corresponde a su tipo de identificación: parece consumidor final (07). Corrige el tipo o el número.',
  ],
  ['razon_social', '', 'Está vacío y es obligatorio. Complétalo.'],
  ['razon_social', 'a'.repeat(301), 'Es demasiado largo: caben 300 letras. Acórtalo.'],
  ['razon_social', 'ANA\nLUCÍA', 'Tiene un salto de línea. Escríbelo en una sola línea.'],
  ['razon_social', 'ANA\u0000', 'Tiene un carácter que no se ve. Bórralo y escríbelo otra vez.'],
  ['razon_social', 'ANA\u202eX', 'Tiene un carácter que no se ve. Bórralo y escríbelo otra vez.'],
  [
    'razon_social',
    'PEÃ‘A MUÃ‘OZ',
    'Tiene letras dañadas al guardar el archivo. Guárdalo como CSV UTF-8 y revisa las tildes y la ñ.',
  ],
  [
    'razon_social',
    'MU¥OZ',
    'Tiene letras dañadas al guardar el archivo. Guárdalo como CSV UTF-8 y revisa las tildes y la ñ.',
  ],
  [
    'razon_social',
    '#N/A',
    '«#N/A» es un error de la hoja de cálculo, no un dato. Corrige la fórmula o escribe el valor.',
  ],
  ['correo', 'maria@@correo.example', 'Tiene dos arrobas. Corrige el correo.'],
  ['correo', 'maria.correo.example', 'Le falta la arroba. Corrige el correo.'],
  ['correo', 'a@b.example; c@d.example', 'Hay más de un correo; pon uno solo. Corrige el correo.'],
  [
    'correo',
    'a@b.example\nBcc: c@d.example',
    'Hay más de un correo; pon uno solo. Corrige el correo.',
  ],
  [
    'forma_pago',
    '99',
    'No es un código de la tabla. Usa 01 (Sin utilización del sistema financiero), 15 (Compensación de deudas), 16 (Tarjeta de débito), 17 (Dinero electrónico), 18 (Tarjeta prepago), 19 (Tarjeta de crédito), 20 (Otros con utilización del sistema financiero) o 21 (Endoso de títulos).',
  ],
  [
    'informacion_adicional',
    'sin nombre',
    'Cada dato adicional va como «Nombre: valor», separados por «|», hasta 14. Corrígelo.',
  ],
  ['cantidad', '0', 'Es cero. Escribe un valor mayor que cero.'],
  ['cantidad', 'dos', 'No es un número. Escríbelo solo con cifras y coma decimal, como 1234,50.'],
  ['cantidad', '1,1234567', 'Tiene más decimales de los que caben: hasta 6. Redondéalo.'],
  [
    'precio_unitario',
    '-0,36',
    'Es negativo. Escríbelo sin signo; para devolver usa una nota de crédito.',
  ],
  [
    'precio_unitario',
    '1.234',
    'Puede ser 1234 o 1,2340. Escribe los miles sin separador y los decimales con coma.',
  ],
  [
    'precio_unitario',
    '1234567890123',
    'Es más grande de lo que admite el SRI. Revisa las cifras y los decimales.',
  ],
  ['descuento', '1', 'El descuento es mayor que el precio de la línea, $0,72. Corrígelo.'],
  ['codigo_iva', '15', 'Es la tarifa, no su código. Usa 4.'],
  ['codigo_iva', '15 %', 'Es la tarifa, no su código. Usa 4.'],
  [
    'codigo_iva',
    '2',
    'El 12 % rige hasta el 31 mar 2024. Para esa fecha usa 0 para 0 %, 4 para 15 %, 5 para 5 %, 6 para No objeto de IVA, 7 para Exento de IVA o 10 para 13 %.',
  ],
  ['valor_iva', '0,13', 'No coincide: 15 % de $0,72 es $0,11. Corrige el IVA o déjalo vacío.'],
  ['total', '0,80', 'Las líneas suman $0,83 con impuestos. Corrige el total o las líneas.'],
]

describe('a cell that is wrong', () => {
  it.each(cells)('in %s: %j', async (column, value, message) => {
    const faults = await faultsWith('invoice', { [column]: value })
    expect(faults).toEqual([
      expect.objectContaining({ row: 2, column, message, value: expect.any(String) }),
    ])
    expect(faults[0]?.value.length).toBeLessThanOrEqual(60)
    expect(faults[0]?.value).not.toMatch(/\p{C}/u)
  })

  it('is told together with all the others of its row', async () => {
    const faults = await faultsWith('invoice', {
      fecha_emision: '31/11/2026',
      correo: 'no',
      cantidad: '0',
    })
    expect(faults.map(({ column }) => column)).toEqual(['fecha_emision', 'correo', 'cantidad'])
  })
})

const taken: [column: string, value: string, path: string, printed: string][] = [
  ['fecha_emision', '2026-11-16', 'infoFactura.fechaEmision', '16/11/2026'],
  ['fecha_emision', '2026-11-16 00:00:00', 'infoFactura.fechaEmision', '16/11/2026'],
  ['fecha_emision', '6-11-2026', 'infoFactura.fechaEmision', '06/11/2026'],
  ['tipo_identificacion', '5', 'infoFactura.tipoIdentificacionComprador', '05'],
  ['identificacion', '095999721-4', 'infoFactura.identificacionComprador', '0959997214'],
  ['precio_unitario', '1234,5', 'detalles.0.precioUnitario', '1234.5'],
  ['precio_unitario', '1.234,50', 'detalles.0.precioUnitario', '1234.50'],
  ['precio_unitario', '$ 1,234.50', 'detalles.0.precioUnitario', '1234.50'],
  ['precio_unitario', '1.234.567', 'detalles.0.precioUnitario', '1234567'],
  ['precio_unitario', '0.123', 'detalles.0.precioUnitario', '0.123'],
  ['precio_unitario', '000000004.50', 'detalles.0.precioUnitario', '4.50'],
  ['cantidad', '2,0000000', 'detalles.0.cantidad', '2'],
  ['valor_iva', '0,10', 'detalles.0.impuestos.0.valor', '0.10'],
  [
    'descripcion',
    '=HYPERLINK("http://x.example")',
    'detalles.0.descripcion',
    '=HYPERLINK("http://x.example")',
  ],
]

it.each(taken)('takes %s %j', async (column, value, path, printed) => {
  const lines = exampleLines('invoice', { ...ALONE, [column]: value })
  const { receipts } = await readFile(csvOf('invoice', lines))
  expect(receipts[0]?.faults).toEqual([])
  const content = receipts[0]?.draft?.document.content as unknown
  const found = path
    .split('.')
    .reduce((node, name) => (node as Record<string, unknown>)[name], content)
  expect(found).toBe(printed)
})

describe('lines of one receipt', () => {
  it('may leave empty what its first line says', async () => {
    const second = { razon_social: '', fecha_emision: '', correo: '', descripcion: 'Otra comisión' }
    expect(await faultsWith('invoice', {}, second)).toEqual([])
  })

  it('may not contradict each other', async () => {
    const second = { razon_social: 'OTRA PERSONA', descripcion: 'Otra comisión' }
    const [fault] = await faultsWith('invoice', {}, second)
    expect(fault).toMatchObject({
      row: 3,
      column: 'razon_social',
      value: 'OTRA PERSONA',
      message:
        'La fila 2 de la misma referencia dice «PAREDES VILLACÍS MARÍA JOSÉ». Pon el mismo dato en todas sus líneas.',
    })
  })

  it('that are the same twice would charge twice', async () => {
    const faults = await faultsWith('invoice', {}, {})
    expect(faults).toMatchObject([{ row: 3, column: null, code: 'repeated-line' }])
  })

  it('stand together: a reference that comes again later is another receipt of the same name', async () => {
    const faults = await faultsWith('invoice', {}, { referencia: 'B' }, { descripcion: 'Más' })
    expect(faults).toMatchObject([
      {
        row: 4,
        column: 'referencia',
        message:
          'Esta referencia ya está en la fila 2. Junta las líneas del comprobante o usa otra referencia.',
      },
    ])
  })

  it('are at most two hundred', async () => {
    const lines = Array.from({ length: 201 }, (_, at) => ({ descripcion: `Cargo ${at}` }))
    expect(await faultsWith('invoice', ...lines)).toMatchObject([{ code: 'too-many-lines' }])
    expect(await faultsWith('invoice', ...lines.slice(1))).toEqual([])
  })

  it('without a reference are each a receipt of their own, and bad', async () => {
    const faults = await faultsWith('invoice', { referencia: '' }, { referencia: ' ' })
    expect(faults).toMatchObject([
      { row: 2, column: 'referencia', code: 'missing' },
      { row: 3, column: 'referencia', code: 'missing' },
    ])
  })

  it('add up to the cent by rate, and tax is theirs', async () => {
    const lines = exampleLines(
      'invoice',
      { ...ALONE, cantidad: '3', precio_unitario: '0,335' },
      { ...ALONE, cantidad: '1', precio_unitario: '100', codigo_iva: '0', descripcion: 'Interés' },
    )
    const { receipts } = await readFile(csvOf('invoice', lines))
    const draft = receipts[0]?.draft
    expect(draft?.totalCents).toBe(101 + 15 + 10_000)
    expect(draft?.document.content).toMatchObject({
      infoFactura: {
        totalSinImpuestos: '101.01',
        totalConImpuestos: [
          { codigoPorcentaje: '4', baseImponible: '1.01', valor: '0.15' },
          { codigoPorcentaje: '0', baseImponible: '100.00', valor: '0.00' },
        ],
        importeTotal: '101.16',
      },
    })
  })
})

it('a tax of nothing is nothing, to the cent', async () => {
  const free = { codigo_iva: '0', valor_iva: '0,01' }
  expect(await faultsWith('invoice', free)).toMatchObject([
    { column: 'valor_iva', message: expect.stringContaining('0 % de $0,72 es $0,00') },
  ])
})

describe('consumidor final', () => {
  const nobody = {
    tipo_identificacion: '07',
    identificacion: '9999999999999',
    razon_social: 'CONSUMIDOR FINAL',
  }

  it('is invoiced up to fifty dollars', async () => {
    const price = { cantidad: '1', codigo_iva: '0', precio_unitario: '50', cobro_banco: 'NO' }
    expect(await faultsWith('invoice', { ...nobody, ...price })).toEqual([])
    const charge = { ...nobody, ...price, cobro_banco: 'SI' }
    expect(await faultsWith('invoice', charge)).toMatchObject([{ code: 'fee-unnamed' }])
    const [fault] = await faultsWith('invoice', { ...nobody, ...price, precio_unitario: '50,01' })
    expect(fault).toMatchObject({
      column: 'identificacion',
      message:
        'A consumidor final solo se factura hasta $50,00 y este suma $50,01. Identifica al comprador.',
    })
  })

  it.each(['credit-note', 'debit-note', 'withholding', 'purchase-settlement'] as const)(
    'gets no %s',
    async (kind) => {
      const faults = await faultsWith(kind, nobody)
      expect(faults).toMatchObject([{ column: 'tipo_identificacion', code: 'unknown-code' }])
    },
  )
})

describe('the other kinds', () => {
  it('a note comes after what it changes, with a rate of that day or its own', async () => {
    expect(await faultsWith('credit-note', { fecha_modificado: '18/11/2026' })).toMatchObject([
      { column: 'fecha_modificado', code: 'dates-reversed' },
    ])
    const old = { fecha_modificado: '31/03/2024', codigo_iva: '2' }
    expect(await faultsWith('credit-note', old)).toEqual([])
    expect(
      await faultsWith('credit-note', { ...old, fecha_modificado: '01/04/2024' }),
    ).toMatchObject([{ column: 'codigo_iva', code: 'rate-not-valid' }])
  })

  it('a number that a spreadsheet took for one is named with its zeros', async () => {
    const lost = { numero_modificado: '1002000018710' }
    expect(await faultsWith('credit-note', lost)).toMatchObject([
      {
        column: 'numero_modificado',
        message: expect.stringContaining('debe ser 001-002-000018710'),
      },
    ])
    expect(await faultsWith('credit-note', { numero_modificado: '1.002E+12' })).toMatchObject([
      { column: 'numero_modificado', code: 'number-mangled' },
    ])
  })

  it('a withholding holds to the percentages of IVA, and to base by percentage', async () => {
    const iva = { impuesto_retenido: '2', codigo_retencion: '2' }
    expect(await faultsWith('withholding', { ...iva, porcentaje: '30' })).toMatchObject([
      {
        column: 'porcentaje',
        message: 'Ese código retiene el 70 %. Corrige el código o el porcentaje.',
      },
    ])
    expect(await faultsWith('withholding', { ...iva, codigo_retencion: '721' })).toMatchObject([
      { column: 'codigo_retencion', code: 'unknown-code' },
    ])
    expect(await faultsWith('withholding', { valor_retenido: '13' })).toMatchObject([
      {
        column: 'valor_retenido',
        message: 'No coincide: 3 % de $412,50 es $12,38. Corrige el valor retenido o déjalo vacío.',
      },
    ])
    expect(
      await faultsWith('withholding', { codigo_iva_sustento: '4', base_iva_sustento: '500' }),
    ).toMatchObject([{ column: 'base_iva_sustento', code: 'base-larger' }])
    expect(await faultsWith('withholding', { tipo_identificacion: '08' })).toMatchObject([
      { column: 'tipo_sujeto', code: 'missing' },
    ])
  })

  it('what no table is sure of is a remark and holds nothing back', async () => {
    const lines = exampleLines(
      'withholding',
      { ...ALONE, codigo_retencion: '323e', porcentaje: '2', valor_retenido: '' },
      { ...ALONE, codigo_retencion: '999', valor_retenido: '' },
    )
    const { receipts } = await readFile(csvOf('withholding', lines), 'withholding')
    expect(receipts[0]?.draft).not.toBeNull()
    expect(receipts[0]?.warnings).toMatchObject([
      { row: 2, column: 'porcentaje', code: 'other-percentage' },
      { row: 3, column: 'codigo_retencion', code: 'unknown-withholding' },
    ])
    const ruc = { tipo_identificacion: '04', identificacion: '1792300000001' }
    const other = await readFile(csvOf('invoice', exampleLines('invoice', { ...ALONE, ...ruc })))
    expect(other.receipts[0]).toMatchObject({
      faults: [],
      warnings: [{ column: 'identificacion', code: 'ruc-check-digit' }],
    })
  })

  it('a guía leaves on its day or later, and groups its lines by who receives them', async () => {
    const faults = await faultsWith('delivery-note', {
      fecha_inicio_transporte: '15/11/2026',
      fecha_fin_transporte: '14/11/2026',
    })
    expect(faults.map(({ column }) => column)).toEqual([
      'fecha_inicio_transporte',
      'fecha_fin_transporte',
    ])
    const apart = await faultsWith(
      'delivery-note',
      {},
      { motivo_traslado: 'Otro motivo', descripcion: 'Otra cosa' },
    )
    expect(apart).toMatchObject([{ row: 3, column: 'motivo_traslado', code: 'differs' }])
    expect(
      await faultsWith('delivery-note', { numero_sustento: '001-001-000000001' }),
    ).toMatchObject([{ column: 'tipo_sustento', code: 'missing' }])
  })
})

it('judges rows mended on the screen as it judges those of a file', async () => {
  const lines = exampleLines('invoice', { ...ALONE, fecha_emision: '31/11/2026' })
  const { receipts } = await readFile(csvOf('invoice', lines))
  const [bad] = receipts
  if (bad === undefined) throw new Error('No receipt')
  expect(checkReceipt('invoice', bad.rows, { today: TODAY }).faults).toEqual(bad.faults)
  const mended = bad.rows.map(({ row, cells }) => ({
    row,
    cells: cells.map((cell) => (cell === '31/11/2026' ? '16/11/2026' : cell)),
  }))
  expect(checkReceipt('invoice', mended, { today: TODAY })).toMatchObject({
    faults: [],
    draft: { totalCents: 83, email: 'maria.paredes@correo.example' },
  })
})

it('names some of many issuers, and says that there are more', () => {
  const issuers = Array.from({ length: 8 }, (_, id) => ({ ...ceibo, id, ruc: `099000000${id}001` }))
  const told = issuerComplaint(issuers, '0999999999001')?.message
  expect(told).toContain(`0990000004001 (${ceibo.name}) o el de otro de los 8 registrados.`)
  expect(told).not.toContain('0990000005001')
  expect(issuerComplaint(issuers.slice(0, 5), undefined)?.message).not.toContain('registrados')
})
