import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceLabel } from '#src/identity/sessions/device.ts'
import { sourceBlock } from '#src/identity/throttles/source-block.ts'
import { isFirstLogin, readUserName } from '#src/identity/user-name.ts'
import { MARIA, PEDRO } from './support.ts'

describe('a user name', () => {
  it('is read in one form only, whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{10}$/),
        fc.constantFrom('', ' ', '  ', '\t'),
        (digits, blank) => {
          const spaced = `${blank}${digits.slice(0, 4)}${blank}${digits.slice(4)}${blank}`
          expect(readUserName(spaced)).toEqual(readUserName(digits))
        },
      ),
    )
  })

  it('begins a first login when the password is the same number, and no other', () => {
    const name = readUserName(MARIA.number)
    if (!name) throw new Error('No name')
    expect(isFirstLogin(name, ` ${MARIA.number}`)).toBe(true)
    expect(isFirstLogin(name, `${MARIA.number}001`)).toBe(true)
    expect(isFirstLogin(name, PEDRO.number)).toBe(false)
    const word = readUserName('hola')
    expect(word && isFirstLogin(word, 'hola')).toBe(false)
  })
})

describe('a source', () => {
  it('is a block of addresses', () => {
    const blocks: [string, string][] = [
      ['203.0.113.7', '203.0.113.0/24'],
      ['::ffff:203.0.113.7', '203.0.113.0/24'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
      ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
      ['2001:db8::1', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ]
    for (const [address, block] of blocks)
      expect([address, sourceBlock(address)]).toEqual([address, block])
  })

  it('is named as its owner would', () => {
    const labels: [string, string][] = [
      [
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36',
        'Chrome en Windows',
      ],
      [
        'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0',
        'Edge en Windows',
      ],
      [
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1',
        'Safari en iPhone',
      ],
      [
        'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36',
        'Samsung Internet en Android',
      ],
      [
        'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        'Firefox en Linux',
      ],
      ['<script>', 'Navegador'],
    ]
    for (const [agent, label] of labels) expect(deviceLabel(agent)).toBe(label)
  })
})
