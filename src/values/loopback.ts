const LOOPBACK = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|\[::1\])$/i

/** Whether a host name or address, in brackets or not, is only this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
