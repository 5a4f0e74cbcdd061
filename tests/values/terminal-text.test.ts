import { expect, it } from 'vitest'
import { jsonText, plainLine } from '#src/values/terminal-text.ts'

const NAMES = [
  ['rojo\u001b[31m.xml', 'rojo\ufffd[31m.xml'],
  ['dos\nlíneas\r.xml', 'dos\ufffdlíneas\ufffd.xml'],
  ['al revés\u202elmx.exe', 'al revés\ufffdlmx.exe'],
  ['ocho bits\u009b31m', 'ocho bits\ufffd31m'],
  ['oculto\u{e0041}\u200b', 'oculto\ufffd\ufffd'],
  ['Facturación 😀 ñ.xml', 'Facturación 😀 ñ.xml'],
] as const

it.each(NAMES)('prints %j as %j', (name, printed) => {
  expect(plainLine(name)).toBe(printed)
})

it.each(NAMES)('writes %j into JSON that a terminal shows as it is', (name) => {
  const text = jsonText({ name })
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(JSON.parse(text)).toEqual({ name })
})
