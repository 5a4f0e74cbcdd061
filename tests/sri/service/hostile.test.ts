import diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import fs from 'node:fs'
import https from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readAuthorization, readReception } from '#src/sri/service/read-answers.ts'
import { temporaryFolder } from '../../support/databases.ts'
import { describeWithJudge, runTool } from '../../support/judges.ts'
import { freePort } from '../../support/processes.ts'
import { authorizations, clientOf, RECEIVED, serveHttp, serveSockets, soap } from './support.ts'

const KEY = '1609202601176001321000110010010009404212344783611'
const OTHER = '1609202601176001321000110010010000001231234567813'
const DOCUMENT = Buffer.from('<factura/>')

const ofKind = (kind: string) => ({ ok: false, failure: { kind } })
const HTTP = 'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n'
const whole = (text: string, headers = '') =>
  `${HTTP}${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
const NOTHING_YET = authorizations(KEY, '<numeroComprobantes>0</numeroComprobantes>')

describe('what is no answer says nothing of the document', () => {
  it.each([
    ['nothing at all', 200, '', 'empty'],
    ['blanks', 200, ' \r\n\t', 'empty'],
    ['a page of a firewall', 200, '<!DOCTYPE html><html><body>Rejected</body></html>', 'not-xml'],
    ['a page with a number', 403, '<html><body>Rejected</body></html>', 'http'],
    ['a number alone', 503, '', 'http'],
    ['a redirection', 302, '', 'http'],
    ['JSON', 200, '{"estado":"RECIBIDA"}', 'not-xml'],
    ['half an answer', 200, RECEIVED.slice(0, -20), 'not-xml'],
    ['an unknown entity', 200, RECEIVED.replace('RECIBIDA', '&recibida;'), 'not-xml'],
    ['a document type', 200, `<!DOCTYPE x [<!ENTITY e "RECIBIDA">]>${RECEIVED}`, 'unexpected'],
    ['an instruction', 200, `<?xml-stylesheet href="x"?>${RECEIVED}`, 'unexpected'],
    ['XML that is no SOAP', 200, '<estado>RECIBIDA</estado>', 'unexpected'],
    [
      'two states',
      200,
      RECEIVED.replace('<estado>', '<estado>DEVUELTA</estado><estado>'),
      'unexpected',
    ],
    ['no state', 200, RECEIVED.replace('RECIBIDA', ''), 'unexpected'],
    ['two bodies', 200, RECEIVED.replace('<soap:Body>', '<soap:Body/><soap:Body>'), 'unexpected'],
    ['an empty body', 200, soap(''), 'unexpected'],
    ['an empty response', 200, soap('<validarComprobanteResponse/>'), 'unexpected'],
    ['the answer to another question', 200, NOTHING_YET, 'unexpected'],
    ['a good answer under a bad number', 500, RECEIVED, 'http'],
    ['a fault', 500, soap('<soap:Fault><faultstring>Roto</faultstring></soap:Fault>'), 'fault'],
    ['a fault that says nothing', 200, soap('<soap:Fault/>'), 'fault'],
  ])('%s', async (_what, status, body, kind) => {
    const { origin } = await serveHttp((response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body),
    )
    expect(await clientOf(origin).send(DOCUMENT)).toMatchObject(ofKind(kind))
  })

  it('not even about another key', async () => {
    const about = authorizations(OTHER, '<numeroComprobantes>0</numeroComprobantes>')
    const { origin } = await serveHttp((response) => response.end(about))
    expect(await clientOf(origin).authorization(KEY)).toMatchObject(ofKind('unexpected'))
  })

  it('not when it hides an authorisation where none belongs', async () => {
    const hidden = '<numeroComprobantes>1</numeroComprobantes><otra><autorizacion/></otra>'
    const { origin } = await serveHttp((response) => response.end(authorizations(KEY, hidden)))
    expect(await clientOf(origin).authorization(KEY)).toMatchObject(ofKind('unexpected'))
  })

  it('never throws and never takes noise for an answer', () => {
    const pieces = fc.constantFrom('<', '/>', 'estado', '>', '&', ']]>', '<![CDATA[', '\0', 'soap:')
    const noise = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 })
    fc.assert(
      fc.property(noise, fc.nat(RECEIVED.length), (words, at) => {
        const text = `${RECEIVED.slice(0, at)}${words.join('')}${RECEIVED.slice(at + 5)}`
        const read = readReception(Buffer.from(text))
        if (read.ok) expect(read.answer.state).not.toBe('')
        expect(readReception(Buffer.from(words.join(''))).ok).toBe(false)
      }),
    )
  })
})

describe('the document of an answer', () => {
  const documents = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((text) => `<a>\r\n${text}</a>`)

  const documentOf = (comprobante: string) => {
    const inside = `<autorizaciones><autorizacion><estado>AUTORIZADO</estado>${comprobante}</autorizacion></autorizaciones>`
    const read = readAuthorization(Buffer.from(authorizations(KEY, inside)), KEY)
    return read.ok ? read.answer.authorizations[0]?.document : read.failure.detail
  }

  it('is what stands in CDATA, line ends included', () => {
    fc.assert(
      fc.property(documents, (document) => {
        fc.pre(!document.includes(']]>'))
        expect(documentOf(`<comprobante><![CDATA[${document}]]></comprobante>`)).toBe(document)
      }),
    )
  })

  it.each([
    ['escaped', '&lt;a b=&quot;&amp;amp;&quot;/&gt;', '<a b="&amp;"/>'],
    ['inline', '<a  b = "1"><b/></a >', '<a  b = "1"><b/></a >'],
    ['in two sections', '<![CDATA[<a>]]]]><![CDATA[></a>]]>', '<a>]]></a>'],
  ])('is exact when it stands %s', (_how, printed, document) => {
    expect(documentOf(`<comprobante>${printed}</comprobante>`)).toBe(document)
  })

  it('may be absent, and so may the number of answers', () => {
    expect(documentOf('<comprobante/>')).toBeNull()
    expect(documentOf('')).toBeNull()
    const read = readAuthorization(Buffer.from(authorizations(KEY, '')), KEY)
    expect(read).toMatchObject({ ok: true, answer: { count: null, authorizations: [] } })
  })

  it('comes with words nobody knows as they were printed', () => {
    const inside =
      '<numeroComprobantes>uno</numeroComprobantes><autorizaciones><autorizacion><estado> EN LA LUNA </estado><fechaAutorizacion>28/05/2025 10:18:34</fechaAutorizacion><ambiente>3</ambiente></autorizacion></autorizaciones>'
    const read = readAuthorization(Buffer.from(authorizations(KEY, inside)), KEY)
    expect(read).toMatchObject({
      ok: true,
      answer: {
        count: null,
        authorizations: [
          { state: 'EN LA LUNA', authorizedAt: '28/05/2025 10:18:34', environment: '3' },
        ],
      },
    })
  })
})

describe('a server that behaves badly', () => {
  it('is not there', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}`)
    expect(await client.send(DOCUMENT)).toMatchObject(ofKind('unreachable'))
    expect(await client.authorization(KEY)).toMatchObject(ofKind('unreachable'))
  })

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ERR_SSL_BAD_RECORD_TYPE', 'ECONNRESET'])(
    'may have the document when the line breaks after it: %s',
    async (code) => {
      const sockets: Socket[] = []
      const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
      diagnostics.subscribe('undici:client:sendHeaders', note)
      onTestFinished(() => void diagnostics.unsubscribe('undici:client:sendHeaders', note))
      const { origin, asked } = await serveHttp(() =>
        // As the system says it of a line that stood: a route is gone, the encryption does not hold.
        sockets[0]?.destroy(Object.assign(new Error(code), { code })),
      )
      expect(await clientOf(origin).send(DOCUMENT)).toMatchObject(ofKind('cut'))
      expect(asked).toHaveLength(1)
    },
  )

  it('accepts and never answers', async () => {
    const { origin } = await serveSockets(() => undefined)
    const client = clientOf(origin, { answerMs: 150, connectMs: 150 })
    expect(await client.send(DOCUMENT)).toMatchObject(ofKind('timeout'))
  })

  it('stops in the middle of an answer', async () => {
    const { origin } = await serveSockets((socket) => {
      socket.once('data', () => socket.write(whole(RECEIVED).slice(0, -10)))
    })
    const client = clientOf(origin, { answerMs: 150, connectMs: 150 })
    expect(await client.send(DOCUMENT)).toMatchObject(ofKind('timeout'))
  })

  it('drips an answer without end', async () => {
    const { origin } = await serveSockets((socket) => {
      socket.once('data', () => {
        socket.write(`${HTTP}content-length: 1000000\r\n\r\n`)
        const drip = setInterval(() => socket.write(' '), 20)
        socket.on('close', () => clearInterval(drip))
      })
    })
    const client = clientOf(origin, { answerMs: 300, connectMs: 100 })
    expect(await client.send(DOCUMENT)).toMatchObject(ofKind('timeout'))
  })

  it.each([
    ['announced', `content-length: ${100 * 1024 * 1024}\r\n`],
    ['unannounced', ''],
  ])('pours out 100 MB, %s', async (_how, header) => {
    let poured = 0
    const { origin } = await serveSockets((socket) => {
      const pour = () => {
        while (poured < 100 * 1024 * 1024 && !socket.destroyed) {
          poured += 65_536
          if (!socket.write(' '.repeat(65_536))) return
        }
        socket.end()
      }
      socket.once('data', () => {
        socket.write(`${HTTP}${header}\r\n`)
        pour()
      })
      socket.on('drain', pour)
    })
    expect(await clientOf(origin).send(DOCUMENT)).toMatchObject(ofKind('too-large'))
    expect(poured).toBeLessThan(50 * 1024 * 1024)
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
  ])('speaks %s', async (_what, text) => {
    const { origin } = await serveSockets((socket) => {
      socket.once('data', () => socket.write(text))
    })
    const answered = await clientOf(origin).send(DOCUMENT)
    expect(answered).toMatchObject({ ok: false })
    expect(JSON.stringify(answered)).toMatch(/"kind":"(http|cut)"/)
  })

  it('cuts an answer short: a document is not sent again by itself', async () => {
    const server = await serveSockets((socket) => {
      socket.once('data', () => socket.destroy())
    })
    expect(await clientOf(server.origin).send(DOCUMENT)).toMatchObject(ofKind('cut'))
    expect(server.connections()).toBe(1)
  })
})

describe('connections', () => {
  it('tells what became of a question that was put a second time by itself', async () => {
    let questions = 0
    const server = await serveHttp((response, _asked, { socket }) => {
      questions += 1
      if (questions === 1) {
        response.end(NOTHING_YET)
        return
      }
      // It goes away in the middle of the second, and is not there any more.
      ;(socket as Socket & { server: Server }).server.close(() => undefined)
      socket.destroy()
    })
    const client = clientOf(server.origin)
    expect(await client.authorization(KEY)).toMatchObject({ ok: true })
    expect(await client.authorization(KEY)).toMatchObject(ofKind('unreachable'))
    expect(questions).toBe(2)
  })

  it('are used again for questions, and never for sending', async () => {
    const server = await serveHttp((response, { url }) =>
      response.end(url.includes('Recepcion') ? RECEIVED : NOTHING_YET),
    )
    const client = clientOf(server.origin)
    for (let times = 0; times < 9; times += 1) await client.authorization(KEY)
    const kept = server.connections()
    expect(kept).toBeLessThan(5)
    for (let times = 0; times < 3; times += 1) await client.send(DOCUMENT)
    expect(server.connections()).toBe(kept + 3)
  })

  it('that the other side ends between two questions cost nobody an answer', async () => {
    const server = await serveSockets((socket) => {
      socket.once('data', () => {
        socket.write(whole(NOTHING_YET, 'connection: keep-alive\r\n'))
        // The next question meets a connection that is gone, or goes while it is being written.
        socket.once('data', () => socket.resetAndDestroy())
      })
    })
    const client = clientOf(server.origin)
    for (let times = 0; times < 4; times += 1) {
      expect(await client.authorization(KEY)).toMatchObject({ ok: true })
    }
    expect(server.connections()).toBeGreaterThan(1)
  })

  it('that hang after an answer fail one question and are not used again', async () => {
    const server = await serveSockets((socket) => {
      socket.once('data', () => socket.write(whole(NOTHING_YET, 'connection: keep-alive\r\n')))
    })
    const client = clientOf(server.origin, { answerMs: 500, connectMs: 500 })
    expect(await client.authorization(KEY)).toMatchObject({ ok: true })
    // Until the connection is known to be free again.
    await pause(50)
    expect(await client.authorization(KEY)).toMatchObject(ofKind('timeout'))
    expect(await client.authorization(KEY)).toMatchObject({ ok: true })
    expect(server.connections()).toBe(2)
  })

  it('are let finish by close, and then there are none', async () => {
    const { origin } = await serveHttp((response) => setTimeout(() => response.end(RECEIVED), 100))
    const client = clientOf(origin)
    const sending = client.send(DOCUMENT)
    await client.close()
    expect(await sending).toMatchObject({ ok: true })
    expect(await client.send(DOCUMENT)).toMatchObject(ofKind('unreachable'))
  })
})

it('writes what it is asked as text, whatever it is', async () => {
  const { origin, asked } = await serveHttp((response) => response.end(NOTHING_YET))
  await clientOf(origin).authorization('</claveAccesoComprobante><x>&amp;\0')
  expect(asked[0]?.body).toContain(
    '<claveAccesoComprobante>&lt;/claveAccesoComprobante&gt;&lt;x&gt;&amp;amp;</claveAccesoComprobante>',
  )
})

describeWithJudge('openssl', 'TLS', () => {
  it('refuses a certificate that no authority of this machine stands for', async () => {
    const folder = temporaryFolder()
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
    runTool('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', key, '-out', cert],
    ])
    let asked = 0
    const server = https
      .createServer(
        { key: fs.readFileSync(key), cert: fs.readFileSync(cert) },
        (_request, response) => {
          asked += 1
          response.end(RECEIVED)
        },
      )
      .listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const answered = await clientOf(`https://127.0.0.1:${port}`).send(DOCUMENT)
    expect(answered).toMatchObject(ofKind('unreachable'))
    expect(JSON.stringify(answered)).toContain('certificado')
    expect(asked).toBe(0)
  })
})
