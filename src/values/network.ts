import net from 'node:net'

const LOOPBACK = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|\[::1\])$/i

/** Whether a host name or address, in brackets or not, is only this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** An address, or a network such as `10.0.0.0/8` that is not everybody's. */
export function isNetwork(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/')
  const version = net.isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}

/** Whether an address lies in one of these networks, or there is none to lie in. */
export function comesFrom(networks: readonly string[], address: string): boolean {
  if (networks.length === 0) return true
  const list = new net.BlockList()
  for (const entry of networks) {
    const [base = '', bits] = entry.split('/')
    const family = net.isIP(base) === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(base, family)
    else list.addSubnet(base, Number(bits), family)
  }
  return list.check(address, net.isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
