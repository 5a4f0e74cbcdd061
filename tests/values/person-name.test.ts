import { expect, it } from 'vitest'
import { initialsOf, readableName } from '#src/values/person-name.ts'

it.each([
  ['MARÍA JOSÉ PAREDES', 'María José Paredes'],
  ['DE LA TORRE ÑUSTA INÉS', 'De la Torre Ñusta Inés'],
  ['Rosa Intriago', 'Rosa Intriago'],
  ['COMERCIAL TRES RÍOS CÍA. LTDA.', 'Comercial Tres Ríos Cía. Ltda.'],
  ['BANCO CEIBO S.A.', 'Banco Ceibo S.A.'],
  ['JOSÉ P. DÍAZ', 'José P. Díaz'],
])('shows %s as %s', (printed, shown) => {
  expect(readableName(printed)).toBe(shown)
})

it.each([
  ['María José Paredes', 'MP'],
  ['Rosa', 'R'],
  ['', ''],
])('abbreviates «%s» to «%s»', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
