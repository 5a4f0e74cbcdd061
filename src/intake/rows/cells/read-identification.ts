import { canonicalTaxId, FINAL_CONSUMER, isCedula, isRuc } from '../../../values/tax-id.ts'
import { type Complaint, complain } from '../fault.ts'
import { MANGLED } from './read-number.ts'

/**
 * The number of a person under its type (04 RUC, 05 cédula, 06 passport, 07 nobody, 08 abroad).
 * A cédula's check digit has to hold; many a new RUC's does not, so that is only a warning.
 *
 * @param type the code in its own column; empty when that one is wrong.
 */
export function readIdentification(text: string, type: string): string | Complaint {
  if (MANGLED.test(text)) return complain('number-mangled')
  const id = canonicalTaxId(text)
  if (id === null) return complain('wrong-form', { expected: 'de hasta 20 letras y números' })
  switch (type) {
    case '04':
      return isRuc(id) ? id : complainOfRuc(id)
    case '05':
      return isCedula(id) ? id : complainOfCedula(id)
    case '07':
      return id === FINAL_CONSUMER ? id : complain('wrong-form', { expected: FINAL_CONSUMER })
    default:
      if (type === '' || id !== FINAL_CONSUMER) return id
      return complain('id-other-type', { expected: 'consumidor final (07)' })
  }
}

function complainOfRuc(id: string): Complaint {
  if (/^\d{12}$/.test(id) && isRuc(`0${id}`)) return complain('zeros-lost', { expected: `0${id}` })
  if (isCedula(id)) return complain('id-other-type', { expected: 'una cédula (05)' })
  if (id === FINAL_CONSUMER) return complain('id-other-type', { expected: 'consumidor final (07)' })
  return complain('wrong-form', { expected: 'un RUC de 13 dígitos terminado en 001' })
}

function complainOfCedula(id: string): Complaint {
  if (/^\d{9}$/.test(id) && isCedula(`0${id}`))
    return complain('zeros-lost', { expected: `0${id}` })
  if (isRuc(id)) return complain('id-other-type', { expected: 'un RUC (04)' })
  if (id === FINAL_CONSUMER) return complain('id-other-type', { expected: 'consumidor final (07)' })
  if (/^\d{10}$/.test(id)) return complain('id-check-digit')
  return complain('wrong-form', { expected: 'una cédula de 10 dígitos' })
}
