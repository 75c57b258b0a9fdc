// RFC 791, RFC 1122 section 3: an IPv4 host on one interface.
import { EADDRNOTAVAIL, ENETUNREACH, get32, HEAD, type Host, IP_GROUP, type Link, put32, range } from '@tiny/core'
import { peek, queue, shift, size, tidy } from '@tiny/core/queue'
import { configure } from './configure.js'
import { DST, HEADER, HEADER_MAX, HOST_UNREACHABLE } from './const.js'
import { errorInput } from './icmp.js'
import { deliver, input } from './input.js'
import { send } from './output.js'
import { advise, hopOf, isBroadcast, isLocal, isMulticast, loseHop, mtuOf, pollPaths } from './path.js'
import { pollReassembly, reassemblyOf } from './reassembly.js'
import type { Ip4, Ipv4, Ipv4Options } from './types.js'

/**
 * IPv4 over a link.
 *
 * @throws RangeError for options out of range, and when maxDatagram is larger than the host's room
 */
export function ipv4(h: Host, link: Link, options?: Ipv4Options): Ipv4 {
  const maxDatagram = range(
    'ipv4: maxDatagram',
    options?.maxDatagram,
    1500,
    576,
    Math.min(h.tx.length - HEAD + HEADER, 65535),
  )
  const ip: Ip4 = {
    alen: 4,
    host: h,
    h,
    link,
    caps: link.caps,
    epoch: 0,
    mmsR: maxDatagram - HEADER,
    transports: [],
    own: new Uint8Array(4),
    address: 0,
    mask: -1,
    hosts: 0,
    ttl: range('ipv4: ttl', options?.ttl, 64, 1, 255),
    maxDatagram,
    groups: [ALL_SYSTEMS],
    gateways: [],
    gateway: 0,
    pings: -1,
    pingDue: 0,
    cookie: 0,
    paths: [],
    reassemblies: [],
    full: 0,
    local: queue(localSize(h.tx.length)),
    scratch: null,
    pair: new Uint8Array(8),
    header: new Uint8Array(HEADER_MAX),
    add(t) {
      ip.transports.push(t)
    },
    mss: (k, a) => Math.min(mtuOf(ip, get32(k, a)), h.tx.length - HEAD + HEADER) - HEADER,
    source(dst, d, k, a) {
      const to = get32(dst, d)
      const from = to >>> 24 === 127 ? to : ip.address
      if (!isLocal(ip, to) && !hopOf(ip, to)) return -ENETUNREACH
      if (!from && !isBroadcast(ip, to)) return -EADDRNOTAVAIL
      put32(k, a, from)
      return 0
    },
    isOwn: (b, o) => isLocal(ip, get32(b, o)),
    isGroup: (b, o) => isBroadcast(ip, get32(b, o)) || isMulticast(get32(b, o)),
    send: (proto, n, k, a, opt) => send(ip, proto, n, k, a, opt),
    advise: (k, a, good) => advise(ip, get32(k, a), good),
  }
  for (let i = 16; i--; ) ip.paths.push({ dst: 0, due: 0, hop: 0, mtu: 0, idDst: 0, id: 0, full: 0 })
  for (let i = range('ipv4: reassemblies', options?.reassemblies, 4, 1, 64); i--; )
    ip.reassemblies.push(reassemblyOf(maxDatagram))
  link.address = ip.own
  link.recv = (b, o, n, flags) => {
    input(ip, b, o, n, flags)
  }
  link.lost = (b, o, n, hop) => {
    loseHop(ip, hop)
    if (n) errorInput(ip, HOST_UNREACHABLE, 0, b, o, n)
  }
  configure(ip, options ?? {})
  h.add({
    poll() {
      pollPaths(ip)
      pollReassembly(ip)
      // What comes of this delivery is for the next poll.
      for (let k = ip.local.length; k--; ) receiveLocal(ip)
      const left = tidy(h.pool, ip.local, h.time())
      if (left >= 0) h.wake(left)
    },
    used() {
      let k = ip.local.length
      for (let i = 0; i < ip.reassemblies.length; i++) k += +ip.reassemblies[i].isUsed
      for (let i = 0; i < ip.paths.length; i++) k += +!!(ip.paths[i].hop || ip.paths[i].mtu)
      return k
    },
  })
  return ip
}

// RFC 1112 4: every host is a member of 224.0.0.1.
const ALL_SYSTEMS = 0xe0000001 | 0

// Room for two of the largest.
function localSize(n: number): number {
  let size = 1024
  while (size < 2 * n) size *= 2
  return size
}

function receiveLocal(ip: Ip4): void {
  const b = (ip.scratch ??= new Uint8Array(ip.h.tx.length))
  const n = size(ip.local)
  peek(ip.local, 0, b, 0, n)
  shift(ip.local, ip.h.time())
  const dst = get32(b, DST)
  deliver(ip, b, 0, (b[0] & 15) << 2, n, isBroadcast(ip, dst) || isMulticast(dst) ? IP_GROUP : 0)
}
