import type { SriMessage } from '../../sri/service/sri-service.ts'

/** When the SRI says it: at once, when it authorises, or beside an authorisation. */
export type Stage = 'reception' | 'authorization' | 'warning'

const MESSAGES: Readonly<Record<string, readonly [text: string, stage: Stage]>> = {
  '2': ['RUC DEL EMISOR NO SE ENCUENTRA ACTIVO', 'authorization'],
  '10': ['ESTABLECIMIENTO DEL EMISOR SE ENCUENTRA CLAUSURADO', 'authorization'],
  '26': ['TAMAÑO MÁXIMO SUPERADO', 'reception'],
  '27': ['CLASE DE CONTRIBUYENTE NO PERMITIDA', 'authorization'],
  '28': ['ACUERDO DE MEDIOS ELECTRÓNICOS NO ACEPTADO', 'reception'],
  '34': ['COMPROBANTE NO AUTORIZADO', 'authorization'],
  '35': ['DOCUMENTO INVÁLIDO', 'reception'],
  '36': ['VERSIÓN ESQUEMA DESCONTINUADA', 'reception'],
  '37': ['RUC SIN AUTORIZACIÓN DE EMISIÓN', 'authorization'],
  '39': ['FIRMA INVALIDA', 'authorization'],
  '40': ['ERROR EN EL CERTIFICADO', 'authorization'],
  '42': ['CERTIFICADO REVOCADO', 'authorization'],
  '43': ['CLAVE ACCESO REGISTRADA', 'reception'],
  '45': ['ERROR SECUENCIAL REGISTRADO', 'reception'],
  '46': ['RUC NO EXISTE', 'authorization'],
  '47': ['TIPO DE COMPROBANTE NO EXISTE', 'reception'],
  '48': ['ESQUEMA XSD NO EXISTE', 'reception'],
  '49': ['ARGUMENTOS QUE ENVÍA AL WS NULOS', 'reception'],
  '50': ['ERROR INTERNO GENERAL', 'reception'],
  '52': ['ERROR EN DIFERENCIAS', 'authorization'],
  '56': ['ESTABLECIMIENTO CERRADO', 'authorization'],
  '57': ['AUTORIZACIÓN SUSPENDIDA', 'authorization'],
  '58': ['ERROR EN LA ESTRUCTURA DE CLAVE ACCESO', 'authorization'],
  '59': ['IDENTIFICACIÓN NO EXISTE', 'warning'],
  '60': ['ESTE PROCESO FUE REALIZADO EN EL AMBIENTE DE PRUEBAS', 'warning'],
  '62': ['IDENTIFICACIÓN INCORRECTA', 'warning'],
  '63': ['RUC CLAUSURADO', 'authorization'],
  '64': ['CÓDIGO DOCUMENTO SUSTENTO', 'authorization'],
  '65': ['FECHA EMISIÓN EXTEMPORANEA', 'reception'],
  '67': ['FECHA INVÁLIDA', 'reception'],
  '68': ['DOCUMENTO SUSTENTO NO EXISTE COMO ELECTRÓNICO', 'warning'],
  '69': ['IDENTIFICACIÓN DEL RECEPTOR', 'authorization'],
  '70': ['CLAVE DE ACCESO EN PROCESAMIENTO', 'reception'],
  '80': ['ERROR EN LA ESTRUCTURA DE CLAVE ACCESO', 'authorization'],
  '82': ['ERROR EN LA FECHA DE INICIO DE TRANSPORTE', 'reception'],
  '90': ['LÍMITE DE INTENTOS DE COMPROBANTES NO AUTORIZADOS SUPERADO', 'reception'],
  '92': ['ERROR AL VALIDAR MONTO DE DEVOLUCIÓN DEL IVA', 'reception'],
  '99': ['ERROR AL CONSULTAR DATOS DEL SERVICIO WEB', 'authorization'],
}

/** Of a code that does not exist. */
const NOTHING = ['', 'authorization'] as const

/** Codes with which a document can be refused or warned about; null for any other word. */
export function reasonCode(code: string): string | null {
  return Object.hasOwn(MESSAGES, code) ? code : null
}

export function stageOf(code: string): Stage {
  return (MESSAGES[code] ?? NOTHING)[1]
}

/** The message as the SRI words it. `text` replaces the wording where it has two for one code. */
export function sriMessage(
  identifier: string,
  additional: string | null = null,
  text?: string,
): SriMessage {
  const [own, stage] = MESSAGES[identifier] ?? NOTHING
  const type = stage === 'warning' ? 'ADVERTENCIA' : 'ERROR'
  return { identifier, text: text ?? own, additional, type }
}
