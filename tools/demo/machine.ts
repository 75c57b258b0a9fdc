// One machine of the demonstration, as a firmware would be assembled. It is also measured: see scenes/sizes.ts.
import { type Dev, type Env, type Host, host, type Observer, type Prefix } from '@tiny/core'
import { type Ethernet, ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { type Ping, ping } from '@tiny/ping'
import { type Udp, udp } from '@tiny/udp'

export interface Machine {
  h: Host
  link: Ethernet
  ip: Ipv4
  u: Udp
  p: Ping
}

/** Octets of the largest datagram of UDP: three frames. */
export const LARGEST = 4000

/** Assembles ethernet, ipv4, udp and ping over a device. */
export function machine(env: Env, dev: Dev, address: Prefix, observer: Observer): Machine {
  const h = host(env, { room: LARGEST + 8, observer })
  const link = ethernet(h, dev)
  const ip = ipv4(h, link, { address, fragment: fragment(), maxDatagram: LARGEST + 28 })
  return { h, link, ip, u: udp(ip), p: ping(ip) }
}
