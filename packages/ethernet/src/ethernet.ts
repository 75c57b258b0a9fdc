// Ethernet II: RFC 894; RFC 1112 6.4 group addresses. RFC 1042 is received with @tiny/ethernet/snap.
import {
  type Dev,
  DLT_EN10MB,
  ENOBUFS,
  ensure,
  get16,
  get32,
  type Host,
  LINK_BROADCAST,
  LINK_MULTICAST,
  range,
} from '@tiny/core'
import { arpInput, ask, entry, front, keep, learn, pollArp, release } from './arp.js'
import {
  ALL_HIGH,
  ALL_LOW,
  ARP_LENGTH,
  ETHERTYPE,
  GROUP_HIGH,
  HEADER,
  NOTHING,
  OLDEST,
  RETRY_MS,
  STATIC,
  TYPE_ARP,
  TYPE_IPV4,
} from './const.js'
import { ARP_NO_ANSWER, ETH_NOT_OURS, ETH_SHORT, ETH_SOURCE, ETH_TYPE } from './ids.js'
import type { Eth, Ethernet, EthernetOptions } from './types.js'

// input path
function input(e: Eth, b: Uint8Array, o: number, n: number, flags: number): number {
  const h = e.h
  if (n < HEADER) return h.drop(ETH_SHORT, b, o, n)
  if (b[o] & 1) flags |= ~(get32(b, o) & get32(b, o + 2)) ? LINK_MULTICAST : LINK_BROADCAST
  else if (get16(b, o) !== get16(e.dev.mac, 0) || get32(b, o + 2) !== get32(e.dev.mac, 2))
    return h.drop(ETH_NOT_OURS, b, o, n)
  if (b[o + 6] & 1) return h.drop(ETH_SOURCE, b, o, n)
  const type = get16(b, o + ETHERTYPE)
  if (type === TYPE_ARP) return arpInput(e, b, o + HEADER, n - HEADER)
  if (type !== TYPE_IPV4) return h.drop(ETH_TYPE, b, o, n)
  e.recv(b, o + HEADER, n - HEADER, flags)
  return 0 // eaten: handed up
}

function output(e: Eth, b: Uint8Array, o: number, n: number, hop: number): number {
  if (hop === -1) front(e, b, o, ALL_HIGH, ALL_LOW, TYPE_IPV4)
  else if (hop >>> 28 === 14) front(e, b, o, GROUP_HIGH, groupLow(hop), TYPE_IPV4)
  else {
    const x = entry(e, hop, OLDEST)
    if (!x) return -ENOBUFS
    x.isUsed = true
    if (x.high === ALL_HIGH) {
      const error = keep(e, x, b, o, n)
      if (!x.tries) ask(e, x)
      return error
    }
    front(e, b, o, x.high, x.low, TYPE_IPV4)
  }
  return e.dev.send(b, o - HEADER, n + HEADER)
}

// RFC 1112 6.4: the low 23 bits of the group behind 01:00:5e.
const groupLow = (group: number): number => 0x5e000000 | (group & 0x7fffff)

function groupMac(e: Eth, group: number): Uint8Array {
  front(e, e.arp, HEADER, GROUP_HIGH, groupLow(group), TYPE_ARP)
  return e.arp
}

/**
 * A Link over a device for Ethernet frames: Ethernet II with ARP.
 *
 * @throws RangeError for a device of another type and for options out of range
 */
export function ethernet(h: Host, dev: Dev, options?: EthernetOptions): Ethernet {
  ensure(dev.type === DLT_EN10MB, `ethernet: device of type ${dev.type}`)
  const e: Eth = {
    h,
    dev,
    age: range('ethernet: age', options?.age, 60000, RETRY_MS, 1e9),
    table: [],
    arp: new Uint8Array(HEADER + ARP_LENGTH),
    type: DLT_EN10MB,
    // No getter: V8 keeps a literal with one as a hash table, and every look at this record then takes five times as long.
    mtu: dev.mtu,
    caps: dev.caps,
    send: (b, o, n, hop) => output(e, b, o, n, hop),
    address: new Uint8Array(4),
    recv() {},
    join: group => (dev.join ? dev.join(groupMac(e, group), 0) : 0),
    leave: group => dev.leave?.(groupMac(e, group), 0),
  }
  for (let i = range('ethernet: neighbours', options?.neighbours, 8, 2, 1024); i--; )
    e.table.push({ ip: 0, high: 0, low: 0, tries: 0, due: 0, isUsed: false, held: [] })
  dev.recv = (b, o, n, flags) => {
    input(e, b, o, n, flags)
  }
  h.add({
    poll() {
      e.mtu = dev.mtu
      pollArp(e)
    },
    used: () => e.table.filter(x => x.ip).length,
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
  const x = entry(e, ip, mac ? OLDEST : NOTHING)
  if (mac) {
    if (!x) return -ENOBUFS
    learn(e, x, get16(mac, 0), get32(mac, 2))
    x.tries = STATIC
  } else if (x) {
    release(e, x, ARP_NO_ANSWER)
    x.ip = 0
  }
  return 0
}
