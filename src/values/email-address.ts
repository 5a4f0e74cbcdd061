import url from 'node:url'

/** RFC 5321: the whole address, and what stands before the @. */
const ADDRESS_MAX = 254
const LOCAL_MAX = 64
const LABEL_MAX = 63

/**
 * Dot-separated words of RFC 5322 «atext», without `%` and `!`, by which old relays forward
 * somewhere else. Quoted names, comments, groups and address literals are not for customers.
 */
const LOCAL = /^[a-z0-9#$&'*+/=?^_`{|}~-]+(\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*$/i
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
const TOP_LABEL = /^([a-z]{2,}|xn--[a-z0-9-]*[a-z0-9])$/

/**
 * Reads one plain mail address as a person types it; the domain comes back in lower case. Null for
 * anything that a mail library could take apart into more, or into other, recipients: line breaks,
 * commas, groups, display names, a second @.
 */
export function parseEmail(text: string): string | null {
  const bare = text.trim()
  if (bare.length > ADDRESS_MAX) return null
  const at = bare.indexOf('@')
  if (at < 1 || at > LOCAL_MAX) return null
  const local = bare.slice(0, at)
  const domain = bare.slice(at + 1).toLowerCase()
  return LOCAL.test(local) && isDomain(domain) ? `${local}@${domain}` : null
}

/** `mar•••@correo.ec`: enough for its owner to know it, too little for others. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const shown = Math.min(3, Math.max(1, at - 2))
  return `${address.slice(0, shown)}•••${address.slice(at)}`
}

/** Of `xn--` names only those that stand for something: mail libraries stumble over the others. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  if (labels.length < 2 || !TOP_LABEL.test(labels.at(-1) ?? '')) return false
  if (!labels.every((label) => label.length <= LABEL_MAX && LABEL.test(label))) return false
  return labels.every((label) => !label.startsWith('xn--') || url.domainToUnicode(label) !== label)
}
