/** One operation of the SRI's web services: SOAP 1.1, document/literal, children unqualified. */
export interface Operation {
  /** Last part of the address. */
  readonly service: string
  readonly namespace: string
  /** Element of the request. */
  readonly name: string
  /** Its only child. */
  readonly parameter: string
  /** What the answer holds inside `…Response`. */
  readonly answer: string
}

export const operations = {
  send: {
    service: 'RecepcionComprobantesOffline',
    namespace: 'http://ec.gob.sri.ws.recepcion',
    name: 'validarComprobante',
    parameter: 'xml',
    answer: 'RespuestaRecepcionComprobante',
  },
  authorization: {
    service: 'AutorizacionComprobantesOffline',
    namespace: 'http://ec.gob.sri.ws.autorizacion',
    name: 'autorizacionComprobante',
    parameter: 'claveAccesoComprobante',
    answer: 'RespuestaAutorizacionComprobante',
  },
  consult: {
    service: 'ConsultaComprobante',
    namespace: 'http://ec.gob.sri.ws.consultas',
    name: 'consultarEstadoAutorizacionComprobante',
    parameter: 'claveAcceso',
    answer: 'EstadoAutorizacionComprobante',
  },
} as const satisfies Record<string, Operation>

/** Where all services stand on any host of the SRI's. */
export const SERVICES_PATH = '/comprobantes-electronicos-ws'
