import Value from 'typebox/value'
import { expect, it } from 'vitest'
import type { Emission } from '#src/intake/emissions/emission-schema.ts'
import { EmissionSchema } from '#src/intake/emissions/emission-schema.ts'
import { readEmission } from '#src/intake/emissions/read-emission.ts'
import type { Day } from '#src/values/day.ts'
import { BILL, exampleEmissions } from './examples.ts'

const TODAY = '2026-11-21' as Day

const TWO_LINES: Emission = {
  ...BILL,
  lineas: [
    { descripcion: 'Comisión', cantidad: '1.234', precio_unitario: '0.36', codigo_iva: '4' },
    { descripcion: 'Mantenimiento', cantidad: '1', precio_unitario: '1.79', codigo_iva: '4' },
  ],
}

it('takes what the templates take, every kind with its own example', () => {
  for (const { kind, emission } of exampleEmissions) {
    expect(Value.Check(EmissionSchema, emission), kind).toBe(true)
    const read = readEmission(emission, { today: TODAY })
    expect(read, kind).toMatchObject({ ok: true, kind, reference: emission['referencia'] })
  }
})

it('takes the decimals of a program as they are, where a person would be asked', () => {
  const read = readEmission(TWO_LINES, { today: TODAY })
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  expect(read.draft.document).toMatchObject({
    kind: 'invoice',
    content: { detalles: [{ cantidad: '1.2340' }, { cantidad: '1' }] },
  })
  // 0.44 and 1.79, with taxes of 0.07 and 0.27.
  expect(read.draft.totalCents).toBe(257)
})

it('tells all that is wrong at once, field by field and line by line', () => {
  const wrong: Emission = {
    ...TWO_LINES,
    fecha_emision: '2026-11-22',
    identificacion: '0959997215',
    lineas: [
      { descripcion: 'Comisión', cantidad: 'dos', precio_unitario: '0.36', codigo_iva: '9' },
    ],
  }
  const read = readEmission(wrong, { today: TODAY })
  expect(read.ok).toBe(false)
  const faults = read.ok ? [] : read.faults
  expect(faults.map(({ linea, campo }) => [linea, campo])).toEqual(
    expect.arrayContaining([
      [null, 'fecha_emision'],
      [null, 'identificacion'],
      [1, 'cantidad'],
      [1, 'codigo_iva'],
    ]),
  )
  for (const { mensaje } of faults) expect(mensaje).toMatch(/^[A-ZÁÉÍÓÚ¿«0-9].{10,}/)
})

it('lets in nothing that no template knows', () => {
  expect(Value.Check(EmissionSchema, { ...TWO_LINES, clave: '1' })).toBe(false)
  expect(Value.Check(EmissionSchema, { ...TWO_LINES, tipo: 'recibo' })).toBe(false)
  expect(Value.Check(EmissionSchema, { ...TWO_LINES, lineas: [] })).toBe(false)
  expect(Value.Check(EmissionSchema, { ...TWO_LINES, lineas: [{ cantidad: 1 }] })).toBe(false)
})
