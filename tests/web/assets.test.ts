import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openSite, views } from './support.ts'

const LONG = 'public, max-age=31536000, immutable'

test('serves each file for a year, ready compressed for who takes it', async () => {
  const { assets } = await views()
  const site = await openSite(() => {})
  const url = assets.asset('app.css')
  const get = (headers: Record<string, string>) => site.inject({ url, headers })
  const plain = await get({})
  expect(plain.headers).toMatchObject({
    'cache-control': LONG,
    'content-type': 'text/css; charset=utf-8',
    vary: 'Accept-Encoding',
  })
  const brotli = await get({ 'accept-encoding': 'gzip, deflate, br, zstd' })
  expect(brotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(brotli.rawPayload)).toEqual(plain.rawPayload)
  const gzip = await get({ 'accept-encoding': 'gzip, br;q=0' })
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload)
  expect((await get({ 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined()
  const again = await get({ 'if-none-match': String(plain.headers.etag) })
  expect([again.statusCode, again.body]).toEqual([304, ''])
})

test('leaves a font as it is, and knows no other files', async () => {
  const { assets } = await views()
  const site = await openSite(() => {})
  const headers = { 'accept-encoding': 'br' }
  const font = await site.inject({ url: assets.asset('figtree-latin.woff2'), headers })
  expect(font.headers['content-type']).toBe('font/woff2')
  expect(font.headers['content-encoding']).toBeUndefined()
  for (const file of ['app.css', 'OFL-Figtree.txt', '..%2fpackage.json', 'app.0000000000.css']) {
    expect((await site.inject(`/assets/${file}`)).statusCode, file).toBe(404)
  }
})

test('names in the style sheet only files that are served', async () => {
  const { assets } = await views()
  const site = await openSite(() => {})
  const sheet = (await site.inject(assets.asset('app.css'))).body
  const named = [...sheet.matchAll(/url\(([^)]+)\)/g)].map(([, name = '']) =>
    name.replaceAll('"', ''),
  )
  expect(named.length).toBeGreaterThan(2)
  for (const url of named) expect((await site.inject(url)).statusCode, url).toBe(200)
})

test('keeps the first visit small', async () => {
  const { assets } = await views()
  const size = (name: string) => {
    const asset = [...assets.byFile.values()].find(({ url }) => url === assets.asset(name))
    return gzipSync(asset?.plain ?? '', { level: 9 }).length
  }
  expect(size('app.css')).toBeLessThan(9_200)
  expect(size('staff.css')).toBeLessThan(2_800)
  expect(size('app.js')).toBeLessThan(3_500)
  const visit = ['app.css', 'app.js', 'htmx.js', 'icons.svg', 'ceibo.svg', 'figtree-latin.woff2']
  // Leaves the page itself 7 KB of the 60 that a first visit may cost.
  expect(visit.map(size).reduce((sum, one) => sum + one)).toBeLessThan(53_000)
})
