import { expect, it } from 'vitest'
import { readTypedName } from '#src/values/typed-name.ts'

it.each([
  ['  Portátil   de la oficina ', 'Portátil de la oficina'],
  ['Ñ', 'Ñ'],
  ['Llave 2 (azul)', 'Llave 2 (azul)'],
  ['ana\u0301', 'aná'],
  ['', null],
  ['12345', null],
  ['«»', null],
  ['\u200b\u200b', null],
  ['\u3164', null],
  ['Ana\u0000', null],
  ['Ana\nLoor', null],
  ['Ana\u0085Loor', null],
  ['Ana\u202eroL', null],
  ['Ana\u00adLoor', null],
  ['A\ufe0fna', null],
  ['a'.repeat(40), 'a'.repeat(40)],
  ['a'.repeat(41), null],
])('reads %j as %j', (typed, name) => {
  expect(readTypedName(typed, 40)).toBe(name)
})
