import type { Readable } from 'node:stream'
import { LeftOut } from '../annexes/left-out.ts'
import { zipOf } from '../exports/zip-files.ts'
import type { FactsBatches } from '../facts/receipt-facts.ts'
import { type Ledger, writeLedger } from './ledger.ts'

/** What a program imports, and beside it what was left out. */
export function zipOfLedger<Row>(ledger: Ledger<Row>, batches: FactsBatches): Readable {
  const leftOut = new LeftOut()
  async function* readme(): AsyncGenerator<string> {
    const lines = [ledger.name, ledger.says, '', ...leftOut.sentences()]
    yield `${lines.join('\r\n')}\r\n`
  }
  async function* entries() {
    yield { name: `${ledger.slug}.csv`, content: writeLedger(ledger, batches, leftOut) }
    yield { name: 'LEEME.txt', content: readme() }
  }
  return zipOf(entries())
}
