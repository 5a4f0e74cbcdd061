import type { PasswordPolicy } from '../../policy/policy.ts'
import type { PasswordRule as ShownRule } from '../../web/forms.ts'
import { foldedText, isCommonPassword } from './common-passwords.ts'

/** What belongs to the person, and so must not stand in their password. */
export interface Own {
  /** Cédula, RUC, passport. */
  numbers: readonly string[]
  name?: string
  email?: string
  /** The bank's own words. */
  bank?: string
}

interface Rule {
  text: string
  /** «Tu contraseña necesita …». */
  need: string
  /** A regular expression (flag `u`), for the server and the browser alike. */
  pattern: string
}

const COMMON_PASSWORD = 'Esa contraseña es muy conocida. Prueba con una frase corta tuya.'
const OWN_TEXT = 'Distinta de tu cédula y de tu nombre'
const OWN_NEED = 'ser distinta de tu cédula, tu nombre y tu correo'

/** Ten digits in a row are somebody's cédula; the browser can check that without being told whose. */
const NO_LONG_NUMBER = String.raw`^(?!.*\d{10})`
const OWN_WORD_MIN = 4

/** The policy's rules in the order of the checklist; each is a pattern, so that both sides agree. */
function policyRules(policy: PasswordPolicy): Rule[] {
  const { lengthMin, lengthMax, lettersMin, uppercaseMin, digitsMin, symbols, spaces } = policy
  const what = symbols || spaces ? 'caracteres' : 'letras y números'
  const rules: Rule[] = [
    {
      text: `Entre ${lengthMin} y ${lengthMax} ${what}`,
      need: `entre ${lengthMin} y ${lengthMax} ${what}`,
      pattern: `^.{${lengthMin},${lengthMax}}$`,
    },
  ]
  if (lettersMin > 0) rules.push(atLeast(lettersMin, 'letra', 'una', String.raw`\p{L}`))
  if (uppercaseMin > 0) rules.push(atLeast(uppercaseMin, 'mayúscula', 'una', String.raw`\p{Lu}`))
  if (digitsMin > 0) rules.push(atLeast(digitsMin, 'número', 'un', String.raw`\p{N}`))
  if (!symbols || !spaces) rules.push(allowedSigns(symbols, spaces))
  return rules
}

function atLeast(count: number, noun: string, one: string, sign: string): Rule {
  const words = count === 1 ? `al menos ${one} ${noun}` : `al menos ${count} ${noun}s`
  const other = sign.replace('p{', 'P{')
  return {
    text: words.replace('al', 'Al'),
    need: words,
    pattern: `^(?:${other}*${sign}){${count}}`,
  }
}

function allowedSigns(symbols: boolean, spaces: boolean): Rule {
  if (symbols)
    return { text: 'Sin espacios', need: 'no llevar espacios', pattern: String.raw`^\S*$` }
  const signs = spaces ? 'tildes ni signos' : 'tildes, espacios ni signos'
  return {
    text: `Sin ${signs}`,
    need: `no llevar ${signs}`,
    pattern: spaces ? '^[A-Za-z0-9 ]*$' : '^[A-Za-z0-9]*$',
  }
}

/**
 * The checklist as the form shows it. `attempt`: the password just refused, whose marks are shown
 * when JavaScript is off; null before the first.
 */
export function shownRules(policy: PasswordPolicy, attempt: string | null, own: Own): ShownRule[] {
  const rules: ShownRule[] = policyRules(policy).map(({ text, pattern }) => ({
    text,
    pattern,
    kept: attempt === null ? null : keeps(attempt, pattern),
  }))
  const kept = attempt === null ? null : !holdsOwn(attempt, own)
  return [...rules, { text: OWN_TEXT, pattern: NO_LONG_NUMBER, kept }]
}

/** One sentence that names everything a new password lacks; null when it is good. */
export function passwordProblem(policy: PasswordPolicy, password: string, own: Own): string | null {
  if (password === '') return 'Escribe una contraseña nueva.'
  const text = password.normalize('NFKC')
  const needs = policyRules(policy)
    .filter(({ pattern }) => !keeps(text, pattern))
    .map(({ need }) => need)
  if (holdsOwn(text, own)) needs.push(OWN_NEED)
  if (needs.length > 0) return `Tu contraseña necesita ${joined(needs)}.`
  return isCommonPassword(text, own.bank ?? '') ? COMMON_PASSWORD : null
}

function keeps(password: string, pattern: string): boolean {
  return new RegExp(pattern, 'u').test(password.normalize('NFKC'))
}

function holdsOwn(password: string, own: Own): boolean {
  if (!keeps(password, NO_LONG_NUMBER)) return true
  const folded = foldedText(password)
  return ownWords(own).some((word) => folded.includes(word))
}

function ownWords({ numbers, name = '', email = '' }: Own): string[] {
  const local = email.slice(0, Math.max(0, email.lastIndexOf('@')))
  const words = [...numbers, ...name.split(/\s+/), ...local.split(/[._+-]/), local]
  return words.map(foldedText).filter((word) => word.length >= OWN_WORD_MIN)
}

function joined(needs: readonly string[]): string {
  return new Intl.ListFormat('es', { type: 'conjunction' }).format(needs)
}
