import { PARAMETERS_PAGE } from '../../identity/staff/rights.ts'
import type { Parameter } from '../../policy/parameters/parameter.ts'
import { PARAMETERS } from '../../policy/parameters/parameters.ts'
import { NotFound } from '../../web/errors/errors.ts'

/** The rule of an address. Throws `NotFound`. */
export function parameterAt(slug: string): Parameter {
  const found = [...PARAMETERS.values()].find((one) => one.slug === slug)
  if (!found) throw new NotFound({ action: { href: PARAMETERS_PAGE, text: 'Ver parámetros' } })
  return found
}
