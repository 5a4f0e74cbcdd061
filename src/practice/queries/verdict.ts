/** What became of one thing asked for. */
export type Verdict =
  | 'found'
  | 'annulled'
  | 'not-here'
  | 'unknown'
  | 'no-permission'
  | 'expired'
  | 'bad'
  | 'missing'

interface VerdictFacts {
  readonly verdict: Verdict
  readonly name: string
  /** How many have it: «3 encontrados». */
  readonly plural: string
  readonly says: string
  readonly tone: '' | 'ok' | 'espera' | 'mal'
  readonly icon: string
}

/**
 * Every verdict, in the order in which a summary lists them. That a receipt is somebody's who never
 * let the firm read is not told apart from that there is none: a key is no secret, and whoever tries
 * keys would learn who banks here. More is said only where the list names a client of the firm,
 * present or past, and of what the firm might read once.
 */
export const verdicts: readonly VerdictFacts[] = [
  {
    verdict: 'found',
    name: 'Encontrado',
    plural: 'encontrados',
    says: '',
    tone: 'ok',
    icon: 'listo',
  },
  {
    verdict: 'annulled',
    name: 'Anulado',
    plural: 'anulados',
    says: 'Está en el portal, pero fue anulado en el SRI: ya no sirve como sustento.',
    tone: 'mal',
    icon: 'cerrar',
  },
  {
    verdict: 'not-here',
    name: 'No es del banco',
    plural: 'que no son del banco',
    says: 'Ves todo lo de este cliente en esa fecha, y este comprobante no está.',
    tone: '',
    icon: 'info',
  },
  {
    verdict: 'unknown',
    name: 'No es del banco o no tienes permiso',
    plural: 'que no son del banco o no tienes permiso',
    says: 'No lo emitió este banco, o no tienes acceso a él.',
    tone: '',
    icon: 'ayuda',
  },
  {
    verdict: 'no-permission',
    name: 'Sin permiso',
    plural: 'sin permiso',
    says: 'Es de un cliente de tu firma, pero su acceso no cubre este comprobante.',
    tone: 'espera',
    icon: 'candado',
  },
  {
    verdict: 'expired',
    name: 'Permiso vencido',
    plural: 'con permiso vencido',
    says: 'El acceso de este cliente terminó. Pídele que lo renueve.',
    tone: 'espera',
    icon: 'reloj',
  },
  {
    verdict: 'bad',
    name: 'Revisa la línea',
    plural: 'por revisar',
    says: '',
    tone: 'mal',
    icon: 'alerta',
  },
  {
    verdict: 'missing',
    name: 'Falta en tu lista',
    plural: 'que faltan en tu lista',
    says: 'El portal lo tiene, del mismo cliente, tipo y mes, y tu lista no.',
    tone: 'espera',
    icon: 'mas',
  },
]

export function verdictFacts(verdict: Verdict): VerdictFacts {
  const facts = verdicts.find((one) => one.verdict === verdict)
  if (facts === undefined) throw new Error(`Unknown verdict: ${verdict}`)
  return facts
}
