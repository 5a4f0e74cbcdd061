import net from 'node:net'

/** Addresses that are nobody's on the open internet (the registries of IANA for special purposes). */
const RESERVED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Within what is given out to the world (2000::/3): tunnels, examples, and the like. */
const RESERVED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
const GLOBAL_V6 = '2000::/3'

const reserved = new net.BlockList()
for (const entry of RESERVED_V4) addTo(reserved, entry, 'ipv4')
for (const entry of RESERVED_V6) addTo(reserved, entry, 'ipv6')
const global = new net.BlockList()
addTo(global, GLOBAL_V6, 'ipv6')

/**
 * Whether an IP address is one of the open internet: not this machine, not its neighbours, not those
 * of a cloud's own services, in no disguise (an IPv4 address written as IPv6 is none of those either).
 */
export function isPublicAddress(address: string): boolean {
  const version = net.isIP(address)
  if (version === 4) return !reserved.check(address, 'ipv4')
  if (version === 6) return global.check(address, 'ipv6') && !reserved.check(address, 'ipv6')
  return false
}

function addTo(list: net.BlockList, entry: string, family: 'ipv4' | 'ipv6'): void {
  const [base = '', bits] = entry.split('/')
  list.addSubnet(base, Number(bits), family)
}
