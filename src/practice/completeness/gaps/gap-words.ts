import { listName } from '../../../receipts/receipt.ts'
import { formatCount } from '../../../values/count.ts'
import { formatDocumentNumber } from '../../../values/document-number.ts'
import type { NumberRun, NumbersBetween, SeriesGaps } from './explain-gaps.ts'

/** «Factura 001-002 de 0990000000001» */
export function seriesName({ kind, establishment, point, issuerRuc, environment }: SeriesGaps) {
  const test = environment === 'test' ? ', de prueba' : ''
  return `${listName(kind)} ${establishment}-${point} de ${issuerRuc}${test}`
}

/**
 * What stands between the first and the last number of a series: «Entre X y Y hay 35 números que no
 * son de este contribuyente y 1 que el banco no tiene (…).»
 */
export function gapSentence(gaps: SeriesGaps): string {
  const { first, last, own, between } = gaps
  const ends = `Entre ${numberIn(gaps, first)} y ${numberIn(gaps, last)}`
  if (between === null) {
    const rest = formatCount(last - first + 1 - own)
    return `${ends} hay ${rest} números más. Son demasiados para mirarlos uno por uno: pueden ser de otros clientes o que el banco no tiene.`
  }
  return `${ends} hay ${joined(parts(between))}.`
}

function parts(between: NumbersBetween): string[] {
  const { others, underWay, lost, absent } = between
  const lostRuns = runWords(between.lostRuns, lost)
  const absentWords = `que el banco no tiene (${runWords(between.absentRuns, absent)})`
  const found = [
    [others, 'que no es de este contribuyente', 'que no son de este contribuyente'],
    [underWay, 'en trámite en el SRI', 'en trámite en el SRI'],
    [
      lost,
      `que nunca se autorizó o se perdió, y el banco lo explica (${lostRuns})`,
      `que nunca se autorizaron o se perdieron, y el banco los explica (${lostRuns})`,
    ],
    [absent, absentWords, absentWords],
  ] as const
  return found
    .filter(([count]) => count > 0)
    .map(([count, one, many], at) => {
      const noun = at > 0 ? '' : count === 1 ? 'número ' : 'números '
      return `${formatCount(count)} ${noun}${count === 1 ? one : many}`
    })
}

/** Their series has been named. */
function runWords(runs: readonly NumberRun[], count: number): string {
  const words = runs.map(({ from, to }) =>
    from === to ? sequenceOf(from) : `${sequenceOf(from)} a ${sequenceOf(to)}`,
  )
  const named = runs.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  return named < count ? `${words.join(', ')}…` : words.join(', ')
}

function numberIn({ establishment, point }: SeriesGaps, sequence: number): string {
  return formatDocumentNumber(establishment, point, String(sequence))
}

function sequenceOf(sequence: number): string {
  return String(sequence).padStart(9, '0')
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} y ${last}` : last
}
