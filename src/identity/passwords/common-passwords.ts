/**
 * Words people choose when they are asked for a password; with digits and signs around them they
 * are just as well known. Ours, short on purpose: patterns below catch what lists repeat.
 */
const WORDS = new Set(
  `password passw0rd contrasena contrasenia clave miclave secreto secreta acceso ingreso admin
  administrador usuario cliente invitado prueba pruebas test demo hola holamundo bienvenido bienvenida
  welcome login letmein iloveyou tequiero tequieromucho teamo teamomucho miamor amor amorcito corazon
  bebe princesa princess angel angelito familia mifamilia mama papa hijo hija dios jesus jesucristo
  diosesamor dragon monkey sunshine football futbol baseball superman batman pokemon naruto starwars
  master shadow killer michael jordan jessica daniel daniela carlos juan maria jose andres andrea
  alejandro alejandra gabriela sebastian cristian ecuador miecuador guayaquil quito cuenca manta
  machala ambato loja emelec barcelona barcelonasc ligadequito ldu independiente elnacional aucas
  deportivo realmadrid messi ronaldo banco cuenta dinero dolar dolares plata tarjeta factura facturas
  comprobante comprobantes enero febrero marzo abril mayo junio julio agosto septiembre octubre
  noviembre diciembre lunes martes miercoles jueves viernes sabado domingo verano invierno navidad
  feliz felicidad esperanza libertad amistad estrella mariposa chocolate computadora internet google
  facebook whatsapp instagram samsung iphone qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm`.split(
    /\s+/,
  ),
)

const LADDERS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
].flatMap((row) => [row, [...row].reverse().join('')])

const STEP_MIN = 3
/** What has to remain of a password once sequences and repetitions are taken out. */
const REST_MIN = 4
const BANK_WORD_MIN = 4

const LEET: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't' }

/** Lower case, without accents: how two words are compared. */
export function foldedText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Whether somebody guessing would try it early: a known word, the bank's name, or a pattern. */
export function isCommonPassword(password: string, bank: string): boolean {
  const folded = foldedText(password)
  const known = [...WORDS, ...bankWords(bank)]
  const core = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const unleeted = [...folded.replace(/[^a-z0-9]/g, '')].map((sign) => LEET[sign] ?? sign).join('')
  const candidates = [
    core,
    core.replace(/[^\p{L}]/gu, ''),
    unleeted,
    unleeted.replace(/[a-z]$/, ''),
  ]
  if (candidates.some((text) => known.includes(text))) return true
  return withoutPatterns(folded).length < REST_MIN || isRepeated(folded)
}

function bankWords(bank: string): string[] {
  const words = foldedText(bank).split(/\s+/)
  return [...words.filter((word) => word.length >= BANK_WORD_MIN), words.join('')]
}

/** Drops runs such as `1234`, `qwer`, `aaaa`. */
function withoutPatterns(folded: string): string {
  let rest = ''
  for (let at = 0; at < folded.length; ) {
    const run = Math.max(ladderAt(folded, at), repeatAt(folded, at))
    if (run >= STEP_MIN) at += run
    else rest += folded[at++] ?? ''
  }
  return rest
}

function ladderAt(text: string, at: number): number {
  let best = 1
  for (const ladder of LADDERS) {
    const start = ladder.indexOf(text[at] ?? '')
    if (start < 0) continue
    let length = 1
    while (text[at + length] !== undefined && text[at + length] === ladder[start + length])
      length += 1
    best = Math.max(best, length)
  }
  return best
}

function repeatAt(text: string, at: number): number {
  let length = 1
  while (text[at + length] !== undefined && text[at + length] === text[at]) length += 1
  return length
}

/** `Abcd*Abcd*`: one short piece over and over. */
function isRepeated(folded: string): boolean {
  for (let length = 1; length <= Math.min(4, folded.length / 2); length += 1) {
    const piece = folded.slice(0, length)
    if (piece.repeat(Math.ceil(folded.length / length)).startsWith(folded)) return true
  }
  return false
}
