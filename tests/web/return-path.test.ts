import fc from 'fast-check'
import { expect, test } from 'vitest'
import { returnPath, signInAddress } from '#src/web/pages/return-path.ts'

test.each([
  ['/comprobantes?q=a&tipo=factura', '/comprobantes?q=a&tipo=factura'],
  ['http://localhost:80/comprobantes?q=a#fila', '/comprobantes?q=a'],
  ['https://evil.example/comprobantes', '/comprobantes'],
  ['//evil.example', '/x'],
  ['/\\evil.example', '/x'],
  ['https:///evil.example', '/evil.example'],
  ['https:////evil.example', '/x'],
  ['javascript:alert(1)', '/x'],
  ['comprobantes', '/x'],
  ['/ingresar?volver=/a', '/x'],
  ['/salir', '/x'],
  ['/a\r\nSet-Cookie: b', '/x'],
  ['', '/x'],
  [undefined, '/x'],
])('%s leads to %s', (sent, expected) => {
  expect(returnPath(sent, '/x')).toBe(expected)
})

test('never leads to another site', () => {
  const parts = fc.constantFrom(
    '/',
    '\\',
    ':',
    '.',
    '@',
    '?',
    '#',
    'http',
    'https:',
    'a',
    '\t',
    '%2f',
  )
  const addresses = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(parts).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(addresses, (sent) => {
      const base = 'https://portal.bancoceibo.example'
      expect(new URL(returnPath(sent, '/'), base).origin).toBe(base)
      expect(new URL(signInAddress('/ingresar', sent, false), base).pathname).toBe('/ingresar')
    }),
  )
})
