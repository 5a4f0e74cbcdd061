const IPV4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i
const IPV6_GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * The block an address belongs to, which is what tries are counted by: changing the last number of
 * an IPv4 address (/24), or the half of an IPv6 one that its owner chooses (/64), wins no new tries.
 */
export function sourceBlock(address: string): string {
  const ipv4 = IPV4.exec(address)
  if (ipv4) return `${ipv4[1]}.${ipv4[2]}.${ipv4[3]}.0/24`
  const [head = '', tail = ''] = address.replace(/%.*$/, '').toLowerCase().split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Math.max(0, IPV6_GROUPS - left.length - right.length)
  const groups = address.includes('::') ? [...left, ...Array(zeros).fill('0'), ...right] : left
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
