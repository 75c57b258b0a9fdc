// What each interface moves: RFC 2863, as /proc/net/dev has it. A wrapper, since the observer of a host does not know of
// interfaces.
import { type Dev, get16, get32, type Link } from '@tiny/core'
import { wrap } from '@tiny/core/wrap'

/** What an interface has moved since it was metered. Numbers are exact up to 2^53. */
export interface Meter {
  /** Octets received: of a Dev with the link header, of a Link without. */
  inOctets: number
  /** Frames, or datagrams, received. */
  inPackets: number
  /** Of these, to groups. */
  inMulticast: number
  /** Of these, to all. */
  inBroadcast: number
  /** Octets sent. */
  outOctets: number
  /** Frames, or datagrams, that the interface has taken. */
  outPackets: number
  /** Of these, to groups. */
  outMulticast: number
  /** Of these, to all. */
  outBroadcast: number
  /** What the interface refused. */
  outErrors: number
  /** Of a Dev: frames of ARP received. */
  inArp: number
  /** Of a Dev: frames of ARP sent. */
  outArp: number
}

const TYPE_ARP = 0x806

/**
 * The same Dev or Link, with what passes counted in `meter`. Of a Dev these are frames, of a Link datagrams: the order in
 * which wrappers are put on decides what they see.
 */
export function meter<D extends Dev | Link>(d: D): D & { readonly meter: Meter } {
  const isDev = (d as Dev).mac !== undefined
  const m: Meter = {
    inOctets: 0,
    inPackets: 0,
    inMulticast: 0,
    inBroadcast: 0,
    outOctets: 0,
    outPackets: 0,
    outMulticast: 0,
    outBroadcast: 0,
    outErrors: 0,
    inArp: 0,
    outArp: 0,
  }
  // 1: to all, 2: to a group. Of datagrams only 255.255.255.255 is known to be for all. What is shorter than its header is
  // for nobody.
  const header = isDev ? 14 : 20
  const kindOf = (b: Uint8Array, o: number, n: number): number => {
    if (n < header) return 0
    if (!isDev) return get32(b, o + 16) === -1 ? 1 : b[o + 16] >> 4 === 14 ? 2 : 0
    return b[o] & 1 ? (~(get32(b, o) & get32(b, o + 2)) ? 2 : 1) : 0
  }
  const isArp = (b: Uint8Array, o: number, n: number): boolean => isDev && n >= header && get16(b, o + 12) === TYPE_ARP
  const w = wrap<Dev | Link>(
    d,
    (b, o, n, hop) => {
      const kind = kindOf(b, o, n)
      const arp = isArp(b, o, n)
      const error = (d as Link).send(b, o, n, hop)
      if (error) m.outErrors++
      else {
        m.outPackets++
        m.outOctets += n
        if (kind === 1) m.outBroadcast++
        if (kind === 2) m.outMulticast++
        if (arp) m.outArp++
      }
      return error
    },
    // input path
    (b, o, n, flags) => {
      const kind = kindOf(b, o, n)
      m.inPackets++
      m.inOctets += n
      if (kind === 1) m.inBroadcast++
      if (kind === 2) m.inMulticast++
      if (isArp(b, o, n)) m.inArp++
      w.recv(b, o, n, flags)
    },
  ) as D & { meter: Meter }
  w.meter = m
  return w
}
