import type { AnnulmentState } from '../../db/tables/annulments.ts'
import type { AnnulmentRefusal } from './ask-annulment.ts'

export const ANNULMENT_ASKED =
  'Anotamos la anulación. Le preguntamos al SRI cada cierto tiempo hasta que termine.'

/** Why a receipt cannot be annulled, and what to do instead. */
export const annulmentRefusals: Record<AnnulmentRefusal, string> = {
  'not-authorized': 'Solo se anula un comprobante autorizado.',
  'final-consumer':
    'Es de un consumidor final, y desde el 1 de enero de 2026 el SRI no permite anularlos ni acreditarlos.',
  closed:
    'El plazo para anularlo ya cerró. Si es una factura, emite una nota de crédito; si no, consulta con tributación.',
  'under-way': 'Su anulación ya está en curso.',
  'no-reason': 'Escribe por qué se anula, con hasta 300 letras.',
  'signed-out': 'Tu sesión terminó.',
}

/** How an annulment stands, as lists and stories say it. */
export const ANNULMENT_WORDS: Record<
  AnnulmentState,
  { readonly name: string; readonly tone: 'ok' | 'espera' | 'mal' | ''; readonly about: string }
> = {
  asked: {
    name: 'Anulación pedida',
    tone: 'espera',
    about: 'El SRI todavía lo tiene como autorizado.',
  },
  consent: {
    name: 'Pendiente de anular',
    tone: 'espera',
    about: 'El SRI espera que el receptor la acepte; si calla cinco días hábiles, no se anula.',
  },
  annulled: { name: 'Anulado', tone: '', about: 'El SRI lo anuló y avisamos a quien lo tenía.' },
  refused: {
    name: 'Anulación no aceptada',
    tone: 'mal',
    about: 'El receptor no la aceptó: el comprobante sigue autorizado.',
  },
  lapsed: {
    name: 'No se anuló',
    tone: 'mal',
    about: 'Pasó el plazo y el SRI lo sigue teniendo como autorizado.',
  },
}
