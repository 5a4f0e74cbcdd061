import { type Asked, type ListingItem, shownValue } from './asked.ts'
import { complain } from './complaint.ts'
import { isDestroyedKey, readKey, readToken, type Token } from './read-token.ts'

const BETWEEN = /[\s;|"'`´«»“”()[\]{}]+|,(?!\d+E)/i
/** Words in a line beyond which it is a text, not a list. */
const WORDS_MAX = 400
/** A key, whatever stands between its digits. */
const SPACED_KEY = /^\D*(?:\d[\s.-]*){49}\D*$/
/** A number whose hyphens became blanks, or have some around them. */
const SPACED_NUMBER = /^(\d{3})\s*[\s-]\s*(\d{3})\s*[\s-]\s*(\d{9})$/

/** Everything that a line of a list asks for: keys, numbers, numbers behind the RUC of their issuer. */
export function readWords(row: number, line: string): ListingItem[] {
  const bare = line.trim()
  const spaced = SPACED_NUMBER.exec(bare)
  if (spaced !== null) return items(row, [readToken(spaced.slice(1).join('-'))], bare)
  const words = bare.split(BETWEEN).filter((word) => word !== '')
  if (words.length > WORDS_MAX) return [badItem(row, bare, 'too-long')]
  const whole = words.some((word) => /^\d{49}$/.test(word))
  if (!whole && SPACED_KEY.test(bare) && !isDestroyedKey(bare)) {
    return items(row, [readKey(bare.replaceAll(/\D/g, ''))], bare)
  }
  const tokens = words.map((word) => ({ word, token: readWord(word) }))
  const asking = tokens.filter(({ token }) => token !== null) as { word: string; token: Token }[]
  if (asking.length === 0) return [badItem(row, bare, 'nothing')]
  return withIssuers(row, asking)
}

/** Labels such as `Clave:` are passed over; what has digits is meant as something. */
function readWord(word: string): Token | null {
  const inner = word.replace(/^[^\dA-Za-z]+|[^\dA-Za-z]+$/g, '').replace(/^[\p{L}.]+[:=#]\s*/u, '')
  return /\d/.test(inner) ? readToken(inner) : null
}

/** A RUC belongs to the number behind it, or to the one before when it ends the line. */
function withIssuers(row: number, words: readonly { word: string; token: Token }[]): ListingItem[] {
  const found: ListingItem[] = []
  let ruc: string | null = null
  let unused = ''
  for (const { word, token } of words) {
    if (token.is === 'ruc') {
      ruc = token.ruc
      unused = word
      continue
    }
    const [item] = items(row, [token], word, ruc)
    if (token.is === 'number') {
      ruc = null
      unused = ''
    }
    if (item) found.push(item)
  }
  if (ruc === null) return found
  const only = found.length === 1 ? found[0] : undefined
  if (only?.ok && only.asked.by === 'number' && only.asked.issuerRuc === null) {
    return [{ ok: true, asked: { ...only.asked, issuerRuc: ruc } }]
  }
  // Beside a key it only repeats what the key says.
  return found.length > 0 ? found : [badItem(row, unused, 'tax-id-alone')]
}

function items(
  row: number,
  tokens: readonly Token[],
  shown: string,
  issuerRuc: string | null = null,
): ListingItem[] {
  const common = { row, stated: null }
  return tokens.flatMap((token): ListingItem[] => {
    if (token.is === 'key') {
      const asked: Asked = { ...common, by: 'key', key: token.key, remark: token.remark }
      return [{ ok: true, asked }]
    }
    if (token.is === 'number') {
      const { number } = token
      const asked: Asked = { ...common, by: 'number', number, issuerRuc, kind: null, remark: null }
      return [{ ok: true, asked }]
    }
    const complaint = token.is === 'bad' ? token.complaint : complain('tax-id-alone')
    return [{ ok: false, bad: { row, value: shownValue(shown), complaint } }]
  })
}

function badItem(
  row: number,
  value: string,
  code: 'too-long' | 'nothing' | 'tax-id-alone',
): ListingItem {
  return { ok: false, bad: { row, value: shownValue(value), complaint: complain(code) } }
}
