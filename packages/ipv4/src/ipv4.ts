// RFC 791, RFC 1122 section 3: an IPv4 host on one interface.
import { EADDRNOTAVAIL, ENETUNREACH, ensure, get32, HEAD, type Host, type Link, put32, range } from '@tiny/core'
import { hopOf, isBroadcast, isLocal, isMulticast, mtuOf } from './address.js'
import { configure } from './configure.js'
import { HEADER, HOST_UNREACHABLE } from './const.js'
import { errorInput } from './icmp.js'
import { input } from './input.js'
import { send } from './output.js'
import { pollReassembly, reassemblyOf } from './reassembly.js'
import type { Ip4, Ipv4, Ipv4Options } from './types.js'

// RFC 1112 4: every host is a member of 224.0.0.1.
const ALL_SYSTEMS = 0xe0000001 | 0
const BUCKETS = 16

/**
 * IPv4 over a link.
 *
 * @throws RangeError for options out of range, and when maxDatagram is larger than the host's room allows to answer
 */
export function ipv4(h: Host, link: Link, options?: Ipv4Options): Ipv4 {
  const room = h.tx.length - HEAD
  const maxDatagram = range('ipv4: maxDatagram', options?.maxDatagram, 1500, 576, Math.min(room + HEADER, 65535))
  const ip: Ip4 = {
    alen: 4,
    host: h,
    link,
    caps: link.caps,
    epoch: 0,
    mmsR: maxDatagram - HEADER,
    transports: [],
    own: new Uint8Array(4),
    address: 0,
    mask: 0,
    hosts: 0,
    ttl: range('ipv4: ttl', options?.ttl, 64, 1, 255),
    maxDatagram,
    groups: [ALL_SYSTEMS],
    gateways: options?.gateways,
    fragment: options?.fragment,
    buckets: [],
    reassemblies: [],
    full: 0,
    add(t) {
      ip.transports.push(t)
    },
    mss: (k, a) => Math.min(mtuOf(ip, get32(k, a)) - HEADER, room),
    source(dst, d, k, a) {
      const to = get32(dst, d)
      const hop = hopOf(ip, to)
      if (!hop) return -ENETUNREACH
      if (!ip.address && ~hop) return -EADDRNOTAVAIL
      put32(k, a, to >>> 24 === 127 ? to : ip.address)
      return 0
    },
    isOwn: (b, o) => isLocal(ip, get32(b, o)),
    isGroup: (b, o) => isBroadcast(ip, get32(b, o)) || isMulticast(get32(b, o)),
    send: (proto, n, k, a, opt) => send(ip, proto, n, k, a, opt),
    advise: (k, a, good) => ip.gateways?.advise(get32(k, a), good),
  }
  for (let i = 0; i < BUCKETS; i++) ip.buckets.push({ dst: 0, id: 0, full: 0 })
  const records = range('ipv4: reassemblies', options?.reassemblies, 4, 2, 64)
  ensure(!(records & 1), `ipv4: reassemblies ${records}`)
  while (ip.reassemblies.length < records) ip.reassemblies.push(reassemblyOf(maxDatagram))
  link.address = ip.own
  link.recv = (b, o, n, flags) => input(ip, b, o, n, flags)
  link.lost = (b, o, n, hop) => {
    ip.gateways?.lost(hop)
    errorInput(ip, HOST_UNREACHABLE, 0, b, o, n)
  }
  link.join?.(ALL_SYSTEMS)
  configure(ip, options?.address ?? null)
  ip.gateways?.attach(ip)
  h.add({
    poll: () => pollReassembly(ip),
    used() {
      let k = 0
      for (let i = 0; i < records; i++) if (ip.reassemblies[i].got) k++
      return k
    },
  })
  return ip
}
