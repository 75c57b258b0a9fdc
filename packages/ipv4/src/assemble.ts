// RFC 791, RFC 1122 section 3: what ipv4() and bare() have in common.
import { ENETUNREACH, get32, HEAD, type Host, type Link, put32, range } from '@tiny/core'
import { hopOf, isBroadcast, isLocal, isMulticast, mtuOf } from './address.js'
import { configure } from './configure.js'
import { ALL_SYSTEMS, BUCKETS, HEADER, HOST_UNREACHABLE, MTU_LEAST } from './const.js'
import { errorInput } from './icmp.js'
import { input } from './input.js'
import { send } from './output.js'
import type { BareOptions, Ip4, Reassemble } from './types.js'

/** An interface whose datagrams hold up to mmsR octets, and what becomes of fragments. */
export function assemble(
  h: Host,
  link: Link,
  options: BareOptions | undefined,
  mmsR: number,
  reassemble: Reassemble,
): Ip4 {
  const ip: Ip4 = {
    alen: 4,
    host: h,
    link,
    caps: link.caps,
    epoch: 0,
    mmsR,
    transports: [],
    own: new Uint8Array(4),
    address: 0,
    mask: 0,
    ttl: range('ipv4: ttl', options?.ttl, 64, 1, 255),
    groups: [ALL_SYSTEMS],
    gateways: options?.gateways,
    fragment: options?.fragment,
    buckets: [],
    reassemble,
    reassemblies: [],
    full: 0,
    add(t) {
      ip.transports.push(t)
    },
    mss: (k, a) => Math.min(Math.max(mtuOf(ip, get32(k, a)), MTU_LEAST) - HEADER, h.tx.length - HEAD),
    source(dst, d, k, a) {
      const to = get32(dst, d)
      const hop = hopOf(ip, to)
      if (!hop) return -ENETUNREACH
      put32(k, a, isLocal(ip, to) ? to : ip.address)
      return 0
    },
    isOwn: (b, o) => isLocal(ip, get32(b, o)),
    isGroup: (b, o) => isBroadcast(ip, get32(b, o)) || isMulticast(get32(b, o)),
    send: (proto, n, k, a, opt) => send(ip, proto, n, k, a, opt),
    advise: (k, a, good) => ip.gateways?.advise(get32(k, a), good),
  }
  for (let i = 0; i < BUCKETS; i++) ip.buckets.push({ dst: 0, id: 0, full: 0 })
  link.address = ip.own
  link.recv = (b, o, n, flags) => input(ip, b, o, n, flags)
  link.lost = (b, o, n, hop) => {
    ip.gateways?.lost(hop)
    errorInput(ip, HOST_UNREACHABLE, 0, b, o, n)
  }
  link.join?.(ALL_SYSTEMS)
  configure(ip, options?.address ?? null)
  ip.gateways?.attach(ip)
  return ip
}
