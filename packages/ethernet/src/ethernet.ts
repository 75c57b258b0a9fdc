// Ethernet II: RFC 894; RFC 1112 6.4 group addresses. RFC 1042 is received with @tiny/ethernet/snap.
// ARP: RFC 826; RFC 1122 2.3.2. A neighbour is asked for once a second and three times. When the age of one that is known
// has passed, it is asked again, directly, if something was sent to it in that time, else forgotten.
//
// One closure, and addresses as octets: as free functions over a record, with addresses as numbers, the smallest firmware
// has 95 octets of brotli more.
import {
  copy,
  type Dev,
  DLT_EN10MB,
  ENOBUFS,
  ensure,
  get16,
  get32,
  type Host,
  LINK_BROADCAST,
  LINK_MULTICAST,
  put16,
  put32,
  range,
} from '@tiny/core'
import {
  ARP_LENGTH,
  ETHERTYPE,
  FREE,
  HEADER,
  LENGTHS,
  NOTHING,
  PAIR,
  PATIENCE_MS,
  REPLY,
  REQUEST,
  RETRY_MS,
  SHA,
  SPA,
  STATIC,
  THA,
  TPA,
  TRIES,
  TYPE_ARP,
  TYPE_IPV4,
  TYPES,
  UNUSED,
  USED,
} from './const.js'
import {
  ARP_CONFLICT,
  ARP_MALFORMED,
  ARP_NO_ANSWER,
  ARP_NOT_OURS,
  ARP_POOL,
  ARP_REFUSED,
  ARP_REPLACED,
  ETH_NOT_OURS,
  ETH_SHORT,
  ETH_SOURCE,
  ETH_TYPE,
} from './ids.js'
import type { Eth, Ethernet, EthernetOptions, Neighbour } from './types.js'

/**
 * A Link over a device for Ethernet frames: Ethernet II with ARP.
 *
 * @throws RangeError for a device of another type and for options out of range
 */
export function ethernet(h: Host, dev: Dev, options?: EthernetOptions): Ethernet {
  ensure(dev.type === DLT_EN10MB, `ethernet: device of type ${dev.type}`)
  const age = range('ethernet: age', options?.age, 60000, RETRY_MS, 1e9)
  const places = range('ethernet: neighbours', options?.neighbours, 8, 2, 1024)
  const table: Neighbour[] = []
  const cache = new Uint8Array(places * PAIR)
  // A frame of our own: ARP is built here, for the host's transmit buffer holds the packet that asks for it.
  const arp = new Uint8Array(HEADER + ARP_LENGTH)

  // Sends a frame to the MAC address at mac[at]: its header is written in front of o.
  function transmit(b: Uint8Array, o: number, n: number, type: number, mac: Uint8Array, at: number): number {
    copy(b, o - HEADER, mac, at, 6)
    copy(b, o - 8, dev.mac, 0, 6)
    put16(b, o - 2, type)
    return dev.send(b, o - HEADER, n + HEADER)
  }

  // The MAC address of all stations for -1, else of a group, RFC 1112 6.4: its low 23 bits behind 01:00:5e.
  function several(group: number): Uint8Array {
    put16(arp, 0, ~group ? 0x100 : -1)
    put32(arp, 2, ~group ? 0x5e000000 | (group & 0x7fffff) : -1)
    return arp
  }

  // Sends ARP to the MAC address at pair[at], about the IPv4 address behind it.
  function sendArp(op: number, pair: Uint8Array, at: number): void {
    put32(arp, HEADER, TYPES)
    put32(arp, HEADER + 4, LENGTHS + op)
    copy(arp, HEADER + SHA, dev.mac, 0, 6)
    copy(arp, HEADER + SPA, e.address, 0, 4)
    copy(arp, HEADER + THA, pair, at, PAIR)
    transmit(arp, HEADER, ARP_LENGTH, TYPE_ARP, pair, at)
  }

  // Asks for a neighbour: all stations for one that is not known, else itself, RFC 1122 2.3.2.1 (2).
  function ask(x: Neighbour): void {
    x.tries++
    x.due = h.wake(RETRY_MS)
    sendArp(REQUEST, cache, x.at)
  }

  const e: Eth = {
    type: DLT_EN10MB,
    // No getter: V8 keeps a literal with one as a hash table, and every look at this record then takes five times as long.
    mtu: dev.mtu,
    caps: dev.caps,
    dev,
    address: new Uint8Array(4),
    table,
    cache,
    // The entry of an address, or else a new one, in a place whose `tries` is `most` at most: a free one, else one that nothing
    // is sent to, else the one that was heard of longest ago. What others claim takes a free one only: a flood of claims
    // pushes nobody out.
    entry(ip, most) {
      let best: Neighbour | undefined
      let waiting = 0
      for (const x of table) {
        if (x.ip === ip && x.tries > FREE) return x
        if (x.tries > USED && cache[x.at] & 1) waiting++
      }
      // Those that have not answered yet hold half of the places at most, and among themselves make room for a newer one, some
      // time after they were asked for: answers to forged sources neither push out who is known nor keep others from being asked.
      const isFull = most === USED && waiting >= places / 2
      for (const x of table)
        if (isFull ? x.tries > USED && cache[x.at] & 1 : x.tries <= most)
          if (!best || (isFull || x.tries === best.tries ? ((x.due - best.due) | 0) < 0 : x.tries < best.tries))
            best = x
      if (best) {
        if (isFull && !h.isDue(best.due - RETRY_MS + PATIENCE_MS)) return undefined
        e.release(best, ARP_NO_ANSWER)
        best.ip = ip
        best.tries = USED
        copy(cache, best.at, several(-1), 0, 6)
        put32(cache, best.at + 6, ip)
      }
      return best
    },
    // Sends what waits for a neighbour, or drops it under an id.
    release(x, id) {
      for (const b of x.held) {
        const n = b.length - HEADER
        const reason = id || (e.send(b, HEADER, n, x.ip) && ARP_REFUSED)
        if (reason) h.drop(reason, b, HEADER, n)
        h.pool.give(b)
      }
      x.held.length = 0
    },
    // A neighbour has told its MAC address: what waited for it goes out.
    learn(x, mac, at) {
      copy(cache, x.at, mac, at, 6)
      x.tries = UNUSED
      x.due = h.wake(age)
      e.release(x, 0)
    },
    send(b, o, n, hop) {
      if (hop === -1 || hop >>> 28 === 14) return transmit(b, o, n, TYPE_IPV4, several(hop), 0)
      const x = e.entry(hop, USED)
      if (!x) return -ENOBUFS
      if (x.tries < USED) x.tries = USED
      if (!(cache[x.at] & 1)) return transmit(b, o, n, TYPE_IPV4, cache, x.at)
      // It is kept until the neighbour is known: RFC 1122 2.3.2.2, the latest datagram, with all fragments of it. A
      // fragment that is not the first belongs to the datagram at hand.
      if (!(get16(b, o + 6) & 0x1fff)) e.release(x, ARP_REPLACED)
      const held = h.pool.take(HEADER + n)
      if (held) {
        copy(held, HEADER, b, o, n)
        x.held.push(held)
      } else h.drop(ARP_POOL, b, o, n)
      if (!x.tries) ask(x)
      return held ? 0 : -ENOBUFS
    },
    recv() {},
    join: group => dev.join?.(several(group), 0) ?? 0,
    leave: group => dev.leave?.(several(group), 0),
  }
  for (let i = 0; i < places; i++) table.push({ ip: 0, at: PAIR * i, tries: FREE, due: 0, held: [] })

  // input path
  dev.recv = (b, o, n, flags) => {
    if (n < HEADER) return h.drop(ETH_SHORT, b, o, n)
    if (b[o] & 1) flags |= ~(get32(b, o) & get32(b, o + 2)) ? LINK_MULTICAST : LINK_BROADCAST
    else if (get16(b, o) !== get16(dev.mac, 0) || get32(b, o + 2) !== get32(dev.mac, 2))
      return h.drop(ETH_NOT_OURS, b, o, n)
    if (b[o + 6] & 1) return h.drop(ETH_SOURCE, b, o, n)
    const type = get16(b, o + ETHERTYPE)
    if (type !== TYPE_IPV4 && type !== TYPE_ARP) return h.drop(ETH_TYPE, b, o, n)
    o += HEADER
    n -= HEADER
    if (type === TYPE_IPV4) {
      e.recv(b, o, n, flags)
      return 0 // eaten: handed up
    }
    // What remains of the second word without the lengths of the addresses.
    const op = get32(b, o + 4) - LENGTHS
    if (n < ARP_LENGTH || get32(b, o) !== TYPES || (op !== REQUEST && op !== REPLY) || b[o + SHA] & 1)
      return h.drop(ARP_MALFORMED, b, o, n)
    const spa = get32(b, o + SPA)
    const own = get32(e.address, 0)
    if (own && spa === own) return h.drop(ARP_CONFLICT, b, o, n)
    // RFC 826: whoever is in the table is brought up to date, whatever the operation; only a request to us makes an
    // entry, for a sender that can be one host.
    const isAsked = own && op === REQUEST && get32(b, o + TPA) === own
    const isHost = spa >>> 24 && spa >>> 28 < 14
    const x = isHost ? e.entry(spa, isAsked ? FREE : NOTHING) : undefined
    if (!x && !isAsked) return h.drop(ARP_NOT_OURS, b, o, n)
    if (x && x.tries !== STATIC) e.learn(x, b, o + SHA)
    if (isAsked) sendArp(REPLY, b, o + SHA)
    return 0 // eaten: learnt or answered
  }
  h.add({
    // Asks again, gives up, forgets.
    poll() {
      e.mtu = dev.mtu
      for (const x of table) {
        if (x.tries > FREE && x.tries < STATIC && h.isDue(x.due))
          if (x.tries > UNUSED && x.tries < TRIES) ask(x)
          else {
            // The first fragment is what a transport can be told of.
            if (x.held[0]) e.lost?.(x.held[0], HEADER, x.held[0].length - HEADER, x.ip)
            e.release(x, ARP_NO_ANSWER)
            x.tries = FREE
          }
      }
    },
    used: () => table.filter(x => x.tries > FREE).length,
  })
  return e
}

/**
 * Sets the MAC address of a neighbour by hand, or with null forgets the neighbour.
 *
 * @returns 0, or -ENOBUFS when the table is full of others set by hand or being asked for
 * @throws RangeError for addresses of a wrong length, and for those of no one station: 0.0.0.0, groups, all
 */
export function neighbour(link: Ethernet, address: Uint8Array, mac: Uint8Array | null): number {
  const e = link as Eth
  range('ethernet: octets of the address', address.length, 0, 4, 4)
  range('ethernet: octets of the MAC address', mac?.length, 6, 6, 6)
  const ip = get32(address, 0)
  ensure(
    !!ip && ~ip !== 0 && ip >>> 28 !== 14 && !(mac && mac[0] & 1),
    `ethernet: ${address} at ${mac} is not one neighbour`,
  )
  const x = e.entry(ip, mac ? USED : NOTHING)
  if (mac) {
    if (!x) return -ENOBUFS
    e.learn(x, mac, 0)
    x.tries = STATIC
  } else if (x) {
    e.release(x, ARP_NO_ANSWER)
    x.tries = FREE
  }
  return 0
}
