import { udp } from '@tiny/udp'

/** Sends back what comes to a port. */
export function serve(ip, port) {
  const u = udp(ip)
  return u.bind(port, {
    onDatagram: (s, b, o, n, a, from) => u.send(s, b, o, n, b, a, from),
  })
}
