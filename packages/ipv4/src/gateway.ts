// Beyond the link. RFC 1122 3.3.1: a list of gateways, dead ones found out and left, redirects followed; RFC 1191: path MTUs.
import { ensure, get16, get32, mix, put32, range } from '@tiny/core'
import { hopOf, isBroadcast, isLocal, isOnLink } from './address.js'
import { hostAddress } from './configure.js'
import {
  DST,
  ECHO,
  ECHO_REPLY,
  FRAGMENTATION_NEEDED,
  ICMP_HEADER,
  MTU_FLOOR,
  PATH_MS,
  PING_MS,
  PINGS,
  QUIET_MS,
  REDIRECT,
} from './const.js'
import { isQuote, sendIcmp } from './icmp.js'
import { GATEWAY_DEAD, ICMP_BAD_REDIRECT } from './ids.js'
import type { Gateways, Ip4 } from './types.js'

/** What gateways() may be told beside the list; optional. */
export interface GatewaysOptions {
  /** Destinations whose redirect or path MTU is remembered, a power of two from 2 to 4,096; 16 unless given. Each is a record of four numbers, from the start. */
  paths?: number
}

/** What is known of a destination. Two whose keyed hash is the same share a record: the later one has it. */
interface Path {
  dst: number
  /** First hop by a redirect, path MTU; 0: none. */
  hop: number
  mtu: number
  due: number
}

/** What gateways() returns: the slot, and what may change at run time. */
export interface GatewayList extends Gateways {
  /** Other gateways, the first one first. @throws RangeError for what is not the address of one host */
  set(list: readonly Uint8Array[]): void
}

/**
 * The way beyond the link: gateways in the order of preference. The first is used until it is found dead: by ARP, by
 * the transports' advice, or by three pings without an answer while traffic goes through it and nothing else tells of
 * its life. Then the next one is, and so on round the list.
 *
 * @param list addresses of gateways, on the link
 */
export function gateways(list: readonly Uint8Array[], options?: GatewaysOptions): GatewayList {
  const size = range('gateways: paths', options?.paths, 16, 2, 4096)
  const paths: Path[] = []
  let ip: Ip4 | undefined
  let hops: number[] = []
  let at = 0
  // Pings without an answer; -1: none in sight.
  let pings = -1
  let pingDue = 0
  let cookie = 0
  const pair = new Uint8Array(8)
  for (let i = 0; i < size; i++) paths.push({ dst: 0, hop: 0, mtu: 0, due: 0 })
  ensure(!(size & (size - 1)), `gateways: paths ${size} is no power of two`)

  const pathOf = (dst: number): Path => paths[(mix((ip as Ip4).host.key, dst, 1) >>> 16) & (size - 1)]

  function changed(): void {
    if (!ip) return
    ip.epoch++
    ip.host.wake(0)
  }
  function remember(dst: number, hop: number, mtu: number): void {
    const p = pathOf(dst)
    if (p.dst !== dst) p.hop = p.mtu = 0
    p.dst = dst
    p.hop = hop || p.hop
    p.mtu = mtu || p.mtu
    p.due = (ip as Ip4).host.wake(PATH_MS)
    changed()
  }
  /** Pings a gateway that shows no sign of life, in ms milliseconds. Where there is no other, nothing would come of it. */
  function watch(ms: number): void {
    if (hops.length < 2 || pings > 0 || (!pings && ms)) return
    pings = 0
    pingDue = (ip as Ip4).host.wake(ms)
  }
  function poll(ip: Ip4): void {
    const h = ip.host
    for (let i = 0; i < size; i++) {
      const p = paths[i]
      if ((!p.hop && !p.mtu) || !h.isDue(p.due)) continue
      p.hop = p.mtu = 0
      changed()
    }
    if (pings < 0 || !h.isDue(pingDue)) return
    if (pings === PINGS) slot.lost(hops[at])
    else {
      pings++
      pingDue = h.wake(PING_MS)
      // What comes back is read as an int32.
      cookie = h.env.rand() | 0
      put32(pair, 0, hops[at])
      put32(pair, 4, ip.address)
      sendIcmp(ip, ECHO << 8, cookie, pair, 0, 0, 0)
    }
  }
  function redirect(ip: Ip4, b: Uint8Array, o: number, n: number, a: number): void {
    const hop = get32(b, o + 4)
    const dst = get32(b, o + ICMP_HEADER + DST)
    // RFC 1122 3.2.2.2: from the first hop in use, to another one on the link; one for a network counts for the host.
    if (
      b[o + 1] > 3 ||
      !isQuote(ip, b, o + ICMP_HEADER, n - ICMP_HEADER) ||
      isOnLink(ip, dst) ||
      hopOf(ip, dst) !== get32(b, a) ||
      !isOnLink(ip, hop) ||
      hop === ip.address ||
      isBroadcast(ip, hop)
    )
      ip.host.drop(ICMP_BAD_REDIRECT, b, o, n)
    else remember(dst, hop, 0)
  }

  const slot: GatewayList = {
    attach(owner) {
      range('gateways: interfaces', ip ? 2 : 1, 0, 1, 1)
      ip = owner
      owner.host.add({
        poll: () => poll(owner),
        used() {
          let k = 0
          for (let i = 0; i < size; i++) if (paths[i].hop || paths[i].mtu) k++
          return k
        },
      })
    },
    // No getter: V8 would keep the slot as a hash table, and each packet looks at it twice.
    first: () => hops[at] ?? 0,
    hop(dst) {
      const p = pathOf(dst)
      if (p.dst === dst && p.hop) return p.hop
      watch(QUIET_MS)
      return hops[at] ?? 0
    },
    mtu(dst) {
      const p = pathOf(dst)
      return (p.dst === dst && p.mtu) || 65535
    },
    icmp(b, o, n, a) {
      if (!ip) return false
      if (b[o] === REDIRECT) redirect(ip, b, o, n, a)
      else if (get16(b, o) === FRAGMENTATION_NEEDED) {
        // RFC 1191 5: a router that does not tell its MTU leaves us at the floor.
        const mtu = Math.max(get16(b, o + 6), MTU_FLOOR)
        const at = o + ICMP_HEADER + DST
        const dst = get32(b, at)
        // No router stands before ourselves, nor before a group: who says so forges.
        const isFar = !ip.isOwn(b, at) && !ip.isGroup(b, at)
        if (isFar && mtu < Math.min(ip.link.mtu, slot.mtu(dst))) remember(dst, 0, mtu)
      } else if (b[o] === ECHO_REPLY && pings > 0 && get32(b, a) === hops[at] && get32(b, o + 4) === cookie) pings = -1
      else return false
      return true
    },
    lost(hop) {
      for (let i = 0; i < size; i++) if (paths[i].hop === hop) paths[i].hop = 0
      if (ip && hop === hops[at]) {
        at = (at + 1) % hops.length
        pings = -1
        ip.host.tell('count', GATEWAY_DEAD)
      }
      changed()
    },
    advise(dst, isGood) {
      if (!ip || isOnLink(ip, dst) || isLocal(ip, dst)) return
      const p = pathOf(dst)
      if (p.dst !== dst || !p.hop) {
        if (isGood) pings = -1
        else watch(0)
      } else if (!isGood) {
        // No progress by the hop of a redirect: back to the one that gave it.
        p.hop = 0
        changed()
      }
    },
    set(list) {
      const all: number[] = []
      for (let i = 0; i < list.length; i++) all.push(hostAddress(list[i]))
      hops = all
      at = 0
      pings = -1
      for (let i = 0; i < size; i++) paths[i].hop = 0
      changed()
    },
  }
  slot.set(list)
  return slot
}
