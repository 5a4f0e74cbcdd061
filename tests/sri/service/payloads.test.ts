import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { describeWithShared } from '../../support/judges.ts'
import { clientOf, serveHttp } from './support.ts'

const KEY = '1609202601176001321000110010010009404212344783611'
const NOTE = '2111202405176001321000110010010000001241234567810'
const XML = '<?xml version="1.0" encoding="UTF-8"?>'
const SIGNED = `${XML}<factura id="comprobante" version="1.1.0"><!-- signed document --></factura>`

const says = (identifier: string, text: string, additional: string | null = null) => ({
  identifier,
  text,
  additional,
  type: 'ERROR',
})

const returned = (accessKey: string | null, ...messages: object[]) => ({
  state: 'DEVUELTA',
  accessKey,
  messages,
})

const one = (facts: object) => ({
  number: null,
  authorizedAt: '2026-09-16T07:50:56-05:00',
  environment: 'PRUEBAS',
  document: null,
  messages: [],
  ...facts,
})

const answers = (count: number | null, ...authorizations: object[]) => ({
  accessKey: KEY,
  count,
  authorizations,
})

const consulted = (state: string) => ({ accessKey: NOTE, state, refused: false, messages: [] })
const refused = (accessKey: string, additional: string) => ({
  accessKey,
  state: null,
  refused: true,
  messages: [says('99', 'ERROR AL CONSULTAR DATOS DEL SERVICIO WEB', additional)],
})

/** Which question each payload answers, about which key, and what it must yield. */
const SENT: Record<string, object> = {
  '02-recepcion-RECIBIDA.xml': { state: 'RECIBIDA', accessKey: null, messages: [] },
  '03-recepcion-DEVUELTA-35-captured.xml': returned(
    null,
    says(
      '35',
      'ARCHIVO NO CUMPLE ESTRUCTURA XML',
      'Se encontró el siguiente error en la estructura del comprobante: No se ha encontrado información en el tag claveAcceso.',
    ),
  ),
  '04-recepcion-DEVUELTA-35-ficha.xml': returned(
    '1702201205176001321000110010030001000011234567816',
    says(
      '35',
      'DOCUMENTO INVÁLIDO',
      "Se encontró el siguiente error en la estructura del comprobante: cvc-complex-type.2.4.a: Invalid content was found starting with element 'totalSinImpuestos'. One of '{fechaEmisionDocSustento}' is expected.",
    ),
  ),
  '05-recepcion-DEVUELTA-43.xml': returned(KEY, says('43', 'CLAVE ACCESO REGISTRADA')),
  '06-recepcion-DEVUELTA-45.xml': returned(KEY, says('45', 'ERROR SECUENCIAL REGISTRADO')),
  '07-recepcion-DEVUELTA-65.xml': returned(
    KEY,
    says(
      '65',
      'FECHA EMISIÓN EXTEMPORANEA',
      'La fecha de emisión está fuera del rango de tolerancia [129600 minutos], o es mayor a la fecha del servidor',
    ),
  ),
  '08-recepcion-DEVUELTA-70.xml': returned(KEY, says('70', 'CLAVE DE ACCESO EN PROCESAMIENTO')),
}

const ASKED: Record<string, [key: string, yields: object]> = {
  '11-autorizacion-AUTORIZADO-pruebas.xml': [
    KEY,
    answers(
      1,
      one({
        state: 'AUTORIZADO',
        number: KEY,
        document: SIGNED,
        messages: [
          {
            ...says('60', 'ESTE PROCESO FUE REALIZADO EN EL AMBIENTE DE PRUEBAS'),
            type: 'ADVERTENCIA',
          },
        ],
      }),
    ),
  ],
  '12-autorizacion-AUTORIZADO-produccion-escaped.xml': [
    KEY,
    answers(
      1,
      one({
        state: 'AUTORIZADO',
        number: KEY,
        environment: 'PRODUCCIÓN',
        document: `${XML}<factura id="comprobante" version="1.1.0"></factura>`,
      }),
    ),
  ],
  '13-autorizacion-NO-AUTORIZADO-39-captured.xml': [
    KEY,
    answers(
      1,
      one({
        state: 'NO AUTORIZADO',
        document: `${XML}<factura id="comprobante" version="1.1.0"></factura>`,
        messages: [
          says('39', 'FIRMA INVALIDA', 'La validacion de la cadena de confianza ha fallado'),
        ],
      }),
    ),
  ],
  '14-autorizacion-RECHAZADO-46-ficha.xml': [
    '1302201201176001321000120010030000050431234567814',
    {
      ...answers(
        1,
        one({
          state: 'RECHAZADO',
          authorizedAt: '2012-02-13T16:34:48.997-05:00',
          document: `${XML}<factura id="comprobante" version="1.0.0"></factura>`,
          messages: [says('46', 'RUC no existe')],
        }),
      ),
      accessKey: '1302201201176001321000120010030000050431234567814',
    },
  ],
  '15-autorizacion-EN-PROCESAMIENTO.xml': [
    KEY,
    answers(1, one({ state: 'EN PROCESAMIENTO', authorizedAt: null })),
  ],
  '16-autorizacion-numeroComprobantes-0-captured.xml': [
    '1609202601176001321000110010010000001231234567813',
    {
      accessKey: '1609202601176001321000110010010000001231234567813',
      count: 0,
      authorizations: [],
    },
  ],
  '17-autorizacion-varias-respuestas.xml': [
    KEY,
    answers(
      2,
      one({
        state: 'NO AUTORIZADO',
        authorizedAt: '2026-09-16T08:00:00-05:00',
        messages: [says('39', 'FIRMA INVALIDA')],
      }),
      one({
        state: 'AUTORIZADO',
        number: KEY,
        authorizedAt: '2026-09-16T09:00:00-05:00',
        document: SIGNED,
      }),
    ),
  ],
}

const CONSULTED: Record<string, [key: string, yields: object]> = {
  '31-consulta-AUTORIZADO.xml': [NOTE, consulted('AUTORIZADO')],
  '32-consulta-NO-AUTORIZADO.xml': [NOTE, consulted('NO AUTORIZADO')],
  '33-consulta-PENDIENTE-DE-ANULAR.xml': [NOTE, consulted('PENDIENTE DE ANULAR')],
  '34-consulta-ANULADO.xml': [NOTE, consulted('ANULADO')],
  '35-consulta-99-no-existe.xml': [
    '1509202601179205180000110010010000000011234567811',
    refused(
      '1509202601179205180000110010010000000011234567811',
      'No existen datos para los parámetros ingresados',
    ),
  ],
  '36-consulta-99-fuera-de-rango.xml': [
    '1510202407099313057500110010010000103591234567816',
    refused(
      '1510202407099313057500110010010000103591234567816',
      'No es posible validar la clave de acceso ya que la fecha de emisión está fuera del rango permitido.',
    ),
  ],
  '37-consulta-99-formato.xml': ['123', refused('123', 'Error en el formato de la clave acceso.')],
}

/** What answers none of the three questions fails, whichever of them was asked. */
const NO_ANSWER: Record<string, string> = {
  '19-autorizacion-lote-response.xml': 'unexpected',
  '20-lote.xml': 'unexpected',
  '41-consulta-fcn-SI.xml': 'unexpected',
  '50-soap-fault.xml': 'fault',
  '51-not-xml-firewall.html': 'not-xml',
}

/** Requests: the client writes its own, and each is held against the sample of its kind. */
const REQUESTS = [
  '01-recepcion-request.xml',
  '10-autorizacion-request.xml',
  '30-consulta-request.xml',
]
/** Of operations that the portal does not use. */
const UNUSED = ['18-autorizacion-lote-request.xml', '40-consulta-fcn-request.xml']

describeWithShared('the payloads of the data pack', (shared) => {
  const folder = path.join(shared, 'sri/wsdl/samples')
  const read = (file: string) => fs.readFileSync(path.join(folder, file), 'utf8')
  const serving = (file: string) =>
    serveHttp((response) => {
      response.setHeader('content-type', 'text/xml;charset=UTF-8').end(read(file))
    })

  it('are all looked at', () => {
    const looked = [SENT, ASKED, CONSULTED, NO_ANSWER].flatMap((table) => Object.keys(table))
    expect([...looked, ...REQUESTS, ...UNUSED].sort()).toEqual(fs.readdirSync(folder).sort())
  })

  it.each(Object.entries(SENT))('%s answers a document that was sent', async (file, yields) => {
    const { origin } = await serving(file)
    expect(await clientOf(origin).send(Buffer.from('<x/>'))).toEqual({ ok: true, answer: yields })
  })

  it.each(Object.entries(ASKED))('%s answers for a key', async (file, [key, yields]) => {
    const { origin } = await serving(file)
    const answered = await clientOf(origin).authorization(key)
    const raw = fs.readFileSync(path.join(folder, file))
    expect(answered).toEqual({ ok: true, answer: { ...yields, raw } })
  })

  it.each(Object.entries(CONSULTED))('%s tells the state of a key', async (file, [key, yields]) => {
    const { origin } = await serving(file)
    expect(await clientOf(origin).consult(key)).toEqual({ ok: true, answer: yields })
  })

  it.each(Object.entries(NO_ANSWER))('%s is no answer to anything', async (file, kind) => {
    const { origin } = await serving(file)
    const client = clientOf(origin)
    for (const answered of [
      await client.send(Buffer.from('<x/>')),
      await client.authorization(KEY),
      await client.consult(KEY),
    ]) {
      expect(answered).toMatchObject({ ok: false, failure: { kind } })
    }
  })

  it('are what the client writes, but for white space', async () => {
    const { origin, asked } = await serveHttp((response) => response.end())
    const client = clientOf(origin)
    await client.send(Buffer.from('firmado ñ'))
    await client.authorization(KEY)
    await client.consult(NOTE)
    const bare = (xml: string) =>
      xml
        .replace(/^<\?.*?\?>/, '')
        .replaceAll(/>\s+</g, '><')
        .trim()
    const base64 = Buffer.from('firmado ñ').toString('base64')
    expect(asked.map(({ body }) => bare(body))).toEqual(
      REQUESTS.map((file) => bare(read(file)).replace('BASE64_OF_THE_SIGNED_XML_BYTES', base64)),
    )
    expect(asked.map(({ url }) => url)).toEqual([
      '/comprobantes-electronicos-ws/RecepcionComprobantesOffline',
      '/comprobantes-electronicos-ws/AutorizacionComprobantesOffline',
      '/comprobantes-electronicos-ws/ConsultaComprobante',
    ])
    for (const { headers } of asked) {
      expect(headers).toMatchObject({
        soapaction: '""',
        'content-type': 'text/xml; charset=utf-8',
      })
    }
  })
})
