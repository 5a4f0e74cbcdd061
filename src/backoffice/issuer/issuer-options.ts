import type { parseArgs } from 'node:util'
import type { IssuerRecord } from '../../issuing/issuer/issuer-words.ts'
import { WrongUse } from '../wrong-use.ts'

/** What `issuer` may be told. */
export const ISSUER_OPTIONS = {
  ruc: { type: 'string' },
  name: { type: 'string' },
  'trade-name': { type: 'string' },
  address: { type: 'string' },
  environment: { type: 'string' },
  algorithm: { type: 'string' },
  'keeps-accounts': { type: 'string' },
  'special-taxpayer': { type: 'string' },
  'withholding-agent': { type: 'string' },
  rimpe: { type: 'string' },
  'large-taxpayer': { type: 'string' },
  'provider-ruc': { type: 'string' },
  code: { type: 'string' },
  place: { type: 'string' },
  active: { type: 'string' },
  default: { type: 'boolean' },
  kind: { type: 'string' },
  number: { type: 'string' },
  skip: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export type IssuerOptions = ReturnType<
  typeof parseArgs<{ options: typeof ISSUER_OPTIONS; allowPositionals: true }>
>['values']

/** The record of an issuer as it is, but for what the options say otherwise; '' takes something away. */
export function recordFrom(
  values: IssuerOptions,
  before: IssuerRecord | null,
  ruc: string,
): IssuerRecord {
  const text = (typed: string | undefined, kept: string | null) => {
    return typed === undefined ? kept : typed.trim() || null
  }
  const legends = before?.legends
  return {
    ruc,
    environment:
      oneOf(values.environment, '--environment', ['test', 'production'] as const) ??
      before?.environment ??
      'test',
    name: text(values.name, before?.name ?? null) ?? '',
    tradeName: text(values['trade-name'], before?.tradeName ?? null),
    address: text(values.address, before?.address ?? null) ?? '',
    algorithm:
      oneOf(values.algorithm, '--algorithm', ['rsa-sha1', 'rsa-sha256'] as const) ??
      before?.algorithm ??
      'rsa-sha1',
    legends: {
      keepsAccounts:
        yesOrNo(values['keeps-accounts'], '--keeps-accounts') ?? legends?.keepsAccounts ?? true,
      specialTaxpayer: text(values['special-taxpayer'], legends?.specialTaxpayer ?? null),
      withholdingAgent: text(values['withholding-agent'], legends?.withholdingAgent ?? null),
      rimpe:
        values.rimpe === ''
          ? null
          : (oneOf(values.rimpe, '--rimpe', ['entrepreneur', 'popular'] as const) ??
            legends?.rimpe ??
            null),
      largeTaxpayer: text(values['large-taxpayer'], legends?.largeTaxpayer ?? null),
      providerRuc: text(values['provider-ruc'], legends?.providerRuc ?? null),
    },
  }
}

function oneOf<Word extends string>(
  typed: string | undefined,
  option: string,
  words: readonly Word[],
): Word | undefined {
  if (typed === undefined) return undefined
  const found = words.find((word) => word === typed)
  if (found === undefined) throw new WrongUse(`${option} es uno de: ${words.join(', ')}.`)
  return found
}

export function yesOrNo(typed: string | undefined, option: string): boolean | undefined {
  const word = oneOf(typed, option, ['yes', 'no'] as const)
  return word === undefined ? undefined : word === 'yes'
}
