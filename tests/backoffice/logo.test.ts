import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { logoFile, readLogo } from '#src/policy/logo/kept-logo.ts'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import { createRidePainter } from '#src/ride/draw-ride.ts'
import type { Day } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, firstLogin } from '#tests/identity/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import { authorized, richDocument } from '#tests/ride/documents.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { toldBy } from './support.ts'

const SHELL = (inside: string, more = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10"${more}>${inside}</svg>`
const GOOD = SHELL(
  '<rect width="20" height="10" fill="#7a1fa2"/><circle cx="10" cy="5" r="4" fill="white"/>',
)

function read(text: string | Buffer) {
  return readLogo(Buffer.from(text))
}

function drawn(text: string): string {
  const logo = read(text)
  if (!logo.ok) throw new Error(logo.problem)
  return logoFile(logo.value).bytes.toString()
}

/** A PNG of one colour. */
function png(
  side = 64,
  { colour = 2, bits = 8, filter = 0, extra = [] as Buffer[], rows = side } = {},
): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([bits, colour, 0, 0, 0], 8)
  const row = Buffer.alloc(1 + side * (colour === 6 ? 4 : 3), 120)
  row[0] = filter
  const data = deflateSync(Buffer.concat(Array.from({ length: rows }, () => row)))
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    ...extra,
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

describe('an SVG', () => {
  it('is drawn anew from its shapes, in the middle of a square', () => {
    expect(drawn(GOOD)).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">\n' +
        '<path d="M0 25L100 25L100 75L0 75Z" fill="#7a1fa2"/>\n' +
        '<path d="M30 50C30 38.954 38.954 30 50 30C61.046 30 70 38.954 70 50' +
        'C70 61.046 61.046 70 50 70C38.954 70 30 61.046 30 50Z" fill="#ffffff"/>\n</svg>\n',
    )
  })

  it('means the same by every way of writing a path', () => {
    const paths: [written: string, plain: string][] = [
      ['m2 2h4v4h-4z', 'M2 2L6 2L6 6L2 6Z'],
      ['M2,2 6,2 6,6', 'M2 2L6 2L6 6'],
      ['M2 2l1-1.5.5.5', 'M2 2L3 0.5L3.5 1'],
      ['M0 0C1 1 2 1 3 0S5-1 6 0', 'M0 0C1 1 2 1 3 0C4 -1 5 -1 6 0'],
      ['M0 0Q3 3 6 0T12 0', 'M0 0C2 2 4 2 6 0C8 -2 10 -2 12 0'],
      ['M0 0a2 2 0 012 2', 'M0 0C1.105 0 2 0.895 2 2'],
      ['M1e1 0L-.5.5', 'M10 0L-0.5 0.5'],
    ]
    for (const [written, plain] of paths) {
      const text = `<svg viewBox="0 0 100 100"><path d="${written}"/></svg>`
      expect([written, / d="([^"]*)"/.exec(drawn(text))?.[1]]).toEqual([written, plain])
    }
  })

  it('takes over what stands around a shape: colour, width, place', () => {
    const text = SHELL(
      '<g transform="translate(5 0) scale(.5)" fill="none" stroke="#000" stroke-width="2"><line x2="10" y2="0"/></g>' +
        '<path d="M0 0h1v1z" fill-rule="evenodd" fill="rgb"/>'.replace('rgb', '#123'),
    )
    expect(drawn(text)).toContain(
      '<path d="M25 25L50 25" fill="none" stroke="#000000" stroke-width="5"',
    )
    expect(drawn(text)).toContain('fill="#112233" fill-rule="evenodd"')
  })

  it('is refused with whatever could run, fetch, hide or change the look', () => {
    const inside = [
      '<script>alert(1)</script>',
      '<style>*{fill:red}</style>',
      '<image href="https://evil.example/x.png"/>',
      '<use xlink:href="#a"/>',
      '<a href="javascript:alert(1)"><path d="M0 0h1"/></a>',
      '<foreignObject><p>hola</p></foreignObject>',
      '<animate attributeName="d"/>',
      '<text>hola</text>',
      '<linearGradient/>',
      '<svg><path d="M0 0h1"/></svg>',
      '<path d="M0 0h1" onclick="alert(1)"/>',
      '<path d="M0 0h1" onload="alert(1)"/>',
      '<path d="M0 0h1" style="fill:url(https://evil.example)"/>',
      '<path d="M0 0h1" xlink:href="https://evil.example"/>',
      '<path d="M0 0h1" fill="url(#a)"/>',
      '<path d="M0 0h1" fill="red;}"/>',
      '<path d="M0 0h1" filter="url(#f)"/>',
      '<path d="M0 0h1" opacity="0.5"/>',
      '<path d="&quot;/><script>"/>',
      '<path d="M0 0 L1e300 0"/>',
      '<path d="10 10"/>',
      '<path d="M0 0X1 1"/>',
      '<path d="M0 0h1" transform="skewX(9)"/>',
      '<rect width="5%" height="1"/>',
      '<g>'.repeat(30) + '</g>'.repeat(30),
      '<path d="M0 0h1"/>'.repeat(500),
      '',
    ]
    const whole = [
      `<!DOCTYPE svg [<!ENTITY a "b">]>${GOOD}`,
      `<?xml-stylesheet href="https://evil.example"?>${GOOD}`,
      '<html><body/></html>',
      '<svg><path d="M0 0h1"/></svg>',
      SHELL('<path d="M0 0h1"/>', ' onload="alert(1)"'),
      'hola',
      GOOD.slice(0, -3),
      '\u0000',
      Buffer.from([0xff, 0xfe, 0x3c]),
      '',
      `${GOOD}${' '.repeat(110_000)}`,
    ]
    for (const text of [...inside.map((one) => SHELL(one)), ...whole]) {
      expect([text.slice(0, 90), read(text)]).toEqual([
        text.slice(0, 90),
        { ok: false, problem: expect.stringMatching(/\.$/) },
      ])
    }
  })

  it('leaves behind what only drawing programs read', () => {
    const text = SHELL(
      '<metadata><rdf:RDF xmlns:rdf="r"/></metadata><title>&lt;script&gt;</title>' +
        '<path id="x" class="y" data-a="&quot;>" d="M0 0h10v10z"/><!-- <script> -->',
    )
    expect(drawn(text)).not.toMatch(/script|rdf|class|data-a/)
  })
})

describe('a PNG', () => {
  it('is written anew from its points alone', () => {
    const hidden = chunk('tEXt', Buffer.from('<script>alert(1)</script>'))
    const logo = readLogo(Buffer.concat([png(64, { extra: [hidden] }), Buffer.from('<script>')]))
    if (!logo.ok) throw new Error(logo.problem)
    const { bytes, type } = logoFile(logo.value)
    expect(type).toBe('image/png')
    expect(bytes.includes('script')).toBe(false)
    expect(bytes.equals(png())).toBe(false)
    expect(readLogo(bytes)).toEqual(logo)
  })

  it('is refused when it is damaged, no square, see-through, or unpacks to more than it says', () => {
    const broken = png()
    broken[40] = (broken[40] ?? 0) ^ 1
    const wrong = [
      broken,
      png().subarray(0, 60),
      png(32),
      png(64, { colour: 6 }),
      png(64, { bits: 16 }),
      png(64, { filter: 9 }),
      png(64, { rows: 20_000 }),
      png(64, { rows: 63 }),
      png(64, { extra: [chunk('tRNS', Buffer.alloc(6))] }),
    ]
    for (const file of wrong) {
      expect(readLogo(file)).toEqual({ ok: false, problem: expect.stringMatching(/\.$/) })
    }
  })
})

it('is printed in the PDF as it is on the page, the same bytes each time', () => {
  const sheet = describeReceipt(richDocument('invoice'), authorized('invoice'))
  const rucs = [sheet.issuer.ruc]
  const house = createRidePainter().draw(sheet)
  for (const file of [GOOD, png()]) {
    const logo = read(file)
    if (!logo.ok) throw new Error(logo.problem)
    const kept = logo.value
    const drawing = 'png' in kept ? { png: Buffer.from(kept.png, 'base64') } : kept
    const pdf = createRidePainter({ brand: { logo: drawing, rucs } }).draw(sheet)
    expect(pdf.equals(createRidePainter({ brand: { logo: drawing, rucs } }).draw(sheet))).toBe(true)
    expect(pdf.equals(house)).toBe(false)
  }
})

async function send(portal: TestPortal, browser: Browser, file: Buffer | string) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const part = (name: string, more: string, content: Buffer | string) =>
    Buffer.concat([
      Buffer.from(`--frontera\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ])
  return portal.app.inject({
    method: 'POST',
    url: '/interno/parametros/logo',
    headers: {
      host: new URL(ORIGIN).host,
      origin: ORIGIN,
      'content-type': 'multipart/form-data; boundary=frontera',
      cookie,
    },
    payload: Buffer.concat([
      part('motivo', '', 'Marca nueva'),
      part('valor', '; filename="../../x.html"', file),
      Buffer.from('--frontera--\r\n'),
    ]),
  })
}

it('goes from a file, by two people, to every page and the PDFs of the bank', async () => {
  const portal = await openPortal()
  const { browser: ana } = await colleague(portal, 'ana', 'administrator')
  const { browser: eva } = await colleague(portal, 'eva', 'approver')
  const { browser: aldo } = await colleague(portal, 'aldo', 'auditor')
  const number = maria.id
  const person = {
    number,
    name: 'María José Paredes',
    email: 'm@correo.example',
    password: 'Guacamayo de la montaña',
  }
  await addPerson(portal, person)
  const draft = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
  const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
  await load(portal.db, [invoice(draft, maria, lines)])
  const customer = portal.browser()
  await firstLogin(portal, customer, person)
  const list = await customer.get('/comprobantes')
  const pdf = /href="(\/comprobantes\/\d{49}\.pdf)"/.exec(list.body)?.[1] ?? ''
  const before = await customer.get(pdf)
  expect(before.statusCode).toBe(200)

  const refused = await send(portal, ana, SHELL('<script>alert(1)</script>'))
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('El SVG usa «script»')
  expect(refused.body).toContain('value="Marca nueva"')
  expect((await send(portal, ana, Buffer.alloc(200_000, 60))).body).toContain('más de 100 KB')

  const sent = await send(portal, ana, GOOD)
  const preview = String(sent.headers.location)
  const page = await aldo.get(preview)
  expect(page.body).toContain(`src="${preview}/logo"`)
  const proposed = await aldo.get(`${preview}/logo`)
  expect(proposed.headers['content-type']).toBe('image/svg+xml')
  expect(proposed.headers['content-security-policy']).toContain('sandbox')
  expect((await customer.get(`${preview}/logo`)).statusCode).toBe(303)
  const id = preview.split('/').at(-1)
  expect(await toldBy(eva, `/interno/aprobaciones/${id}/aprobacion`)).toBe('Aprobada y hecha.')

  const address = /rel="icon" href="(\/marca\/logo-\d+\.[0-9a-f]{10}\.svg)"/.exec(
    (await portal.browser().get('/ingresar')).body,
  )?.[1]
  const logo = await portal.browser().get(address ?? '')
  expect(logo.body).toBe(drawn(GOOD))
  expect(logo.headers['cache-control']).toContain('immutable')
  const after = await customer.get(pdf, { 'if-none-match': String(before.headers.etag) })
  expect(after.statusCode).toBe(200)
  expect(after.rawPayload.equals(before.rawPayload)).toBe(false)
  expect((await customer.get(pdf)).rawPayload.equals(after.rawPayload)).toBe(true)
})
