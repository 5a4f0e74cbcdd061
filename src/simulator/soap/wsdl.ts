import type { Operation } from '../../sri/service/operations.ts'
import { operations } from '../../sri/service/operations.ts'

type Field = readonly [name: string, type: string, many?: 'many']

/** A type of the schema, with its elements in order. */
type Types = Readonly<Record<string, readonly Field[]>>

const TEXT = 'xs:string'

const MESSAGE: readonly Field[] = [
  ['identificador', TEXT],
  ['mensaje', TEXT],
  ['informacionAdicional', TEXT],
  ['tipo', TEXT],
]
const MESSAGES: Types = { mensaje: MESSAGE, mensajes: [['mensaje', 'tns:mensaje', 'many']] }

/** Of each service its operation and the types behind its answer, which is the first. */
const CONTRACTS: readonly (readonly [Operation, parameterType: string, Types])[] = [
  [
    operations.send,
    'xs:base64Binary',
    {
      respuestaSolicitud: [
        ['estado', TEXT],
        ['comprobantes', 'tns:comprobantes'],
      ],
      comprobantes: [['comprobante', 'tns:comprobante', 'many']],
      comprobante: [
        ['claveAcceso', TEXT],
        ['mensajes', 'tns:mensajes'],
      ],
      ...MESSAGES,
    },
  ],
  [
    operations.authorization,
    TEXT,
    {
      respuestaComprobante: [
        ['claveAccesoConsultada', TEXT],
        ['numeroComprobantes', TEXT],
        ['autorizaciones', 'tns:autorizaciones'],
      ],
      autorizaciones: [['autorizacion', 'tns:autorizacion', 'many']],
      autorizacion: [
        ['estado', TEXT],
        ['numeroAutorizacion', TEXT],
        ['fechaAutorizacion', 'xs:dateTime'],
        ['ambiente', TEXT],
        ['comprobante', TEXT],
        ['mensajes', 'tns:mensajes'],
      ],
      ...MESSAGES,
    },
  ],
  [
    operations.consult,
    TEXT,
    {
      respuestaConsultaComprobante: [
        ['estadoConsulta', TEXT],
        ['claveAcceso', TEXT],
        ['mensajes', 'tns:mensajes'],
        ['estadoAutorizacion', TEXT],
        ['tipoComprobante', TEXT],
        ['rucEmisor', TEXT],
        ['fechaAutorizacion', 'xs:dateTime'],
      ],
      ...MESSAGES,
    },
  ],
]

/**
 * The contract of a service as its `?wsdl`; null when there is no such service.
 *
 * @param location the full address at which it is served.
 */
export function wsdlOf(service: string, location: string): string | null {
  const contract = CONTRACTS.find(([operation]) => operation.service === service)
  if (contract === undefined) return null
  const [{ namespace, name }] = contract
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<wsdl:definitions name="${service}Service" targetNamespace="${namespace}"`,
    ` xmlns:tns="${namespace}" xmlns:xs="http://www.w3.org/2001/XMLSchema"`,
    ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">',
    schemaOf(contract),
    messageOf(name),
    messageOf(`${name}Response`),
    `<wsdl:portType name="${service}"><wsdl:operation name="${name}">`,
    `<wsdl:input name="${name}" message="tns:${name}"/>`,
    `<wsdl:output name="${name}Response" message="tns:${name}Response"/>`,
    '</wsdl:operation></wsdl:portType>',
    `<wsdl:binding name="${service}ServiceSoapBinding" type="tns:${service}">`,
    '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
    `<wsdl:operation name="${name}"><soap:operation soapAction="" style="document"/>`,
    `<wsdl:input name="${name}"><soap:body use="literal"/></wsdl:input>`,
    `<wsdl:output name="${name}Response"><soap:body use="literal"/></wsdl:output>`,
    '</wsdl:operation></wsdl:binding>',
    `<wsdl:service name="${service}Service">`,
    `<wsdl:port name="${service}Port" binding="tns:${service}ServiceSoapBinding">`,
    `<soap:address location="${location}"/></wsdl:port></wsdl:service></wsdl:definitions>`,
  ].join('')
}

function schemaOf([operation, parameterType, types]: (typeof CONTRACTS)[number]): string {
  const { namespace, name, parameter, answer } = operation
  const [answerType = ''] = Object.keys(types)
  const all: Types = {
    [name]: [[parameter, parameterType]],
    [`${name}Response`]: [[answer, `tns:${answerType}`]],
    ...types,
  }
  const roots = [name, `${name}Response`].map(
    (root) => `<xs:element name="${root}" type="tns:${root}"/>`,
  )
  return [
    `<wsdl:types><xs:schema version="1.0" elementFormDefault="unqualified" targetNamespace="${namespace}">`,
    ...roots,
    ...Object.entries(all).map(([type, fields]) => complexType(type, fields)),
    '</xs:schema></wsdl:types>',
  ].join('')
}

function complexType(name: string, fields: readonly Field[]): string {
  const elements = fields.map(([field, type, many]) => {
    const max = many === undefined ? '' : ' maxOccurs="unbounded"'
    return `<xs:element name="${field}" type="${type}" minOccurs="0"${max}/>`
  })
  return `<xs:complexType name="${name}"><xs:sequence>${elements.join('')}</xs:sequence></xs:complexType>`
}

function messageOf(name: string): string {
  return `<wsdl:message name="${name}"><wsdl:part name="parameters" element="tns:${name}"/></wsdl:message>`
}
