import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import type { LayoutName } from '#src/web/pages/section.ts'
import { view } from '#src/web/pages/view.ts'
import { htmlProblems } from './html-problems.ts'
import { brand, maria, ORIGIN, openSite, views } from './support.ts'

const hello = view<{ name: string; cents: number }>('sample/hello')
const list = view<{ rows: string[] }>('sample/list', { part: 'sample/_rows' })
const form = view<object>('sample/form')
const pieces = view<object>('sample/pieces')

function openHello(layout?: LayoutName): Promise<FastifyInstance> {
  return openSite((app) => {
    app.get('/comprobantes/hola', (request, reply) => {
      if (layout !== 'access') request.visitor = maria
      const data = { name: '<b>"María" & co</b>', cents: 123_450 }
      return reply.page(hello, data, { title: 'Hola', ...(layout ? { layout } : {}) })
    })
  })
}

test('puts a page into the frame of the person who is signed in', async () => {
  const site = await openHello()
  const { body, headers } = await site.inject('/comprobantes/hola')
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers.vary).toBe('HX-Request-Type, Accept-Encoding')
  expect(body).toContain('<html lang="es-EC">')
  expect(body).toContain('<title>Hola · Banco Ceibo</title>')
  expect(body).toContain('María José Paredes')
  expect(body).toMatch(/<a href="\/comprobantes" aria-current="true">/)
  expect(body).toMatch(/<form action="\/salir" method="post"><button>.*Cerrar sesión/)
  expect(await htmlProblems(body)).toEqual([])
})

test('escapes data in text and in attributes, and prints nothing for what is missing', async () => {
  const site = await openHello()
  const { body } = await site.inject('/comprobantes/hola')
  const escaped = '&lt;b&gt;&quot;María&quot; &amp; co&lt;/b&gt;'
  expect(body).toContain(`<h1>Hola, ${escaped}</h1>`)
  expect(body).toContain(`<p title="${escaped}">$1.234,50 </p>`)
  expect(body).not.toContain('undefined')
})

test('is one byte a sign until it is sent, whatever is said in it', async () => {
  const name = 'Łódź −$0,41 😀 & “Ñandú”'
  const site = await openSite((app) => {
    app.get('/hola', (_request, reply) => reply.page(hello, { name, cents: -41 }, { title: name }))
  })
  const { body } = await site.inject('/hola')
  const written = '&#321;ód&#378; &#8722;$0,41 &#128512; &amp; &#8220;Ñandú&#8221;'
  expect(body).toContain(`<title>${written} · Banco Ceibo</title>`)
  expect(body).toContain(`<h1>Hola, ${written}</h1>`)
  expect(body).toContain(`<p title="${written}">&#8722;$0,41 </p>`)
  expect(body).not.toMatch(/[^\0-\xff]/)
})

test.each(['access', 'plain'] as const)('writes good HTML in the layout %s', async (layout) => {
  const site = await openHello(layout)
  const { body } = await site.inject('/comprobantes/hola')
  expect(await htmlProblems(body)).toEqual([])
})

test('answers htmx with the part of the view, under its title, and a person with the page', async () => {
  const site = await openSite((app) => {
    app.get('/lista', (_request, reply) => reply.page(list, { rows: ['uno'] }, { title: 'Lista' }))
  })
  const part = await site.inject({ url: '/lista', headers: { 'hx-request-type': 'partial' } })
  expect(part.body.replaceAll('\n', '')).toBe(
    '<title>Lista · Banco Ceibo</title><ul><li>uno</li></ul>',
  )
  // Back in the browser: htmx asks for all of it.
  const whole = await site.inject({
    url: '/lista',
    headers: { 'hx-request': 'true', 'hx-request-type': 'full' },
  })
  expect(whole.body).toContain('<!DOCTYPE html>')
  expect(whole.body).toContain('<div id="resultados"><ul><li>uno</li></ul>')
})

test('shows a form again with what was wrong, the summary first, and says so in the title', async () => {
  const site = await openSite((app) => {
    app.post('/form', (_request, reply) => {
      const text = 'Falta el dominio del correo, por ejemplo @gmail.com'
      const rules = [
        { text: 'Al menos una mayúscula', pattern: '\\p{Lu}', kept: false },
        { text: 'Distinta de tu cédula', without: ['0912345678'], kept: true },
      ]
      const data = {
        problems: [{ field: 'correo', text }],
        correo: 'maria.paredes"',
        rules,
        expiresAt: new Date('2026-11-20T23:09:00Z'),
      }
      return reply.page(form, data, { title: 'Crea tu acceso', status: 422, layout: 'access' })
    })
  })
  const response = await site.inject({ method: 'POST', url: '/form', headers: { origin: ORIGIN } })
  expect(response.statusCode).toBe(422)
  expect(response.body).toContain('<title>Error: Crea tu acceso · Banco Ceibo</title>')
  expect(response.body).toContain('Revisa 1 dato para continuar')
  expect(response.body).toContain('<a href="#correo">Falta el dominio')
  expect(response.body).toMatch(
    /value="maria.paredes&quot;".* aria-describedby="correo-ayuda correo-error"/,
  )
  expect(response.body).toContain(
    'Vence a las <time datetime="2026-11-20T23:09:00.000Z">18:09</time>',
  )
  expect(await htmlProblems(response.body)).toEqual([])
})

test('writes good HTML in every shared piece', async () => {
  const site = await openSite((app) => {
    app.get('/piezas', (_request, reply) => reply.page(pieces, {}, { title: 'Piezas' }))
  })
  const { body } = await site.inject('/piezas')
  expect(await htmlProblems(body)).toEqual([])
  expect(body).toContain('<a class="boton menudo" href="/ingresar">Ingresar</a>')
})

test('tells on the next page, once, what was done', async () => {
  const site = await openSite((app) => {
    app.post('/avisos', (_request, reply) =>
      reply.notice('Guardamos tus avisos: <ñ>.').redirect('/hola', 303),
    )
    app.get('/hola', (_request, reply) =>
      reply.page(hello, { name: 'M', cents: 1 }, { title: 'Hola' }),
    )
  })
  const post = await site.inject({ method: 'POST', url: '/avisos', headers: { origin: ORIGIN } })
  expect(post.statusCode).toBe(303)
  const cookies = Object.fromEntries(post.cookies.map(({ name, value }) => [name, value]))
  const page = await site.inject({ url: '/hola', cookies })
  expect(page.body).toContain('<strong>Guardamos tus avisos: &lt;ñ&gt;.</strong>')
  expect(page.cookies).toMatchObject([{ name: 'aviso', value: '' }])
})

test('colours what was refused as refused, and ignores a notice of no known kind', async () => {
  const site = await openSite((app) => {
    app.post('/pronto', (_request, reply) =>
      reply.notice('Puedes pedir otro código en 9 segundos.', 'espera').redirect('/hola', 303),
    )
    app.post('/nada', (_request, reply) =>
      reply.notice('Elige al menos uno.', 'mal').redirect('/hola', 303),
    )
    app.get('/hola', (_request, reply) =>
      reply.page(hello, { name: 'M', cents: 1 }, { title: 'Hola' }),
    )
  })
  const after = async (url: string) => {
    const post = await site.inject({ method: 'POST', url, headers: { origin: ORIGIN } })
    const cookies = Object.fromEntries(post.cookies.map(({ name, value }) => [name, value]))
    return (await site.inject({ url: '/hola', cookies })).body
  }
  expect(await after('/pronto')).toContain('<div class="aviso espera" role="status">')
  expect(await after('/nada')).toContain('<div class="aviso mal" role="alert">')
  const forged = await site.inject({ url: '/hola', cookies: { aviso: 'raro:<b>x' } })
  expect(forged.body).not.toContain('class="aviso raro')
  expect(forged.body).not.toContain('<b>x')
})

test('follows the theme cookie and nothing else in it', async () => {
  const site = await openHello()
  const themed = async (tema: string) =>
    (await site.inject({ url: '/comprobantes/hola', cookies: { tema } })).body
  expect(await themed('oscuro')).toContain('<html lang="es-EC" data-tema="oscuro">')
  expect(await themed('"><script>')).toContain('<html lang="es-EC">')
})

test('frames a mail, and leaves plain text as it is', async () => {
  const { templates } = await views()
  const data = { name: 'Muñoz & Hijos' }
  const frame = { brand, title: 'Factura por $64,40', preheader: 'Autorizada por el SRI.' }
  const html = templates.renderMail(view<typeof data>('sample/mail'), data, frame)
  expect(html).toContain('<p>Hola, Muñoz &amp; Hijos:</p>')
  expect(html).toContain('<title>Factura por $64,40</title>')
  const text = templates.render(view<typeof data>('sample/mail.txt'), data)
  expect(text).toBe('Hola, Muñoz & Hijos:\n  Emitimos una factura a tu nombre.\n')
})

test('compresses a page for who takes it, and leaves it whole for who does not', async () => {
  const site = await openHello()
  const get = async (encoding: string) => {
    const headers = { 'accept-encoding': encoding }
    const response = await site.inject({ url: '/comprobantes/hola', headers })
    expect(response.headers.vary).toBe('HX-Request-Type, Accept-Encoding')
    expect(Number(response.headers['content-length'])).toBe(response.rawPayload.length)
    return response
  }
  const plain = await get('identity')
  const gzip = await get('gzip, deflate, br')
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload)
  const zstd = await get('gzip, deflate, br, zstd')
  expect(zstd.headers['content-encoding']).toBe('zstd')
  expect(zstdDecompressSync(zstd.rawPayload)).toEqual(plain.rawPayload)
  expect((await get('gzip;q=0')).rawPayload).toEqual(plain.rawPayload)
})
