import type { Readable } from 'node:stream'
import { type ZipEntry, zipOf } from '../exports/zip-files.ts'
import type { TaxpayerMonth } from '../facts/receipt-facts.ts'
import { informantRuc, writeAts } from './write-ats.ts'

/** One fragment for each taxpayer and month, each with its readme; one is made after the other. */
export function zipOfAts(months: AsyncIterable<TaxpayerMonth>): Readable {
  return zipOf(entriesOf(months))
}

async function* entriesOf(months: AsyncIterable<TaxpayerMonth>): AsyncGenerator<ZipEntry> {
  const without: string[] = []
  let count = 0
  for await (const { client, month, batches } of months) {
    const ruc = informantRuc(client.taxId)
    if (ruc === null) {
      without.push(`${client.name || client.taxId}, ${month}`)
      continue
    }
    const ats = writeAts({ ...client, ruc }, month, batches)
    const name = `ATS_${ruc}_${month}`
    yield { name: `${name}.xml`, content: ats.xml }
    yield { name: `${name}_LEEME.txt`, content: one(ats.readme()) }
    count += 1
  }
  if (without.length > 0 || count === 0) yield { name: 'LEEME.txt', content: one(rest(without)) }
}

function rest(without: readonly string[]): string {
  const lines =
    without.length === 0
      ? ['No hay comprobantes con esos filtros: no hay nada que anexar.']
      : [
          'Sin fragmento, porque el ATS solo admite RUC o cédula:',
          ...without.map((who) => `- ${who}`),
        ]
  return `${lines.join('\r\n')}\r\n`
}

async function* one(text: string): AsyncGenerator<string> {
  yield text
}
