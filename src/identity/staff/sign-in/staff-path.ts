import { returnPath } from '../../../web/pages/return-path.ts'
import { STAFF_LANDING } from '../../person.ts'

/** The page of the staff's area to land on; for any other address, its landing page. */
export function staffPath(sent: string | null): string {
  const path = returnPath(sent ?? '', STAFF_LANDING)
  return /^\/interno(?:[/?]|$)/.test(path) ? path : STAFF_LANDING
}
