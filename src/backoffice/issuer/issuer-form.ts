import Type, { type Static } from 'typebox'
import type { IssuerRecord } from '../../issuing/issuer/issuer-words.ts'
import type { Problems } from '../../web/forms.ts'

const text = (maxLength = 400) => Type.String({ maxLength, default: '' })

/** An issuer as the form sends it. */
export const EnteredIssuer = Type.Object({
  ruc: text(20),
  razon: text(),
  comercial: text(),
  direccion: text(),
  ambiente: Type.Union([Type.Literal('test'), Type.Literal('production')], { default: 'test' }),
  algoritmo: Type.Union([Type.Literal('rsa-sha1'), Type.Literal('rsa-sha256')], {
    default: 'rsa-sha1',
  }),
  contabilidad: Type.Union([Type.Literal('si'), Type.Literal('')], { default: '' }),
  especial: text(30),
  retencion: text(30),
  rimpe: Type.Union([Type.Literal('entrepreneur'), Type.Literal('popular'), Type.Literal('')], {
    default: '',
  }),
  grande: text(),
  proveedor: text(20),
  motivo: text(2_000),
})

export type IssuerValues = Static<typeof EnteredIssuer>

/** The record that a form describes; what is wrong with it is for `checkIssuer` to say. */
export function recordOf(values: IssuerValues): IssuerRecord {
  const given = (typed: string) => (typed.trim() === '' ? null : typed.trim())
  return {
    ruc: values.ruc.trim(),
    environment: values.ambiente,
    name: values.razon.trim(),
    tradeName: given(values.comercial),
    address: values.direccion.trim(),
    algorithm: values.algoritmo,
    legends: {
      keepsAccounts: values.contabilidad === 'si',
      specialTaxpayer: given(values.especial),
      withholdingAgent: given(values.retencion),
      rimpe: values.rimpe === '' ? null : values.rimpe,
      largeTaxpayer: given(values.grande),
      providerRuc: given(values.proveedor),
    },
  }
}

/** What the form shows of an issuer before anybody typed; of none while there is none. */
export function valuesOf(record: IssuerRecord | null): IssuerValues {
  return {
    ruc: record?.ruc ?? '',
    razon: record?.name ?? '',
    comercial: record?.tradeName ?? '',
    direccion: record?.address ?? '',
    ambiente: record?.environment ?? 'test',
    algoritmo: record?.algorithm ?? 'rsa-sha1',
    contabilidad: record?.legends.keepsAccounts === false ? '' : 'si',
    especial: record?.legends.specialTaxpayer ?? '',
    retencion: record?.legends.withholdingAgent ?? '',
    rimpe: record?.legends.rimpe ?? '',
    grande: record?.legends.largeTaxpayer ?? '',
    proveedor: record?.legends.providerRuc ?? '',
    motivo: '',
  }
}

/** Which field of the form shows what is wrong with one of the record. */
const FIELDS: Readonly<Record<string, keyof IssuerValues>> = {
  ruc: 'ruc',
  name: 'razon',
  tradeName: 'comercial',
  address: 'direccion',
  specialTaxpayer: 'especial',
  withholdingAgent: 'retencion',
  largeTaxpayer: 'grande',
  providerRuc: 'proveedor',
}

/** What `checkIssuer` found, by the fields of the form. */
export function problemsByField(found: readonly { field: string; message: string }[]): Problems {
  return Object.fromEntries(found.map(({ field, message }) => [FIELDS[field] ?? field, message]))
}
