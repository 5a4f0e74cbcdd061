import { parseEmail } from '../../values/email-address.ts'
import { headerText } from '../mail.ts'

interface Sender {
  name: string
  address: string
}

/** Reads `Name <address>` or an address alone; null when it is not exactly one plain address. */
export function parseSender(text: string): Sender | null {
  const match = /^([^<>]*)<([^<>]*)>$/.exec(text.trim())
  const address = parseEmail(match?.[2] ?? text)
  if (address === null) return null
  return { name: headerText(match?.[1] ?? '').replaceAll('"', ''), address }
}
